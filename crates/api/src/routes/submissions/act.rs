//! `POST /api/v1/submissions/{id}/{action}`: the transitions.

use acts::Caller;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::draft;
use domain::submission::{Action, IllegalTransition, allowed, next};
use domain::{Record, Severity};
use serde::Deserialize;
use store::Tx;
use store::audit::Deed;
use store::publish::Names;
use store::submissions::{Submission, deed, find, publish, update, whole};
use utoipa::ToSchema;

use super::{Around, IF_MATCH, SubmissionView, invalid, object, readable, view};
use crate::App;
use crate::body::Sent;
use crate::problem::{ApiError, Fault, Problem};
use crate::write::{Write, begin, replay_known};

/// What is to be said with a transition.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionReason {
    /// Why; needed when changes are requested.
    #[schema(max_length = 2000)]
    reason: Option<String>,
    /// Why this version is made, for readers; with `submit` only, and what was noted before stays when it is absent.
    #[schema(max_length = 2000, example = "New supplier since March")]
    note: Option<String>,
}

/// The longest reason, in characters.
pub(crate) const REASON_MAX: usize = 2_000;

/// The words of the transitions in addresses.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Transition {
    Submit,
    Review,
    RequestChanges,
    Approve,
    Publish,
    Discard,
}

impl Transition {
    const ALL: &[(&str, Action)] = &[
        ("submit", Action::Submit),
        ("review", Action::Review),
        ("request-changes", Action::RequestChanges),
        ("approve", Action::Approve),
        ("publish", Action::Publish),
        ("discard", Action::Discard),
    ];
}

