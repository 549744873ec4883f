//! What must not be public is taken out of a record: `/api/v1/records/{id}/redactions`, `/api/v1/redactions`.
//! One person asks, another decides; what was taken out, on which ground and why is public.

use acts::{Caller, RedactionRequest};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::RecordId;
use domain::authorisation::{Object, Permission};
use domain::codes::{Code, WithheldGround};
use domain::redaction::Target;
use serde::{Deserialize, Serialize};
use store::across::redactions::{self, Stored};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::extract::{IdInPath, NoParams};
use crate::problem::ApiError;
use crate::write::begin;

/// Redactions shown at once to whoever decides.
const WAITING_SHOWN: u64 = 100;

/// What is to be taken out of a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRedaction {
    /// A JSON pointer to a value that goes whole, from every version that has it in the same member.
    #[schema(example = "/datasets/0/steward", max_length = 500)]
    pointer: Option<String>,
    /// The version that the pointer is read in; the current one if none is named.
    #[schema(minimum = 1)]
    version: Option<i64>,
    /// Words that go wherever they stand in the record's texts, exactly as they stand there.
    #[schema(example = "Jane Example", min_length = 3, max_length = 500)]
    words: Option<String>,
    /// On which ground.
    ground: WithheldGround,
    /// Why, in a sentence that stays public.
    #[schema(max_length = 2000, example = "The name of a member of staff")]
    reason: String,
}

/// Why it is refused, or nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedactionDecision {
    /// Why; needed to refuse.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// The words of decisions in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RedactionAction {
    CarryOut,
    Refuse,
}

impl RedactionAction {
    /// The action of a word in an address. Errors: [`ApiError::NotFound`].
    fn read(word: &str) -> Result<Self, ApiError> {
        match word {
            "carry-out" => Ok(Self::CarryOut),
            "refuse" => Ok(Self::Refuse),
            other => Err(ApiError::NotFound("action", domain::cell::short(other))),
        }
    }
}

/// The places in one version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlacesView {
    /// Number of the version.
    #[schema(example = 2)]
    version: i64,
    /// JSON pointers into the record of that version.
    #[schema(example = json!(["/description"]))]
    pointers: Vec<String>,
}

/// Something that was taken out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RedactionView {
    /// UUID.
    id: String,
    /// On which ground.
    #[schema(value_type = WithheldGround)]
    ground: &'static str,
    /// Why.
    reason: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<DateTime<Utc>>,
    /// What was taken out of which version.
    places: Vec<PlacesView>,
}

/// What was taken out of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RedactionList {
    /// Oldest first.
    items: Vec<RedactionView>,
}

/// Something that is asked for, to those who may decide.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedView {
    #[serde(flatten)]
    redaction: RedactionView,
    /// Public id of the record.
    record_id: String,
    /// `asked`, `done` or `refused`.
    #[schema(example = "asked")]
    state: &'static str,
    /// The pointer that goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The words that go; forgotten once it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// When it was asked for.
    asked_at: DateTime<Utc>,
    /// Whether the caller asked for it: then another person decides.
    own: bool,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

/// What waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedList {
    /// Oldest first, at most 100.
    items: Vec<AskedView>,
}

impl From<Stored> for RedactionView {
    fn from(stored: Stored) -> Self {
        Self {
            id: stored.id,
            ground: stored.ground.as_str(),
            reason: stored.reason,
            done_at: stored.decided_at.filter(|_| stored.state == redactions::State::Done),
            places: stored
                .places
                .into_iter()
                .map(|one| PlacesView { version: one.version, pointers: one.pointers })
                .collect(),
        }
    }
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
        asked_at: stored.asked_at,
        own: stored.asked_by == caller.person.id,
        outcome: stored.outcome.clone(),
        redaction: stored.into(),
    }
}

/// List what was taken out of a record
///
/// Each redaction with its ground, its reason and the places it left; what went is nowhere.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/redactions", operation_id = "list_redactions", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    responses(
        (status = 200, description = "What was taken out", body = RedactionList),
        (status = 404, description = "There is no such record"),
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
    let items = redactions::done(&app.db, &id).await?.into_iter().map(RedactionView::from).collect();
    Ok(Json(RedactionList { items }))
}

/// Ask for a redaction
///
/// Names a value by its JSON `pointer`, or `words`, that must not be public, on which ground and why. Nothing changes until another person carries it out; then it is gone from every version, from lists, search and drafts. A whole field leaves a `withheld` statement, words leave a mark, and the list of redactions names every place and its ground. Names of bodies and products are not words: point at them. Codes, dates and ids stay.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/redactions", operation_id = "create_redaction", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = NewRedaction, security(("token" = [])),
    responses(
        (status = 201, description = "It waits for another person; the places it would leave", body = AskedView),
        (status = 400, description = "Not valid, or it stands nowhere in the record"),
        (status = 403, description = "The caller's roles do not allow it"),
        (status = 404, description = "There is no such record"),
        (status = 409, description = "It cannot go by itself"),
    )
)]
pub(crate) async fn create_redaction(
    State(app): State<App>,
    caller: Caller,
    IdInPath(id): IdInPath,
    sent: Sent,
) -> Result<Response, ApiError> {
    let NewRedaction { pointer, version, words, ground, reason } = sent.json()?;
    let request = app.allowed(RedactionRequest::new(pointer, version, words, ground, reason))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let asked = app.allowed(acts::ask_redaction(&write.act(), id, request).await)?;
    write.answer(StatusCode::CREATED, None, None, &asked_view(&caller, asked)).await
}

/// Decide about a redaction
///
/// `carry-out` takes it out of every version, `refuse` (with a reason) leaves the record as it is. Who asked does not decide, whatever a publisher's settings say. It cannot be undone.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/redactions/{redaction}/{action}", operation_id = "decide_redaction", tag = "submissions",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("redaction" = String, Path, description = "UUID of the redaction"),
        ("action" = RedactionAction, Path, description = "What to do", example = "carry-out"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = Option<RedactionDecision>, security(("token" = [])),
    responses(
        (status = 200, description = "It is decided", body = AskedView),
        (status = 403, description = "The caller's roles do not allow it, or it was the caller who asked"),
        (status = 404, description = "There is no such redaction, or no such action"),
        (status = 409, description = "It was decided before, or stands nowhere any more"),
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
    let view = asked_view(&caller, app.allowed(decided)?);
    let answer = write.answer(StatusCode::OK, None, None, &view).await?;
    purge(&app).await;
    Ok(answer)
}

/// Takes what is gone out of the files of the database too.
async fn purge(app: &App) {
    if let Err(error) = store::records::maintenance::purge(&app.db).await {
        // It is done; the files of the database are looked after again later.
        tracing::warn!("what was taken out may still be in the files of the database: {error}");
    }
}

/// List redactions to decide
///
/// What waits for a second person, oldest first, at most 100: of one's own organisations, or of all for administrators.
#[utoipa::path(
    get, path = "/api/v1/redactions", operation_id = "list_redactions_to_decide", tag = "submissions", security(("token" = [])),
    responses(
        (status = 200, description = "What waits", body = AskedList),
        (status = 403, description = "The caller decides about none"),
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
    Ok(Json(AskedList { items: waiting.into_iter().map(|one| asked_view(&caller, one)).collect() }))
}
