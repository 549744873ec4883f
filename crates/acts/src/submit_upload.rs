//! Submitting an upload's clean drafts in one go.

use domain::codes::SubmissionState;
use domain::submission::{Action, next};
use store::Reads;
use store::people::submissions::{Submission, SubmissionQuery, list};

use crate::draft::stopping;
use crate::submissions::{keep, object_of};
use crate::upload_table::ROWS_MAX;
use crate::uploads::readable_upload;
use crate::{Act, Actor, Refusal, uploads};

/// An upload's drafts, read before the single writer is taken.
#[derive(Debug)]
pub struct Drafts(Vec<Submission>);

/// The result of submitting an upload's drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Drafts now waiting for approval.
    pub submitted: u64,
    /// Drafts with findings that block publication.
    pub left: u64,
}

/// Reads an upload's drafts. Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn drafts_to_submit(conn: &impl Reads, actor: Actor<'_>, id: &str) -> Result<Drafts, Refusal> {
    let upload = readable_upload(conn, actor, id).await?;
    actor.may(Action::Submit.into(), uploads::object_of(&upload.owner))?;
    let query = SubmissionQuery {
        owners: vec![upload.owner],
        states: vec![SubmissionState::Draft, SubmissionState::ChangesRequested],
        upload: Some(upload.id),
        ..SubmissionQuery::default()
    };
    let (found, _) = list(conn, &query, None, ROWS_MAX as u64).await?;
    Ok(Drafts(found.into_iter().map(|(_, draft)| draft).collect()))
}

/// Submits every draft that has no blocking findings; the others stay drafts.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Stale`] when somebody else changed a draft after it was read.
pub async fn submit_upload(act: &Act<'_>, drafts: Drafts) -> Result<Submitted, Refusal> {
    let mut done = Submitted { submitted: 0, left: 0 };
    for mut draft in drafts.0 {
        if stopping(act.tx, &draft, act.now.date_naive()).await? > 0 {
            done.left += 1;
            continue;
        }
        let role = act.may(Action::Submit.into(), object_of(&draft))?;
        draft.state = next(draft.state, Action::Submit)?;
        draft.submitted_by = act.actor.person_id().map(str::to_owned);
        keep(act, role, Action::Submit, None, &mut draft).await?;
        done.submitted += 1;
    }
    Ok(done)
}
