//! Editions of a source: by which names and keys a record stands in them, whether its source still has it, and
//! which records may be one.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Whether the latest edition of its source has the record; NULL without a source.
                "ALTER TABLE records ADD COLUMN in_source BOOLEAN",
                "UPDATE records SET in_source = TRUE WHERE source IS NOT NULL",
                // The first edition that lacked it, since it was last seen.
                "ALTER TABLE records ADD COLUMN missing_from {key}",
                // Body, unit and name as the source wrote them, by which the next edition finds the record.
                "ALTER TABLE records ADD COLUMN source_body TEXT",
                "ALTER TABLE records ADD COLUMN source_unit TEXT",
                "ALTER TABLE records ADD COLUMN source_name TEXT",
                // Other keys of a record: those of other editions, and why they are believed to be its own.
                "CREATE TABLE source_keys (
                    source {key} NOT NULL,
                    source_key {key} NOT NULL,
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    edition {key} NOT NULL,
                    rule {key} NOT NULL,
                    said TEXT NOT NULL,
                    known TEXT NOT NULL,
                    PRIMARY KEY (source, source_key)
                )",
                "CREATE INDEX source_keys_of_record ON source_keys (record_seq)",
                // Two records that may be one. A person decides, for good.
                "CREATE TABLE edition_matches (
                    seq {serial},
                    import BIGINT NOT NULL,
                    source {key} NOT NULL,
                    later_record BIGINT NOT NULL REFERENCES records (seq),
                    earlier_record BIGINT NOT NULL REFERENCES records (seq),
                    rule {key} NOT NULL,
                    said TEXT NOT NULL,
                    known TEXT NOT NULL,
                    state {key} NOT NULL CHECK (state IN ('proposed', 'same', 'different')),
                    proposed_at BIGINT NOT NULL,
                    decided_at BIGINT,
                    UNIQUE (later_record, earlier_record)
                )",
                "CREATE INDEX edition_matches_to_decide ON edition_matches (seq) WHERE state = 'proposed'",
                // A series of the US inventories was named after its year, so no later year belonged to it.
                "UPDATE records SET dataset = 'us:inventory'
                    WHERE source = 'us' AND dataset LIKE 'us:____:inventory'",
                "UPDATE records SET dataset = 'us:commercial'
                    WHERE source = 'us' AND dataset LIKE 'us:____:commercial'",
                "UPDATE records SET dataset = 'us:' || substr(dataset, 9)
                    WHERE source = 'us' AND dataset LIKE 'us:____:%'",
                // Lists say where a record comes from: the next run of the rules makes every listing again.
                "UPDATE listings SET judge_on = '0001-01-01' WHERE until IS NULL",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP TABLE edition_matches",
                "DROP TABLE source_keys",
                "ALTER TABLE records DROP COLUMN source_name",
                "ALTER TABLE records DROP COLUMN source_unit",
                "ALTER TABLE records DROP COLUMN source_body",
                "ALTER TABLE records DROP COLUMN missing_from",
                "ALTER TABLE records DROP COLUMN in_source",
            ],
        )
        .await
    }
}
