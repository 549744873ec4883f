//! Submissions: writing, reviewing and publishing records. None of this is public, and what a caller may not
//! read looks as if it did not exist.

pub(crate) mod act;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod preview;
pub(crate) mod read;

use acts::{Actor, Caller};
use chrono::NaiveDate;
use domain::Finding;
use domain::codes::OrganisationKind;
use domain::completeness::completeness;
use domain::draft;
use domain::submission::{Action, allowed};
use store::names::organisations;
use store::people;
use store::people::submissions::Submission;
use store::{Reads, StoreError};
use wire::{AvailableAction, OwnerView, SubmissionView};

use crate::App;
use crate::body::Sent;
use crate::problem::ApiError;
use crate::views::{foretold, publisher_kind};

/// What to send in `If-Match`.
const IF_MATCH: &str = "send the submission's ETag in If-Match, such as If-Match: \"3\"";

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
    /// What kind of body its publisher is: rules ask.
    kind: Option<OrganisationKind>,
    /// What is still wrong with it.
    findings: Vec<Finding>,
}

impl Around {
    /// `today` is the day on which dates are judged.
    pub(crate) async fn of(
        conn: &impl Reads,
        submission: &Submission,
        today: NaiveDate,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            owner: owner(conn, &submission.owner).await?,
            four_eyes: people::four_eyes(conn, &submission.owner).await?,
            kind: publisher_kind(conn, &submission.record).await?,
            findings: acts::findings(conn, submission, today).await?,
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
                Action::Edit => ("PATCH".to_owned(), url.clone()),
                action => ("POST".to_owned(), format!("{url}/{}", action.as_str().replace('_', "-"))),
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
        findings: around.findings,
        flags: foretold(app, &submission.record, around.kind),
        completeness: completeness(&submission.record),
        next_fields: draft::quickest(&submission.record),
        record: submission.record.to_members(),
        note: submission.note,
        available_actions,
        upload_line: submission.upload.map(|(_, line)| line),
        created_at: submission.created_at,
        updated_at: submission.updated_at,
        id: submission.id,
        url,
    }
}
