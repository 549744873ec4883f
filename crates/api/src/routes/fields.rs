//! `GET /api/v1/fields`: the data dictionary.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Json;
use axum::response::IntoResponse;
use domain::equivalents;
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::NoParams;

/// One field of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldView {
    /// Its name in JSON, CSV, queries and forms.
    #[schema(example = "phase")]
    name: &'static str,
    /// The question it belongs to.
    #[schema(example = "when")]
    group: &'static str,
    /// Label for people.
    #[schema(example = "Phase")]
    label: &'static str,
    /// What to write.
    hint: &'static str,
    /// Type of its values.
    #[serde(rename = "type")]
    #[schema(example = "code")]
    kind: &'static str,
    /// The code list, schema or limit that its type refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "phase")]
    of: Option<String>,
    /// When an answer is required.
    #[schema(example = "draft")]
    required: &'static str,
    /// Who may read it.
    #[schema(example = "public")]
    access: &'static str,
    /// Its id in version 4 of the UK standard (ATRS).
    #[serde(skip_serializing_if = "Option::is_none")]
    atrs: Option<&'static str>,
    /// Its counterparts in other standards and registers: points of Annex VIII of the EU AI Act, paths of the
    /// Open Contracting Data Standard, columns of the Dutch register and of the US inventories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    equivalents: Vec<EquivalentView>,
    /// Name of its second column in tables, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis_column: Option<String>,
}

/// A field's counterpart in another standard.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EquivalentView {
    /// Which standard: `eu_ai_act`, `ocds`, `nl` or `us`.
    #[schema(example = "eu_ai_act")]
    standard: &'static str,
    /// Its name there.
    #[schema(example = "VIII.C.4")]
    id: String,
}

/// Counterparts of every field, from the list of equivalents and from the mappings for importing other
/// registers.
static EQUIVALENTS: LazyLock<HashMap<&'static str, Vec<EquivalentView>>> = LazyLock::new(|| {
    let mappings = importer::sources::mappings();
    let of = |field: &Field| {
        let listed = equivalents::of(field.name)
            .map(|one| EquivalentView { standard: one.standard.as_str(), id: one.id.to_owned() });
        let mapped = mappings.iter().flat_map(|(standard, mapping)| {
            let headers = mapping.headers_of(field.name).into_iter();
            headers.map(|header| EquivalentView { standard, id: header.to_owned() })
        });
        listed.chain(mapped).collect::<Vec<_>>()
    };
    FIELDS.iter().map(|field| (field.name, of(field))).collect()
});

/// The data dictionary.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dictionary {
    /// Fields, in the order of JSON and CSV.
    items: Vec<FieldView>,
    /// How many there are.
    total: u64,
}

/// The data dictionary, as the API and dumps publish it.
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
            equivalents: EQUIVALENTS.get(field.name).cloned().unwrap_or_default(),
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
    )
)]
pub(crate) async fn list_fields(_: NoParams) -> impl IntoResponse {
    Json(dictionary())
}