/// Move a submission on
///
/// `submit`, `review`, `request-changes` (with a reason), `approve`, `publish` or `discard`. Submitting and publishing demand every field that the record's phase requires, or a field statement. Who wrote or submitted it does not approve it, unless its publisher switched four eyes off. Needs the submission's ETag in `If-Match`.
#[utoipa::path(
    post, path = "/api/v1/submissions/{id}/{action}", operation_id = "move_submission", tag = "submissions",
    params(
        ("id" = String, Path, description = "UUID of the submission"),
        ("action" = Transition, Path, description = "What to do", example = "submit"),
        ("If-Match" = String, Header, description = "Its ETag", example = "\"3\""),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = Option<ActionReason>, security(("token" = [])),
    responses(
        (status = 200, description = "As it is now; its revision in ETag", body = SubmissionView),
        (status = 400, description = "It is not ready: every finding that stops it", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles, or four eyes, do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none that the caller may read, or no such action", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Where it stands does not allow it; `allowed` says what can be done", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed it since it was read", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn move_submission(
    State(app): State<App>,
    caller: Caller,
    Path((id, word)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let Some((_, action)) = Transition::ALL.iter().find(|(one, _)| *one == word) else {
        return Err(ApiError::NotFound("action", domain::cell::short(&word)));
    };
    let action = *action;
    let said = sent.json_or_default::<ActionReason>()?;
    let reason = text("/reason", said.reason, action.needs_reason())?;
    if said.note.is_some() && action != Action::Submit {
        let fault = Fault::new("/note", "not-now", "a note is said when a submission is sent");
        return Err(ApiError::Invalid(vec![fault.hint("leave it out, or change the submission")]));
    }
    let noted = said.note.is_some();
    let note = text("/note", said.note, false)?;
    let public = action == Action::Publish;
    replay_known(&app, &caller, &sent).await?;
    let mut submission = readable(&caller, &id, find(&app.db, &id).await?)?;
    let role = caller.may(action.into(), object(&submission))?.role;
    if sent.if_match(IF_MATCH)? != submission.revision {
        return Err(ApiError::Stale("somebody changed the submission: read it again and send its new ETag"));
    }
    submission.state = next(submission.state, action).map_err(not_now)?;
    if matches!(action, Action::Submit | Action::Publish) {
        ready(&submission.record)?;
    }
    if action == Action::Submit {
        submission.submitted_by = Some(caller.person.id.clone());
        if noted {
            submission.note = note;
        }
    }
    let around = Around::of(&app.db, &submission).await?;
    if action == Action::Approve
        && let Some(why) = around.own_approval(&caller, &submission)
    {
        return Err(ApiError::Refused(why));
    }
    // Only now the writer: what was checked holds if the revision is still the same.
    let write = begin(&app, &caller, &sent, public).await?;
    let mut names = None;
    if public {
        names = Some(Box::pin(publish_it(&app, &write, &mut submission)).await?);
    }
    let made = submission.record_id.clone().filter(|_| public);
    let owner = submission.owner.clone();
    let action = deed(action);
    let deed = Deed {
        owner: Some(&owner),
        reason: reason.as_deref(),
        detail: made.as_deref(),
        ..Deed::new(&action, "submission", &id)
    };
    update(&write.tx, &mut submission, &write.by(Some(role), deed), write.now).await?;
    let revision = submission.revision;
    let view = view(&app, &caller, around, submission);
    let answer = write.answer(StatusCode::OK, Some(revision), None, &view).await?;
    if let Some(names) = names {
        app.keep_names(names).await;
    }
    Ok(answer)
}

/// Publishes inside the transaction; gives back what names mean afterwards.
async fn publish_it(app: &App, write: &Write<'_>, submission: &mut Submission) -> Result<Names, ApiError> {
    let (tx, now) = (&write.tx, write.now);
    let mut names = app.names(tx, write.names_revision).await?;
    let made = match oversight(tx, submission).await? {
        Some(whole) => publish(tx, &mut names, &whole, now).await?,
        None => publish(tx, &mut names, submission, now).await?,
    };
    submission.record_id = Some(made.record_id);
    submission.published_version = Some(made.version);
    Ok(names)
}

/// What an oversight body says about a record of another goes over the record as its owner keeps it, sealed
/// texts and all.
async fn oversight(tx: &Tx, submission: &Submission) -> Result<Option<Submission>, ApiError> {
    let Some(id) = submission.record_id.as_deref().filter(|_| submission.about_others) else {
        return Ok(None);
    };
    let own = store::submissions::standing(tx, id).await?.and_then(|standing| standing.owner);
    if own.as_ref() == Some(&submission.owner) {
        return Ok(None);
    }
    let Some(mut record) = whole(tx, id).await? else { return Ok(None) };
    let Record { reviews, audits, .. } = submission.record.clone();
    record.reviews = reviews;
    record.audits = audits;
    Ok(Some(Submission { record, ..submission.clone() }))
}

/// Errors: [`ApiError::Invalid`] with every finding that stops publication.
fn ready(record: &Record) -> Result<(), ApiError> {
    let mut errors = draft::findings(record);
    errors.retain(|finding| finding.severity == Severity::Error);
    if errors.is_empty() { Ok(()) } else { Err(invalid(errors)) }
}

/// The words of an illegal transition, with what is allowed.
pub(crate) fn not_now(illegal: IllegalTransition) -> ApiError {
    let allowed = allowed(illegal.state).map(|action| action.as_str().to_owned()).collect();
    ApiError::NotNow { detail: illegal.to_string(), allowed }
}

/// A reason that people can read. Errors: [`ApiError::Invalid`] when it is needed and missing, or too long.
pub(crate) fn reason(reason: Option<String>, needed: bool) -> Result<Option<String>, ApiError> {
    text("/reason", reason, needed)
}

/// The same of any short text, by its place.
fn text(at: &str, text: Option<String>, needed: bool) -> Result<Option<String>, ApiError> {
    // Lengths are of what was sent, as the schema says.
    let long = text.as_ref().is_some_and(|text| text.chars().count() > REASON_MAX);
    let text = text.map(|text| domain::text::clean(&text)).filter(|text| !text.is_empty());
    let fault =
        |code, detail: String, hint| Err(ApiError::Invalid(vec![Fault::new(at, code, detail).hint(hint)]));
    match &text {
        _ if long => {
            fault("too-long", format!("at most {REASON_MAX} characters fit"), "say it in fewer words")
        }
        None if needed => fault("required", "a reason is needed".to_owned(), "say in a sentence why"),
        _ => Ok(text),
    }
}
