//! `GET /api/v1/fields`: the data dictionary.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Json;
use axum::response::IntoResponse;
use domain::equivalents;
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind};
use wire::{Dictionary, EquivalentView, FieldView};

use crate::extract::NoParams;

/// Counterparts of every field, from the list of equivalents and from the mappings for importing other
/// registers.
static EQUIVALENTS: LazyLock<HashMap<&'static str, Vec<EquivalentView>>> = LazyLock::new(|| {
    let mappings = importer::sources::mappings();
    let of = |field: &Field| {
        let listed = equivalents::of(field.name)
            .map(|one| EquivalentView { standard: one.standard.as_str().to_owned(), id: one.id.to_owned() });
        let mapped = mappings.iter().flat_map(|(standard, mapping)| {
            let headers = mapping.headers_of(field.name).into_iter();
            headers
                .map(move |header| EquivalentView { standard: (*standard).to_owned(), id: header.to_owned() })
        });
        listed.chain(mapped).collect::<Vec<_>>()
    };
    FIELDS.iter().map(|field| (field.name, of(field))).collect()
});

/// The data dictionary, as the API and dumps publish it.
pub fn dictionary() -> Dictionary {
    let items: Vec<FieldView> = FIELDS
        .iter()
        .map(|field| FieldView {
            name: field.name.to_owned(),
            group: field.group.as_str().to_owned(),
            label: field.label.to_owned(),
            hint: field.hint.to_owned(),
            kind: field.kind.name().to_owned(),
            of: field.kind.of(),
            required: field.required.as_str().to_owned(),
            access: field.access.as_str().to_owned(),
            atrs: field.atrs.map(str::to_owned),
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
