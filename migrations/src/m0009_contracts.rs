//! Contracts: stored releases, the processes derived from them, links to records and products, gaps and
//! replies.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "CREATE TABLE processes (
                    seq {integer_key},
                    id {key} NOT NULL UNIQUE,
                    source {key} NOT NULL,
                    ocid {key} NOT NULL,
                    buyer_key {key} NOT NULL,
                    detail TEXT NOT NULL,
                    UNIQUE (source, ocid, buyer_key)
                )",
                "CREATE INDEX processes_by_ocid ON processes (ocid)",
                "CREATE TABLE releases (
                    seq {serial},
                    source {key} NOT NULL,
                    ocid {key} NOT NULL,
                    release_key {key} NOT NULL,
                    sha256 {key} NOT NULL,
                    buyer_key {key} NOT NULL,
                    dated TEXT,
                    dated_at BIGINT,
                    import_seq BIGINT,
                    raw TEXT NOT NULL,
                    UNIQUE (source, ocid, release_key, sha256)
                )",
                "CREATE TABLE contracts (
                    seq {integer_key},
                    id {key} NOT NULL UNIQUE,
                    process_seq BIGINT NOT NULL REFERENCES processes (seq),
                    kind {key} NOT NULL,
                    is_current BOOLEAN NOT NULL,
                    listed_on {key} NOT NULL,
                    amount BIGINT,
                    currency {key},
                    procedure {key},
                    notice_types {key} NOT NULL,
                    awarded_on {key},
                    starts_on {key},
                    ends_on {key},
                    watch_strength {key},
                    watch_group {key},
                    text_key TEXT NOT NULL,
                    detail TEXT NOT NULL,
                    watch TEXT
                )",
                "CREATE INDEX contracts_of ON contracts (process_seq)",
                "CREATE INDEX contracts_listed ON contracts (listed_on, seq)",
                "CREATE INDEX contracts_watched ON contracts (watch_strength, listed_on, seq)",
                "CREATE TABLE contract_parties (
                    contract_seq BIGINT NOT NULL REFERENCES contracts (seq),
                    place INTEGER NOT NULL,
                    role {key} NOT NULL,
                    name TEXT,
                    slug {key},
                    resolved_by {key} NOT NULL,
                    PRIMARY KEY (contract_seq, place)
                )",
                "CREATE INDEX contract_parties_by_slug ON contract_parties (slug, role)",
                "CREATE TABLE contract_cpv (
                    contract_seq BIGINT NOT NULL REFERENCES contracts (seq),
                    code {key} NOT NULL,
                    PRIMARY KEY (contract_seq, code)
                )",
                "CREATE INDEX contract_cpv_by_code ON contract_cpv (code)",
                "CREATE TABLE links (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    contract_seq BIGINT NOT NULL REFERENCES contracts (seq),
                    target_kind {key} NOT NULL CHECK (target_kind IN ('record', 'product')),
                    target {key} NOT NULL,
                    class {key} NOT NULL,
                    state {key} NOT NULL,
                    rule_version {key} NOT NULL,
                    evidence TEXT NOT NULL,
                    made_at BIGINT NOT NULL,
                    changed_at BIGINT NOT NULL,
                    judged_at BIGINT,
                    judged_role {key},
                    reason TEXT,
                    UNIQUE (contract_seq, target_kind, target)
                )",
                "CREATE INDEX links_by_target ON links (target_kind, target)",
                "CREATE TABLE gaps (
                    seq {serial},
                    id {key} NOT NULL UNIQUE,
                    rule {key} NOT NULL,
                    rule_version {key} NOT NULL,
                    contract_seq BIGINT REFERENCES contracts (seq),
                    record_id {key},
                    organisation {key},
                    status {key} NOT NULL,
                    reason TEXT NOT NULL,
                    found_at BIGINT NOT NULL,
                    changed_at BIGINT NOT NULL
                )",
                "CREATE INDEX gaps_by_organisation ON gaps (organisation)",
                "CREATE TABLE gap_replies (
                    seq {serial},
                    gap_seq BIGINT NOT NULL REFERENCES gaps (seq),
                    status {key} NOT NULL,
                    statement TEXT NOT NULL,
                    record_id {key},
                    organisation {key},
                    made_at BIGINT NOT NULL
                )",
                "CREATE INDEX gap_replies_of ON gap_replies (gap_seq)",
                "CREATE TABLE gap_runs (
                    seq {serial},
                    ran_at BIGINT NOT NULL,
                    coverage TEXT NOT NULL
                )",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            &[
                "DROP TABLE gap_runs",
                "DROP TABLE gap_replies",
                "DROP TABLE gaps",
                "DROP TABLE links",
                "DROP TABLE contract_cpv",
                "DROP TABLE contract_parties",
                "DROP TABLE contracts",
                "DROP TABLE releases",
                "DROP TABLE processes",
            ],
        )
        .await
    }
}
