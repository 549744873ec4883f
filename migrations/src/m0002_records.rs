//! Records, their immutable versions, and the listings that lists are read from.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "CREATE TABLE records (
                    seq {integer_key},
                    id {key} NOT NULL UNIQUE,
                    origin {key} NOT NULL,
                    source {key},
                    source_key {key},
                    dataset {key},
                    edition {key},
                    seen_import BIGINT,
                    state {key} NOT NULL CHECK (state IN ('published', 'withdrawn')),
                    withdrawn_at BIGINT,
                    withdrawn_reason TEXT,
                    version BIGINT NOT NULL,
                    change BIGINT NOT NULL,
                    full_sha256 {key} NOT NULL,
                    first_published_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL
                )",
                "CREATE UNIQUE INDEX records_by_source ON records (source, source_key)",
                // A published version never changes: the triggers below refuse it.
                "CREATE TABLE record_versions (
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    number BIGINT NOT NULL,
                    change BIGINT NOT NULL,
                    published_at BIGINT NOT NULL,
                    note TEXT,
                    content TEXT NOT NULL,
                    content_sha256 {key} NOT NULL,
                    import TEXT,
                    PRIMARY KEY (record_seq, number)
                ) ",
                // Sealed texts, which only a regulator may read, are kept apart from everything public.
                "CREATE TABLE sealed_contents (
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    number BIGINT NOT NULL,
                    revision BIGINT NOT NULL,
                    content TEXT NOT NULL,
                    PRIMARY KEY (record_seq, number, revision)
                )",
                // One row per version: what lists show and filter by. `until` is the change that superseded
                // it, so that a walk started before that change keeps seeing the same state. `touched`
                // numbers the last write of the row, which is what the search index follows.
                "CREATE TABLE listings (
                    change {integer_key},
                    touched BIGINT NOT NULL,
                    until BIGINT,
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    number BIGINT NOT NULL,
                    published_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL,
                    judge_on {key},
                    card TEXT NOT NULL,
                    facets TEXT NOT NULL
                )",
                "CREATE INDEX listings_touched ON listings (touched)",
                "CREATE INDEX listings_to_judge ON listings (judge_on) WHERE judge_on IS NOT NULL",
                "CREATE INDEX listings_superseded ON listings (until) WHERE until IS NOT NULL",
                // Bodies named in current listings, so that bodies can be filtered by whether they publish or
                // supply.
                "CREATE TABLE listed_parties (
                    change BIGINT NOT NULL,
                    role {key} NOT NULL,
                    slug {key} NOT NULL,
                    PRIMARY KEY (change, role, slug)
                )",
                "CREATE INDEX listed_parties_by_slug ON listed_parties (slug, role)",
                "CREATE TABLE assessments (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    record_seq BIGINT NOT NULL REFERENCES records (seq),
                    type {key} NOT NULL,
                    stage {key} NOT NULL,
                    status {key} NOT NULL,
                    publisher {key} NOT NULL,
                    sectors {key} NOT NULL,
                    next_review_on {key},
                    detail TEXT NOT NULL
                )",
                "CREATE INDEX assessments_of_record ON assessments (record_seq)",
            ],
        )
        .await?;
        let guards: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[
                "CREATE TRIGGER record_versions_stay BEFORE UPDATE ON record_versions
                    BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
                "CREATE TRIGGER record_versions_remain BEFORE DELETE ON record_versions
                    BEGIN SELECT RAISE(ABORT, 'a published version is never deleted'); END",
            ],
            _ => &[
                "CREATE FUNCTION record_versions_stay() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$",
                "CREATE TRIGGER record_versions_stay BEFORE UPDATE OR DELETE ON record_versions
                    FOR EACH ROW EXECUTE FUNCTION record_versions_stay()",
            ],
        };
        crate::run(manager, guards).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP TABLE assessments",
                "DROP TABLE listed_parties",
                "DROP TABLE listings",
                "DROP TABLE sealed_contents",
                "DROP TABLE record_versions",
                "DROP TABLE records",
            ],
        )
        .await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => Ok(()),
            _ => crate::run(manager, &["DROP FUNCTION record_versions_stay()"]).await,
        }
    }
}
