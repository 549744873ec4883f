//! Moving a submission on: submit, review, send back, approve, publish or discard.

use domain::submission::{Action, next};
use domain::{Finding, Record, RecordId};
use store::names::Names;
use store::people::submissions::Submission;
use store::records::publish::{Candidate, Outcome, Prepared, Terms, publish};
use store::records::sealed::whole;
use store::records::standing;
use store::{Reads, StoreError, Tx, people};

use crate::draft::publishable;
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

/// A submission with its step, fully checked before the single writer is taken.
#[derive(Debug)]
pub struct Ready {
    /// The submission after the step.
    pub submission: Submission,
    step: Step,
}

/// Takes a step in memory. `submission` is the submission as stored.
///
/// Errors: [`Refusal::NotNow`] when its state does not allow the step; [`Refusal::Invalid`] with every
/// finding that blocks publication; [`Refusal::Rule`] when somebody else must approve it.
pub async fn ready_for(
    conn: &impl Reads,
    actor: Actor<'_>,
    mut submission: Submission,
    mut step: Step,
) -> Result<Ready, Refusal> {
    submission.state = next(submission.state, step.action)?;
    if matches!(step.action, Action::Submit | Action::Publish) {
        publishable(&submission.record)?;
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
    Ok(Ready { submission, step })
}

/// Moves a submission on and, if that is the step, publishes it. Publishing needs the name table as of the
/// start of the transaction, and updates it; with `None` it is read from the database.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Stale`] when somebody else changed it after it was read;
/// [`Refusal::Conflict`] when its record has a newer version, was withdrawn, or already says the same.
pub async fn move_submission(
    act: &Act<'_>,
    ready: Ready,
    names: Option<&mut Names>,
) -> Result<Submission, Refusal> {
    let Ready { mut submission, step } = ready;
    let role = act.may(step.action.into(), object_of(&submission))?;
    if step.action == Action::Publish {
        match names {
            Some(names) => Box::pin(publish_it(act, &mut submission, names)).await?,
            None => {
                let mut names = Names::within(act.tx).await?;
                Box::pin(publish_it(act, &mut submission, &mut names)).await?;
            }
        }
    }
    keep(act, role, step.action, step.reason.as_deref(), &mut submission).await?;
    Ok(submission)
}

/// Publishes a submission as a version of its record.
async fn publish_it(act: &Act<'_>, submission: &mut Submission, names: &mut Names) -> Result<(), Refusal> {
    let id = goes_on(act.tx, submission).await?;
    let record = match over_owners(act.tx, submission).await? {
        Some(record) => record,
        None => submission.record.clone(),
    };
    let note = submission.note.clone();
    let candidate = Candidate { source: None, id, record, trace: None, note, published_at: None };
    let batch = [Prepared::new(candidate)];
    let made = publish(act.tx, names, &batch, &Terms::default(), act.now).await?.remove(0);
    let why = match made.outcome {
        Outcome::Created | Outcome::Changed => {
            submission.record_id = Some(made.id);
            submission.published_version = Some(made.version);
            return Ok(());
        }
        Outcome::Unchanged => "already says this",
        Outcome::Withdrawn => "was withdrawn",
        Outcome::Kept => "is its publisher's own",
    };
    Err(Refusal::Conflict(format!("the record {} {why}", made.id)))
}

/// The record a submission continues, if any. Errors: [`Refusal::Conflict`] when the record has a newer
/// version.
async fn goes_on(tx: &Tx, submission: &Submission) -> Result<Option<RecordId>, Refusal> {
    let Some(id) = &submission.record_id else { return Ok(None) };
    let parsed: RecordId = id
        .parse()
        .map_err(|error| StoreError::inconsistent("submissions", "record_id", &submission.id, error))?;
    let version = standing(tx, id).await?.map(|standing| standing.version);
    if version != submission.base_version {
        return Err(Refusal::Conflict(format!(
            "the record {id} is at version {}, and this submission was begun from version {}: read what changed, \
             then set base_version",
            version.unwrap_or_default(),
            submission.base_version.unwrap_or_default()
        )));
    }
    Ok(Some(parsed))
}

/// The owner's whole record, sealed text included, with an oversight body's reviews and audits in place of
/// its own; `None` for any other submission. The oversight body's draft holds public text only, so publishing
/// it as it is would lose the sealed text.
async fn over_owners(tx: &Tx, submission: &Submission) -> Result<Option<Record>, StoreError> {
    let Some(id) = submission.record_id.as_deref().filter(|_| submission.about_others) else {
        return Ok(None);
    };
    let owner = standing(tx, id).await?.and_then(|standing| standing.owner);
    if owner.as_ref() == Some(&submission.owner) {
        return Ok(None);
    }
    let Some(mut whole) = whole(tx, id).await? else { return Ok(None) };
    let Record { reviews, audits, .. } = submission.record.clone();
    whole.reviews = reviews;
    whole.audits = audits;
    Ok(Some(whole))
}
