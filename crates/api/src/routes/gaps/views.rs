//! What answers say about gaps.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{GapRule, GapStatus};
use domain::contracting::Money;
use serde::Serialize;
use store::procurement::gaps::{Coverage, Gap, Reply};
use utoipa::ToSchema;

use crate::App;

/// A gap, with the answers to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapView {
    /// Id; stays the same when the gap is found again.
    id: String,
    /// Its URL.
    url: String,
    /// Rule that found it.
    rule: GapRule,
    /// Number of the rule in the documentation.
    #[schema(example = "G1")]
    number: &'static str,
    /// Version of the rule.
    rule_version: String,
    /// Its status.
    status: GapStatus,
    /// The reason, in a sentence.
    reason: String,
    /// Slug of the body concerned; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// The contract it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_id: Option<String>,
    /// Title of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_title: Option<String>,
    /// URL of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_url: Option<String>,
    /// Buyers, as named in the notice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buyer_names: Vec<String>,
    /// Suppliers, as named in the notice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    supplier_names: Vec<String>,
    /// Value of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    /// The record it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// URL of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_url: Option<String>,
    /// When it was first found.
    found_at: DateTime<Utc>,
    /// When it last changed.
    changed_at: DateTime<Utc>,
    /// Answers, oldest first.
    replies: Vec<ReplyView>,
}

/// An answer to a gap.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyView {
    /// Status the answer gave the gap.
    status: GapStatus,
    /// The statement.
    statement: String,
    /// The record it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// Slug of the body that answered; absent if the register itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// When it was given.
    made_at: DateTime<Utc>,
}

/// What a gap report covers, and what it cannot show.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageView {
    /// When the rules last ran; absent before the first notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    ran_at: Option<DateTime<Utc>>,
    /// Version of the rules.
    rule_version: String,
    /// Version of the watch list.
    watch_list_version: String,
    /// Sources of notices.
    sources: Vec<SourceView>,
    /// Parts of imported files that could not be used.
    rejected_releases: u64,
    /// Contracts and awards in the notices.
    contracts: u64,
    /// How many of those are on the watch list.
    on_watch_list: u64,
    /// Buyers named in contracts on the watch list.
    buyers: ShareView,
    /// Suppliers named in contracts on the watch list.
    suppliers: ShareView,
    /// Gaps by rule and status.
    gaps: BTreeMap<String, BTreeMap<String, u64>>,
    /// What such a report can never show.
    limits: String,
}

/// A source of notices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceView {
    /// The source, such as `find_a_tender`.
    source: String,
    /// Number of procurement processes.
    processes: u64,
    /// Number of releases.
    releases: u64,
    /// Day of the earliest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// Day of the latest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

/// How many are known to the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShareView {
    /// Those matched to a known organisation.
    resolved: u64,
    /// All of them.
    total: u64,
}

impl GapView {
    pub(super) fn of(app: &App, gap: Gap) -> Self {
        let base = &app.base_url;
        Self {
            url: format!("{base}/api/v1/gaps/{}", gap.id),
            contract_url: gap.contract_id.as_ref().map(|id| format!("{base}/api/v1/contracts/{id}")),
            record_url: gap.record_id.as_ref().map(|id| format!("{base}/api/v1/records/{id}")),
            id: gap.id,
            rule: gap.rule,
            number: gap.rule.number(),
            rule_version: gap.rule_version,
            status: gap.status,
            reason: gap.reason,
            organisation: gap.organisation,
            contract_id: gap.contract_id,
            contract_title: gap.contract_title,
            buyer_names: gap.buyer_names,
            supplier_names: gap.supplier_names,
            value: gap.value,
            record_id: gap.record_id,
            found_at: gap.found_at,
            changed_at: gap.changed_at,
            replies: gap.replies.into_iter().map(ReplyView::from).collect(),
        }
    }
}

impl From<Reply> for ReplyView {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.status,
            statement: reply.statement,
            record_id: reply.record_id,
            organisation: reply.organisation,
            made_at: reply.made_at,
        }
    }
}

impl From<Option<Coverage>> for CoverageView {
    fn from(coverage: Option<Coverage>) -> Self {
        let ran_at = coverage.as_ref().map(|coverage| coverage.ran_at);
        let coverage = coverage.unwrap_or_else(Coverage::of_nothing);
        let share = |share: store::procurement::gaps::Share| ShareView {
            resolved: share.resolved,
            total: share.total,
        };
        Self {
            ran_at,
            rule_version: coverage.rule_version,
            watch_list_version: coverage.watch_list_version,
            sources: coverage
                .sources
                .into_iter()
                .map(|one| SourceView {
                    source: one.source,
                    processes: one.processes,
                    releases: one.releases,
                    from: one.from,
                    to: one.to,
                })
                .collect(),
            rejected_releases: coverage.rejected_releases,
            contracts: coverage.contracts,
            on_watch_list: coverage.on_watch_list,
            buyers: share(coverage.buyers),
            suppliers: share(coverage.suppliers),
            gaps: coverage.gaps,
            limits: coverage.limits,
        }
    }
}
