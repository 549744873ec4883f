//! `GET /api/v1/gaps`, `/gaps/coverage`, `/gaps.csv` and `/gaps/{id}`: purchases that are not on the
//! register, and similar gaps.

mod filters;
pub(crate) mod reply;
mod views;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use store::ground::lists::Place;
use store::procurement::gaps::GapQuery;
use wire::{CoverageView, GapList, GapView};

use self::filters::{GapFilters, take_query};
use self::views::coverage_view;
use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::{Page, PageParams, sorted};
use crate::ordered::{Facets, GapShown, SortBy, counted};
use crate::problem::ApiError;
use crate::routes::contracts::uuid_of;
use crate::table::{CsvParams, Download, PAGE};

/// Find gaps
///
/// Purchases that are not on the register (`contract_without_record`), records without their contract, and details that notices withhold. Each gap is found by a rule and has a reason and any answers from the bodies concerned; the answer also says what the report covers.
#[utoipa::path(
    get, path = "/api/v1/gaps", operation_id = "list_gaps", tag = "procurement",
    params(GapFilters, GapShown, PageParams),
    responses(
        (status = 200, description = "A page of gaps", body = GapList),
    )
)]
pub(crate) async fn list_gaps(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&app, &mut taker).await?;
    let GapShown { sort, facets, facet_limit } = GapShown::take(&mut taker);
    let sort = sort.map(SortBy::order);
    let page = Page::take("/api/v1/gaps", sorted(format!("gaps {query:?}"), sort), taker)?;
    let total = store::procurement::gaps::count(&app.db, &query).await?;
    let (gaps, next) =
        store::procurement::gaps::list(&app.db, &query, sort, page.place().as_ref(), page.limit).await?;
    let next = next.map(|(key, seq)| page.cursor(total, key, seq));
    let Facets { counts, more } = counted(&app, &query, (&facets, facet_limit)).await?;
    let items = gaps.into_iter().map(|gap| views::view(&app, gap)).collect();
    let coverage = coverage_view(store::procurement::gaps::coverage(&app.db).await?);
    let about = app.about().await?;
    Ok(page.answer(&app, next, |next| GapList {
        about,
        coverage,
        items,
        total,
        facets: counts,
        facets_more: more,
        next,
    }))
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
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = take_query(&app, &mut file.taker).await?;
    let read = |app: App, query: GapQuery, after: Option<Place>| async move {
        store::procurement::gaps::list(&app.db, &query, None, after.as_ref(), PAGE).await
    };
    let mut response = file.start(&app, export::tables::gaps(), query, read).await?;
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
