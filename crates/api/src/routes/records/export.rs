//! `GET /api/v1/records.csv`, `.ndjson`, `.parquet` and `.xlsx`: all matching records, streamed.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use store::ground::line::Full;

use crate::alike::{AlikeParams, alike_to};
use crate::exports::{Format, Turns, stream};
use crate::extract::{Params, Taker};
use crate::filters::{self, AsOf, RecordFilters};
use crate::manners::{etag, http_date};
use crate::problem::ApiError;
use crate::reading::take_query;
use crate::searched::Searched;
use crate::table::CsvParams;
use crate::tags::Known;
use crate::{App, client};

/// How long an export waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// Download records as CSV
///
/// All matching records, without a limit on rows: RFC 4180, UTF-8, lists joined by `;`, objects as JSON.
#[utoipa::path(
    get, path = "/api/v1/records.csv", operation_id = "export_records_csv", tag = "records",
    params(RecordFilters, AlikeParams, AsOf, CsvParams),
    responses(
        (status = 200, description = "The records, one per row", body = String, content_type = "text/csv",
            headers(("Register-Search" = String, description = "With `q`, an RFC 9651 dictionary: how many records match, which are those sent; how many nearest others the list shows, and the corrected text it shows instead, neither of which is sent"))),
    )
)]
pub(crate) async fn export_records_csv(
    State(app): State<App>,
    method: Method,
    asked: HeaderMap,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let excel = CsvParams::take(&mut taker).excel.unwrap_or(false);
    export(app, &method, &asked, taker, Format::Csv { excel }).await
}

/// Download records as JSON lines
///
/// All matching records, one JSON object per line, without a limit.
#[utoipa::path(
    get, path = "/api/v1/records.ndjson", operation_id = "export_records_ndjson", tag = "records",
    params(RecordFilters, AlikeParams, AsOf),
    responses(
        (status = 200, description = "The records, one per line", body = String, content_type = "application/x-ndjson",
            headers(("Register-Search" = String, description = "With `q`, an RFC 9651 dictionary: how many records match, which are those sent; how many nearest others the list shows, and the corrected text it shows instead, neither of which is sent"))),
    )
)]
pub(crate) async fn export_records_ndjson(
    State(app): State<App>,
    method: Method,
    asked: HeaderMap,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    export(app, &method, &asked, Taker::new(pairs), Format::Ndjson).await
}

/// Download records as Parquet
///
/// All matching records, without a limit on rows: typed columns, lists as lists, objects as JSON text.
#[utoipa::path(
    get, path = "/api/v1/records.parquet", operation_id = "export_records_parquet", tag = "records",
    params(RecordFilters, AlikeParams, AsOf),
    responses(
        (status = 200, description = "The records, one per row", body = Vec<u8>, content_type = "application/vnd.apache.parquet",
            headers(("Register-Search" = String, description = "With `q`, an RFC 9651 dictionary: how many records match, which are those sent; how many nearest others the list shows, and the corrected text it shows instead, neither of which is sent"))),
    )
)]
pub(crate) async fn export_records_parquet(
    State(app): State<App>,
    method: Method,
    asked: HeaderMap,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    export(app, &method, &asked, Taker::new(pairs), Format::Parquet).await
}

/// Download records as a workbook
///
/// All matching records, with a sheet that describes the columns. The download starts when the whole file is ready. Texts too long for a cell are cut, with a mark.
#[utoipa::path(
    get, path = "/api/v1/records.xlsx", operation_id = "export_records_xlsx", tag = "records",
    params(RecordFilters, AlikeParams, AsOf),
    responses(
        (status = 200, description = "The records, one per row", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers(("Register-Search" = String, description = "With `q`, an RFC 9651 dictionary: how many records match, which are those sent; how many nearest others the list shows, and the corrected text it shows instead, neither of which is sent"))),
    )
)]
pub(crate) async fn export_records_xlsx(
    State(app): State<App>,
    method: Method,
    asked: HeaderMap,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    export(app, &method, &asked, Taker::new(pairs), Format::Xlsx).await
}

async fn export(
    app: App,
    method: &Method,
    asked: &HeaderMap,
    mut taker: Taker,
    format: Format,
) -> Result<Response, ApiError> {
    let mut query = take_query(&app.db, &app.words, &mut taker).await?;
    let to = AlikeParams::take(&mut taker).alike_to;
    query.as_of = filters::take_past_day(&mut taker, app.today());
    let pairs = taker.sent();
    taker.finish()?;
    let state = app.search.state();
    let name = format!("records.{}", format.ending());
    // Made from the state and the query, so that the tag needs no export. The revision counts what changes the rows
    // without a change number: a body's name, or the flags of a new day.
    let tag = etag(format!("{} {} {format:?} {pairs:?}", state.change, state.revision).as_bytes());
    // `validators` will answer 304, or the request is a HEAD. A record that is not there is refused all the same.
    let is_bare = *method == Method::HEAD || Known::of(asked).has(&tag);
    let look = match is_bare && query.q.is_none() {
        true => None,
        false => Some(app.search.look_at(query.as_of, Some(client::wait())).await?),
    };
    query.alike_to = alike_to(&app.db, to).await?;
    let searched = match &look {
        Some(look) => Searched::of(look, &query).await?,
        None => None,
    };
    let body = match look.filter(|_| !is_bare) {
        None => Body::empty(),
        Some(look) => {
            let whole = match format.is_heavy() {
                true => {
                    let turn = app.exports.turn(client::network(), PATIENCE).await;
                    Some(turn.map_err(|Full| ApiError::Overloaded)?)
                }
                false => None,
            };
            let turns = Turns { whole, steps: Some(client::Steps::new(&app)) };
            Body::from_stream(stream(&app.db, &look, &query, format, &app.base_url, turns).await?)
        }
    };
    let headers = [
        (header::CONTENT_TYPE, ::export::describe::media_type(&name).to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let mut response = (headers, body).into_response();
    if let Some(searched) = searched {
        searched.say(response.headers_mut());
    }
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::LAST_MODIFIED, http_date(state.changed_at));
    Ok(response)
}
