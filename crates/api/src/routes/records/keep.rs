//! `POST /api/v1/records/{id}/withdraw` and `/confirm`: what its owner does to a published record.

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

/// What `If-Match` of a record names.
const IF_MATCH: &str = "send the number of the record's current version in If-Match, such as If-Match: \"3\"";

/// Why a record is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    /// In a sentence that stays public.
    #[schema(max_length = 2000, example = "Published twice; see R-4ZK7Q2M")]
    reason: String,
}

/// A record's confirmation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// What was looked at, for the audit trail.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// Where a record stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingView {
    /// Public id.
    id: String,
    /// Address of the record.
    url: String,
    /// Number of its current version.
    version: i64,
    /// When its owner last said that it is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
}

/// Withdraw a record
///
/// Takes it out of lists and search. Its address, versions, title, dates and the reason stay, and answer 410. It cannot be undone.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/withdraw", operation_id = "withdraw_record", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("If-Match" = String, Header, description = "Number of its current version", example = "\"3\""),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = Withdrawal, security(("token" = [])),
    responses(
        (status = 200, description = "It is withdrawn", body = StandingView),
        (status = 403, description = "The caller's roles do not allow it"),
        (status = 404, description = "There is no such record"),
        (status = 409, description = "It was withdrawn before"),
        (status = 412, description = "It has another version now"),
        (status = 428, description = "If-Match is missing"),
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
/// Says that the current version is still true: the flag `stale` counts from today.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/confirm", operation_id = "confirm_record", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("If-Match" = String, Header, description = "Number of its current version", example = "\"3\""),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = Option<Confirmation>, security(("token" = [])),
    responses(
        (status = 200, description = "It is confirmed", body = StandingView),
        (status = 403, description = "The caller's roles do not allow it"),
        (status = 404, description = "There is no such record"),
        (status = 409, description = "It was withdrawn"),
        (status = 412, description = "It has another version now"),
        (status = 428, description = "If-Match is missing"),
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

/// Checks that a request is about the current version. Errors: [`ApiError::NeedsIfMatch`], [`ApiError::Stale`].
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
