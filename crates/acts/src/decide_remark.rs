//! Deciding an annotation or a correction, by an administrator.

use domain::authorisation::{Object, Permission};
use store::people::remarks::{self, Remark, RemarkKind, RemarkState};

use crate::remarks::note;
use crate::{Act, Refusal};

/// The decision on a remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// Show the annotation beside the record.
    Publish,
    /// The correction is right, and goes to the desk of who made the record.
    Accept,
    /// Do not show it.
    Decline,
}

/// Decides a pending remark, finally. `outcome` is the reason given to its author.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`], [`Refusal::Conflict`] when it was already decided,
/// [`Refusal::NotNow`] when this decision does not apply to its kind.
pub async fn decide_remark(
    act: &Act<'_>,
    id: &str,
    decided: Decided,
    outcome: String,
) -> Result<Remark, Refusal> {
    let role = act.may(Permission::Moderate, Object::Register)?;
    let missing = || Refusal::NotFound("remark", domain::cell::short(id));
    let mut remark = remarks::find(act.tx, id).await?.ok_or_else(missing)?;
    if remark.state != RemarkState::Pending {
        return Err(Refusal::Conflict(format!("it was decided before: {}", remark.state.as_str())));
    }
    remark.state = match (decided, remark.kind) {
        (Decided::Publish, RemarkKind::Annotation) => RemarkState::Published,
        (Decided::Accept, RemarkKind::Correction) => RemarkState::Accepted,
        (Decided::Decline, _) => RemarkState::Declined,
        (_, kind) => {
            let detail = format!("a remark of kind {} cannot be decided like this", kind.as_str());
            let allowed = match kind {
                RemarkKind::Correction => ["accept", "decline"],
                RemarkKind::Annotation | RemarkKind::Reply => ["publish", "decline"],
            };
            return Err(Refusal::NotNow { detail, allowed: allowed.map(str::to_owned).to_vec() });
        }
    };
    remark.outcome = Some(outcome);
    remark.decided_at = Some(act.now);
    remarks::update(act.tx, &remark).await?;
    note(act, role, "remark.decide", &remark, remark.organisation.as_deref()).await?;
    Ok(remark)
}
