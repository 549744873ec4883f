//! Imports: what was imported, how far each run got, and with what result.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "CREATE TABLE imports (
                    seq {serial},
                    source {key} NOT NULL,
                    dataset {key} NOT NULL,
                    file TEXT NOT NULL,
                    file_sha256 {key} NOT NULL,
                    rule_version {key} NOT NULL,
                    started_at BIGINT NOT NULL,
                    finished_at BIGINT,
                    rows_done BIGINT NOT NULL,
                    created BIGINT NOT NULL,
                    changed BIGINT NOT NULL,
                    unchanged BIGINT NOT NULL,
                    rejected BIGINT NOT NULL
                )",
                "CREATE INDEX imports_by_file ON imports (source, file_sha256)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE imports"]).await
    }
}
