//! Redactions: `/api/v1/records/{id}/redactions` and `/api/v1/redactions`. One person asks, another decides.
//! What was removed, on which ground and why is public.

use acts::{Actor, Caller, RedactionRequest};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::RecordId;
use domain::authorisation::{Object, Permission};
use domain::codes::WithheldGround;
use domain::redaction::Target;
use serde::{Deserialize, Serialize};
use store::across::redactions::{self, Mention, Stored};
use utoipa::ToSchema;
use wire::{PlacesView, RedactionList, RedactionView};

use crate::App;
use crate::body::Sent;
use crate::extract::{IdInPath, NoParams};
use crate::problem::ApiError;
use crate::write::begin;

/// The most pending redactions shown.
const WAITING_SHOWN: u64 = 100;

/// A request for a redaction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRedaction {
    /// JSON pointer to a value to remove completely, from every version that has it in the same place.
    #[schema(example = "/datasets/0/steward", max_length = 500)]
    pointer: Option<String>,
    /// The version to read the pointer in; by default the current one.
    #[schema(minimum = 1)]
    version: Option<i64>,
    /// Words to remove wherever they occur in the record's texts, written exactly as they do there.
    #[schema(example = "Jane Example", min_length = 3, max_length = 500)]
    words: Option<String>,
    /// SHA-256 of documents of the record to delete, whole. Their addresses say so then.
    #[serde(default)]
    documents: Vec<String>,
    /// Ground of the redaction.
    ground: WithheldGround,
    /// The reason, in a sentence that stays public.
    #[schema(max_length = 2000, example = "The name of a member of staff")]
    reason: String,
}

/// A decision on a redaction.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedactionDecision {
    /// The reason; required to refuse.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// Decisions, as they appear in URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RedactionAction {
    CarryOut,
    Refuse,
}

impl RedactionAction {
    /// Reads a decision from a URL. Errors: [`ApiError::NotFound`].
    fn read(word: &str) -> Result<Self, ApiError> {
        match word {
            "carry-out" => Ok(Self::CarryOut),
            "refuse" => Ok(Self::Refuse),
            other => Err(ApiError::NotFound("action", domain::cell::short(other))),
        }
    }
}

/// A place outside the record's versions that has the words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ElsewhereView {
    /// What kind of text it is: the `note` of a version, the reason of a `withdrawal` or `redaction`, a `remark`, a `submission`, the report of an `upload`, a `link`, the reply to a `gap`, a `receipt`, a line of the `audit` trail such as the reason of a review, a `file-name`, the text of a `document`, a `document-unread` because it is no plain text, or another `record` of the same body.
    #[schema(example = "audit")]
    kind: &'static str,
    /// Which one: its id, the number of the version, the SHA-256 of the document, or what the line is about.
    #[schema(example = "submission/0198c0de-0000-7000-8000-000000000000")]
    id: String,
    /// Whether this redaction takes the words out of it. A document goes if the request names it; the rest that stays needs its own redaction.
    goes: bool,
}

/// A requested redaction, as shown to those who may decide.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedView {
    #[serde(flatten)]
    redaction: RedactionView,
    /// Public id of the record.
    record_id: String,
    /// `asked`, `done` or `refused`.
    #[schema(example = "asked")]
    state: &'static str,
    /// The pointer to be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The words to be removed; deleted once it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// SHA-256 of the documents that go with it.
    documents: Vec<String>,
    /// Where else the words stand: before the decision, what goes with them and what stays; afterwards, what still has them.
    elsewhere: Vec<ElsewhereView>,
    /// When it was asked for.
    asked_at: DateTime<Utc>,
    /// Whether you asked for it, so that somebody else must decide.
    own: bool,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

/// Redactions waiting for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedList {
    /// Redactions, oldest first, at most 100.
    items: Vec<AskedView>,
}

/// A redaction with what may be said of it.
fn view(stored: Stored) -> RedactionView {
    let places = stored.places.into_iter();
    RedactionView {
        id: stored.id,
        ground: stored.ground,
        reason: stored.reason,
        done_at: stored.decided_at.filter(|_| stored.state == redactions::State::Done),
        places: places.map(|one| PlacesView { version: one.version, pointers: one.pointers }).collect(),
    }
}

impl From<&Mention> for ElsewhereView {
    fn from(mention: &Mention) -> Self {
        Self { kind: mention.kind.as_str(), id: mention.id.clone(), goes: mention.goes }
    }
}

/// Leaves out what only the record's own body may know of, for everybody else.
fn for_caller(caller: &Caller, stored: Stored) -> Stored {
    let own = caller.organisations(Permission::DecideRedaction);
    let is_own = stored.owner.as_ref().is_some_and(|owner| own.contains(owner));
    Stored { elsewhere: acts::visible(stored.elsewhere, is_own), ..stored }
}

fn asked_view(caller: &Caller, stored: Stored) -> AskedView {
    let (pointer, words) = match &stored.target {
        Some(Target::Field { pointer, .. }) => (Some(pointer.clone()), None),
        Some(Target::Words(words)) => (None, Some(words.clone())),
        None => (None, None),
    };
    AskedView {
        record_id: stored.record_id.clone(),
        state: stored.state.as_str(),
        pointer,
        words,
        documents: stored.documents.clone(),
        elsewhere: stored.elsewhere.iter().map(ElsewhereView::from).collect(),
        asked_at: stored.asked_at,
        own: stored.asked_by == caller.person.id,
        outcome: stored.outcome.clone(),
        redaction: view(stored),
    }
}

