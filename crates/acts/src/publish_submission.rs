//! Publishing an approved submission as a version of its record.

use domain::submission::Action;
use domain::{Record, RecordId};
use store::names::Names;
use store::people::submissions::Submission;
use store::records::publish::{Candidate, Outcome, Prepared, Terms, publish};
use store::records::sealed::whole;
use store::records::standing;
use store::{StoreError, Tx};

use crate::submissions::{keep, object_of};
use crate::{Act, Refusal};

/// A submission ready to be published; [`ready_for`](crate::ready_for) makes it.
#[derive(Debug)]
pub struct Publication {
    pub(crate) submission: Submission,
    pub(crate) reason: Option<String>,
}

/// Publishes a submission. `names` is the name table as of the start of the transaction, which must be a public
/// one; names that the record brings are added to it. Drop it if the transaction is not committed.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Stale`] when somebody else changed it after it was read;
/// [`Refusal::Conflict`] when its record has a newer version, was withdrawn, or already says the same.
pub async fn publish_submission(
    act: &Act<'_>,
    ready: Publication,
    names: &mut Names,
) -> Result<Submission, Refusal> {
    let Publication { mut submission, reason } = ready;
    let role = act.may(Action::Publish.into(), object_of(&submission))?;
    Box::pin(publish_it(act, &mut submission, names)).await?;
    keep(act, role, Action::Publish, reason.as_deref(), &mut submission).await?;
    Ok(submission)
}

/// Makes the version, and notes it in the submission.
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
