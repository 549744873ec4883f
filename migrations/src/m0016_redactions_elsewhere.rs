//! Redactions say since when their text was public, and reach what is kept around a record: audit lines, file
//! names and documents.

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
                // The first change whose state holds what was redacted: dumps from before it stay. Not known of
                // redactions by older releases.
                "ALTER TABLE redactions ADD COLUMN held_from BIGINT",
                // SHA-256 of the documents to delete, and where else the words were found, as JSON.
                "ALTER TABLE redactions ADD COLUMN documents TEXT",
                "ALTER TABLE redactions ADD COLUMN elsewhere TEXT",
                // Whether the person who asked found the words in no version, only elsewhere.
                "ALTER TABLE redactions ADD COLUMN only_elsewhere BOOLEAN NOT NULL DEFAULT FALSE",
                // The redaction that took the document out.
                "ALTER TABLE documents ADD COLUMN redaction {key}",
                // Records that no longer show a document. Its bytes are deleted after the transaction, at
                // `erased_at`.
                "CREATE TABLE redacted_documents (
                    redaction {key} NOT NULL,
                    record_id {key} NOT NULL,
                    sha256 {key} NOT NULL,
                    erased_at BIGINT,
                    PRIMARY KEY (redaction, sha256)
                )",
                "CREATE INDEX redacted_documents_by_hash ON redacted_documents (sha256)",
                "CREATE INDEX redacted_documents_to_erase ON redacted_documents (redaction) WHERE erased_at IS NULL",
            ],
        )
        .await?;
        // While a redaction is in hand, words of a line may give way to the mark; nothing else of it changes.
        let guards: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "DROP TRIGGER audit_entries_stay",
                "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
                    WHEN NEW.seq <> OLD.seq OR NEW.at <> OLD.at OR NEW.person IS NOT OLD.person
                        OR NEW.role IS NOT OLD.role OR NEW.action <> OLD.action
                        OR NEW.object_kind <> OLD.object_kind OR NEW.object_id <> OLD.object_id
                        OR NEW.owner IS NOT OLD.owner OR NEW.address IS NOT OLD.address
                        OR NOT (NEW.reason IS OLD.reason OR NEW.reason LIKE '%[redacted]%')
                        OR NOT (NEW.detail IS OLD.detail OR NEW.detail LIKE '%[redacted]%')
                        OR NOT EXISTS (SELECT 1 FROM redactions WHERE state = 'in_hand')
                    BEGIN SELECT RAISE(ABORT, 'the audit trail never changes'); END",
            ],
            _ => &["CREATE OR REPLACE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    IF TG_OP = 'UPDATE' AND NEW.seq = OLD.seq AND NEW.at = OLD.at
                        AND NEW.person IS NOT DISTINCT FROM OLD.person
                        AND NEW.role IS NOT DISTINCT FROM OLD.role AND NEW.action = OLD.action
                        AND NEW.object_kind = OLD.object_kind AND NEW.object_id = OLD.object_id
                        AND NEW.owner IS NOT DISTINCT FROM OLD.owner
                        AND NEW.address IS NOT DISTINCT FROM OLD.address
                        AND (NEW.reason IS NOT DISTINCT FROM OLD.reason OR NEW.reason LIKE '%[redacted]%')
                        AND (NEW.detail IS NOT DISTINCT FROM OLD.detail OR NEW.detail LIKE '%[redacted]%')
                        AND EXISTS (SELECT 1 FROM redactions WHERE state = 'in_hand')
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'the audit trail never changes';
                END $$"],
        };
        crate::run(manager, guards).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let guards: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "DROP TRIGGER audit_entries_stay",
                "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
                    BEGIN SELECT RAISE(ABORT, 'the audit trail never changes'); END",
            ],
            _ => &["CREATE OR REPLACE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the audit trail never changes'; END $$"],
        };
        crate::run(manager, guards).await?;
        crate::run(
            manager,
            &[
                "DROP TABLE redacted_documents",
                "ALTER TABLE documents DROP COLUMN redaction",
                "ALTER TABLE redactions DROP COLUMN only_elsewhere",
                "ALTER TABLE redactions DROP COLUMN elsewhere",
                "ALTER TABLE redactions DROP COLUMN documents",
                "ALTER TABLE redactions DROP COLUMN held_from",
            ],
        )
        .await
    }
}
