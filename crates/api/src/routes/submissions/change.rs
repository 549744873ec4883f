//! `PUT` and `PATCH /api/v1/submissions/{id}`

use acts::Caller;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::Role;
use domain::submission::{Action, next};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::audit::Deed;
use store::submissions::{Submission, deed, find, update};
use utoipa::ToSchema;

use super::{Around, IF_MATCH, SubmissionView, Whose, checked, object, readable, view};
use crate::App;
use crate::body::Sent;
use crate::extract::Segment;
use crate::problem::{ApiError, Fault, Problem};
use crate::routes::submissions::act::not_now;
use crate::write::{begin, replay_known};

/// A submission as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmissionChange {
    /// The whole record; in a merge patch the members that change, `null` for those that go.
    #[schema(value_type = Object)]
    #[serde(default)]
    record: Option<Map<String, Value>>,
    /// Why this version is made, for readers.
    #[serde(default, with = "said")]
    #[schema(value_type = Option<String>)]
    note: Said<String>,
    /// The version of the record that it goes on from, once what changed there was read.
    #[serde(default)]
    base_version: Option<i64>,
}

/// A member of a merge patch: not said, said to go, or a value.
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
/// The record as a whole; members left out go, but for what is sealed of an assessment that stays in the list: that goes only by an explicit `null`. Needs the submission's ETag in `If-Match`. Changing one that came back makes it a draft again.
#[utoipa::path(
    put, path = "/api/v1/submissions/{id}", operation_id = "replace_submission", tag = "submissions",
    params(
        ("id" = String, Path, description = "UUID of the submission"),
        ("If-Match" = String, Header, description = "Its ETag", example = "\"3\""),
    ),
    request_body = SubmissionChange, security(("token" = [])),
    responses(
        (status = 200, description = "As it is now; its revision in ETag", body = SubmissionView),
        (status = 400, description = "Not valid; every fault with its place", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none that the caller may read", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be edited where it stands; `allowed` says what can be done", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed it since it was read", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_submission(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    change(&app, &caller, &id, &sent, |change, submission| {
        submission.note = change.note.flatten();
        change.record.unwrap_or_default()
    })
    .await
}

/// Change a submission
///
/// A merge patch (RFC 7396) of `record`, `note` and `base_version`. A list is replaced as a whole, but for what is sealed of an assessment in it: that goes only by an explicit `null`. Needs the submission's ETag in `If-Match`. Changing one that came back makes it a draft again.
#[utoipa::path(
    patch, path = "/api/v1/submissions/{id}", operation_id = "change_submission", tag = "submissions",
    params(
        ("id" = String, Path, description = "UUID of the submission"),
        ("If-Match" = String, Header, description = "Its ETag", example = "\"3\""),
    ),
    request_body(content = SubmissionChange, content_type = "application/merge-patch+json"), security(("token" = [])),
    responses(
        (status = 200, description = "As it is now; its revision in ETag", body = SubmissionView),
        (status = 400, description = "Not valid; every fault with its place", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none that the caller may read", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be edited where it stands; `allowed` says what can be done", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed it since it was read", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_submission(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    change(&app, &caller, &id, &sent, |change, submission| {
        if let Some(note) = change.note {
            submission.note = note;
        }
        let mut members = Value::Object(submission.record.to_members());
        merge(&mut members, Value::Object(change.record.unwrap_or_default()));
        match members {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    })
    .await
}

/// RFC 7396.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

async fn change(
    app: &App,
    caller: &Caller,
    id: &str,
    sent: &Sent,
    members: impl FnOnce(SubmissionChange, &mut Submission) -> Map<String, Value>,
) -> Result<Response, ApiError> {
    replay_known(app, caller, sent).await?;
    let mut submission = readable(caller, id, find(&app.db, id).await?)?;
    let role = caller.may(Action::Edit.into(), object(&submission))?.role;
    if sent.if_match(IF_MATCH)? != submission.revision {
        return Err(ApiError::Stale("somebody changed the submission: read it again and send its new ETag"));
    }
    submission.state = next(submission.state, Action::Edit).map_err(not_now)?;
    let change: SubmissionChange = sent.json()?;
    if change.base_version.is_some() && submission.record_id.is_none() {
        return Err(ApiError::Invalid(vec![
            Fault::new("/base_version", "bad-value", "a new record has no version to begin from")
                .hint("leave base_version out"),
        ]));
    }
    submission.base_version = change.base_version.or(submission.base_version);
    let old = submission.clone();
    let members = members(change, &mut submission);
    let around = Around::of(&app.db, &submission).await?;
    let whose = Whose {
        owner: &old.owner,
        name: &around.owner.name,
        about_others: old.about_others,
        oversight: role == Role::Oversight && old.record_id.is_some(),
        whole: false,
        record_id: old.record_id.as_deref(),
    };
    submission.record = checked(&app.db, &members, old.record.origin, Some(&old), &whose).await?;
    submission.number_assessments();
    submission.written_by(&caller.person.id);
    // Only now the writer: what was checked holds if the revision is still the same.
    let write = begin(app, caller, sent, false).await?;
    let action = deed(Action::Edit);
    let deed = Deed { owner: Some(&old.owner), ..Deed::new(&action, "submission", id) };
    update(&write.tx, &mut submission, &write.by(Some(role), deed), write.now).await?;
    let revision = submission.revision;
    let view = view(app, caller, around, submission);
    write.answer(StatusCode::OK, Some(revision), None, &view).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
            merge(&mut merged, patch);
            assert_eq!(merged, expected);
        }
    }
}
