//! Approving or declining a body's reply, by a second person.

use domain::authorisation::{Object, Permission};
use store::StoreError;
use store::people;
use store::people::replies::{self, PendingReply, RepliesTo};

use crate::replies::note;
use crate::{Act, Refusal, answer_gap, reply_to_record};

/// The decision on a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyDecision {
    /// Show it.
    Publish,
    /// Do not show it. Its writer may take it back this way.
    Decline,
}

/// Decides a reply that waits. Four eyes apply as for a publication: its writer does not publish it, unless
/// the body has switched them off.
///
/// Errors: [`Refusal::NotFound`], also for replies of bodies the actor has nothing to do with;
/// [`Refusal::Forbidden`], [`Refusal::Rule`]; [`Refusal::Conflict`] when what it replies to has changed.
pub async fn decide_reply(
    act: &Act<'_>,
    id: &str,
    decision: ReplyDecision,
    reason: Option<&str>,
) -> Result<PendingReply, Refusal> {
    let missing = || Refusal::NotFound("reply that waits", domain::cell::short(id));
    let reply = replies::find(act.tx, id).await?.ok_or_else(missing)?;
    let body = Object::Of { owner: &reply.organisation, about_others: false };
    let is_mine = act.actor.person_id() == Some(reply.written_by.as_str());
    let approves = act.may(Permission::ApproveReply, body);
    let writes = act.may(Permission::Reply, body);
    if approves.is_err() && writes.is_err() {
        return Err(missing());
    }
    // Of two who decide at once, one finds it gone.
    if !replies::remove(act.tx, id).await? {
        return Err(missing());
    }
    match decision {
        ReplyDecision::Publish => {
            let role = approves?;
            if is_mine && people::four_eyes(act.tx, &reply.organisation).await? {
                let why = "who wrote it does not approve it: ask another approver";
                return Err(Refusal::Rule(why.to_owned()));
            }
            match &reply.to {
                RepliesTo::Record(record) => {
                    let record = record.parse().map_err(|error| {
                        StoreError::inconsistent("pending_replies", "record_id", id, error)
                    })?;
                    reply_to_record::show(act, role, record, &reply).await?;
                }
                RepliesTo::Gap { id, status, record_id } => {
                    answer_gap::show(act, role, &reply, id, *status, record_id.as_deref()).await?;
                }
            }
        }
        ReplyDecision::Decline => {
            let role = if is_mine { approves.or(writes)? } else { approves? };
            note(act, role, "reply.decline", &reply, reason).await?;
        }
    }
    Ok(reply)
}
