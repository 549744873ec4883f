//! Withdrawing a nil return, by the body, or by the command line.

use domain::authorisation::{Object, Permission};
use domain::expected::NilReturn;
use store::names::expected;
use store::people::audit::Deed;

use crate::{Act, Known, Refusal};

/// Withdraws a nil return. It is kept, and `why` stays public. Returns it as it is now.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::NotFound`] when the body has none with this id;
/// [`Refusal::Conflict`] when it was withdrawn already.
pub async fn withdraw_nil_return(
    act: &Act<'_>,
    body: &Known,
    id: &str,
    why: &str,
) -> Result<NilReturn, Refusal> {
    let role = act.may(Permission::FileNilReturn, Object::Of { owner: &body.id, about_others: false })?;
    let missing = || Refusal::NotFound("nil return", domain::cell::short(id));
    expected::find(act.tx, &body.id, id).await?.ok_or_else(missing)?;
    if !expected::withdraw(act.tx, &body.id, id, why, act.actor.person_id(), act.now).await? {
        return Err(Refusal::Conflict("this nil return was withdrawn already".to_owned()));
    }
    let deed = Deed {
        owner: Some(&body.id),
        reason: Some(why),
        ..Deed::new("nil_return.withdraw", "nil_return", id)
    };
    act.note(role, deed).await?;
    expected::find(act.tx, &body.id, id).await?.ok_or_else(missing)
}
