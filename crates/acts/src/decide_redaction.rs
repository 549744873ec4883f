//! Deciding a redaction, by a second person.

use domain::RecordId;
use domain::authorisation::Permission;
use domain::codes::Role;
use store::across::redactions::{self, State, Stored};
use store::names::Names;

use crate::records::record_for;
use crate::redactions::note;
use crate::{Act, Refusal};

/// A pending redaction that the actor may decide.
#[derive(Debug)]
pub struct Undecided {
    asked: Stored,
    role: Option<Role>,
}

/// Finds a pending redaction for the actor to decide. Four eyes always apply here, even where the publisher
/// has switched them off for submissions.
///
/// Errors: [`Refusal::NotFound`]; [`Refusal::Forbidden`]; [`Refusal::Conflict`] when it was already decided;
/// [`Refusal::Rule`] when the actor asked for it.
pub async fn redaction_to_decide(act: &Act<'_>, id: RecordId, redaction: &str) -> Result<Undecided, Refusal> {
    let record = record_for(act, id, Permission::DecideRedaction).await?;
    let role = act.may(Permission::DecideRedaction, record.object())?;
    let missing = || Refusal::NotFound("redaction", domain::cell::short(redaction));
    let asked = redactions::find(act.tx, &id.to_string(), redaction).await?.ok_or_else(missing)?;
    if asked.state != State::Asked {
        return Err(Refusal::Conflict(format!("it was decided before: {}", asked.state.as_str())));
    }
    if act.actor.somebody(Permission::DecideRedaction)? == asked.asked_by {
        return Err(Refusal::Rule("you asked for it: another person decides".to_owned()));
    }
    Ok(Undecided { asked, role })
}

/// Removes the text from every version and everything derived from them. This cannot be undone.
///
/// Errors: [`Refusal::Conflict`] when the record no longer contains it.
pub async fn carry_out_redaction(
    act: &Act<'_>,
    undecided: Undecided,
    names: &Names,
) -> Result<Stored, Refusal> {
    let Undecided { mut asked, role } = undecided;
    let person = act.actor.somebody(Permission::DecideRedaction)?;
    Box::pin(redactions::carry_out(act.tx, names, &mut asked, person, act.now)).await?;
    note(act, role, "redaction.carry_out", &asked).await?;
    Ok(asked)
}

/// Refuses a redaction, which leaves the record as it is. Errors: [`Refusal::Forbidden`].
pub async fn refuse_redaction(act: &Act<'_>, undecided: Undecided, why: &str) -> Result<Stored, Refusal> {
    let Undecided { mut asked, role } = undecided;
    let person = act.actor.somebody(Permission::DecideRedaction)?;
    redactions::refuse(act.tx, &mut asked, person, why, act.now).await?;
    note(act, role, "redaction.refuse", &asked).await?;
    Ok(asked)
}
