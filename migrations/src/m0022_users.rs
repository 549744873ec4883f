//! The body above a body in a column of its own; and listings say where a tool is used.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let parent = match manager.get_database_backend() {
            DbBackend::Sqlite => "json_extract(detail, '$.parent')",
            _ => "detail::json ->> 'parent'",
        };
        crate::run(
            manager,
            &[
                "ALTER TABLE organisations ADD COLUMN parent {key}",
                &format!("UPDATE organisations SET parent = {parent} WHERE detail LIKE '%\"parent\"%'"),
                "CREATE INDEX organisations_by_parent ON organisations (parent) WHERE parent IS NOT NULL",
                "CREATE INDEX listed_unknown_places ON listed_parties (change) WHERE role = 'unknown_place'",
                // Due at the next look, which makes every current listing again, with its places of use.
                "UPDATE listings SET judge_on = '0001-01-01' WHERE until IS NULL",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP INDEX listed_unknown_places",
                "DELETE FROM listed_parties WHERE role IN ('used_by', 'unknown_place')",
                "DROP INDEX organisations_by_parent",
                "ALTER TABLE organisations DROP COLUMN parent",
            ],
        )
        .await
    }
}
