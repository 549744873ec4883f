//! `POST /api/v1/submissions/{id}/preview-links` and `GET /api/v1/previews/{secret}`

use acts::{Caller, PreviewHours};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::ground::secret::{Opens, Secret};
use store::people::submissions::previewed;
use utoipa::ToSchema;
use wire::{PreviewLink, PreviewView};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;
use crate::views::foretold;
use crate::write::begin;

/// A preview link to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPreview {
    /// Lifetime in hours, 1 to 720.
    #[schema(minimum = 1, maximum = 720, default = 72)]
    hours: Option<i64>,
}

/// Make a preview link
///
/// An unguessable, read-only link for people without an account, such as a press office. It shows the submission as the public would see it once published.
#[utoipa::path(
    post, path = "/api/v1/submissions/{id}/preview-links", operation_id = "create_preview_link", tag = "submissions",
    params(("id" = String, Path, description = "UUID of the submission")),
    request_body = Option<NewPreview>, security(("token" = [])),
    responses(
        (status = 201, description = "The link", body = PreviewLink),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such submission, or it is not yours"),
    )
)]
pub(crate) async fn create_preview_link(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let hours = app.allowed(PreviewHours::new(sent.json_or_default::<NewPreview>()?.hours))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let made = app.allowed(acts::preview_submission(&write.act(), &id, hours).await)?;
    let url = format!("{}/api/v1/previews/{}", app.base_url, made.secret.reveal());
    write.answer_once(StatusCode::CREATED, &PreviewLink { url, expires_at: made.expires_at }).await
}

/// Read a preview
///
/// The submission behind a preview link, as the public would see it once published. Never cached.
#[utoipa::path(
    get, path = "/api/v1/previews/{secret}", operation_id = "get_preview", tag = "submissions",
    params(("secret" = String, Path, description = "The secret at the end of the link")),
    responses(
        (status = 200, description = "The submission as it would be published", body = PreviewView),
        (status = 404, description = "The link has expired or never existed"),
    )
)]
pub(crate) async fn get_preview(
    State(app): State<App>,
    Segment(secret): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let gone = || ApiError::NotFound("preview", "the link expired or never was".to_owned());
    let secret = Secret::read(Opens::Preview, &secret).ok_or_else(gone)?;
    let (submission, expires_at) =
        previewed(&app.db, &secret.sha256(), (app.clock)()).await?.ok_or_else(gone)?;
    let view = PreviewView {
        state: submission.state,
        flags: foretold(&submission.record, (app.clock)()),
        record: submission.record.public(),
        note: submission.note,
        expires_at,
    };
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(view)).into_response())
}
