//! Sign-in at a provider (OpenID Connect): which person an account there belongs to.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "CREATE TABLE identities (
                    issuer {key} NOT NULL,
                    subject {key} NOT NULL,
                    person {key} NOT NULL REFERENCES people (id),
                    at BIGINT NOT NULL,
                    PRIMARY KEY (issuer, subject)
                )",
                "CREATE UNIQUE INDEX identities_of ON identities (person, issuer)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE identities"]).await
    }
}
