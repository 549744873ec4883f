//! Judging a link between a record and a contract, by the body that answers for the record or an
//! administrator.

use domain::Finding;
use domain::authorisation::{Object, Permission};
use domain::codes::{Code, LinkState, Role};
use store::people::audit::Deed;
use store::procurement::links::{self, Judgement, Link, Target};
use store::records::sealed::whole;
use store::records::standing;
use store::{StoreError, Tx};

use crate::{Act, Refusal, record_owner};

/// A verdict on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The link is right.
    Confirm,
    /// The link is wrong and must never be proposed again; administrators only.
    Reject,
    /// The body says that the link is wrong; an administrator decides.
    Dispute,
}

/// Judges a link. `why` is public.
///
/// Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] when only an administrator may
/// give this verdict.
pub async fn judge_link(act: &Act<'_>, id: &str, verdict: Verdict, why: &str) -> Result<Link, Refusal> {
    let missing = || Refusal::NotFound("link", id.to_owned());
    let link = links::find(act.tx, id).await?.ok_or_else(missing)?;
    let owner = owner(act.tx, &link.target).await?;
    let object = match &owner {
        Some(owner) => Object::Of { owner, about_others: false },
        None => Object::Register,
    };
    let role = act.may(Permission::JudgeLink, object)?;
    // The command line judges as an administrator.
    let judge = role.unwrap_or(Role::Admin);
    let state = judged(link.state, verdict, judge)?;
    let said = Judgement { state, role: judge, reason: why };
    let judged = links::judge(act.tx, &link, &said, act.now).await?;
    let deed = Deed {
        owner: owner.as_deref(),
        reason: Some(why),
        detail: Some(state.as_str()),
        ..Deed::new("link.judge", "link", id)
    };
    act.note(role, deed).await?;
    Ok(judged)
}

/// The link's state after a verdict.
fn judged(before: LinkState, verdict: Verdict, judge: Role) -> Result<LinkState, Refusal> {
    let refused =
        |message, hint: &str| Refusal::invalid(Finding::error("/verdict", "not-yours", message).hint(hint));
    if before == LinkState::Rejected && judge != Role::Admin {
        let message = "an administrator rejected this link for good";
        return Err(refused(message, "say in a correction why that was wrong"));
    }
    match (verdict, judge) {
        (Verdict::Confirm, _) => Ok(LinkState::Confirmed),
        (Verdict::Dispute, _) => Ok(LinkState::Disputed),
        (Verdict::Reject, Role::Admin) => Ok(LinkState::Rejected),
        (Verdict::Reject, _) => {
            let message = "only an administrator rejects a link for good";
            Err(refused(message, "write dispute; an administrator decides"))
        }
    }
}

/// Id of the organisation that answers for the record a link leads to; `None` for products.
async fn owner(tx: &Tx, target: &Target) -> Result<Option<String>, StoreError> {
    let Target::Record(id) = target else { return Ok(None) };
    let (Some(standing), Some(record)) = (standing(tx, id).await?, whole(tx, id).await?) else {
        return Ok(None);
    };
    record_owner(tx, &record, &standing).await
}
