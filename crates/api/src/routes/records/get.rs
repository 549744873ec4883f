//! `GET /api/v1/records/{id}`

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use wire::RecordView;

use super::FieldNames;
use crate::App;
use crate::extract::{IdInPath, Params, Taker};
use crate::filters::{self, AsOf};
use crate::manners::http_date;
use crate::parameters::parameters;
use crate::problem::{ApiError, GoneProblem};
use crate::tombstone::published;
use crate::views::{pick, record_view};

parameters! {
    /// Which fields to return.
    pub(crate) struct GetParams {
        /// Fields to return, joined by commas; id and url are always included.
        #[param(value_type = Option<String>, example = "title,publisher,assessments", pattern = "^[a-z_,]+$")]
        fields: FieldNames,
    }
}

/// Read a record
///
/// The current version, with flags of the public rules, completeness, the organisations it names, links and a citation. For a withdrawn record the answer is 410 with what remains public; `as_of` still shows it as it was on an earlier day.
#[utoipa::path(
    get, path = "/api/v1/records/{id}", operation_id = "get_record", tag = "records",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        GetParams, AsOf,
    ),
    responses(
        (status = 200, description = "The record", body = RecordView),
        (status = 404, description = "No such record, or not on that day"),
        (status = 410, description = "The record was withdrawn; the tombstone says when and why", body = GoneProblem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_record(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let FieldNames(fields) = GetParams::take(&mut taker).fields;
    let as_of = filters::take_as_of(&mut taker, app.today());
    taker.finish()?;
    let missing = || ApiError::NotFound("record", id.to_string());
    let record = match as_of {
        None => store::records::find(&app.db, id).await?.ok_or_else(missing)?,
        Some(day) => match store::records::find_as_of(&app.db, id, day).await? {
            Some(record) => record,
            None => {
                let later = store::records::find(&app.db, id).await?.ok_or_else(missing)?;
                let first = later.first_published_at.date_naive();
                return Err(ApiError::NotYet { id: later.id, day, first });
            }
        },
    };
    let record = published(&app.base_url, record)?;
    let modified = http_date(record.version.published_at);
    let view = pick(record_view(&app, &record, as_of).await?, &fields);
    let mut response = Json(view).into_response();
    response.headers_mut().insert(header::LAST_MODIFIED, modified);
    Ok(response)
}
