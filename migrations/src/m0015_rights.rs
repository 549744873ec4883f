//! What a token comes from, when a session's person last signed in, names for preview links, and what waits
//! for a second person: roles of regulators, replies of bodies.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "ALTER TABLE sessions ADD COLUMN signed_in_at BIGINT NOT NULL DEFAULT 0",
                "UPDATE sessions SET signed_in_at = created_at",
                // The token and the session that a token was made with; both null for the command line.
                "ALTER TABLE tokens ADD COLUMN parent {key}",
                "ALTER TABLE tokens ADD COLUMN session {key}",
                "CREATE INDEX tokens_of_parent ON tokens (parent) WHERE parent IS NOT NULL",
                "CREATE INDEX tokens_of_session ON tokens (session) WHERE session IS NOT NULL",
                // Half of the hash: it names a link, and cannot be used to guess its secret.
                "ALTER TABLE preview_links ADD COLUMN id {key}",
                "UPDATE preview_links SET id = substr(sha256, 1, 32)",
                "CREATE UNIQUE INDEX preview_links_by_id ON preview_links (id)",
                "CREATE INDEX preview_links_of ON preview_links (submission)",
                "CREATE INDEX preview_links_by ON preview_links (created_by)",
                // `organisation` is empty for a role in the register itself, as in `grants`.
                "CREATE TABLE pending_grants (
                    id {key} PRIMARY KEY,
                    person {key} NOT NULL REFERENCES people (id),
                    role {key} NOT NULL,
                    organisation {key} NOT NULL,
                    remit TEXT NOT NULL,
                    asked_by {key} NOT NULL REFERENCES people (id),
                    asked_at BIGINT NOT NULL,
                    UNIQUE (person, role, organisation)
                )",
                // Either a reply to what is said about `record_id`, or an answer to `gap` with its `status` and
                // perhaps the record it names.
                "CREATE TABLE pending_replies (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    organisation {key} NOT NULL,
                    record_id {key},
                    gap {key},
                    status {key},
                    named_record {key},
                    text TEXT NOT NULL,
                    evidence TEXT,
                    written_by {key} NOT NULL,
                    created_at BIGINT NOT NULL
                )",
                "CREATE INDEX pending_replies_of ON pending_replies (organisation, seq)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP TABLE pending_replies",
                "DROP TABLE pending_grants",
                "DROP INDEX preview_links_by",
                "DROP INDEX preview_links_of",
                "DROP INDEX preview_links_by_id",
                "ALTER TABLE preview_links DROP COLUMN id",
                "DROP INDEX tokens_of_session",
                "DROP INDEX tokens_of_parent",
                "ALTER TABLE tokens DROP COLUMN session",
                "ALTER TABLE tokens DROP COLUMN parent",
                "ALTER TABLE sessions DROP COLUMN signed_in_at",
            ],
        )
        .await
    }
}
