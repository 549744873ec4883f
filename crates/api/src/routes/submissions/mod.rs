//! Submissions: writing, reviewing and publishing records. Nothing here is public, and what a caller may not
//! read looks the same as what is not there.

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

/// What `If-Match` of a submission names.
const IF_MATCH: &str = "send the submission's ETag in If-Match, such as If-Match: \"3\"";

/// An organisation, by what it is called.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnerView {
    /// Part of its address.
    #[schema(example = "northmoor-borough-council")]
    pub(crate) slug: String,
    /// Its name.
    #[schema(example = "Northmoor Borough Council")]
    pub(crate) name: String,
}

/// Something that the caller may do now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AvailableAction {
    action: Action,
    /// How to ask for it.
    #[schema(example = "POST")]
    method: &'static str,
    /// Where.
    url: String,
    /// Whether a reason must be given.
    needs_reason: bool,
}

/// A submission with everything that is to be said of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubmissionView {
    /// UUID.
    id: String,
    /// Address of the submission.
    url: String,
    /// Whose it is.
    owner: OwnerView,
    state: SubmissionState,
    /// Counts every change; the same as the ETag.
    revision: i64,
    /// The record it is to be a version of, or became.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// The version it was begun from; publication is refused when the record moved on.
    #[serde(skip_serializing_if = "Option::is_none")]
    base_version: Option<i64>,
    /// The version it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_version: Option<i64>,
    /// What it says, sealed texts included.
    record: Record,
    /// Why this version is made, for readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Everything that is to be said of it: an error stops publication, a warning does not.
    findings: Vec<Finding>,
    /// What the public rules would say of it if it were published now. They stop nothing.
    flags: Vec<FlagView>,
    completeness: Completeness,
    /// The blank fields that are quickest to answer.
    next_fields: Vec<NextField>,
    /// What the caller may do now.
    available_actions: Vec<AvailableAction>,
    /// The line of the uploaded file it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_line: Option<i64>,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// Checks that a request is about the submission as it is now. Errors: [`ApiError::NeedsIfMatch`], [`ApiError::Stale`].
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

/// What is to be known around a submission to show it.
pub(crate) struct Around {
    owner: OwnerView,
    /// Whether its publisher demands that someone else approves.
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

/// A submission as the caller sees it.
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
