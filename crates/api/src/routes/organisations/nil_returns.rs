//! `POST /api/v1/organisations/{slug}/nil-returns` and `.../{id}/withdraw`: a body declares that it uses nothing that
//! belongs in the register.

use acts::{Caller, NilDeclaration};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use wire::NilReturnView;

use super::slug_of;
use super::standing::nil_return;
use crate::App;
use crate::body::Sent;
use crate::extract::Segment;
use crate::problem::ApiError;
use crate::write::begin;

/// A nil return to file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNilReturn {
    /// The day of the declaration; today if absent.
    declared_on: Option<NaiveDate>,
    /// The last day it holds; twelve months after the declaration if absent, and not later.
    until: Option<NaiveDate>,
    /// What the body declares, in public plain text. Do not name individuals.
    #[schema(max_length = 4000, example = "We use no tool that helps to decide about people.")]
    statement: String,
    /// Where it can be read.
    evidence_url: Option<String>,
}

/// The withdrawal of a nil return.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NilReturnWithdrawal {
    /// The reason, in a sentence that is public.
    #[schema(max_length = 2000, example = "We have bought a tool since")]
    reason: String,
}

/// File a nil return
///
/// For contributors and approvers of the body: it declares that it uses nothing that belongs in the register. It holds for at most twelve months. If a published record says that the body uses something, the nil return is shown as contradicted.
#[utoipa::path(
    post, path = "/api/v1/organisations/{slug}/nil-returns", operation_id = "file_nil_return", tag = "organisations",
    security(("token" = [])),
    params(
        ("slug" = String, Path, description = "Slug or id", min_length = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewNilReturn,
    responses(
        (status = 201, description = "The nil return", body = NilReturnView),
        (status = 400, description = "Not valid"),
        (status = 403, description = "It is not your organisation, or your roles do not allow this"),
        (status = 404, description = "No such organisation"),
        (status = 409, description = "It has one of that day"),
    )
)]
pub(crate) async fn file_nil_return(
    State(app): State<App>,
    caller: Caller,
    Segment(slug): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let NewNilReturn { declared_on, until, statement, evidence_url } = sent.json()?;
    let today = app.today();
    let on = declared_on.unwrap_or(today);
    let said = app.allowed(NilDeclaration::new(on, until, &statement, evidence_url, today))?;
    let write = begin(&app, &caller, &sent, true).await?;
    let body = app.allowed(acts::known_organisation(&write.tx, &slug).await)?;
    let filed = app.allowed(acts::file_nil_return(&write.act(), &body, &said).await)?;
    let slug = slug_of(&write.tx, &body.id).await?;
    let view = nil_return(&app, &slug, filed).await?;
    let location = format!("/api/v1/organisations/{slug}");
    write.answer(StatusCode::CREATED, None, Some(location), &view).await
}

/// Withdraw a nil return
///
/// For contributors and approvers of the body. It is kept with the reason, and counts no longer.
#[utoipa::path(
    post, path = "/api/v1/organisations/{slug}/nil-returns/{id}/withdraw", operation_id = "withdraw_nil_return",
    tag = "organisations", security(("token" = [])),
    params(
        ("slug" = String, Path, description = "Slug or id", min_length = 1),
        ("id" = String, Path, description = "UUID of the nil return"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NilReturnWithdrawal,
    responses(
        (status = 200, description = "The nil return as it is now", body = NilReturnView),
        (status = 400, description = "Not valid"),
        (status = 403, description = "It is not your organisation, or your roles do not allow this"),
        (status = 404, description = "No such organisation or nil return"),
        (status = 409, description = "It was withdrawn already"),
    )
)]
pub(crate) async fn withdraw_nil_return(
    State(app): State<App>,
    caller: Caller,
    Path((slug, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let why = sent.json::<NilReturnWithdrawal>()?.reason;
    let why = app.allowed(acts::reason("/reason", Some(why), true))?.unwrap_or_default();
    let write = begin(&app, &caller, &sent, true).await?;
    let body = app.allowed(acts::known_organisation(&write.tx, &slug).await)?;
    let withdrawn = app.allowed(acts::withdraw_nil_return(&write.act(), &body, &id, &why).await)?;
    let slug = slug_of(&write.tx, &body.id).await?;
    let view = nil_return(&app, &slug, withdrawn).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}
