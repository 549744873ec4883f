//! Redactions: one person asks for one, another carries it out. Versions of its record can change only while
//! one is in hand.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Either `words` are removed, or the `value` at `pointer`. Both are cleared once the
                // redaction is decided; `pointer` stays.
                "CREATE TABLE redactions (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    record_id {key} NOT NULL,
                    owner {key},
                    pointer TEXT,
                    value TEXT,
                    words TEXT,
                    ground {key} NOT NULL,
                    reason TEXT NOT NULL,
                    state {key} NOT NULL CHECK (state IN ('asked', 'in_hand', 'done', 'refused')),
                    asked_by {key} NOT NULL,
                    asked_at BIGINT NOT NULL,
                    decided_by {key},
                    decided_at BIGINT,
                    outcome TEXT,
                    places TEXT
                )",
                "CREATE INDEX redactions_of ON redactions (record_id, state)",
                // When something was last redacted in a record. Imports leave such a record alone, or they
                // would restore it.
                "ALTER TABLE records ADD COLUMN redacted_at BIGINT",
            ],
        )
        .await?;
        crate::run(manager, guards(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let guards: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "DROP TRIGGER record_versions_stay",
                "CREATE TRIGGER record_versions_stay BEFORE UPDATE ON record_versions
                    BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
            ],
            _ => &["CREATE OR REPLACE FUNCTION record_versions_stay() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$"],
        };
        crate::run(manager, guards).await?;
        crate::run(manager, &["ALTER TABLE records DROP COLUMN redacted_at", "DROP TABLE redactions"]).await
    }
}

/// A version may change only while a redaction of its record is in hand.
pub(crate) fn guards(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        DbBackend::Sqlite => &[
            "DROP TRIGGER record_versions_stay",
            "CREATE TRIGGER record_versions_stay BEFORE UPDATE ON record_versions
                WHEN NEW.record_seq <> OLD.record_seq OR NEW.number <> OLD.number
                    OR NEW.change <> OLD.change OR NEW.published_at <> OLD.published_at
                    OR NOT EXISTS (SELECT 1 FROM records r JOIN redactions x ON x.record_id = r.id
                        WHERE r.seq = OLD.record_seq AND x.state = 'in_hand')
                BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
        ],
        _ => &["CREATE OR REPLACE FUNCTION record_versions_stay() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    IF TG_OP = 'UPDATE' AND NEW.record_seq = OLD.record_seq AND NEW.number = OLD.number
                        AND NEW.change = OLD.change AND NEW.published_at = OLD.published_at
                        AND EXISTS (SELECT 1 FROM records r JOIN redactions x ON x.record_id = r.id
                            WHERE r.seq = OLD.record_seq AND x.state = 'in_hand')
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'a published version never changes';
                END $$"],
    }
}
