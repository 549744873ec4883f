//! Shared by the acts on replies of bodies, which two people make public, like a publication.

use domain::authorisation::Permission;
use domain::codes::Role;
use store::people::audit::Deed;
use store::people::replies::{self, PendingReply, RepliesTo};
use store::{Reads, StoreError};

use crate::{Act, Caller, Refusal};

/// The most replies of one body that may wait.
const WAITING_MAX: i64 = 100;

/// Stores a reply until another person approves it. Errors: [`Refusal::Conflict`] when too many wait.
pub(crate) async fn keep(act: &Act<'_>, role: Option<Role>, reply: &PendingReply) -> Result<(), Refusal> {
    if replies::count_of(act.tx, &reply.organisation).await? >= WAITING_MAX {
        let why = format!("{WAITING_MAX} replies of this body wait already: decide some of them first");
        return Err(Refusal::Conflict(why));
    }
    replies::insert(act.tx, reply).await?;
    note(act, role, "reply.ask", reply, None).await?;
    Ok(())
}

/// Audits what was done to a reply, with what it is to.
pub(crate) async fn note(
    act: &Act<'_>,
    role: Option<Role>,
    action: &str,
    reply: &PendingReply,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let (RepliesTo::Record(to) | RepliesTo::Gap { id: to, .. }) = &reply.to;
    let deed = Deed {
        owner: Some(&reply.organisation),
        reason,
        detail: Some(to),
        ..Deed::new(action, "reply", &reply.id)
    };
    act.note(role, deed).await
}

/// The replies that wait and that the caller may read: of bodies they reply for, or approve replies of.
pub async fn replies_waiting(
    conn: &impl Reads,
    caller: &Caller,
    limit: u64,
) -> Result<Vec<PendingReply>, Refusal> {
    let mut bodies = caller.organisations(Permission::Reply);
    bodies.extend(caller.organisations(Permission::ApproveReply));
    bodies.sort_unstable();
    bodies.dedup();
    if bodies.is_empty() {
        return Err(Refusal::Forbidden(Permission::Reply));
    }
    Ok(replies::waiting(conn, &bodies, limit).await?)
}
