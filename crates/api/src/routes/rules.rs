//! `GET /api/v1/rules`: the public rules behind the flags.

use axum::Json;
use axum::response::IntoResponse;
use domain::codes::{Code, Flag};
use domain::rules::{RULES, TRANSPARENCY_SENTENCE};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::NoParams;

/// A public rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    /// The flag it raises on records that break it.
    flag: Flag,
    /// Its label.
    label: &'static str,
    /// Incremented whenever the rule's result for some record changes.
    version: u32,
    /// The rule in one sentence.
    sentence: &'static str,
}

/// Every public rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleList {
    /// The rules.
    items: Vec<RuleView>,
    /// How many there are.
    total: u64,
    /// How the transparency class is determined.
    transparency_class: &'static str,
}

/// List the public rules
///
/// Each flag's rule in one sentence, with its version.
#[utoipa::path(
    get, path = "/api/v1/rules", operation_id = "list_rules", tag = "reference",
    responses(
        (status = 200, description = "The rules with their sentences", body = RuleList),
    )
)]
pub(crate) async fn list_rules(_: NoParams) -> impl IntoResponse {
    let items: Vec<RuleView> = RULES
        .iter()
        .map(|rule| RuleView {
            flag: rule.flag,
            label: rule.flag.label(),
            version: rule.version,
            sentence: rule.sentence,
        })
        .collect();
    Json(RuleList { total: items.len() as u64, items, transparency_class: TRANSPARENCY_SENTENCE })
}
