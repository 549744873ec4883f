//! Who is expected to publish, since when and why, and nil returns. What ends is kept.

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
                // `organisations.expected_to_publish` and `nil_return_on` stay: they say what follows from these.
                "CREATE TABLE expectations (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    organisation_seq BIGINT NOT NULL REFERENCES organisations (seq),
                    since {key},
                    why TEXT,
                    evidence_url TEXT,
                    set_by {key},
                    set_at BIGINT,
                    ended_on {key},
                    ended_by {key},
                    end_reason TEXT
                )",
                "CREATE INDEX expectations_of ON expectations (organisation_seq)",
                "CREATE UNIQUE INDEX expectations_in_force ON expectations (organisation_seq)
                    WHERE ended_on IS NULL",
                "CREATE TABLE nil_returns (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    organisation_seq BIGINT NOT NULL REFERENCES organisations (seq),
                    declared_on {key} NOT NULL,
                    holds_until {key} NOT NULL,
                    statement TEXT,
                    evidence_url TEXT,
                    by_body BOOLEAN NOT NULL,
                    filed_by {key},
                    filed_at BIGINT,
                    withdrawn_on {key},
                    withdrawn_by {key},
                    withdrawal_reason TEXT
                )",
                "CREATE INDEX nil_returns_of ON nil_returns (organisation_seq)",
            ],
        )
        .await?;
        // What lists of bodies said until now. The body's own id serves as the id of its first row.
        let (why, until) = match manager.get_database_backend() {
            DbBackend::Sqlite => {
                ("json_extract(detail, '$.expected_by_rule')", "date(nil_return_on, '+12 months')")
            }
            _ => (
                "detail::json ->> 'expected_by_rule'",
                "to_char(nil_return_on::date + INTERVAL '12 months', 'YYYY-MM-DD')",
            ),
        };
        let expected = format!(
            "INSERT INTO expectations (id, organisation_seq, why) SELECT id, seq, {why} FROM organisations
             WHERE expected_to_publish = TRUE AND resolution <> 'merged' ORDER BY seq"
        );
        let declared = format!(
            "INSERT INTO nil_returns (id, organisation_seq, declared_on, holds_until, by_body)
             SELECT id, seq, nil_return_on, {until}, FALSE FROM organisations
             WHERE nil_return_on IS NOT NULL AND resolution <> 'merged' ORDER BY seq"
        );
        crate::run(manager, &[&expected, &declared]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, &["DROP TABLE nil_returns", "DROP TABLE expectations"]).await
    }
}
