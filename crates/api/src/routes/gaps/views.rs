//! What answers say about gaps, and the filters of gap lists.

use domain::codes::{GapRule, GapStatus, OrganisationKind};
use serde::Deserialize;
use store::procurement::gaps::{Coverage, Gap, GapQuery, Reply};
use utoipa::IntoParams;
use wire::{CoverageView, GapView, ReplyView, ShareView, SourceView};

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
    /// Rule that found it.
    rule: Option<Vec<GapRule>>,
    /// Status of the gap.
    status: Option<Vec<GapStatus>>,
    /// Slug or id of the body concerned.
    organisation: Option<Vec<SlugOrId>>,
    /// Kind of the body concerned.
    organisation_kind: Option<Vec<OrganisationKind>>,
    /// Id of a contract.
    contract: Option<Vec<uuid::Uuid>>,
    /// Public id of a record.
    record: Option<Vec<RecordIdText>>,
    /// Watch-list group of the contract.
    watch_group: Option<Vec<WatchGroup>>,
}

pub(super) fn view(app: &App, gap: Gap) -> GapView {
    let base = &app.base_url;
    GapView {
        url: format!("{base}/api/v1/gaps/{}", gap.id),
        contract_url: gap.contract_id.as_ref().map(|id| format!("{base}/api/v1/contracts/{id}")),
        record_url: gap.record_id.as_ref().map(|id| format!("{base}/api/v1/records/{id}")),
        id: gap.id,
        rule: gap.rule,
        number: gap.rule.number().to_owned(),
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
        replies: gap.replies.into_iter().map(reply_view).collect(),
    }
}

fn reply_view(reply: Reply) -> ReplyView {
    ReplyView {
        status: reply.status,
        statement: reply.statement,
        record_id: reply.record_id,
        organisation: reply.organisation,
        made_at: reply.made_at,
    }
}

pub(super) fn coverage_view(coverage: Option<Coverage>) -> CoverageView {
    let ran_at = coverage.as_ref().map(|coverage| coverage.ran_at);
    let coverage = coverage.unwrap_or_else(Coverage::of_nothing);
    let share =
        |share: store::procurement::gaps::Share| ShareView { resolved: share.resolved, total: share.total };
    CoverageView {
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
