//! Listing and revoking preview links.

use chrono::{DateTime, Utc};
use domain::authorisation::Permission;
use store::Reads;
use store::people::audit::Deed;
use store::people::previews::{self, PreviewLink};

use crate::submissions::{object_of, readable_submission, submission_for};
use crate::{Act, Actor, Refusal};

/// The working links of a submission. Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn previews_of(
    conn: &impl Reads,
    actor: Actor<'_>,
    submission: &str,
    now: DateTime<Utc>,
) -> Result<Vec<PreviewLink>, Refusal> {
    submission_for(conn, actor, submission, Permission::PreviewSubmission).await?;
    Ok(previews::of(conn, submission, now).await?)
}

/// Revokes a preview link, by its id: anybody who may make links for its submission may.
///
/// Errors: [`Refusal::NotFound`], also for links of submissions that the actor may not read;
/// [`Refusal::Forbidden`].
pub async fn revoke_preview(act: &Act<'_>, id: &str) -> Result<(), Refusal> {
    let missing = || Refusal::NotFound("preview link", domain::cell::short(id));
    let link = previews::find(act.tx, id).await?.ok_or_else(missing)?;
    let submission = readable_submission(act.tx, act.actor, &link.submission)
        .await
        .map_err(|refusal| if matches!(refusal, Refusal::NotFound(..)) { missing() } else { refusal })?;
    let role = act.may(Permission::PreviewSubmission, object_of(&submission))?;
    previews::revoke(act.tx, id).await?;
    let deed = Deed {
        owner: Some(&submission.owner),
        ..Deed::new("submission.revoke_preview", "submission", &submission.id)
    };
    Ok(act.note(role, deed).await?)
}
