//! Submissions on their way to publication, and what belongs to them. None of this is public.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                // The body a record belongs to, if not its publisher, and when it was last confirmed as true.
                "ALTER TABLE records ADD COLUMN owner {key}",
                "ALTER TABLE records ADD COLUMN confirmed_at BIGINT",
                // When the record's body first replied to what an observer says in it.
                "ALTER TABLE records ADD COLUMN answered_at BIGINT",
                // Hash of the document that everyone may read.
                "ALTER TABLE assessments ADD COLUMN document {key}",
                "CREATE INDEX assessments_by_document ON assessments (document) WHERE document IS NOT NULL",
                // If a file made several submissions, `upload` is the file and `row_number` the line.
                "CREATE TABLE submissions (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    owner {key} NOT NULL,
                    about_others BOOLEAN NOT NULL,
                    record_id {key},
                    base_version BIGINT,
                    state {key} NOT NULL,
                    revision BIGINT NOT NULL,
                    title TEXT NOT NULL,
                    content TEXT NOT NULL,
                    note TEXT,
                    writers {key} NOT NULL,
                    submitted_by {key},
                    published_version BIGINT,
                    upload {key},
                    row_number BIGINT,
                    created_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL
                )",
                "CREATE INDEX submissions_of ON submissions (owner, state, seq)",
                "CREATE INDEX submissions_of_upload ON submissions (upload) WHERE upload IS NOT NULL",
                "CREATE INDEX submissions_of_record ON submissions (record_id) WHERE record_id IS NOT NULL",
                "CREATE TABLE preview_links (
                    sha256 {key} PRIMARY KEY,
                    submission {key} NOT NULL,
                    created_by {key} NOT NULL,
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL
                )",
                "CREATE TABLE uploads (
                    id {key} PRIMARY KEY,
                    owner {key} NOT NULL,
                    person {key} NOT NULL,
                    at BIGINT NOT NULL,
                    report TEXT NOT NULL
                )",
                "CREATE TABLE documents (
                    sha256 {key} NOT NULL,
                    owner {key} NOT NULL,
                    media_type {key} NOT NULL,
                    file_name TEXT NOT NULL,
                    bytes BIGINT NOT NULL,
                    uploaded_by {key} NOT NULL,
                    uploaded_at BIGINT NOT NULL,
                    PRIMARY KEY (sha256, owner)
                )",
                "CREATE TABLE receipts (
                    assessment {key} NOT NULL,
                    regulator {key} NOT NULL,
                    id {key} NOT NULL UNIQUE,
                    person {key} NOT NULL,
                    at BIGINT NOT NULL,
                    note TEXT,
                    PRIMARY KEY (assessment, regulator)
                )",
                "CREATE TABLE remarks (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    reference {key} UNIQUE,
                    record_id {key} NOT NULL,
                    kind {key} NOT NULL,
                    organisation {key},
                    state {key} NOT NULL,
                    text TEXT NOT NULL,
                    evidence TEXT,
                    outcome TEXT,
                    reply TEXT,
                    created_at BIGINT NOT NULL,
                    decided_at BIGINT
                )",
                "CREATE INDEX remarks_of ON remarks (record_id, state)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP TABLE remarks",
                "DROP TABLE receipts",
                "DROP TABLE documents",
                "DROP TABLE uploads",
                "DROP TABLE preview_links",
                "DROP TABLE submissions",
                "DROP INDEX assessments_by_document",
                "ALTER TABLE assessments DROP COLUMN document",
                "ALTER TABLE records DROP COLUMN answered_at",
                "ALTER TABLE records DROP COLUMN confirmed_at",
                "ALTER TABLE records DROP COLUMN owner",
            ],
        )
        .await
    }
}
