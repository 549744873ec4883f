//! `GET /api/v1/vocabularies`: code lists with definitions.

use axum::Json;
use axum::response::IntoResponse;
use domain::Vocabulary;
use domain::codes::{VOCABULARIES, nearest, vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;

/// One code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeView {
    /// The code.
    #[schema(example = "policing")]
    code: &'static str,
    /// Label for people.
    #[schema(example = "Policing")]
    label: &'static str,
    /// Definition.
    definition: &'static str,
    /// The broader or equivalent code of the source standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    broader: Option<&'static str>,
}

/// One code list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyView {
    /// Its name.
    #[schema(example = "sector")]
    name: &'static str,
    /// Purpose of the list.
    description: &'static str,
    /// Codes, in reading order.
    codes: Vec<CodeView>,
}

/// Every code list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyList {
    /// Code lists.
    items: Vec<VocabularyView>,
    /// How many there are.
    total: u64,
}

fn view(list: &Vocabulary) -> VocabularyView {
    let codes = list.entries.iter().map(|entry| CodeView {
        code: entry.code,
        label: entry.label,
        definition: entry.definition,
        broader: entry.broader,
    });
    VocabularyView { name: list.name, description: list.description, codes: codes.collect() }
}

/// List the code lists
///
/// Codes, labels and definitions of every code list.
#[utoipa::path(
    get, path = "/api/v1/vocabularies", operation_id = "list_vocabularies", tag = "reference",
    responses(
        (status = 200, description = "Every code list", body = VocabularyList),
    )
)]
pub(crate) async fn list_vocabularies(_: NoParams) -> impl IntoResponse {
    let items: Vec<VocabularyView> = VOCABULARIES.iter().map(|list| view(list)).collect();
    Json(VocabularyList { total: items.len() as u64, items })
}

/// Read one code list
///
/// Codes, labels and definitions of one code list.
#[utoipa::path(
    get, path = "/api/v1/vocabularies/{name}", operation_id = "get_vocabulary", tag = "reference",
    params(("name" = String, Path, description = "Name of the list", example = "sector")),
    responses(
        (status = 200, description = "The codes with their definitions", body = VocabularyView),
        (status = 404, description = "No such code list"),
    )
)]
pub(crate) async fn get_vocabulary(
    Segment(name): Segment,
    _: NoParams,
) -> Result<Json<VocabularyView>, ApiError> {
    match vocabulary(&name) {
        Some(list) => Ok(Json(view(list))),
        None => {
            let near = nearest(&name, VOCABULARIES.iter().map(|list| (list.name, list.name)));
            let shown = domain::cell::short(&name);
            let said = near.map_or(shown.clone(), |near| format!("{shown}' (did you mean '{near}'?)"));
            Err(ApiError::NotFound("vocabulary", said.trim_end_matches('\'').to_owned()))
        }
    }
}
