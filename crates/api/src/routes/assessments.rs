//! `GET /api/v1/assessments`

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType, Sector};
use export::tables::{Child, assessments};
use serde::Deserialize;
use store::ground::page::Cursor;
use store::records::assessments::{AssessmentQuery, Listed};
use utoipa::IntoParams;
use wire::{AssessmentList, AssessmentView, PartyView};

use super::next_link;
use super::records::export::CsvParams;

use crate::App;
use crate::extract::{NoParams, PageParams, Params, Segment, Taker};
use crate::filters;
use crate::problem::ApiError;
use crate::table::{PAGE, download};

/// Filters of assessments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct AssessmentFilters {
    /// Type of the assessment.
    r#type: Option<Vec<AssessmentType>>,
    /// Stage at which it was made.
    stage: Option<Vec<AssessmentStage>>,
    /// Status of the assessment.
    status: Option<Vec<AssessmentStatus>>,
    /// Slug or id of a publisher.
    publisher: Option<Vec<filters::SlugOrId>>,
    /// Sector of the record.
    sector: Option<Vec<Sector>>,
    /// Due for review on this day or earlier.
    due_before: Option<chrono::NaiveDate>,
}

/// What a list entry takes from the record's card.
#[derive(Deserialize)]
struct Card {
    title: String,
    publisher: CardParty,
    sectors: Vec<Sector>,
}

#[derive(Deserialize)]
struct CardParty {
    name: String,
    slug: String,
    resolution: String,
}

fn view(app: &App, listed: Listed) -> Result<AssessmentView, ApiError> {
    let card: Card = serde_json::from_str(&listed.card).map_err(|_| ApiError::Inside)?;
    let id = listed.assessment.id.map(|id| id.to_string()).unwrap_or_default();
    let CardParty { name, slug, resolution } = card.publisher;
    Ok(AssessmentView {
        record_url: format!("{}/api/v1/records/{}", app.base_url, listed.record_id),
        url: format!("{}/api/v1/assessments/{id}", app.base_url),
        record_id: listed.record_id,
        record_title: card.title,
        publisher: PartyView { name, slug, resolution },
        sectors: card.sectors,
        assessment: listed.assessment,
    })
}

/// Takes the assessment filters out of a query.
async fn take_query(app: &App, taker: &mut Taker) -> Result<AssessmentQuery, ApiError> {
    let mut query = AssessmentQuery {
        types: taker.codes("type"),
        stages: taker.codes("stage"),
        statuses: taker.codes("status"),
        publishers: Vec::new(),
        sectors: taker.codes("sector"),
        due_before: taker.day("due_before"),
    };
    for value in taker.many("publisher") {
        match filters::check(&app.db, "publisher", &value).await? {
            Ok(slug) => query.publishers.push(slug),
            Err(fault) => taker.fault(fault),
        }
    }
    Ok(query)
}

/// Download impact assessments as CSV
///
/// All matching assessments, without a limit on rows: RFC 4180, UTF-8, lists joined by `;`.
#[utoipa::path(
    get, path = "/api/v1/assessments.csv", operation_id = "export_assessments_csv", tag = "assessments",
    params(AssessmentFilters, CsvParams),
    responses(
        (status = 200, description = "The assessments, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_assessments_csv(
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
        async move {
            let (listed, _, next) = store::records::assessments::list(&app.db, &query, after, PAGE).await?;
            let rows = listed.into_iter().map(|one| Child {
                record_id: one.record_id,
                publisher_id: one.publisher,
                position: one.position,
                item: one.assessment,
            });
            Ok((rows.collect(), next))
        }
    };
    Ok(download(&app, &method, &identity, assessments(), excel, read).await?)
}

/// Find impact assessments
///
/// Assessments of current versions. Existence, type, stage, status and dates are public even where the text is sealed.
#[utoipa::path(
    get, path = "/api/v1/assessments", operation_id = "list_assessments", tag = "assessments",
    params(AssessmentFilters, PageParams),
    responses(
        (status = 200, description = "A page of assessments", body = AssessmentList),
    )
)]
pub(crate) async fn list_assessments(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let query = take_query(&app, &mut taker).await?;
    let limit = taker.limit();
    let identity = format!("assessments {query:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let after = cursor.map(|cursor| cursor.number);
    let (listed, total, next) = store::records::assessments::list(&app.db, &query, after, limit).await?;
    let next = next.map(|number| Cursor::new(&identity, 0, total, String::new(), number).encode());
    let link = next_link(&app.base_url, "/api/v1/assessments", &pairs, next.as_deref());
    let items = listed.into_iter().map(|one| view(&app, one)).collect::<Result<_, _>>()?;
    let list = AssessmentList { about: app.about().await?, items, total, next };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Read an impact assessment
///
/// One assessment of a current version, with the record it belongs to.
#[utoipa::path(
    get, path = "/api/v1/assessments/{id}", operation_id = "get_assessment", tag = "assessments",
    params(("id" = uuid::Uuid, Path, description = "Id of the assessment")),
    responses(
        (status = 200, description = "The assessment with its record", body = AssessmentView),
        (status = 404, description = "No such assessment"),
    )
)]
pub(crate) async fn get_assessment(
    State(app): State<App>,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<AssessmentView>, ApiError> {
    let Ok(id) = id.parse::<uuid::Uuid>() else {
        return Err(ApiError::BadId(format!(
            "'{}' is not the id of an assessment: it is a UUID",
            domain::cell::short(&id)
        )));
    };
    let found = store::records::assessments::find(&app.db, &id.to_string()).await?;
    let found = found.ok_or_else(|| ApiError::NotFound("assessment", id.to_string()))?;
    Ok(Json(view(&app, found)?))
}
