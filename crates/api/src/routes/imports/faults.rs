//! `GET /api/v1/imports/faults/{copy}`

use std::io::Cursor;

use acts::Caller;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::documents::FileBytes;
use super::reading;
use crate::App;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;

/// Download an uploaded file with its faults
///
/// A copy of the file in the format it came in (CSV, or XLSX for any spreadsheet), with a column `faults` beside its rows. Correct it and upload it again: the column is ignored. The address is in the report on the upload, works for an hour, and only for the person who uploaded the file; on a register of several servers, ask the one that answered.
#[utoipa::path(
    get, path = "/api/v1/imports/faults/{copy}", operation_id = "get_import_faults", tag = "submissions", security(("token" = [])),
    params(("copy" = String, Path, description = "UUID of the copy, from `faults` in the report")),
    responses(
        (status = 200, description = "The copy", body = inline(FileBytes), content_type = "*/*"),
        (status = 404, description = "No such copy, it is not yours, or its hour is over"),
    )
)]
pub(crate) async fn get_import_faults(
    State(app): State<App>,
    caller: Caller,
    Segment(copy): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let Some(file) = app.faulty.find(&copy, &caller.person.id) else {
        return Err(ApiError::NotFound("copy with faults", domain::cell::short(&copy)));
    };
    let faults = file.faults.clone();
    let (kind, bytes) =
        reading::on_thread(&app, file.name.clone(), file.bytes.clone(), move |path, reading| {
            let mut copy = Cursor::new(Vec::new());
            let kind = importer::faults::write(path, faults, reading, &mut copy)?;
            Ok((kind, copy.into_inner()))
        })
        .await?;
    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    let name = format!("{stem}-faults.{}", kind.ending());
    let disposition =
        format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(&name, NON_ALPHANUMERIC));
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, value(kind.media_type())),
        (header::CONTENT_DISPOSITION, value(&disposition)),
    ];
    Ok((headers, bytes).into_response())
}
