//! What a withdrawn record was listed under, so that changes are still found by its publisher and sectors.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Facet values as a listing has them, `facet=value`, one per line: publishers and sectors only.
        crate::run(manager, &["ALTER TABLE records ADD COLUMN withdrawn_facets TEXT"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["ALTER TABLE records DROP COLUMN withdrawn_facets"]).await
    }
}
