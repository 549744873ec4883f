//! Moving a submission on: submit, review, send back, approve or discard. Publishing is
//! [`publish_submission`](crate::publish_submission()).

use chrono::NaiveDate;
use domain::Finding;
use domain::submission::{Action, next};
use store::people::submissions::Submission;
use store::{Reads, people};

use crate::draft::publishable;
use crate::publish_submission::Publication;
use crate::submissions::{keep, object_of, stopped_by_four_eyes};
use crate::{Act, Actor, Refusal, reason};

/// A step of a submission, with the texts that go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    action: Action,
    reason: Option<String>,
    /// The inner `None` removes an earlier note.
    note: Option<Option<String>>,
}

impl Step {
    /// `why` is the reason for the audit trail. `note` tells readers why this version is made; it is allowed
    /// with [`Action::Submit`] only.
    ///
    /// Errors: [`Refusal::Invalid`].
    pub fn new(action: Action, why: Option<String>, note: Option<String>) -> Result<Self, Refusal> {
        let why = reason("/reason", why, action.needs_reason())?;
        if note.is_some() && action != Action::Submit {
            let finding = Finding::error("/note", "not-now", "a note is said when a submission is sent");
            return Err(Refusal::invalid(finding.hint("leave it out, or change the submission")));
        }
        let noted = note.is_some();
        let note = reason("/note", note, false)?;
        Ok(Self { action, reason: why, note: noted.then_some(note) })
    }
}

/// A submission with its step, fully checked before the single writer is taken. Publishing changes public content
/// and the name table, so it is an act of its own, and only [`ready_for`] says which of the two it is.
#[derive(Debug)]
pub enum Ready {
    /// A step that stays out of public view: [`move_submission`] takes it.
    Move(Move),
    /// The step that publishes it: [`publish_submission`](crate::publish_submission()) takes it.
    Publication(Publication),
}

impl Ready {
    /// The submission after the step.
    pub fn submission(&self) -> &Submission {
        match self {
            Self::Move(ready) => &ready.submission,
            Self::Publication(ready) => &ready.submission,
        }
    }
}

/// A step that does not publish, ready to be taken.
#[derive(Debug)]
pub struct Move {
    submission: Submission,
    action: Action,
    reason: Option<String>,
}

/// Takes a step in memory, on a day. `submission` is the submission as stored.
///
/// Errors: [`Refusal::NotNow`] when its state does not allow the step; [`Refusal::Invalid`] with every
/// finding that blocks publication; [`Refusal::Rule`] when somebody else must approve it.
pub async fn ready_for(
    conn: &impl Reads,
    actor: Actor<'_>,
    mut submission: Submission,
    mut step: Step,
    today: NaiveDate,
) -> Result<Ready, Refusal> {
    submission.state = next(submission.state, step.action)?;
    if matches!(step.action, Action::Submit | Action::Publish) {
        publishable(conn, &submission, today).await?;
    }
    if step.action == Action::Submit {
        submission.submitted_by = actor.person_id().map(str::to_owned);
        submission.note = step.note.take().unwrap_or(submission.note);
    }
    if step.action == Action::Approve
        && stopped_by_four_eyes(actor, &submission, people::four_eyes(conn, &submission.owner).await?)
    {
        let why = "who wrote or submitted it does not approve it: ask another approver";
        return Err(Refusal::Rule(why.to_owned()));
    }
    let Step { action, reason, .. } = step;
    Ok(match action {
        Action::Publish => Ready::Publication(Publication { submission, reason }),
        _ => Ready::Move(Move { submission, action, reason }),
    })
}

/// Moves a submission on.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Stale`] when somebody else changed it after it was read.
pub async fn move_submission(act: &Act<'_>, ready: Move) -> Result<Submission, Refusal> {
    let Move { mut submission, action, reason } = ready;
    let role = act.may(action.into(), object_of(&submission))?;
    keep(act, role, action, reason.as_deref(), &mut submission).await?;
    Ok(submission)
}
