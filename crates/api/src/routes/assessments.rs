//! `GET /api/v1/assessments`

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType, Sector};
use export::tables::{Child, assessments};
use store::ground::lists::Place;
use store::records::assessments::{AssessmentQuery, Listed};
use wire::{AssessmentList, AssessmentView};

use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::filters::{SlugOrId, organisation_slugs};
use crate::listing::{Page, PageParams, sorted};
use crate::ordered::{AssessmentShown, Facets, SortBy, counted};
use crate::parameters::parameters;
use crate::problem::ApiError;
use crate::table::{CsvParams, Download, PAGE};
use crate::views::Card;
use crate::when::DayOrInstant;

parameters! {
    /// Filters of assessments.
    pub(crate) struct AssessmentFilters {
        /// Type of the assessment.
        r#type: Option<Vec<AssessmentType>>,
        /// Stage at which it was made.
        stage: Option<Vec<AssessmentStage>>,
        /// Status of the assessment.
        status: Option<Vec<AssessmentStatus>>,
        /// Slug or id of a publisher.
        publisher: Option<Vec<SlugOrId>>,
        /// Sector of the record.
        sector: Option<Vec<Sector>>,
        /// Due for review on this day or earlier; of an instant its day (UTC) counts.
        due_before: Option<DayOrInstant>,
    }
}

fn view(app: &App, listed: Listed) -> Result<AssessmentView, ApiError> {
    let card: Card = serde_json::from_str(&listed.card).map_err(|_| ApiError::Inside)?;
    let id = listed.assessment.id.map(|id| id.to_string()).unwrap_or_default();
    Ok(AssessmentView {
        record_url: format!("{}/api/v1/records/{}", app.base_url, listed.record_id),
        url: format!("{}/api/v1/assessments/{id}", app.base_url),
        record_id: listed.record_id,
        record_title: card.title,
        publisher: card.publisher,
        sectors: card.sectors,
        assessment: listed.assessment,
    })
}

/// Takes the assessment filters out of a query.
async fn take_query(app: &App, taker: &mut Taker) -> Result<AssessmentQuery, ApiError> {
    let filters = AssessmentFilters::take(taker);
    Ok(AssessmentQuery {
        types: filters.r#type.unwrap_or_default(),
        stages: filters.stage.unwrap_or_default(),
        statuses: filters.status.unwrap_or_default(),
        publishers: organisation_slugs(&app.db, taker, filters.publisher).await?,
        sectors: filters.sector.unwrap_or_default(),
        due_before: filters.due_before.map(DayOrInstant::day),
    })
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
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = take_query(&app, &mut file.taker).await?;
    let read = |app: App, query: AssessmentQuery, after: Option<Place>| async move {
        let (listed, next) =
            store::records::assessments::list(&app.db, &query, None, after.as_ref(), PAGE).await?;
        let rows = listed.into_iter().map(|one| Child {
            record_id: one.record_id,
            publisher_id: one.publisher,
            position: one.position,
            item: one.assessment,
        });
        Ok((rows.collect(), next))
    };
    file.start(&app, assessments(), query, read).await
}

/// Find impact assessments
///
/// Assessments of current versions. Existence, type, stage, status and dates are public even where the text is sealed.
#[utoipa::path(
    get, path = "/api/v1/assessments", operation_id = "list_assessments", tag = "assessments",
    params(AssessmentFilters, AssessmentShown, PageParams),
    responses(
        (status = 200, description = "A page of assessments", body = AssessmentList),
    )
)]
pub(crate) async fn list_assessments(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&app, &mut taker).await?;
    let AssessmentShown { sort, facets, facet_limit } = AssessmentShown::take(&mut taker);
    let sort = sort.map(SortBy::order);
    let page = Page::take("/api/v1/assessments", sorted(format!("assessments {query:?}"), sort), taker)?;
    let total = store::records::assessments::count(&app.db, &query).await?;
    let (listed, next) =
        store::records::assessments::list(&app.db, &query, sort, page.place().as_ref(), page.limit).await?;
    let next = next.map(|(key, number)| page.cursor(total, key, number));
    let Facets { counts, more } = counted(&app, &query, (&facets, facet_limit)).await?;
    let items = listed.into_iter().map(|one| view(&app, one)).collect::<Result<_, _>>()?;
    let about = app.about().await?;
    Ok(page.answer(&app, next, |next| AssessmentList {
        about,
        items,
        total,
        facets: counts,
        facets_more: more,
        next,
    }))
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
