//! Replying to a record, by the body it is about.

use domain::RecordId;
use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use store::people::remarks::{self, Remark, RemarkKind, RemarkState};
use store::people::replies::{PendingReply, RepliesTo};
use store::records::publish;

use crate::organisations::publisher_of;
use crate::records::published_record;
use crate::remarks::note;
use crate::replies::keep;
use crate::{Act, Refusal, Statement};

/// Stores the publisher's reply until another person approves it.
///
/// Errors: [`Refusal::Forbidden`] when the publisher is not the actor's body; [`Refusal::NotFound`],
/// [`Refusal::Withdrawn`].
pub async fn reply_to_record(act: &Act<'_>, id: RecordId, said: Statement) -> Result<PendingReply, Refusal> {
    let body = body_of(act, id).await?.ok_or(Refusal::Forbidden(Permission::Reply))?;
    let role = act.may(Permission::Reply, Object::Of { owner: &body, about_others: false })?;
    let reply = PendingReply {
        id: uuid::Uuid::now_v7().to_string(),
        organisation: body,
        to: RepliesTo::Record(id.to_string()),
        text: said.text,
        evidence: said.evidence_url,
        written_by: act.actor.somebody(Permission::Reply)?.to_owned(),
        created_at: act.now,
    };
    keep(act, role, &reply).await?;
    Ok(reply)
}

/// Id of the body that a published record is about.
async fn body_of(act: &Act<'_>, id: RecordId) -> Result<Option<String>, Refusal> {
    let record = published_record(act.tx, id).await?.version.record()?;
    Ok(publisher_of(act.tx, &record).await?)
}

/// Shows an approved reply beside the record, and clears the flag `unanswered`.
///
/// Errors: [`Refusal::Conflict`] when the record is about another body now; [`Refusal::NotFound`],
/// [`Refusal::Withdrawn`].
pub(crate) async fn show(
    act: &Act<'_>,
    role: Option<Role>,
    id: RecordId,
    reply: &PendingReply,
) -> Result<(), Refusal> {
    if body_of(act, id).await?.as_ref() != Some(&reply.organisation) {
        let why = format!("the record {id} is about another body now: decline the reply");
        return Err(Refusal::Conflict(why));
    }
    let body = Some(reply.organisation.as_str());
    let mut remark = Remark::pending(&id.to_string(), RemarkKind::Reply, body, reply.text.clone(), act.now);
    remark.id.clone_from(&reply.id);
    remark.evidence.clone_from(&reply.evidence);
    remark.state = RemarkState::Published;
    remark.decided_at = Some(act.now);
    remarks::insert(act.tx, &remark, None).await?;
    publish::answered(act.tx, id, act.now).await?;
    note(act, role, "remark.reply", &remark, body).await?;
    Ok(())
}
