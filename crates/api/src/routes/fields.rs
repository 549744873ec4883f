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
    /// What other standards and registers ask in its place: points of annex VIII of the EU AI Act, paths of the Open
    /// Contracting Data Standard, columns of the Dutch register and of the US inventories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    equivalents: Vec<EquivalentView>,
    /// A second column it has in tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis_column: Option<String>,
}

/// What another standard asks in the place of a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EquivalentView {
    /// Which standard: `eu_ai_act`, `ocds`, `nl` or `us`.
    #[schema(example = "eu_ai_act")]
    standard: &'static str,
    /// Its name for it.
    #[schema(example = "VIII.C.4")]
    id: String,
}

/// What is known of every field in other standards: from the list of equivalents, and from the mappings by which files
/// of other registers are read.
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
