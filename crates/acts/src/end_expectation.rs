//! Ending what is expected of a body, by an administrator.

use domain::authorisation::{Object, Permission};
use store::names::expected;
use store::people::audit::Deed;

use crate::{Act, Known, Refusal};

/// Ends what is expected of a body from today on. It is kept, and `why` stays public.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] when nothing is expected of the body.
pub async fn end_expectation(act: &Act<'_>, body: &Known, why: &str) -> Result<(), Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    if !expected::end(act.tx, &body.id, why, act.actor.person_id(), act.now).await? {
        return Err(Refusal::Conflict(format!("'{}' is not expected to publish", body.name)));
    }
    let deed = Deed {
        owner: Some(&body.id),
        reason: Some(why),
        ..Deed::new("organisation.end_expectation", "organisation", &body.id)
    };
    Ok(act.note(role, deed).await?)
}
