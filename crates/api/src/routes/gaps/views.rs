//! What is said of gaps, and the filters that choose them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{GapRule, GapStatus, OrganisationKind};
use domain::contracting::Money;
use serde::{Deserialize, Serialize};
use store::procurement::gaps::{Coverage, Gap, GapQuery, Reply};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::Taker;
use crate::filters::SlugOrId;
use crate::problem::{ApiError, Fault};
use crate::routes::contracts::WatchGroup;
use crate::routes::links::RecordIdText;

/// Filters of gaps.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `take_query` reads, which a test compares")]
pub(crate) struct GapFilters {
    /// What the report looks for.
    rule: Option<Vec<GapRule>>,
    /// What became of it.
    status: Option<Vec<GapStatus>>,
    /// Slug or id of the body that is asked.
    organisation: Option<Vec<SlugOrId>>,
    /// Kind of the body that is asked.
    organisation_kind: Option<Vec<OrganisationKind>>,
    /// Id of a contract.
    contract: Option<Vec<uuid::Uuid>>,
    /// Public id of a record.
    record: Option<Vec<RecordIdText>>,
    /// Group of the watch list that the contract is in.
    watch_group: Option<Vec<WatchGroup>>,
}

/// A gap, with what was said to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapView {
    /// Id; a gap found again has the same.
    id: String,
    /// Its own address.
    url: String,
    /// What the report looks for.
    rule: GapRule,
    /// The rule's number in the documents.
    #[schema(example = "G1")]
    number: &'static str,
    /// Release of the rule.
    rule_version: String,
    /// What became of it.
    status: GapStatus,
    /// Why, in a sentence.
    reason: String,
    /// Slug of the body that is asked; absent where nobody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// The contract it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_id: Option<String>,
    /// Title of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_title: Option<String>,
    /// Address of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_url: Option<String>,
    /// Its buyers as the notice names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buyer_names: Vec<String>,
    /// Its suppliers as the notice names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    supplier_names: Vec<String>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    /// The record it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// Address of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_url: Option<String>,
    /// When it was first found.
    found_at: DateTime<Utc>,
    /// When it last changed.
    changed_at: DateTime<Utc>,
    /// What was said to it, the first answer first.
    replies: Vec<ReplyView>,
}

/// An answer to a gap.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyView {
    /// What it made of the gap.
    status: GapStatus,
    /// In words.
    statement: String,
    /// The record it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// Slug of the body that answered; absent for the register itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// When.
    made_at: DateTime<Utc>,
}

/// What a report of gaps covers, and what it cannot show.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageView {
    /// When the rules were last asked; absent before the first notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    ran_at: Option<DateTime<Utc>>,
    /// Release of the rules.
    rule_version: String,
    /// Release of the watch list.
    watch_list_version: String,
    /// Where notices came from.
    sources: Vec<SourceView>,
    /// Elements of imported files that could not be used.
    rejected_releases: u64,
    /// Contracts and awards in the notices.
    contracts: u64,
    /// Of them on the watch list.
    on_watch_list: u64,
    /// Buyers named in contracts on the watch list.
    buyers: ShareView,
    /// Suppliers named in contracts on the watch list.
    suppliers: ShareView,
    /// Gaps by rule and status.
    gaps: BTreeMap<String, BTreeMap<String, u64>>,
    /// What no report can show.
    limits: String,
}

/// Notices of a source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceView {
    /// The source, such as `find_a_tender`.
    source: String,
    /// Its processes.
    processes: u64,
    /// Its releases.
    releases: u64,
    /// Day of the first release.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// Day of the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

/// How many of all are known to the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShareView {
    /// Of whom the register knows who they are.
    resolved: u64,
    /// All.
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

pub(super) async fn take_query(app: &App, taker: &mut Taker) -> Result<GapQuery, ApiError> {
    let mut query = GapQuery {
        rules: taker.codes("rule"),
        statuses: taker.codes("status"),
        kinds: taker.codes("organisation_kind"),
        contracts: taker.uuids("contract"),
        records: taker.record_ids("record"),
        ..GapQuery::default()
    };
    for value in taker.many("organisation") {
        match crate::filters::check(&app.db, "supplier", &value).await? {
            Ok(slug) => query.organisations.push(slug),
            Err(fault) => taker.fault(Fault { pointer: "organisation".to_owned(), ..fault }),
        }
    }
    query.watch_groups = crate::routes::contracts::take_groups(taker);
    Ok(query)
}
