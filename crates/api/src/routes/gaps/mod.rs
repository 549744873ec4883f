//! `GET /api/v1/gaps`, `/gaps/coverage`, `/gaps.csv` and `/gaps/{id}`: purchases that are not on the
//! register, and similar gaps.

pub(crate) mod reply;
mod views;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use store::ground::page::Cursor;
use wire::{CoverageView, GapList, GapView};

use self::views::{GapFilters, coverage_view, take_query};

use crate::App;
use crate::extract::{NoParams, PageParams, Params, Segment, Taker};
use crate::problem::ApiError;
use crate::routes::contracts::uuid_of;
use crate::routes::next_link;
use crate::routes::records::export::CsvParams;
use crate::table::{PAGE, download};

/// Find gaps
///
/// Purchases that are not on the register (`contract_without_record`), records without their contract, and details that notices withhold. Each gap is found by a rule and has a reason and any answers from the bodies concerned; the answer also says what the report covers.
#[utoipa::path(
    get, path = "/api/v1/gaps", operation_id = "list_gaps", tag = "procurement",
    params(GapFilters, PageParams),
    responses(
        (status = 200, description = "A page of gaps", body = GapList),
    )
)]
pub(crate) async fn list_gaps(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let query = take_query(&app, &mut taker).await?;
    let limit = taker.limit();
    let identity = format!("gaps {query:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let after = cursor.map(|cursor| cursor.number);
    let total = store::procurement::gaps::count(&app.db, &query).await?;
    let (gaps, next) = store::procurement::gaps::list(&app.db, &query, after, limit).await?;
    let next = next.map(|seq| Cursor::new(&identity, 0, total, String::new(), seq).encode());
    let link = next_link(&app.base_url, "/api/v1/gaps", &pairs, next.as_deref());
    let items = gaps.into_iter().map(|gap| views::view(&app, gap)).collect();
    let coverage = coverage_view(store::procurement::gaps::coverage(&app.db).await?);
    let list = GapList { about: app.about().await?, coverage, items, total, next };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Read what the gap report covers
///
/// Sources and their time spans, rejected releases, and the share of buyers and suppliers known to the register. Read it with every report and CSV file.
#[utoipa::path(
    get, path = "/api/v1/gaps/coverage", operation_id = "get_gap_coverage", tag = "procurement",
    responses(
        (status = 200, description = "What the report covers", body = CoverageView),
    )
)]
pub(crate) async fn get_gap_coverage(
    State(app): State<App>,
    _: NoParams,
) -> Result<Json<CoverageView>, ApiError> {
    Ok(Json(coverage_view(store::procurement::gaps::coverage(&app.db).await?)))
}

/// Download gaps as CSV
///
/// All matching gaps, without a limit on rows: RFC 4180, UTF-8, answers joined by `;`. The `Link` header leads to the report's coverage at `/api/v1/gaps/coverage`.
#[utoipa::path(
    get, path = "/api/v1/gaps.csv", operation_id = "export_gaps_csv", tag = "procurement",
    params(GapFilters, CsvParams),
    responses(
        (status = 200, description = "The gaps, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_gaps_csv(
    State(app): State<App>,
    method: Method,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let excel = taker.boolean("excel").unwrap_or(false);
    let query = take_query(&app, &mut taker).await?;
    taker.finish()?;
    let identity = format!("{pairs:?}");
    let from = app.clone();
    let read = move |after: Option<i64>| {
        let (app, query) = (from.clone(), query.clone());
        async move { store::procurement::gaps::list(&app.db, &query, after, PAGE).await }
    };
    let mut response = download(&app, &method, &identity, export::tables::gaps(), excel, read).await?;
    let link = format!("<{}/api/v1/gaps/coverage>; rel=\"describedby\"", app.base_url);
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Read a gap
///
/// One gap, with its reason and the answers to it.
#[utoipa::path(
    get, path = "/api/v1/gaps/{id}", operation_id = "get_gap", tag = "procurement",
    params(("id" = uuid::Uuid, Path, description = "Id of the gap")),
    responses(
        (status = 200, description = "The gap", body = GapView),
        (status = 404, description = "No such gap"),
    )
)]
pub(crate) async fn get_gap(
    State(app): State<App>,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<GapView>, ApiError> {
    let id = uuid_of(&id, "gap")?;
    let gap = store::procurement::gaps::read_one(&app.db, &id).await?;
    Ok(Json(views::view(&app, gap.ok_or(ApiError::NotFound("gap", id))?)))
}
