//! Passwords with a second factor, and the sessions that signing in starts.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // `last_step` is the last time step of the second factor that was used, so that no code works
                // twice.
                "CREATE TABLE credentials (
                    person {key} PRIMARY KEY REFERENCES people (id),
                    password {key} NOT NULL,
                    second_factor {key} NOT NULL,
                    last_step BIGINT NOT NULL,
                    failures BIGINT NOT NULL,
                    locked_until BIGINT NOT NULL
                )",
                "CREATE TABLE sessions (
                    sha256 {key} PRIMARY KEY,
                    person {key} NOT NULL REFERENCES people (id),
                    created_at BIGINT NOT NULL,
                    seen_at BIGINT NOT NULL
                )",
                "CREATE INDEX sessions_of ON sessions (person)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE sessions", "DROP TABLE credentials"]).await
    }
}
