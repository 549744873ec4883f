//! Editing a submission.

use domain::Finding;
use domain::codes::{Role, SubmissionState};
use domain::submission::{Action, next};
use serde_json::{Map, Value};
use store::names::organisations;
use store::people::submissions::Submission;
use store::{Reads, StoreError};

use crate::draft::{Whose, checked};
use crate::submissions::{keep, object_of};
use crate::{Act, Actor, Refusal, reason};

/// The new content of a submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The whole record, as JSON members.
    pub members: Map<String, Value>,
    /// Why this version is made; public.
    pub note: Option<String>,
    /// The record version it now builds on, if that changes.
    pub base_version: Option<i64>,
}

/// An edited submission, fully checked before the single writer is taken.
#[derive(Debug)]
pub struct Changed {
    submission: Submission,
}

impl Changed {
    /// The submission as it will be stored.
    pub fn submission(&self) -> &Submission {
        &self.submission
    }
}

/// A submission as stored, in a state that allows editing. Asked first and on its own: whether a submission may be
/// edited does not depend on what the edit says.
#[derive(Debug)]
pub struct Editable {
    before: Submission,
    /// Its state once it is edited.
    state: SubmissionState,
}

impl Editable {
    /// Errors: [`Refusal::NotNow`] when its state does not allow editing.
    pub fn new(before: Submission) -> Result<Self, Refusal> {
        let state = next(before.state, Action::Edit)?;
        Ok(Self { before, state })
    }

    /// The submission as stored.
    pub fn submission(&self) -> &Submission {
        &self.before
    }
}

/// Edits a submission in memory. Sealed text of an assessment that stays in the list is kept unless an explicit
/// `null` removes it.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::Invalid`].
pub async fn changed(
    conn: &impl Reads,
    actor: Actor<'_>,
    editable: &Editable,
    change: Change,
) -> Result<Changed, Refusal> {
    let Editable { before, state } = editable;
    let role = actor.may(Action::Edit.into(), object_of(before))?;
    if change.base_version.is_some() && before.record_id.is_none() {
        let message = "a new record has no version to begin from";
        let finding = Finding::error("/base_version", "bad-value", message);
        return Err(Refusal::invalid(finding.hint("leave base_version out")));
    }
    let note = if change.note == before.note { change.note } else { reason("/note", change.note, false)? };
    let name = name_of(conn, &before.owner).await?;
    let whose = Whose {
        owner: &before.owner,
        name: &name,
        about_others: before.about_others,
        oversight: role == Some(Role::Oversight) && before.record_id.is_some(),
        whole: false,
        record_id: before.record_id.as_deref(),
    };
    let record = checked(conn, change.members, before.record.origin, Some(before), &whose).await?;
    let base_version = change.base_version.or(before.base_version);
    let mut submission = Submission { state: *state, record, note, base_version, ..before.clone() };
    submission.number_assessments();
    if let Some(person) = actor.person_id() {
        submission.written_by(person);
    }
    Ok(Changed { submission })
}

async fn name_of(conn: &impl Reads, owner: &str) -> Result<String, StoreError> {
    let found = organisations::find(conn, owner).await?;
    Ok(found.map_or_else(|| owner.to_owned(), |found| found.organisation.name))
}

/// Stores an edited submission. One that was sent back becomes a draft again.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Stale`] when somebody else changed it after it was read.
pub async fn change_submission(act: &Act<'_>, changed: Changed) -> Result<Submission, Refusal> {
    let Changed { mut submission } = changed;
    let role = act.may(Action::Edit.into(), object_of(&submission))?;
    keep(act, role, Action::Edit, None, &mut submission).await?;
    Ok(submission)
}
