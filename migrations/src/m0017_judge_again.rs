//! The rules tell what a source does not say from what a body leaves out, so they are asked again about every
//! record. Listings of imported records say how much their source leaves open.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // Of imported records only: the source, how many fields the record must answer, and how many of them
                // the source does not state.
                "ALTER TABLE listings ADD COLUMN source {key}",
                "ALTER TABLE listings ADD COLUMN asked BIGINT",
                "ALTER TABLE listings ADD COLUMN not_stated BIGINT",
                "CREATE INDEX listings_by_source ON listings (source, asked, not_stated)
                    WHERE until IS NULL AND source IS NOT NULL",
                // Before any day: due at the next look, which also fills in the new columns.
                "UPDATE listings SET judge_on = '0001-01-01' WHERE until IS NULL",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP INDEX listings_by_source",
                "ALTER TABLE listings DROP COLUMN not_stated",
                "ALTER TABLE listings DROP COLUMN asked",
                "ALTER TABLE listings DROP COLUMN source",
            ],
        )
        .await
    }
}
