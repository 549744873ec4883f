//! Where requests came from that were refused, in the audit trail, and indexes for its filters.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "ALTER TABLE audit_entries ADD COLUMN address {key}",
                "CREATE INDEX audit_entries_by_person ON audit_entries (person, seq)",
                "CREATE INDEX audit_entries_by_action ON audit_entries (action, seq)",
                "CREATE INDEX audit_entries_by_address ON audit_entries (address, seq)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP INDEX audit_entries_by_address",
                "DROP INDEX audit_entries_by_action",
                "DROP INDEX audit_entries_by_person",
                "ALTER TABLE audit_entries DROP COLUMN address",
            ],
        )
        .await
    }
}
