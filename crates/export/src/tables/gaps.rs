//! Gaps between what was bought and what is on the register.

use std::sync::LazyLock;

use domain::codes::{Code, GapRule, GapStatus};
use store::procurement::gaps::{Gap, Reply};

use crate::table::Reference;
use crate::{Cell, Kind, Typed};

/// A reply in one line of text.
fn said(reply: &Reply) -> String {
    let by = reply.organisation.as_deref().unwrap_or("the register");
    format!("{} {by}: {}: {}", reply.made_at.date_naive(), reply.status, reply.statement)
}

/// The table of gaps.
pub fn gaps() -> &'static Typed<Gap> {
    static TABLE: LazyLock<Typed<Gap>> = LazyLock::new(|| {
        Typed::<Gap>::new(
            "gaps",
            "Gaps",
            "What a published rule found missing between contracts and records, and what was answered",
            &["id"],
            &[Reference { column: "contract_id", table: "contracts", target: "id" }],
        )
        .must("id", Kind::Text, "UUID of the gap", |row, _| (&row.id).into())
        .must("url", Kind::Text, "Address of the gap", |row, base| {
            format!("{base}/api/v1/gaps/{}", row.id).into()
        })
        .must("number", Kind::Text, "Number of the rule, such as G1", |row, _| row.rule.number().into())
        .must("rule", Kind::Code(GapRule::VOCABULARY), "Which rule found it", |row, _| {
            row.rule.as_str().into()
        })
        .must("rule_version", Kind::Text, "Release of the rule", |row, _| (&row.rule_version).into())
        .must("status", Kind::Code(GapStatus::VOCABULARY), "How it stands", |row, _| {
            row.status.as_str().into()
        })
        .must("reason", Kind::Text, "Why, in a sentence", |row, _| (&row.reason).into())
        .with("organisation", Kind::Text, "Slug of the body that is asked", |row, _| {
            row.organisation.as_ref().into()
        })
        .with("contract_id", Kind::Text, "Id of the contract it is about", |row, _| {
            row.contract_id.as_ref().into()
        })
        .with("contract_title", Kind::Text, "Title of that contract", |row, _| {
            row.contract_title.as_ref().into()
        })
        .with("contract_url", Kind::Text, "Address of that contract", |row, base| {
            row.contract_id.as_ref().map(|id| format!("{base}/api/v1/contracts/{id}")).into()
        })
        .with("buyer_names", Kind::Texts, "Its buyers as the notice names them", |row, _| {
            Cell::list(&row.buyer_names)
        })
        .with("supplier_names", Kind::Texts, "Its suppliers as the notice names them", |row, _| {
            Cell::list(&row.supplier_names)
        })
        .with("value", Kind::Decimal, "What it costs", |row, _| {
            row.value.as_ref().map(|value| &value.amount).into()
        })
        .with("currency", Kind::Text, "ISO 4217", |row, _| {
            row.value.as_ref().and_then(|value| value.currency.as_ref()).into()
        })
        .with("record_id", Kind::Text, "Public id of the record it is about", |row, _| {
            row.record_id.as_ref().into()
        })
        .with("record_url", Kind::Text, "Address of that record", |row, base| {
            row.record_id.as_ref().map(|id| format!("{base}/api/v1/records/{id}")).into()
        })
        .must("found_at", Kind::Instant, "When it was first found", |row, _| row.found_at.into())
        .must("changed_at", Kind::Instant, "When it last changed", |row, _| row.changed_at.into())
        .with("replies", Kind::Texts, "What was said to it, the first answer first", |row, _| {
            Cell::list(row.replies.iter().map(said))
        })
    });
    &TABLE
}
