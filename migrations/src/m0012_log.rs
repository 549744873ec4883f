//! The public log: one entry for each event of a record, in order.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Locks the counter, so that publications wait until all earlier events have entries.
                "UPDATE change_counter SET value = value",
                "CREATE TABLE log_entries (
                    sequence {integer_key} CHECK (sequence >= 0),
                    change BIGINT NOT NULL UNIQUE,
                    entry TEXT NOT NULL,
                    commitments TEXT NOT NULL
                )",
                // For each change redacted, the hash of what is left of it; the redaction's entry states
                // these hashes.
                "ALTER TABLE redactions ADD COLUMN says_now TEXT",
            ],
        )
        .await?;
        let guards: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "CREATE TRIGGER log_entries_stay BEFORE UPDATE ON log_entries
                    WHEN NEW.sequence <> OLD.sequence OR NEW.change <> OLD.change OR NEW.entry <> OLD.entry
                        OR NOT EXISTS (SELECT 1 FROM events e JOIN records r ON r.seq = e.record_seq
                            JOIN redactions x ON x.record_id = r.id
                            WHERE e.change = OLD.change AND x.state = 'in_hand')
                    BEGIN SELECT RAISE(ABORT, 'an entry of the log never changes'); END",
                "CREATE TRIGGER log_entries_remain BEFORE DELETE ON log_entries
                    BEGIN SELECT RAISE(ABORT, 'an entry of the log is never deleted'); END",
                // An older release writes another kind of hash. Until a version has an entry, its
                // `content_sha256` may be replaced; nothing else of it may.
                "DROP TRIGGER record_versions_stay",
                "CREATE TRIGGER record_versions_stay BEFORE UPDATE ON record_versions
                    WHEN NEW.record_seq <> OLD.record_seq OR NEW.number <> OLD.number
                        OR NEW.change <> OLD.change OR NEW.published_at <> OLD.published_at
                        OR NOT (EXISTS (SELECT 1 FROM records r JOIN redactions x ON x.record_id = r.id
                                WHERE r.seq = OLD.record_seq AND x.state = 'in_hand')
                            OR NEW.content = OLD.content AND NEW.note IS OLD.note AND NEW.import IS OLD.import
                                AND NOT EXISTS (SELECT 1 FROM log_entries l WHERE l.change = OLD.change))
                    BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
            ],
            _ => &[
                "CREATE FUNCTION log_entries_stay() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN
                        IF TG_OP = 'UPDATE' AND NEW.sequence = OLD.sequence AND NEW.change = OLD.change
                            AND NEW.entry = OLD.entry
                            AND EXISTS (SELECT 1 FROM events e JOIN records r ON r.seq = e.record_seq
                                JOIN redactions x ON x.record_id = r.id
                                WHERE e.change = OLD.change AND x.state = 'in_hand')
                        THEN RETURN NEW; END IF;
                        RAISE EXCEPTION 'an entry of the log never changes';
                    END $$",
                "CREATE TRIGGER log_entries_stay BEFORE UPDATE OR DELETE ON log_entries
                    FOR EACH ROW EXECUTE FUNCTION log_entries_stay()",
                "CREATE OR REPLACE FUNCTION record_versions_stay() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN
                        IF TG_OP = 'UPDATE' AND NEW.record_seq = OLD.record_seq AND NEW.number = OLD.number
                            AND NEW.change = OLD.change AND NEW.published_at = OLD.published_at
                            AND (EXISTS (SELECT 1 FROM records r JOIN redactions x ON x.record_id = r.id
                                    WHERE r.seq = OLD.record_seq AND x.state = 'in_hand')
                                OR NEW.content = OLD.content AND NEW.note IS NOT DISTINCT FROM OLD.note
                                    AND NEW.import IS NOT DISTINCT FROM OLD.import
                                    AND NOT EXISTS (SELECT 1 FROM log_entries l WHERE l.change = OLD.change))
                        THEN RETURN NEW; END IF;
                        RAISE EXCEPTION 'a published version never changes';
                    END $$",
            ],
        };
        crate::run(manager, guards).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, crate::m0007_redactions::guards(manager.get_database_backend())).await?;
        let gone = &["DROP TABLE log_entries", "ALTER TABLE redactions DROP COLUMN says_now"];
        crate::run(manager, gone).await?;
        if manager.get_database_backend() != DbBackend::Sqlite {
            manager.get_connection().execute_unprepared("DROP FUNCTION log_entries_stay()").await?;
        }
        Ok(())
    }
}
