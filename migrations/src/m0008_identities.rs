//! Signing in at a provider (OpenID Connect): sign-ins that are on their way, and who is who there.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `sha256` of the state that comes back; `browser` of the cookie of who began.
                "CREATE TABLE sign_ins (
                    sha256 {key} PRIMARY KEY,
                    browser {key} NOT NULL,
                    nonce {key} NOT NULL,
                    verifier {key} NOT NULL,
                    return_to TEXT NOT NULL,
                    at BIGINT NOT NULL
                )",
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
        crate::run(manager, &["DROP TABLE identities", "DROP TABLE sign_ins"]).await
    }
}
