//! Replying to a record, by the body it is about.

use domain::RecordId;
use domain::authorisation::{Object, Permission};
use store::people::remarks::{self, Remark, RemarkKind, RemarkState};
use store::records::publish;

use crate::organisations::publisher_of;
use crate::records::published_record;
use crate::remarks::note;
use crate::{Act, Refusal, Statement};

/// Shows the publisher's reply beside the record, and clears the flag `unanswered`.
///
/// Errors: [`Refusal::Forbidden`] when the publisher is not the actor's body; [`Refusal::NotFound`],
/// [`Refusal::Withdrawn`].
pub async fn reply_to_record(act: &Act<'_>, id: RecordId, said: Statement) -> Result<Remark, Refusal> {
    let record = published_record(act.tx, id).await?.version.record()?;
    let body = publisher_of(act.tx, &record).await?.ok_or(Refusal::Forbidden(Permission::Reply))?;
    let role = act.may(Permission::Reply, Object::Of { owner: &body, about_others: false })?;
    let mut remark = Remark::pending(&id.to_string(), RemarkKind::Reply, Some(&body), said.text, act.now);
    remark.evidence = said.evidence_url;
    remark.state = RemarkState::Published;
    remark.decided_at = Some(act.now);
    remarks::insert(act.tx, &remark, None).await?;
    publish::answered(act.tx, id, act.now).await?;
    note(act, role, "remark.reply", &remark, Some(&body)).await?;
    Ok(remark)
}
