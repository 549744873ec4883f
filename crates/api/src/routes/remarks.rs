//! What others say about a record: `/api/v1/records/{id}/annotations`, `/corrections`, `/replies`,
//! `/api/v1/corrections/{reference}`, `/api/v1/remarks`. Attributed, moderated, and never part of the
//! official text.

use acts::{Act, Actor, Caller, Statement};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::{Object, Permission};
use serde::Deserialize;
use store::ground::secret::{Opens, Secret};
use store::people::remarks::{self, Remark};
use store::{Reads, StoreError};
use utoipa::ToSchema;
use wire::{CorrectionReceipt, CorrectionView, PendingReplyView, RemarkList, RemarkView};

use crate::App;
use crate::body::Sent;
use crate::extract::{IdInPath, NoParams, Segment};
use crate::problem::ApiError;
use crate::routes::replies;
use crate::routes::submissions::owner;
use crate::write::begin;

/// The most pending remarks shown.
const WAITING_SHOWN: u64 = 100;

/// A remark to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRemark {
    /// The remark, in plain text.
    #[schema(max_length = 4000)]
    text: String,
    /// URL of the evidence.
    #[schema(example = "https://observer.example/evidence")]
    evidence_url: Option<String>,
    /// Slug of the organisation you speak for; needed only if you speak for several.
    organisation: Option<String>,
}

/// A proposed correction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCorrection {
    /// What is wrong, and what would be right. Do not name individuals.
    #[schema(max_length = 4000)]
    text: String,
    /// URL of the evidence.
    evidence_url: Option<String>,
}

/// A decision on a remark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    decision: Decided,
    /// The reason, for its author.
    #[schema(max_length = 4000)]
    outcome: String,
}

/// Decisions on remarks.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decided {
    /// Show an annotation beside the record.
    Publish,
    /// The correction is right, and goes to the desk of who made the record.
    Accept,
    /// Do not show it.
    Decline,
}

impl From<Decided> for acts::Decided {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Publish => Self::Publish,
            Decided::Accept => Self::Accept,
            Decided::Decline => Self::Decline,
        }
    }
}

async fn view(conn: &impl Reads, remark: Remark) -> Result<RemarkView, StoreError> {
    Ok(RemarkView {
        said_by: match &remark.organisation {
            Some(id) => Some(owner(conn, id).await?),
            None => None,
        },
        id: remark.id,
        kind: remark.kind.as_str().to_owned(),
        record_id: remark.record_id,
        text: remark.text,
        evidence_url: remark.evidence,
        reply: remark.reply,
        created_at: remark.created_at,
    })
}

/// Read annotations
///
/// Annotations by accredited observers, oversight bodies and regulators, with the body's replies. Withdrawn records have none.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/annotations", operation_id = "list_annotations", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    responses(
        (status = 200, description = "The annotations", body = RemarkList),
        (status = 404, description = "No such record"),
        (status = 410, description = "The record was withdrawn"),
    )
)]
pub(crate) async fn list_annotations(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    _: NoParams,
) -> Result<Json<RemarkList>, ApiError> {
    app.allowed(acts::published_record(&app.db, id).await)?;
    let mut items = Vec::new();
    for remark in remarks::shown(&app.db, &id.to_string()).await? {
        items.push(view(&app.db, remark).await?);
    }
    Ok(Json(RemarkList { items }))
}

/// Annotate a record
///
/// For observers, oversight bodies and regulators. It is shown under their name once an administrator has approved it.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/annotations", operation_id = "create_annotation", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewRemark,
    responses(
        (status = 201, description = "The annotation, which waits for a decision", body = RemarkView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such record"),
        (status = 410, description = "The record was withdrawn"),
    )
)]
pub(crate) async fn create_annotation(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewRemark = sent.json()?;
    let said = app.allowed(Statement::new(&new.text, new.evidence_url))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let remark = acts::annotate_record(&write.act(), id, said, new.organisation.as_deref()).await;
    let remark = app.allowed(remark)?;
    let view = view(&write.tx, remark).await?;
    write.answer(StatusCode::CREATED, None, None, &view).await
}

