//! `GET /api/v1/rules`: what the flags mean.

use axum::Json;
use axum::response::IntoResponse;
use domain::codes::{Code, Flag};
use domain::rules::{RULES, TRANSPARENCY_SENTENCE};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::NoParams;
use crate::problem::Problem;

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
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "A parameter is not valid; every fault with a hint", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
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
