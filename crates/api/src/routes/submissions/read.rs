//! `GET /api/v1/submissions`, `GET /api/v1/submissions/{id}`, `GET /api/v1/submissions/{id}/history`

use acts::{Actor, Caller};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::authorisation::{Object, Permission};
use domain::codes::SubmissionState;
use store::people::audit::AuditQuery;
use store::people::submissions::{SubmissionQuery, list};
use wire::{DeedView, History, SubmissionItem, SubmissionList};

use super::{Around, SubmissionView, owner, view};
use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::{ClosedPageParams, Page};
use crate::parameters::parameters;
use crate::problem::ApiError;

parameters! {
    /// Filters of submissions.
    pub(crate) struct SubmissionFilters {
        /// States; may be repeated.
        state: Option<Vec<SubmissionState>>,
        /// Submissions made from this upload.
        upload: Option<String>,
        /// Submissions for this record.
        #[param(example = "R-4ZK7Q2M")]
        record_id: Option<String>,
    }
}

/// List submissions
///
/// Submissions of your organisations; for administrators, those of observers and oversight bodies. Latest first.
#[utoipa::path(
    get, path = "/api/v1/submissions", operation_id = "list_submissions", tag = "submissions",
    params(SubmissionFilters, ClosedPageParams), security(("token" = [])),
    responses(
        (status = 200, description = "A page of submissions", body = SubmissionList),
    )
)]
pub(crate) async fn list_submissions(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let filters = SubmissionFilters::take(&mut taker);
    let query = SubmissionQuery {
        owners: caller.organisations(Permission::ReadSubmission),
        about_others: caller
            .grant(Permission::ReadSubmission, Object::Of { owner: "", about_others: true })
            .is_some(),
        states: filters.state.unwrap_or_default(),
        upload: filters.upload,
        record_id: filters.record_id,
    };
    let page = Page::take_closed("/api/v1/submissions", format!("{query:?}"), taker)?;
    let (mut found, total) = list(&app.db, &query, page.number(), page.limit + 1).await?;
    let next = page.cut(&mut found).map(|(place, _)| page.cursor(total, String::new(), *place));
    let mut items = Vec::with_capacity(found.len());
    for (_, submission) in found {
        let findings = acts::findings(&app.db, &submission, app.today()).await?;
        items.push(SubmissionItem {
            url: format!("{}/api/v1/submissions/{}", app.base_url, submission.id),
            owner: owner(&app.db, &submission.owner).await?,
            state: submission.state,
            title: submission.record.title,
            record_id: submission.record_id,
            revision: submission.revision,
            errors: findings.iter().filter(|one| one.severity == domain::Severity::Error).count(),
            updated_at: submission.updated_at,
            id: submission.id,
        });
    }
    Ok(page.answer(&app, next, |next| SubmissionList { items, total, next }))
}

/// Read a submission
///
/// The record with findings and completeness, and what you can do now. The ETag is its revision.
#[utoipa::path(
    get, path = "/api/v1/submissions/{id}", operation_id = "get_submission", tag = "submissions",
    params(("id" = String, Path, description = "UUID of the submission")), security(("token" = [])),
    responses(
        (status = 200, description = "The submission", body = SubmissionView),
        (status = 404, description = "No such submission, or it is not yours"),
    )
)]
pub(crate) async fn get_submission(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let submission = app.allowed(acts::readable_submission(&app.db, Actor::Person(&caller), &id).await)?;
    let etag = format!("\"{}\"", submission.revision);
    let around = Around::of(&app.db, &submission, app.today()).await?;
    Ok(([(header::ETAG, etag)], Json(view(&app, &caller, around, submission))).into_response())
}

/// The most entries shown.
const DEEDS_MAX: u64 = 1_000;

/// Read the history of a submission
///
/// Who did what, in which role, when and why: its part of the audit trail.
#[utoipa::path(
    get, path = "/api/v1/submissions/{id}/history", operation_id = "get_submission_history", tag = "submissions",
    params(("id" = String, Path, description = "UUID of the submission")), security(("token" = [])),
    responses(
        (status = 200, description = "Its history", body = History),
        (status = 404, description = "No such submission, or it is not yours"),
    )
)]
pub(crate) async fn get_submission_history(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<History>, ApiError> {
    app.allowed(acts::readable_submission(&app.db, Actor::Person(&caller), &id).await)?;
    let query = AuditQuery { object: Some(("submission", &id)), ..AuditQuery::default() };
    let mut items = Vec::new();
    for (_, entry) in store::people::audit::read(&app.db, &query, DEEDS_MAX).await? {
        let person = match &entry.person {
            Some(id) => store::people::find(&app.db, id).await?.map(|person| person.name),
            None => None,
        };
        items.push(DeedView {
            at: entry.at,
            person,
            role: entry.role,
            action: entry.action,
            reason: entry.reason,
        });
    }
    items.reverse();
    Ok(Json(History { items }))
}
