//! Listings get the facets that older releases did not know, and the states of what is not answered.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Judging makes listings again, in batches, as soon as the register is up. Superseded ones are not judged: they
        // go within a day.
        crate::run(manager, &["UPDATE listings SET judge_on = '0001-01-01' WHERE until IS NULL"]).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        // An older release ignores facets that it does not know.
        Ok(())
    }
}
