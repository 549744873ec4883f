//! People, their roles and tokens, settings of publishers, the audit trail, and idempotency keys.

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
                "CREATE TABLE people (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    email {key} NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    active BOOLEAN NOT NULL,
                    created_at BIGINT NOT NULL
                )",
                // `organisation` is empty for a role in the register itself.
                "CREATE TABLE grants (
                    person {key} NOT NULL REFERENCES people (id),
                    role {key} NOT NULL,
                    organisation {key} NOT NULL,
                    remit TEXT NOT NULL,
                    granted_at BIGINT NOT NULL,
                    PRIMARY KEY (person, role, organisation)
                )",
                "CREATE TABLE tokens (
                    id {key} PRIMARY KEY,
                    sha256 {key} NOT NULL UNIQUE,
                    person {key} NOT NULL REFERENCES people (id),
                    label TEXT NOT NULL,
                    role {key},
                    organisation {key},
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    revoked_at BIGINT
                )",
                "CREATE INDEX tokens_of ON tokens (person)",
                // Four eyes apply unless a row switches them off.
                "CREATE TABLE publisher_settings (
                    organisation {key} PRIMARY KEY,
                    four_eyes BOOLEAN NOT NULL
                )",
                "CREATE TABLE audit_entries (
                    seq {serial},
                    at BIGINT NOT NULL,
                    person {key},
                    role {key},
                    action {key} NOT NULL,
                    object_kind {key} NOT NULL,
                    object_id {key} NOT NULL,
                    owner {key},
                    reason TEXT,
                    detail TEXT
                )",
                "CREATE INDEX audit_entries_of ON audit_entries (object_kind, object_id)",
                "CREATE INDEX audit_entries_by_owner ON audit_entries (owner, seq)",
                "CREATE TABLE idempotency_keys (
                    person {key} NOT NULL,
                    word {key} NOT NULL,
                    request_sha256 {key} NOT NULL,
                    operation {key} NOT NULL,
                    at BIGINT NOT NULL,
                    status INTEGER,
                    etag {key},
                    location {key},
                    body TEXT,
                    PRIMARY KEY (person, word)
                )",
                "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at)",
                // The name-table revision, raised by the triggers below, so that a process knows when to
                // reload names.
                "ALTER TABLE change_counter ADD COLUMN names BIGINT NOT NULL DEFAULT 0",
            ],
        )
        .await?;
        let guards: Vec<String> = match manager.get_database_backend() {
            DbBackend::Sqlite => {
                let mut guards = vec![
                    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
                        BEGIN SELECT RAISE(ABORT, 'the audit trail never changes'); END"
                        .to_owned(),
                    "CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries
                        BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END"
                        .to_owned(),
                ];
                for table in NAMED {
                    for event in ["INSERT", "UPDATE", "DELETE"] {
                        guards.push(format!(
                            "CREATE TRIGGER {table}_names_{event} AFTER {event} ON {table}
                                BEGIN UPDATE change_counter SET names = names + 1 WHERE id = 1; END"
                        ));
                    }
                }
                guards
            }
            _ => {
                let mut guards = vec![
                    "CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE EXCEPTION 'the audit trail never changes'; END $$"
                        .to_owned(),
                    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
                        FOR EACH ROW EXECUTE FUNCTION audit_entries_stay()"
                        .to_owned(),
                    "CREATE FUNCTION names_changed() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN UPDATE change_counter SET names = names + 1 WHERE id = 1; RETURN NULL; END $$"
                        .to_owned(),
                ];
                for table in NAMED {
                    guards.push(format!(
                        "CREATE TRIGGER {table}_names AFTER INSERT OR UPDATE OR DELETE ON {table}
                            FOR EACH STATEMENT EXECUTE FUNCTION names_changed()"
                    ));
                }
                guards
            }
        };
        crate::run(manager, &guards.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        for table in NAMED {
            if postgres {
                crate::run(manager, &[&format!("DROP TRIGGER {table}_names ON {table}")]).await?;
            } else {
                for event in ["INSERT", "UPDATE", "DELETE"] {
                    crate::run(manager, &[&format!("DROP TRIGGER {table}_names_{event}")]).await?;
                }
            }
        }
        crate::run(
            manager,
            &[
                "ALTER TABLE change_counter DROP COLUMN names",
                "DROP TABLE idempotency_keys",
                "DROP TABLE audit_entries",
                "DROP TABLE publisher_settings",
                "DROP TABLE tokens",
                "DROP TABLE grants",
                "DROP TABLE people",
            ],
        )
        .await?;
        if postgres {
            crate::run(manager, &["DROP FUNCTION audit_entries_stay()", "DROP FUNCTION names_changed()"])
                .await?;
        }
        Ok(())
    }
}

/// The tables that names are resolved from.
const NAMED: &[&str] = &["organisations", "organisation_names", "products"];
