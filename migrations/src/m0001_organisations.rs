//! The register's own settings, the change counter, organisations with their identifiers and names, and
//! products.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "CREATE TABLE settings (name {key} PRIMARY KEY, value TEXT NOT NULL)",
                "CREATE TABLE change_counter (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    value BIGINT NOT NULL,
                    changed_at BIGINT NOT NULL,
                    revision BIGINT NOT NULL
                )",
                "INSERT INTO change_counter (id, value, changed_at, revision) VALUES (1, 0, 0, 0)",
                "CREATE TABLE organisations (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    slug {key} NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    name_key {key} NOT NULL,
                    country {key} NOT NULL,
                    kind {key},
                    resolution {key} NOT NULL CHECK (resolution IN ('registered', 'unresolved', 'merged')),
                    merged_into {key},
                    expected_to_publish BOOLEAN NOT NULL,
                    nil_return_on {key},
                    detail TEXT NOT NULL
                )",
                "CREATE INDEX organisations_by_name ON organisations (name_key)",
                "CREATE TABLE organisation_identifiers (
                    scheme {key} NOT NULL,
                    value {key} NOT NULL,
                    organisation_seq BIGINT NOT NULL REFERENCES organisations (seq),
                    PRIMARY KEY (scheme, value)
                )",
                "CREATE INDEX organisation_identifiers_of ON organisation_identifiers (organisation_seq)",
                "CREATE TABLE organisation_names (
                    name_key {key} NOT NULL,
                    organisation_seq BIGINT NOT NULL REFERENCES organisations (seq),
                    name TEXT NOT NULL,
                    kind {key} NOT NULL,
                    PRIMARY KEY (name_key, organisation_seq)
                )",
                "CREATE INDEX organisation_names_of ON organisation_names (organisation_seq)",
                "CREATE TABLE products (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    slug {key} NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    name_key {key} NOT NULL UNIQUE,
                    detail TEXT NOT NULL
                )",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP TABLE products",
                "DROP TABLE organisation_names",
                "DROP TABLE organisation_identifiers",
                "DROP TABLE organisations",
                "DROP TABLE change_counter",
                "DROP TABLE settings",
            ],
        )
        .await
    }
}
