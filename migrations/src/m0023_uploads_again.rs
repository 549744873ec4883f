//! Uploads get the hash of their file, by which a file that comes again is recognised.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // SHA-256 in hex; files uploaded to earlier releases have none.
                "ALTER TABLE uploads ADD COLUMN sha256 {key}",
                "CREATE INDEX uploads_of_file ON uploads (owner, sha256) WHERE sha256 IS NOT NULL",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP INDEX uploads_of_file", "ALTER TABLE uploads DROP COLUMN sha256"]).await
    }
}
