//! The first of two codes in a row, which are needed to sign in after many wrong ones.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["ALTER TABLE credentials ADD COLUMN proved_step BIGINT NOT NULL DEFAULT 0"])
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["ALTER TABLE credentials DROP COLUMN proved_step"]).await
    }
}
