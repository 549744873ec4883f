//! `GET /api/v1/replies`, `POST /api/v1/replies/{id}/decision`: replies of bodies, which two people make public.

use acts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::people::replies::{PendingReply, RepliesTo};
use store::{Reads, StoreError};
use utoipa::ToSchema;
use wire::{PendingReplyList, PendingReplyView};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;
use crate::routes::submissions::owner;
use crate::write::begin;

/// The most replies shown.
const WAITING_SHOWN: u64 = 100;

/// A decision on a reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReplyDecision {
    decision: ReplyDecision,
    /// The reason for declining it, for the audit trail.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// Decisions on replies.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReplyDecision {
    /// Show it.
    Publish,
    /// Do not show it. Who wrote it takes it back so.
    Decline,
}

impl From<ReplyDecision> for acts::ReplyDecision {
    fn from(decision: ReplyDecision) -> Self {
        match decision {
            ReplyDecision::Publish => Self::Publish,
            ReplyDecision::Decline => Self::Decline,
        }
    }
}

/// A reply, as the caller sees it.
pub(crate) async fn view(
    conn: &impl Reads,
    caller: &Caller,
    reply: PendingReply,
) -> Result<PendingReplyView, StoreError> {
    let (record_id, gap_id, gap_status, registered_as) = match reply.to {
        RepliesTo::Record(record) => (Some(record), None, None, None),
        RepliesTo::Gap { id, status, record_id } => (None, Some(id), Some(status), record_id),
    };
    Ok(PendingReplyView {
        said_by: owner(conn, &reply.organisation).await?,
        id: reply.id,
        record_id,
        gap_id,
        gap_status,
        registered_as,
        text: reply.text,
        evidence_url: reply.evidence,
        is_yours: reply.written_by == caller.person.id,
        created_at: reply.created_at,
    })
}

/// List replies to decide
///
/// Replies of your bodies, to records and to gaps, that wait for another person: oldest first, at most 100.
#[utoipa::path(
    get, path = "/api/v1/replies", operation_id = "list_replies_to_decide", tag = "submissions", security(("token" = [])),
    responses(
        (status = 200, description = "The replies that wait", body = PendingReplyList),
        (status = 403, description = "Your roles do not allow this"),
    )
)]
pub(crate) async fn list_replies_to_decide(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<PendingReplyList>, ApiError> {
    let waiting = app.allowed(acts::replies_waiting(&app.db, &caller, WAITING_SHOWN).await)?;
    let mut items = Vec::new();
    for reply in waiting {
        items.push(view(&app.db, &caller, reply).await?);
    }
    Ok(Json(PendingReplyList { items }))
}

/// Decide about a reply
///
/// `publish` or `decline`, for approvers of the body. Who wrote it does not publish it, unless the body has switched four eyes off; they may decline it, which takes it back.
#[utoipa::path(
    post, path = "/api/v1/replies/{id}/decision", operation_id = "decide_reply", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "UUID of the reply"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewReplyDecision,
    responses(
        (status = 200, description = "The reply, which is decided now", body = PendingReplyView),
        (status = 403, description = "Your roles, or four eyes, do not allow this"),
        (status = 404, description = "No such reply waits, or it is not of your body"),
        (status = 409, description = "What it replies to has changed: decline it"),
        (status = 410, description = "The record was withdrawn"),
    )
)]
pub(crate) async fn decide_reply(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewReplyDecision = sent.json()?;
    let reason = app.allowed(acts::reason("/reason", new.reason, false))?;
    let write = begin(&app, &caller, &sent, true).await?;
    let decided = acts::decide_reply(&write.act(), &id, new.decision.into(), reason.as_deref()).await;
    let view = view(&write.tx, &caller, app.allowed(decided)?).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}
