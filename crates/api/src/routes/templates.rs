//! `GET /api/v1/templates/records.csv` and `.xlsx`: templates, generated from the field catalogue.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Vocabulary;
use domain::fields::{BASIS, BASIS_SUFFIX, FIELDS, Field, FieldKind, columns, field};
use rust_xlsxwriter::{DataValidation, Format, Formula, Workbook, XlsxError};

use crate::extract::NoParams;
use crate::problem::ApiError;

/// Rows of the template with drop-downs.
const ROWS: u32 = 1_000;
/// Columns of the template: the public id, for next versions, then the fields.
fn headers() -> impl Iterator<Item = String> {
    std::iter::once("id".to_owned()).chain(columns().filter(|name| name != "origin"))
}

/// Download the template as CSV
///
/// A header row: the field names, in the order of the data dictionary.
#[utoipa::path(
    get, path = "/api/v1/templates/records.csv", operation_id = "get_template_csv", tag = "reference",
    responses(
        (status = 200, description = "The template", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn get_template_csv(_: NoParams) -> Response {
    let line = headers().collect::<Vec<_>>().join(",") + "\r\n";
    let disposition = "attachment; filename=\"records.csv\"";
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, disposition)], line)
        .into_response()
}

/// Download the template as a spreadsheet
///
/// The same columns with drop-downs for code lists, a sheet that says what to write in each, and one with the definition of every code.
#[utoipa::path(
    get, path = "/api/v1/templates/records.xlsx", operation_id = "get_template_xlsx", tag = "reference",
    responses(
        (status = 200, description = "The template", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )
)]
pub(crate) async fn get_template_xlsx(_: NoParams) -> Result<Response, ApiError> {
    let bytes = workbook().map_err(|error| {
        tracing::error!("cannot make the template: {error}");
        ApiError::Inside
    })?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = "attachment; filename=\"records.xlsx\"";
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// The code list of a column whose cells hold a single code.
fn one_of(name: &str) -> Option<&'static Vocabulary> {
    if name.strip_suffix(BASIS_SUFFIX).and_then(field).is_some() {
        return Some(BASIS);
    }
    match field(name)?.kind {
        FieldKind::Code(list) => Some(list),
        _ => None,
    }
}

fn workbook() -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let mut workbook = Workbook::new();
    let mut lists: Vec<(&'static Vocabulary, String)> = Vec::new();
    // The codes are written first, because the drop-downs need their cell ranges, but their sheet is added
    // last.
    let mut codes = rust_xlsxwriter::Worksheet::new();
    codes.set_name("codes")?;
    for (place, heading) in ["list", "code", "label", "definition"].iter().enumerate() {
        codes.write_with_format(0, place as u16, *heading, &bold)?;
    }
    let mut row = 1;
    let used = FIELDS.iter().filter_map(|field| match field.kind {
        FieldKind::Code(list) | FieldKind::Codes(list) => Some(list),
        _ => None,
    });
    for list in used.chain([BASIS]) {
        if lists.iter().any(|(known, _)| known.name == list.name) {
            continue;
        }
        let first = row;
        for entry in list.entries {
            for (place, text) in [list.name, entry.code, entry.label, entry.definition].iter().enumerate() {
                codes.write(row, place as u16, *text)?;
            }
            row += 1;
        }
        lists.push((list, format!("=codes!$B${}:$B${}", first + 1, row)));
    }
    let records = workbook.add_worksheet();
    records.set_name("records")?.set_freeze_panes(1, 0)?;
    for (place, name) in headers().enumerate() {
        let place = place as u16;
        records.write_with_format(0, place, &name, &bold)?;
        records.set_column_width(place, 22)?;
        let list = one_of(&name).and_then(|list| lists.iter().find(|(known, _)| known.name == list.name));
        if let Some((list, range)) = list {
            let choice = DataValidation::new()
                .allow_list_formula(Formula::new(range))
                .set_error_title("Not a code")?
                .set_error_message(format!("Choose {} from the list", list.noun))?;
            records.add_data_validation(1, place, ROWS, place, &choice)?;
        } else if field(&name).is_some_and(|field| matches!(field.kind, FieldKind::Boolean)) {
            let choice = DataValidation::new().allow_list_strings(&["true", "false"])?;
            records.add_data_validation(1, place, ROWS, place, &choice)?;
        }
    }
    let dictionary = workbook.add_worksheet();
    dictionary.set_name("dictionary")?;
    for (place, heading) in ["field", "label", "what to write", "type", "of", "required"].iter().enumerate() {
        dictionary.write_with_format(0, place as u16, *heading, &bold)?;
    }
    for (row, field) in (1..).zip(FIELDS.iter().filter(|field| field.name != "origin")) {
        for (place, text) in described(field).iter().enumerate() {
            dictionary.write(row, place as u16, text.as_str())?;
        }
    }
    workbook.push_worksheet(codes);
    workbook.save_to_buffer()
}

fn described(field: &Field) -> [String; 6] {
    [
        field.name.to_owned(),
        field.label.to_owned(),
        field.hint.to_owned(),
        field.kind.name().to_owned(),
        field.kind.of().unwrap_or_default(),
        field.required.as_str().to_owned(),
    ]
}
