//! Submissions: writing, reviewing and publishing records. None of this is public, and what a caller may not
//! read looks as if it did not exist.

pub(crate) mod act;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod preview;
pub(crate) mod read;

use acts::{Actor, Caller};
use chrono::{DateTime, Utc};
use domain::codes::SubmissionState;
use domain::completeness::{Completeness, completeness};
use domain::draft::{self, NextField};
use domain::submission::{Action, allowed};
use domain::{Finding, Record};
use serde::Serialize;
use store::names::organisations;
use store::people;
use store::people::submissions::Submission;
use store::{Reads, StoreError};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::problem::ApiError;
use crate::views::{FlagView, foretold};

/// What to send in `If-Match`.
const IF_MATCH: &str = "send the submission's ETag in If-Match, such as If-Match: \"3\"";

/// An organisation that owns a submission or speaks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnerView {
    /// Its slug.
    #[schema(example = "northmoor-borough-council")]
    pub(crate) slug: String,
    /// Its name.
    #[schema(example = "Northmoor Borough Council")]
    pub(crate) name: String,
}

/// An action available to you now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AvailableAction {
    action: Action,
    /// HTTP method.
    #[schema(example = "POST")]
    method: &'static str,
    /// URL.
    url: String,
    /// Whether it needs a reason.
    needs_reason: bool,
}

/// A submission, with its findings and available actions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubmissionView {
    /// UUID.
    id: String,
    /// URL of the submission.
    url: String,
    /// Its organisation.
    owner: OwnerView,
    state: SubmissionState,
    /// Number of edits so far; same as the ETag.
    revision: i64,
    /// The record it will be, or is, a version of.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// The version it started from; it cannot be published if the record has moved on.
    #[serde(skip_serializing_if = "Option::is_none")]
    base_version: Option<i64>,
    /// The version it was published as.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_version: Option<i64>,
    /// The record, with sealed text.
    record: Record,
    /// Why this version is made; public.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// All findings: errors block publication, warnings do not.
    findings: Vec<Finding>,
    /// Flags it would get if it were published now; they block nothing.
    flags: Vec<FlagView>,
    completeness: Completeness,
    /// Blank fields that are quickest to fill in.
    next_fields: Vec<NextField>,
    /// Actions available to you now.
    available_actions: Vec<AvailableAction>,
    /// The line of the uploaded file it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_line: Option<i64>,
    /// When it was started.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// Checks that the request is about the current revision. Errors: [`ApiError::NeedsIfMatch`],
/// [`ApiError::Stale`].
pub(crate) fn fresh(sent: &Sent, submission: &Submission) -> Result<(), ApiError> {
    if sent.if_match(IF_MATCH)? != submission.revision {
        return Err(ApiError::Stale("somebody changed the submission: read it again and send its new ETag"));
    }
    Ok(())
}

pub(crate) async fn owner(conn: &impl Reads, id: &str) -> Result<OwnerView, StoreError> {
    let found = organisations::find(conn, id).await?;
    Ok(match found {
        Some(found) => OwnerView { slug: found.organisation.slug, name: found.organisation.name },
        None => OwnerView { slug: id.to_owned(), name: id.to_owned() },
    })
}

/// What showing a submission needs besides itself, read before the writer is taken.
pub(crate) struct Around {
    owner: OwnerView,
    /// Whether its publisher requires four eyes.
    four_eyes: bool,
}

impl Around {
    pub(crate) async fn of(conn: &impl Reads, submission: &Submission) -> Result<Self, StoreError> {
        Ok(Self {
            owner: owner(conn, &submission.owner).await?,
            four_eyes: people::four_eyes(conn, &submission.owner).await?,
        })
    }
}

/// A submission, as the caller sees it.
pub(crate) fn view(app: &App, caller: &Caller, around: Around, submission: Submission) -> SubmissionView {
    let url = format!("{}/api/v1/submissions/{}", app.base_url, submission.id);
    let four_eyes = acts::stopped_by_four_eyes(Actor::Person(caller), &submission, around.four_eyes);
    let may = |action: &Action| {
        caller.grant((*action).into(), acts::object_of(&submission)).is_some()
            && !(*action == Action::Approve && four_eyes)
    };
    let available_actions = allowed(submission.state)
        .filter(may)
        .map(|action| {
            let (method, url) = match action {
                Action::Edit => ("PATCH", url.clone()),
                action => ("POST", format!("{url}/{}", action.as_str().replace('_', "-"))),
            };
            AvailableAction { action, method, url, needs_reason: action.needs_reason() }
        })
        .collect();
    SubmissionView {
        owner: around.owner,
        state: submission.state,
        revision: submission.revision,
        record_id: submission.record_id,
        base_version: submission.base_version,
        published_version: submission.published_version,
        findings: draft::findings(&submission.record),
        flags: foretold(&submission.record, (app.clock)()),
        completeness: completeness(&submission.record),
        next_fields: draft::quickest(&submission.record),
        record: submission.record,
        note: submission.note,
        available_actions,
        upload_line: submission.upload.map(|(_, line)| line),
        created_at: submission.created_at,
        updated_at: submission.updated_at,
        id: submission.id,
        url,
    }
}