/// List what was taken out of a record
///
/// Each redaction with its ground, its reason and the places it left. What was removed is not shown anywhere.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/redactions", operation_id = "list_redactions", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    responses(
        (status = 200, description = "The redactions", body = RedactionList),
        (status = 404, description = "No such record"),
    )
)]
pub(crate) async fn list_redactions(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    _: NoParams,
) -> Result<Json<RedactionList>, ApiError> {
    let id = id.to_string();
    if store::records::find(&app.db, id.parse()?).await?.is_none() {
        return Err(ApiError::NotFound("record", id));
    }
    let items = redactions::done(&app.db, &id).await?.into_iter().map(view).collect();
    Ok(Json(RedactionList { items }))
}

/// Ask for a redaction
///
/// Names a value by JSON `pointer`, or `words`, that must not be public, with a ground and a reason. Nothing changes until another person carries it out; then the text disappears from every version, from lists, search and drafts. A whole field is replaced by a `withheld` statement, words by a mark, and the list of redactions shows every place with its ground. To remove the name of a body or product, point at it; `words` does not match those. Codes, dates and ids cannot be redacted. `elsewhere` in the answer lists what else has the words: notes, remarks, reasons in the audit trail and names of files lose them with it; a document goes whole if `documents` names it. To add documents, ask again: your new request takes the place of the first.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/redactions", operation_id = "create_redaction", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewRedaction, security(("token" = [])),
    responses(
        (status = 201, description = "The request, which another person must decide, with the places it would remove", body = AskedView),
        (status = 400, description = "Not valid, or the record does not contain it"),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such record"),
        (status = 409, description = "It cannot be removed on its own"),
    )
)]
pub(crate) async fn create_redaction(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let NewRedaction { pointer, version, words, documents, ground, reason } = sent.json()?;
    let request = app.allowed(RedactionRequest::new(pointer, version, words, ground, reason))?;
    let request = request.with_documents(documents);
    let named = acts::documents_to_search(&app.db, &app.objects, Actor::Person(&caller), id).await?;
    let write = begin(&app, &caller, &sent, false).await?;
    let asked = Box::pin(acts::ask_redaction(&write.act(), id, request, &named)).await;
    let asked = app.allowed(asked)?;
    write.answer(StatusCode::CREATED, None, None, &asked_view(&caller, asked)).await
}

/// Decide about a redaction
///
/// `carry-out` removes it from every version; `refuse` (with a reason) leaves the record as it is. You cannot decide your own request, even where four eyes are switched off. A redaction cannot be undone.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/redactions/{redaction}/{action}", operation_id = "decide_redaction", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("redaction" = String, Path, description = "UUID of the redaction"),
        ("action" = RedactionAction, Path, description = "What to do", example = "carry-out"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = Option<RedactionDecision>, security(("token" = [])),
    responses(
        (status = 200, description = "The decided redaction", body = AskedView),
        (status = 403, description = "Your roles do not allow this, or you asked for it yourself"),
        (status = 404, description = "No such redaction, or no such action"),
        (status = 409, description = "It was already decided, or the record no longer contains it"),
    )
)]
pub(crate) async fn decide_redaction(
    State(app): State<App>,
    caller: Caller,
    Path((id, redaction, word)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let id: RecordId = id.parse()?;
    let action = RedactionAction::read(&word)?;
    let why = sent.json_or_default::<RedactionDecision>()?.reason;
    let why = app.allowed(acts::reason("/reason", why, action == RedactionAction::Refuse))?;
    let write = begin(&app, &caller, &sent, true).await?;
    let act = write.act();
    let waiting = app.allowed(acts::redaction_to_decide(&act, id, &redaction).await)?;
    let decided = match action {
        RedactionAction::Refuse => acts::refuse_redaction(&act, waiting, &why.unwrap_or_default()).await,
        RedactionAction::CarryOut => {
            let names = app.names(&write.tx, write.names_revision).await?;
            acts::carry_out_redaction(&act, waiting, &names).await
        }
    };
    let view = asked_view(&caller, for_caller(&caller, app.allowed(decided)?));
    let answer = write.answer(StatusCode::OK, None, None, &view).await?;
    purge(&app).await;
    Ok(answer)
}

/// Removes redacted text from the database files too, where deleted rows leave traces, and redacted documents
/// from the object store.
async fn purge(app: &App) {
    // The redaction itself is done; what fails here, maintenance does again later.
    if let Err(error) = store::records::maintenance::purge(&app.db).await {
        tracing::warn!("redacted text may still be in the database files: {error}");
    }
    if let Err(error) = store::people::documents::erase(&app.db, &app.objects, (app.clock)()).await {
        tracing::warn!("a redacted document may still be in the object store: {error}");
    }
}

/// List redactions to decide
///
/// Redactions waiting for a second person, oldest first, at most 100: those of your organisations, or all for administrators.
#[utoipa::path(
    get, path = "/api/v1/redactions", operation_id = "list_redactions_to_decide", tag = "submissions", security(("token" = [])),
    responses(
        (status = 200, description = "The pending redactions", body = AskedList),
        (status = 403, description = "You may not decide any redactions"),
    )
)]
pub(crate) async fn list_redactions_to_decide(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<AskedList>, ApiError> {
    let all = caller.grant(Permission::DecideRedaction, Object::Register).is_some();
    let own = caller.organisations(Permission::DecideRedaction);
    if !all && own.is_empty() {
        return Err(ApiError::Forbidden(Permission::DecideRedaction));
    }
    let owners = (!all).then_some(own.as_slice());
    let waiting = redactions::waiting(&app.db, owners, WAITING_SHOWN).await?;
    Ok(Json(AskedList {
        items: waiting.into_iter().map(|one| asked_view(&caller, for_caller(&caller, one))).collect(),
    }))
}
