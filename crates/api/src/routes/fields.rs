//! `GET /api/v1/fields`: the data dictionary.

use axum::Json;
use axum::response::IntoResponse;
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::NoParams;
use crate::problem::Problem;

/// One field of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldView {
    /// Its name in JSON, CSV, query and form.
    #[schema(example = "phase")]
    name: &'static str,
    /// The question it belongs to.
    #[schema(example = "when")]
    group: &'static str,
    /// What people read.
    #[schema(example = "Phase")]
    label: &'static str,
    /// What to write.
    hint: &'static str,
    /// What a value looks like.
    #[serde(rename = "type")]
    #[schema(example = "code")]
    kind: &'static str,
    /// The code list, schema or limit that completes the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "phase")]
    of: Option<String>,
    /// When it must be answered.
    #[schema(example = "draft")]
    required: &'static str,
    /// Who may read it.
    #[schema(example = "public")]
    access: &'static str,
    /// Its id in version 4 of the UK standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    atrs: Option<&'static str>,
    /// A second column it has in tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis_column: Option<String>,
}

/// The data dictionary.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dictionary {
    /// The fields in the order of JSON and CSV.
    items: Vec<FieldView>,
    /// How many there are.
    total: u64,
}

/// The data dictionary as data.
pub fn dictionary() -> Dictionary {
    let items: Vec<FieldView> = FIELDS
        .iter()
        .map(|field| FieldView {
            name: field.name,
            group: field.group.as_str(),
            label: field.label,
            hint: field.hint,
            kind: field.kind.name(),
            of: field.kind.of(),
            required: field.required.as_str(),
            access: field.access.as_str(),
            atrs: field.atrs,
            basis_column: basis_column(field),
        })
        .collect();
    Dictionary { total: items.len() as u64, items }
}

fn basis_column(field: &Field) -> Option<String> {
    matches!(field.kind, FieldKind::Estimate).then(|| format!("{}{BASIS_SUFFIX}", field.name))
}

/// List the fields of a record
///
/// Name, type, label, hint and requirement of every field, in the order of JSON and CSV.
#[utoipa::path(
    get, path = "/api/v1/fields", operation_id = "list_fields", tag = "reference",
    responses(
        (status = 200, description = "The data dictionary", body = Dictionary),
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "A parameter is not valid; every fault with a hint", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_fields(_: NoParams) -> impl IntoResponse {
    Json(dictionary())
}
