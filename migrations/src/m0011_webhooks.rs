//! Webhooks: who is notified of changes, and what they were sent.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "CREATE TABLE webhooks (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    person {key} NOT NULL REFERENCES people (id),
                    label TEXT NOT NULL,
                    url TEXT NOT NULL,
                    query TEXT NOT NULL,
                    secret_key TEXT NOT NULL,
                    considered BIGINT NOT NULL,
                    state {key} NOT NULL CHECK (state IN ('active', 'paused', 'stopped')),
                    reason TEXT,
                    failures BIGINT NOT NULL DEFAULT 0,
                    rests_until BIGINT NOT NULL DEFAULT 0,
                    revision BIGINT NOT NULL,
                    created_at BIGINT NOT NULL
                )",
                "CREATE INDEX webhooks_of ON webhooks (person)",
                "CREATE TABLE deliveries (
                    webhook {key} NOT NULL REFERENCES webhooks (id),
                    change BIGINT NOT NULL,
                    state {key} NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
                    attempts BIGINT NOT NULL,
                    created_at BIGINT NOT NULL,
                    next_at BIGINT NOT NULL,
                    last_at BIGINT,
                    status BIGINT,
                    error TEXT,
                    PRIMARY KEY (webhook, change)
                )",
                "CREATE INDEX deliveries_due ON deliveries (webhook, next_at) WHERE state = 'pending'",
                "CREATE INDEX deliveries_done ON deliveries (last_at) WHERE state <> 'pending'",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE deliveries", "DROP TABLE webhooks"]).await
    }
}
