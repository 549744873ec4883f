//! Links between contracts and records or products.

use std::sync::LazyLock;

use domain::codes::{Code, LinkClass, LinkState, Role};
use store::procurement::links::{Link, Target};

use crate::table::Reference;
use crate::{Cell, Kind, Typed};

/// The table of links.
pub fn links() -> &'static Typed<Link> {
    static TABLE: LazyLock<Typed<Link>> = LazyLock::new(|| {
        Typed::<Link>::new(
            "links",
            "Links",
            "A link between a contract and a record or product, with its evidence",
            &["id"],
            &[Reference { column: "contract_id", table: "contracts", target: "id" }],
        )
        .must("id", Kind::Text, "UUID of the link", |row, _| (&row.id).into())
        .must("url", Kind::Text, "Address of the link", |row, base| {
            format!("{base}/api/v1/links/{}", row.id).into()
        })
        .must("contract_id", Kind::Text, "Id of the contract", |row, _| (&row.contract_id).into())
        .must("target_kind", Kind::Text, "record or product", |row, _| row.target.kind().as_str().into())
        .must("target_id", Kind::Text, "Public id of the record, or slug of the product", |row, _| {
            row.target.name().into()
        })
        .must("target_url", Kind::Text, "Address of the record or product", |row, base| {
            let part = if matches!(row.target, Target::Record(_)) { "records" } else { "products" };
            format!("{base}/api/v1/{part}/{}", row.target.name()).into()
        })
        .must("class", Kind::Code(LinkClass::VOCABULARY), "How good its grounds are", |row, _| {
            row.class.as_str().into()
        })
        .must("state", Kind::Code(LinkState::VOCABULARY), "What people said", |row, _| {
            row.state.as_str().into()
        })
        .with("rules", Kind::Texts, "The rules of its evidence", |row, _| {
            Cell::list(row.evidence.iter().map(|one| &one.rule))
        })
        .with("evidence", Kind::Array, "Its grounds, one by one", |row, _| Cell::json(&row.evidence))
        .must("rule_version", Kind::Text, "Release of the rules that made it", |row, _| {
            (&row.rule_version).into()
        })
        .must("made_at", Kind::Instant, "When it was first proposed", |row, _| row.made_at.into())
        .must("changed_at", Kind::Instant, "When it last changed", |row, _| row.changed_at.into())
        .with("judged_at", Kind::Instant, "When a person judged it", |row, _| row.judged_at.into())
        .with("judged_as", Kind::Code(Role::VOCABULARY), "As what they did", |row, _| {
            row.judged_role.map(Code::as_str).into()
        })
        .with("reason", Kind::Text, "What they said", |row, _| row.reason.as_ref().into())
    });
    &TABLE
}
