//! What more lists are read from: the things in records that have lists of their own, and what withdrawn records were
//! listed under.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Facet values as a listing has them, `facet=value`, one per line: publishers and sectors only.
                "ALTER TABLE records ADD COLUMN withdrawn_facets TEXT",
                // Reviews, redress routes, incidents and the like of current versions. What the two codes and the
                // day are depends on the kind.
                "CREATE TABLE record_parts (
                    seq {serial},
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    kind {key} NOT NULL,
                    position BIGINT NOT NULL,
                    publisher {key} NOT NULL,
                    sectors {key} NOT NULL,
                    code {key},
                    second_code {key},
                    held_on {key},
                    detail TEXT NOT NULL
                )",
                "CREATE INDEX record_parts_of_record ON record_parts (record_seq)",
                "CREATE INDEX record_parts_of_kind ON record_parts (kind, seq)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE record_parts", "ALTER TABLE records DROP COLUMN withdrawn_facets"])
            .await
    }
}
