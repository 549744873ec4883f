//! `GET /api/v1/regulator/assessments`, `/{id}`, `/{id}/document` and `POST /{id}/receipt`: what regulators
//! read. Every read is audited before it is answered.

use acts::{Act, Actor, Caller, SealedPage, Unsealed};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::Tx;
use store::people::documents;
use store::records::sealed::{self, Receipt};
use utoipa::ToSchema;
use wire::{ReceiptView, SealedList, SealedView};

use super::documents::{FileBytes, download};
use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::{ClosedPageParams, Page};
use crate::problem::ApiError;
use crate::write::begin;

fn receipt_view(receipt: Receipt) -> ReceiptView {
    ReceiptView { id: receipt.id, at: receipt.at, note: receipt.note }
}

async fn view(app: &App, tx: &Tx, found: Unsealed<'_>) -> Result<SealedView, ApiError> {
    let Unsealed { sealed, grant } = found;
    let id = sealed.assessment.id.unwrap_or_default();
    let url = format!("{}/api/v1/regulator/assessments/{id}", app.base_url);
    let own = grant.organisation.as_deref();
    let receipts = sealed::receipts(tx, id).await?;
    let receipt = receipts.into_iter().find(|receipt| Some(receipt.regulator.as_str()) == own);
    let document = sealed.assessment.document.as_ref().and_then(|document| document.sha256.as_ref());
    Ok(SealedView {
        document_url: document.map(|_| format!("{url}/document")),
        url,
        record_id: sealed.record_id,
        title: sealed.record.title,
        publisher: sealed.record.publisher.name,
        assessment: sealed.assessment,
        receipt: receipt.map(receipt_view),
    })
}

/// List assessments in the remit
///
/// Assessments of the sectors and types in your body's remit, with sealed text. Every read is recorded in the audit trail, which the records' owners can see.
#[utoipa::path(
    get, path = "/api/v1/regulator/assessments", operation_id = "list_regulator_assessments", tag = "regulator",
    params(ClosedPageParams), security(("token" = [])),
    responses(
        (status = 200, description = "A page of assessments", body = SealedList),
        (status = 403, description = "Only regulators may do this"),
    )
)]
pub(crate) async fn list_regulator_assessments(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let taker = Taker::new(pairs);
    let identity = format!("regulator {}", caller.person.id);
    let page = Page::take_closed("/api/v1/regulator/assessments", identity, taker)?;
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Person(&caller) };
    let sealed = acts::list_sealed(&act, page.number(), page.limit).await;
    let SealedPage { found, grant, total, more } = app.allowed(sealed)?;
    let last = found.last().filter(|_| more).map(|sealed| sealed.place);
    let next = last.map(|place| page.cursor(total, String::new(), place));
    let mut items = Vec::with_capacity(found.len());
    for sealed in found {
        items.push(view(&app, &tx, Unsealed { sealed, grant }).await?);
    }
    tx.commit().await?;
    Ok(page.answer(&app, next, |next| SealedList { items, total, next }))
}

/// Read an assessment in the remit
///
/// With sealed text. The read is recorded in the audit trail.
#[utoipa::path(
    get, path = "/api/v1/regulator/assessments/{id}", operation_id = "get_regulator_assessment", tag = "regulator",
    params(("id" = String, Path, description = "UUID of the assessment")), security(("token" = [])),
    responses(
        (status = 200, description = "The assessment", body = SealedView),
        (status = 403, description = "Only regulators may do this"),
        (status = 404, description = "No such assessment in your remit"),
    )
)]
pub(crate) async fn get_regulator_assessment(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<SealedView>, ApiError> {
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Person(&caller) };
    let found = app.allowed(acts::read_sealed(&act, &id).await)?;
    let view = view(&app, &tx, found).await?;
    tx.commit().await?;
    Ok(Json(view))
}

/// Read an assessment's document
///
/// Sent as a download, whatever its visibility. The read is recorded in the audit trail.
#[utoipa::path(
    get, path = "/api/v1/regulator/assessments/{id}/document", operation_id = "get_regulator_document", tag = "regulator",
    params(("id" = String, Path, description = "UUID of the assessment")), security(("token" = [])),
    responses(
        (status = 200, description = "The bytes", body = inline(FileBytes), content_type = "*/*"),
        (status = 403, description = "Only regulators may do this"),
        (status = 404, description = "No such assessment in your remit, or it has no document here"),
    )
)]
pub(crate) async fn get_regulator_document(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let missing = || ApiError::NotFound("document", domain::cell::short(&id));
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Person(&caller) };
    let document = app.allowed(acts::download_sealed(&act, &id).await)?;
    tx.commit().await?;
    let found = documents::with_hash(&app.db, &document).await?;
    let found = found.first().ok_or_else(missing)?;
    download(&app, found).await?.ok_or_else(missing)
}

/// A receipt to leave.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReceipt {
    /// A note for the publisher.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Leave a receipt
///
/// Records that your body has read the assessment. Its first receipt is kept; the record's owner sees it in the audit trail.
#[utoipa::path(
    post, path = "/api/v1/regulator/assessments/{id}/receipt", operation_id = "create_receipt", tag = "regulator",
    params(
        ("id" = String, Path, description = "UUID of the assessment"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = Option<NewReceipt>, security(("token" = [])),
    responses(
        (status = 201, description = "The receipt", body = ReceiptView),
        (status = 403, description = "Only regulators may do this"),
        (status = 404, description = "No such assessment in your remit"),
    )
)]
pub(crate) async fn create_receipt(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let note = sent.json_or_default::<NewReceipt>()?.note;
    let note = app.allowed(acts::reason("/reason", note, false))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let receipt = app.allowed(acts::leave_receipt(&write.act(), &id, note.as_deref()).await)?;
    write.answer(StatusCode::CREATED, None, None, &receipt_view(receipt)).await
}
