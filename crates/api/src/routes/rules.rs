//! `GET /api/v1/rules`: the public rules behind the flags, and the duties behind the rules.

use axum::Json;
use axum::response::IntoResponse;
use domain::codes::Code;
use domain::duties::duties;
use domain::rules::{RULES, TRANSPARENCY_SENTENCE};
use wire::{RuleList, RuleView};

use crate::extract::NoParams;

/// List the public rules
///
/// Each flag's rule in one sentence, with its version; and which assessments and records are owed, by which law or
/// policy.
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
            label: rule.flag.label().to_owned(),
            version: rule.version,
            sentence: rule.sentence.to_owned(),
        })
        .collect();
    Json(RuleList {
        total: items.len() as u64,
        items,
        transparency_class: TRANSPARENCY_SENTENCE.to_owned(),
        duties: duties().to_vec(),
    })
}
