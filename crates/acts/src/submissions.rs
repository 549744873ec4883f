//! Finding and storing submissions for acts.

use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use domain::submission::Action;
use store::people::audit::Deed;
use store::people::submissions::{Submission, deed, find, update};
use store::{Reads, StoreError};

use crate::{Act, Actor, Refusal};

/// A submission as an object of permissions.
pub fn object_of(submission: &Submission) -> Object<'_> {
    Object::Of { owner: &submission.owner, about_others: submission.about_others }
}

/// Finds a submission the actor may read. Errors: [`Refusal::NotFound`], even when they merely may not read
/// it: guessing ids must not reveal that a draft exists.
pub async fn readable_submission(
    conn: &impl Reads,
    actor: Actor<'_>,
    id: &str,
) -> Result<Submission, Refusal> {
    let found = find(conn, id).await?;
    found
        .filter(|found| actor.may(Permission::ReadSubmission, object_of(found)).is_ok())
        .ok_or_else(|| Refusal::NotFound("submission", id.to_owned()))
}

/// Finds a submission the actor has a permission for. Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn submission_for(
    conn: &impl Reads,
    actor: Actor<'_>,
    id: &str,
    permission: Permission,
) -> Result<Submission, Refusal> {
    let found = readable_submission(conn, actor, id).await?;
    actor.may(permission, object_of(&found))?;
    Ok(found)
}

/// Whether four eyes stop the actor from approving: they wrote or submitted it, and its publisher requires
/// somebody else (`four_eyes`).
pub fn stopped_by_four_eyes(actor: Actor<'_>, submission: &Submission, four_eyes: bool) -> bool {
    let Some(me) = actor.person_id().filter(|_| four_eyes) else { return false };
    submission.writers.iter().any(|one| one == me) || submission.submitted_by.as_deref() == Some(me)
}

/// Stores a changed submission with its line in the audit trail. Errors: [`StoreError::Stale`] when somebody
/// else changed it after it was read.
pub(crate) async fn keep(
    act: &Act<'_>,
    role: Option<Role>,
    action: Action,
    reason: Option<&str>,
    changed: &mut Submission,
) -> Result<(), StoreError> {
    let (id, owner) = (changed.id.clone(), changed.owner.clone());
    let made = changed.record_id.clone().filter(|_| action == Action::Publish);
    let action = deed(action);
    let deed = Deed {
        person: act.actor.person_id(),
        role,
        owner: Some(&owner),
        reason,
        detail: made.as_deref(),
        ..Deed::new(&action, "submission", &id)
    };
    update(act.tx, changed, &deed, act.now).await
}
