//! What answers say about gaps.

use store::procurement::gaps::{Coverage, Gap, Reply};
use wire::{CoverageView, GapView, ReplyView, ShareView, SourceView};

use crate::App;

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
