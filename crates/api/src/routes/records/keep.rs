//! `POST /api/v1/records/{id}/withdraw` and `/confirm`: what its owner does to a published record.

use acts::Caller;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::RecordId;
use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::audit::Deed;
use store::submissions::{RecordStanding, standing, whole};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::extract::IdInPath;
use crate::problem::{ApiError, Problem};
use crate::routes::submissions::act::reason;
use crate::routes::submissions::create::record_owner;
use crate::write::{Write, begin};

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
        (status = 400, description = "Not valid", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such record", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was withdrawn before", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has another version now", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw_record(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let why = reason(Some(sent.json::<Withdrawal>()?.reason), true)?.unwrap_or_default();
    let write = begin(&app, &caller, &sent, true).await?;
    let (standing, role, owner) = held(&caller, &sent, &write.tx, id, Permission::WithdrawRecord).await?;
    store::publish::withdraw(&write.tx, id, &why, write.now, write.now).await?;
    note(&write, role, "record.withdraw", id, &owner, Some(&why)).await?;
    let withdrawn_at = Some(write.now);
    let view = StandingView { withdrawn_at, ..view(&app, id, &standing) };
    write.answer(StatusCode::OK, Some(standing.version), None, &view).await
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
        (status = 400, description = "Not valid", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such record", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was withdrawn", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has another version now", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm_record(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let why = reason(sent.json_or_default::<Confirmation>()?.reason, false)?;
    let write = begin(&app, &caller, &sent, true).await?;
    let (standing, role, owner) = held(&caller, &sent, &write.tx, id, Permission::ConfirmRecord).await?;
    store::publish::confirm(&write.tx, id, write.now).await?;
    note(&write, role, "record.confirm", id, &owner, why.as_deref()).await?;
    let confirmed_at = Some(write.now);
    let view = StandingView { confirmed_at, ..view(&app, id, &standing) };
    write.answer(StatusCode::OK, Some(standing.version), None, &view).await
}

/// A record that the caller may do something to, at the version they mean; in which role, and whose it is.
async fn held(
    caller: &Caller,
    sent: &Sent,
    tx: &Tx,
    id: RecordId,
    permission: Permission,
) -> Result<(RecordStanding, Role, String), ApiError> {
    let text = id.to_string();
    let missing = || ApiError::NotFound("record", text.clone());
    let standing = standing(tx, &text).await?.ok_or_else(missing)?;
    let record = whole(tx, &text).await?.ok_or_else(missing)?;
    let owner = record_owner(tx, &record, &standing).await?.ok_or(ApiError::Forbidden(permission))?;
    let about_others = record.origin == domain::codes::Origin::ThirdParty;
    let role = caller.may(permission, Object::Of { owner: &owner, about_others })?.role;
    if sent.if_match(IF_MATCH)? != standing.version {
        return Err(ApiError::Stale("the record has another version now: read it again"));
    }
    if standing.withdrawn {
        return Err(ApiError::Conflict(format!("the record {text} was withdrawn")));
    }
    Ok((standing, role, owner))
}

fn view(app: &App, id: RecordId, standing: &RecordStanding) -> StandingView {
    StandingView {
        id: id.to_string(),
        url: format!("{}/api/v1/records/{id}", app.base_url),
        version: standing.version,
        confirmed_at: standing.confirmed_at,
        withdrawn_at: None,
    }
}

async fn note(
    write: &Write<'_>,
    role: Role,
    action: &str,
    id: RecordId,
    owner: &str,
    reason: Option<&str>,
) -> Result<(), ApiError> {
    let id = id.to_string();
    let deed = Deed { owner: Some(owner), reason, ..Deed::new(action, "record", &id) };
    Ok(write.note(Some(role), deed).await?)
}
