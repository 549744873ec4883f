//! `POST /api/v1/submissions/{id}/{action}`: moving a submission on.

use acts::{Actor, Caller, Ready, Step};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::submission::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Around, SubmissionView, fresh, view};
use crate::App;
use crate::body::Sent;
use crate::problem::ApiError;
use crate::write::{begin, replay_known};

/// Texts to go with a transition.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionReason {
    /// The reason; required to request changes.
    #[schema(max_length = 2000)]
    reason: Option<String>,
    /// Why this version is made; public. With `submit` only; if absent, an earlier note is kept.
    #[schema(max_length = 2000, example = "New supplier since March")]
    note: Option<String>,
}

/// Transitions, as they appear in URLs.
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

    /// Reads a transition from a URL. Errors: [`ApiError::NotFound`].
    fn read(word: &str) -> Result<Action, ApiError> {
        let found = Self::ALL.iter().find(|(one, _)| *one == word);
        let (_, action) = found.ok_or_else(|| ApiError::NotFound("action", domain::cell::short(word)))?;
        Ok(*action)
    }
}

/// Move a submission on
///
/// `submit`, `review`, `request-changes` (with a reason), `approve`, `publish` or `discard`. Submitting and publishing require an answer or a field statement for every field that the record's phase requires. Approval must come from somebody who neither wrote nor submitted it, unless the publisher has switched four eyes off. Send the submission's ETag in `If-Match`.
#[utoipa::path(
    post, path = "/api/v1/submissions/{id}/{action}", operation_id = "move_submission", tag = "submissions",
    params(
        ("id" = String, Path, description = "UUID of the submission"),
        ("action" = Transition, Path, description = "What to do", example = "submit"),
        ("If-Match" = String, Header, description = "The submission's current ETag", example = "\"3\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = Option<ActionReason>, security(("token" = [])),
    responses(
        (status = 200, description = "The submission as it is now; its revision in ETag", body = SubmissionView),
        (status = 400, description = "It is not ready; lists every blocking finding"),
        (status = 403, description = "Your roles, or four eyes, do not allow this"),
        (status = 404, description = "No such submission, or it is not yours; or no such action"),
        (status = 409, description = "Its state does not allow this; `allowed` lists what is possible"),
        (status = 412, description = "Somebody else changed it after you read it"),
        (status = 428, description = "`If-Match` is missing"),
    )
)]
pub(crate) async fn move_submission(
    State(app): State<App>,
    caller: Caller,
    Path((id, word)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let action = Transition::read(&word)?;
    let said: ActionReason = sent.json_or_default()?;
    let step = app.allowed(Step::new(action, said.reason, said.note))?;
    replay_known(&app, &caller, &sent).await?;
    let actor = Actor::Person(&caller);
    let found = app.allowed(acts::submission_for(&app.db, actor, &id, action.into()).await)?;
    fresh(&sent, &found)?;
    let ready = app.allowed(acts::ready_for(&app.db, actor, found, step, app.today()).await)?;
    let around = Around::of(&app.db, ready.submission(), app.today()).await?;
    // Take the writer only now, to hold it briefly. The checks above still hold if the revision is unchanged.
    match ready {
        Ready::Move(ready) => {
            let write = begin(&app, &caller, &sent, false).await?;
            let moved = app.allowed(acts::move_submission(&write.act(), ready).await)?;
            let view = view(&app, &caller, around, moved);
            write.answer(StatusCode::OK, Some(view.revision), None, &view).await
        }
        Ready::Publication(ready) => {
            let write = begin(&app, &caller, &sent, true).await?;
            let mut names = app.names(&write.tx, write.names_revision).await?;
            let moved = app.allowed(acts::publish_submission(&write.act(), ready, &mut names).await)?;
            let view = view(&app, &caller, around, moved);
            let answer = write.answer(StatusCode::OK, Some(view.revision), None, &view).await?;
            // Only after the commit: a failed write must not leave its names in memory.
            app.keep_names(names).await;
            Ok(answer)
        }
    }
}
