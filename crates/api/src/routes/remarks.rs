//! What others say beside a record: `/api/v1/records/{id}/annotations`, `/corrections`, `/replies`,
//! `/api/v1/corrections/{reference}`, `/api/v1/remarks`. Attributed, decided about, never over the official text.

use acts::{Act, Actor, Caller, Statement};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use serde::{Deserialize, Serialize};
use store::ground::secret::{Opens, Secret};
use store::people::remarks::{self, Remark};
use store::{Reads, StoreError};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::extract::{IdInPath, NoParams, Segment};
use crate::problem::ApiError;
use crate::routes::submissions::{OwnerView, owner};
use crate::write::begin;

/// Remarks shown at once to whoever decides.
const WAITING_SHOWN: u64 = 100;

/// Something said beside a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRemark {
    /// What is to be said, in plain text.
    #[schema(max_length = 4000)]
    text: String,
    /// Where the evidence is.
    #[schema(example = "https://observer.example/evidence")]
    evidence_url: Option<String>,
    /// Slug of the organisation that says it; needed only by who speaks for several.
    organisation: Option<String>,
}

/// A correction that somebody proposes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCorrection {
    /// What is wrong and what would be right. No names of persons.
    #[schema(max_length = 4000)]
    text: String,
    /// Where that can be seen.
    evidence_url: Option<String>,
}

/// What was decided about a remark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    decision: Decided,
    /// Why, for whoever said it.
    #[schema(max_length = 4000)]
    outcome: String,
}

/// How a remark is decided.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decided {
    /// Show an annotation beside the record.
    Publish,
    /// A correction is right: the body was told.
    Accept,
    /// It is not shown.
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

/// A remark as everybody reads it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemarkView {
    /// UUID.
    id: String,
    /// `annotation` or `reply`; for whoever decides also `correction`.
    #[schema(example = "annotation")]
    kind: String,
    /// The record it is about.
    record_id: String,
    /// Who says it; absent for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    said_by: Option<OwnerView>,
    /// What it says, in plain text.
    text: String,
    /// Where the evidence is.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_url: Option<String>,
    /// What the record's body replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

/// Remarks beside a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemarkList {
    /// Oldest first.
    items: Vec<RemarkView>,
}

/// Where a correction can be followed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CorrectionReceipt {
    /// Where the outcome can be read; shown once.
    url: String,
}

/// What became of a correction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CorrectionView {
    /// The record.
    record_id: String,
    /// `pending`, `accepted` or `declined`.
    #[schema(example = "pending")]
    state: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// When it came in.
    created_at: DateTime<Utc>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<DateTime<Utc>>,
}

async fn view(conn: &impl Reads, remark: Remark) -> Result<RemarkView, StoreError> {
    Ok(RemarkView {
        said_by: match &remark.organisation {
            Some(id) => Some(owner(conn, id).await?),
            None => None,
        },
        id: remark.id,
        kind: remark.kind,
        record_id: remark.record_id,
        text: remark.text,
        evidence_url: remark.evidence,
        reply: remark.reply,
        created_at: remark.created_at,
    })
}

/// Read annotations
///
/// What accredited observers, oversight bodies and regulators say beside a record, and what its body replies. Withdrawn records have none.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/annotations", operation_id = "list_annotations", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    responses(
        (status = 200, description = "The annotations", body = RemarkList),
        (status = 404, description = "There is no such record"),
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
/// For observers, oversight bodies and regulators. It is shown, under their name, once an administrator has looked at it.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/annotations", operation_id = "create_annotation", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = NewRemark,
    responses(
        (status = 201, description = "It waits for a decision", body = RemarkView),
        (status = 403, description = "The caller's roles do not allow it"),
        (status = 404, description = "There is no such record"),
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
/// What the publisher of a record says to what others say about it: to a record that an observer made of its tool. Shown at once, beside the record; the flag `unanswered` goes.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/replies", operation_id = "reply_to_record", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = NewRemark,
    responses(
        (status = 201, description = "It is shown", body = RemarkView),
        (status = 403, description = "The record is not about the caller's body"),
        (status = 404, description = "There is no such record"),
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
    let write = begin(&app, &caller, &sent, true).await?;
    let remark = app.allowed(acts::reply_to_record(&write.act(), id, said).await)?;
    let view = view(&write.tx, remark).await?;
    write.answer(StatusCode::CREATED, None, None, &view).await
}

/// Propose a correction
///
/// For everybody, without an account. It is not shown; an administrator decides about it, and the answer's link tells the outcome.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/corrections", operation_id = "create_correction", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    request_body = NewCorrection,
    responses(
        (status = 201, description = "It came in", body = CorrectionReceipt),
        (status = 404, description = "There is no such record"),
        (status = 410, description = "The record was withdrawn"),
        (status = 429, description = "Too many came in; Retry-After says when to come again"),
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
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Public };
    let secret = app.allowed(acts::propose_correction(&act, id, said).await)?;
    tx.commit().await?;
    let url = format!("{}/api/v1/corrections/{}", app.base_url, secret.reveal());
    let private = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((StatusCode::CREATED, private, Json(CorrectionReceipt { url })).into_response())
}

/// Read what became of a correction
///
/// By the reference that was given when it came in.
#[utoipa::path(
    get, path = "/api/v1/corrections/{secret}", operation_id = "get_correction", tag = "records",
    params(("secret" = String, Path, description = "The reference")),
    responses(
        (status = 200, description = "What became of it", body = CorrectionView),
        (status = 404, description = "There is no such correction"),
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
        state: remark.state,
        outcome: remark.outcome,
        created_at: remark.created_at,
        decided_at: remark.decided_at,
    };
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(view)).into_response())
}

/// List remarks to decide
///
/// Annotations and corrections that wait, oldest first, at most 100; for administrators.
#[utoipa::path(
    get, path = "/api/v1/remarks", operation_id = "list_remarks_to_decide", tag = "people", security(("token" = [])),
    responses(
        (status = 200, description = "What waits", body = RemarkList),
        (status = 403, description = "The caller is no administrator"),
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
/// `publish` or `decline` an annotation, `accept` or `decline` a correction; for administrators. What was decided stays.
#[utoipa::path(
    post, path = "/api/v1/remarks/{id}/decision", operation_id = "decide_remark", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the remark")),
    request_body = Decision,
    responses(
        (status = 200, description = "It is decided", body = RemarkView),
        (status = 403, description = "The caller is no administrator"),
        (status = 404, description = "There is no such remark"),
        (status = 409, description = "It was decided before, or is not decided so"),
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
