//! `GET /api/v1/rules`: what the flags mean.

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
    /// The flag it sets on records that do not keep to it.
    flag: Flag,
    /// Its label.
    label: &'static str,
    /// Raised whenever its answer for some record changes.
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
    /// How the transparency class is found.
    transparency_class: &'static str,
}

/// List the public rules
///
/// What each flag means, in one sentence, with the version of its rule.
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
