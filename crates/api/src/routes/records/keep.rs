//! `POST /api/v1/records/{id}/withdraw` and `/confirm`: what an owner does with a published record.

use acts::{Caller, OwnedRecord};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::authorisation::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::extract::IdInPath;
use crate::problem::ApiError;
use crate::write::begin;

/// What to send in `If-Match`.
const IF_MATCH: &str = "send the number of the record's current version in If-Match, such as If-Match: \"3\"";

/// A withdrawal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    /// The reason, in a sentence that stays public.
    #[schema(max_length = 2000, example = "Published twice; see R-4ZK7Q2M")]
    reason: String,
}

/// A confirmation that a record is still true.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// What you checked, for the audit trail.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// State of a record after the request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingView {
    /// Public id.
    id: String,
    /// URL of the record.
    url: String,
    /// Number of the current version.
    version: i64,
    /// When its owner last confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
}

/// Withdraw a record
///
/// Removes it from lists and search. Its URL then answers 410 with title, dates and the reason; its versions stay. This cannot be undone.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/withdraw", operation_id = "withdraw_record", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("If-Match" = String, Header, description = "Number of the record's current version", example = "\"3\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = Withdrawal, security(("token" = [])),
    responses(
        (status = 200, description = "The record is withdrawn", body = StandingView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such record"),
        (status = 409, description = "The record was already withdrawn"),
        (status = 412, description = "The record has a newer version"),
        (status = 428, description = "`If-Match` is missing"),
    )
)]
pub(crate) async fn withdraw_record(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let why = sent.json::<Withdrawal>()?.reason;
    let why = app.allowed(acts::reason("/reason", Some(why), true))?.unwrap_or_default();
    let write = begin(&app, &caller, &sent, true).await?;
    let found = app.allowed(acts::record_for(&write.act(), id, Permission::WithdrawRecord).await)?;
    fresh(&sent, &found)?;
    app.allowed(acts::withdraw_record(&write.act(), &found, &why).await)?;
    let view = StandingView { withdrawn_at: Some(write.now), ..view(&app, &found) };
    write.answer(StatusCode::OK, Some(found.standing.version), None, &view).await
}

/// Confirm a record
///
/// Confirms that the current version is still true: the flag `stale` counts from today.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/confirm", operation_id = "confirm_record", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("If-Match" = String, Header, description = "Number of the record's current version", example = "\"3\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = Option<Confirmation>, security(("token" = [])),
    responses(
        (status = 200, description = "The record is confirmed", body = StandingView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such record"),
        (status = 409, description = "The record was withdrawn"),
        (status = 412, description = "The record has a newer version"),
        (status = 428, description = "`If-Match` is missing"),
    )
)]
pub(crate) async fn confirm_record(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let why = sent.json_or_default::<Confirmation>()?.reason;
    let why = app.allowed(acts::reason("/reason", why, false))?;
    let write = begin(&app, &caller, &sent, true).await?;
    let found = app.allowed(acts::record_for(&write.act(), id, Permission::ConfirmRecord).await)?;
    fresh(&sent, &found)?;
    app.allowed(acts::confirm_record(&write.act(), &found, why.as_deref()).await)?;
    let view = StandingView { confirmed_at: Some(write.now), ..view(&app, &found) };
    write.answer(StatusCode::OK, Some(found.standing.version), None, &view).await
}

/// Checks that the request is about the current version. Errors: [`ApiError::NeedsIfMatch`],
/// [`ApiError::Stale`].
fn fresh(sent: &Sent, found: &OwnedRecord) -> Result<(), ApiError> {
    if sent.if_match(IF_MATCH)? != found.standing.version {
        return Err(ApiError::Stale("the record has another version now: read it again"));
    }
    Ok(())
}

fn view(app: &App, found: &OwnedRecord) -> StandingView {
    StandingView {
        id: found.id.to_string(),
        url: format!("{}/api/v1/records/{}", app.base_url, found.id),
        version: found.standing.version,
        confirmed_at: found.standing.confirmed_at,
        withdrawn_at: None,
    }
}
