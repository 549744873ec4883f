//! `GET` and `POST /api/v1/submissions/{id}/preview-links`, `DELETE /api/v1/preview-links/{id}` and
//! `GET /api/v1/previews/{secret}`

use acts::{Actor, Caller, PreviewHours};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::ground::secret::{Opens, Secret};
use store::people;
use store::people::previews::previewed;
use utoipa::ToSchema;
use wire::{PreviewLink, PreviewLinkList, PreviewLinkView, PreviewView};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;
use crate::views::{foretold, publisher_kind};
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
/// An unguessable, read-only link for people without an account, such as a press office. It shows the submission as the public would see it once published, until it expires, is revoked, or the submission is published, discarded or withdrawn.
#[utoipa::path(
    post, path = "/api/v1/submissions/{id}/preview-links", operation_id = "create_preview_link", tag = "submissions",
    params(("id" = String, Path, description = "UUID of the submission")),
    request_body = Option<NewPreview>, security(("token" = [])),
    responses(
        (status = 201, description = "The link", body = PreviewLink),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such submission, or it is not yours"),
        (status = 409, description = "It is published or discarded already"),
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
    write
        .answer_once(StatusCode::CREATED, &PreviewLink { id: made.id, url, expires_at: made.expires_at })
        .await
}

/// List preview links
///
/// The links to a submission that work now, without their secrets.
#[utoipa::path(
    get, path = "/api/v1/submissions/{id}/preview-links", operation_id = "list_preview_links", tag = "submissions", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the submission")),
    responses(
        (status = 200, description = "The links", body = PreviewLinkList),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such submission, or it is not yours"),
    )
)]
pub(crate) async fn list_preview_links(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<PreviewLinkList>, ApiError> {
    let links = acts::previews_of(&app.db, Actor::Person(&caller), &id, (app.clock)()).await;
    let mut items = Vec::new();
    for link in app.allowed(links)? {
        let made_by = people::find(&app.db, &link.made_by).await?.map(|person| person.name);
        let (created_at, expires_at) = (link.created_at, link.expires_at);
        items.push(PreviewLinkView { id: link.id, made_by, created_at, expires_at });
    }
    Ok(Json(PreviewLinkList { items }))
}

/// Revoke a preview link
///
/// It stops working at once, for good.
#[utoipa::path(
    delete, path = "/api/v1/preview-links/{id}", operation_id = "revoke_preview_link", tag = "submissions", security(("token" = [])),
    params(("id" = String, Path, description = "Id of the link")),
    responses(
        (status = 204, description = "The link no longer works"),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such link, or it is not yours"),
    )
)]
pub(crate) async fn revoke_preview_link(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    app.allowed(acts::revoke_preview(&write.act(), &id).await)?;
    write.answer(StatusCode::NO_CONTENT, None, None, &()).await
}

/// Read a preview
///
/// The submission behind a preview link, as the public would see it once published. Never cached.
#[utoipa::path(
    get, path = "/api/v1/previews/{secret}", operation_id = "get_preview", tag = "submissions",
    params(("secret" = String, Path, description = "The secret at the end of the link")),
    responses(
        (status = 200, description = "The submission as it would be published", body = PreviewView),
        (status = 404, description = "The link has ended or never existed"),
    )
)]
pub(crate) async fn get_preview(
    State(app): State<App>,
    Segment(secret): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let gone = || ApiError::NotFound("preview", "the link ended or never was".to_owned());
    let secret = Secret::read(Opens::Preview, &secret).ok_or_else(gone)?;
    let (submission, expires_at) =
        previewed(&app.db, &secret.sha256(), (app.clock)()).await?.ok_or_else(gone)?;
    let kind = publisher_kind(&app.db, &submission.record).await?;
    let view = PreviewView {
        state: submission.state,
        flags: foretold(&app, &submission.record, kind),
        record: submission.record.public(),
        note: submission.note,
        expires_at,
    };
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(view)).into_response())
}
