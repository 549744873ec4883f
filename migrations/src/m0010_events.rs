//! Events: everything published, withdrawn or redacted, in order.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Locks the counter, so that publications wait until all earlier events are written.
                "UPDATE change_counter SET value = value",
                "CREATE TABLE events (
                    change {integer_key},
                    at BIGINT NOT NULL,
                    kind {key} NOT NULL CHECK (kind IN ('published', 'withdrawn', 'redacted')),
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    version BIGINT NOT NULL,
                    redaction {key}
                )",
                "CREATE INDEX events_of ON events (record_seq)",
                "CREATE INDEX events_redacted ON events (change) WHERE kind = 'redacted'",
                // Earlier events, from before this table. It is not known when a version was recorded, so its
                // publication time is used. Redactions had no change number yet; they get numbers after all
                // other changes.
                "INSERT INTO events (change, at, kind, record_seq, version)
                    SELECT change, published_at, 'published', record_seq, number FROM record_versions",
                "INSERT INTO events (change, at, kind, record_seq, version)
                    SELECT change, withdrawn_at, 'withdrawn', seq, version FROM records WHERE state = 'withdrawn'",
                "INSERT INTO events (change, at, kind, record_seq, version, redaction)
                    SELECT c.value + row_number() OVER (ORDER BY x.decided_at, x.seq), x.decided_at, 'redacted',
                        r.seq, r.version, x.id
                    FROM redactions x JOIN records r ON r.id = x.record_id CROSS JOIN change_counter c
                    WHERE x.state = 'done' AND x.places <> '[]'",
                "UPDATE change_counter SET value = value + (SELECT count(*) FROM events WHERE kind = 'redacted')",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE events"]).await
    }
}
