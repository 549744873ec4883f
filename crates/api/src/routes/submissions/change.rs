//! `PUT` and `PATCH /api/v1/submissions/{id}`

use acts::{Actor, Caller, Change, Editable};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::submission::Action;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::people::submissions::Submission;
use utoipa::ToSchema;

use super::{Around, SubmissionView, fresh, view};
use crate::App;
use crate::body::Sent;
use crate::extract::Segment;
use crate::problem::ApiError;
use crate::write::{begin, replay_known};

/// An edited submission.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmissionChange {
    /// The whole record; in a merge patch, the members to change, with `null` to remove one.
    #[schema(value_type = Object)]
    #[serde(default)]
    record: Option<Map<String, Value>>,
    /// Why this version is made; public.
    #[serde(default, with = "said")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    note: Said<String>,
    /// The record version it now builds on, once you have read what changed there.
    #[serde(default)]
    base_version: Option<i64>,
}

impl SubmissionChange {
    /// The change for a `PUT`.
    fn whole(self, _: &Submission) -> Change {
        let members = self.record.unwrap_or_default();
        Change { members, note: self.note.flatten(), base_version: self.base_version }
    }

    /// The change for a merge patch.
    fn over(self, submission: &Submission) -> Change {
        let mut members = Value::Object(submission.record.to_members());
        json_patch::merge(&mut members, &Value::Object(self.record.unwrap_or_default()));
        let members = match members {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let note = self.note.unwrap_or_else(|| submission.note.clone());
        Change { members, note, base_version: self.base_version }
    }
}

/// A member of a merge patch: absent, `null`, or a value.
type Said<T> = Option<Option<T>>;

mod said {
    use serde::{Deserialize, Deserializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        reader: D,
    ) -> Result<super::Said<T>, D::Error> {
        Option::deserialize(reader).map(Some)
    }
}

/// Replace a submission
///
/// Replaces the whole record: members left out are removed. Sealed text of an assessment that stays in the list is kept unless an explicit `null` removes it. Send the submission's ETag in `If-Match`. Editing one that was sent back makes it a draft again.
#[utoipa::path(
    put, path = "/api/v1/submissions/{id}", operation_id = "replace_submission", tag = "submissions",
    params(
        ("id" = String, Path, description = "UUID of the submission"),
        ("If-Match" = String, Header, description = "The submission's current ETag", example = "\"3\""),
    ),
    request_body = SubmissionChange, security(("token" = [])),
    responses(
        (status = 200, description = "The submission as it is now; its revision in ETag", body = SubmissionView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such submission, or it is not yours"),
        (status = 409, description = "Its state does not allow editing; `allowed` lists what is possible"),
        (status = 412, description = "Somebody else changed it after you read it"),
        (status = 428, description = "`If-Match` is missing"),
    )
)]
pub(crate) async fn replace_submission(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    change(&app, &caller, &id, &sent, SubmissionChange::whole).await
}

/// Change a submission
///
/// A merge patch (RFC 7396) of `record`, `note` and `base_version`. Lists are replaced as a whole, but sealed text of an assessment that stays in the list is kept unless an explicit `null` removes it. Send the submission's ETag in `If-Match`. Editing one that was sent back makes it a draft again.
#[utoipa::path(
    patch, path = "/api/v1/submissions/{id}", operation_id = "change_submission", tag = "submissions",
    params(
        ("id" = String, Path, description = "UUID of the submission"),
        ("If-Match" = String, Header, description = "The submission's current ETag", example = "\"3\""),
    ),
    request_body(content = SubmissionChange, content_type = "application/merge-patch+json"), security(("token" = [])),
    responses(
        (status = 200, description = "The submission as it is now; its revision in ETag", body = SubmissionView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such submission, or it is not yours"),
        (status = 409, description = "Its state does not allow editing; `allowed` lists what is possible"),
        (status = 412, description = "Somebody else changed it after you read it"),
        (status = 428, description = "`If-Match` is missing"),
    )
)]
pub(crate) async fn change_submission(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    change(&app, &caller, &id, &sent, SubmissionChange::over).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: &str,
    sent: &Sent,
    read: fn(SubmissionChange, &Submission) -> Change,
) -> Result<Response, ApiError> {
    replay_known(app, caller, sent).await?;
    let actor = Actor::Person(caller);
    let found = app.allowed(acts::submission_for(&app.db, actor, id, Action::Edit.into()).await)?;
    fresh(sent, &found)?;
    let editable = app.allowed(Editable::new(found))?;
    let change = read(sent.json()?, editable.submission());
    let changed = app.allowed(acts::changed(&app.db, actor, &editable, change).await)?;
    let around = Around::of(&app.db, changed.submission(), app.today()).await?;
    // Take the writer only now, to hold it briefly. The checks above still hold if the revision is unchanged.
    let write = begin(app, caller, sent, false).await?;
    let kept = app.allowed(acts::change_submission(&write.act(), changed).await)?;
    let view = view(app, caller, around, kept);
    write.answer(StatusCode::OK, Some(view.revision), None, &view).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    /// The examples of RFC 7396, appendix A.
    #[test]
    fn a_merge_patch_does_what_the_standard_says() {
        for (target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut merged = target;
            json_patch::merge(&mut merged, &patch);
            assert_eq!(merged, expected);
        }
    }
}