/// Reply for a body
///
/// The publisher's reply to what others say about its record, or to a record an observer made about its tool. It waits until another person of the body approves it; then it is shown beside the record and clears the flag `unanswered`.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/replies", operation_id = "reply_to_record", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewRemark,
    responses(
        (status = 202, description = "The reply, which waits for another person of the body", body = PendingReplyView),
        (status = 403, description = "The record is not about your body"),
        (status = 404, description = "No such record"),
        (status = 409, description = "Too many replies of the body wait"),
        (status = 410, description = "The record was withdrawn"),
    )
)]
pub(crate) async fn reply_to_record(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewRemark = sent.json()?;
    let said = app.allowed(Statement::new(&new.text, new.evidence_url))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let reply = app.allowed(acts::reply_to_record(&write.act(), id, said).await)?;
    let view = replies::view(&write.tx, &caller, reply).await?;
    write.answer(StatusCode::ACCEPTED, None, None, &view).await
}

/// Propose a correction
///
/// Open to everyone, without an account. It is not shown publicly; an administrator decides, and the link in the answer shows the outcome.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/corrections", operation_id = "create_correction", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    request_body = NewCorrection,
    responses(
        (status = 201, description = "The correction was received", body = CorrectionReceipt),
        (status = 404, description = "No such record"),
        (status = 410, description = "The record was withdrawn"),
        (status = 429, description = "Too many corrections; `Retry-After` says when to try again"),
    )
)]
pub(crate) async fn create_correction(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewCorrection = sent.json()?;
    let said = app.allowed(Statement::new(&new.text, new.evidence_url))?;
    app.allowed(acts::published_record(&app.db, id).await)?;
    let is_first = app.limits.is_first_correction();
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Public };
    let secret = app.allowed(acts::propose_correction(&act, id, said, is_first).await)?;
    tx.commit().await?;
    let url = format!("{}/api/v1/corrections/{}", app.base_url, secret.reveal());
    let private = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((StatusCode::CREATED, private, Json(CorrectionReceipt { url })).into_response())
}

/// Read what became of a correction
///
/// By the reference you got when you sent it.
#[utoipa::path(
    get, path = "/api/v1/corrections/{secret}", operation_id = "get_correction", tag = "records",
    params(("secret" = String, Path, description = "The reference from the receipt")),
    responses(
        (status = 200, description = "Its outcome", body = CorrectionView),
        (status = 404, description = "No such correction"),
    )
)]
pub(crate) async fn get_correction(
    State(app): State<App>,
    Segment(secret): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let missing = || ApiError::NotFound("correction", "the reference is not one of ours".to_owned());
    let secret = Secret::read(Opens::Correction, &secret).ok_or_else(missing)?;
    let remark = remarks::referred(&app.db, &secret.sha256()).await?.ok_or_else(missing)?;
    let view = CorrectionView {
        record_id: remark.record_id,
        state: remark.state.as_str().to_owned(),
        outcome: remark.outcome,
        created_at: remark.created_at,
        decided_at: remark.decided_at,
    };
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(view)).into_response())
}

/// List remarks to decide
///
/// Pending annotations and corrections, oldest first, at most 100. For administrators.
#[utoipa::path(
    get, path = "/api/v1/remarks", operation_id = "list_remarks_to_decide", tag = "people", security(("token" = [])),
    responses(
        (status = 200, description = "The pending remarks", body = RemarkList),
        (status = 403, description = "Only administrators may do this"),
    )
)]
pub(crate) async fn list_remarks_to_decide(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<RemarkList>, ApiError> {
    caller.may(Permission::Moderate, Object::Register)?;
    let mut items = Vec::new();
    for remark in remarks::waiting(&app.db, WAITING_SHOWN).await? {
        items.push(view(&app.db, remark).await?);
    }
    Ok(Json(RemarkList { items }))
}

/// Decide about a remark
///
/// `publish` or `decline` an annotation, `accept` or `decline` a correction. For administrators. Decisions are final.
#[utoipa::path(
    post, path = "/api/v1/remarks/{id}/decision", operation_id = "decide_remark", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the remark")),
    request_body = Decision,
    responses(
        (status = 200, description = "The decided remark", body = RemarkView),
        (status = 403, description = "Only administrators may do this"),
        (status = 404, description = "No such remark"),
        (status = 409, description = "It was already decided, or this decision does not apply to its kind"),
    )
)]
pub(crate) async fn decide_remark(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let decision: Decision = sent.json()?;
    let outcome = app.allowed(acts::plain_text("/outcome", &decision.outcome))?;
    let write = begin(&app, &caller, &sent, true).await?;
    let remark = acts::decide_remark(&write.act(), &id, decision.decision.into(), outcome).await;
    let remark = app.allowed(remark)?;
    let view = view(&write.tx, remark).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}
