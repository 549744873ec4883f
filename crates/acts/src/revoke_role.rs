//! Revoking a person's role, by an administrator.

use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use store::people::{self, Person, pending_grants};

use crate::people::{known_person, note, stays_administered};
use crate::{Act, HeldRole, Refusal};

/// Revokes a role, which takes effect in the person's tokens at once; returns whether they held it. If they did
/// not, nothing happened and the audit trail says nothing. `who` is their id or email address. A request for the
/// same role that waits for a second administrator goes too.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`], [`Refusal::SignInAgain`]; [`Refusal::Conflict`] for the
/// last administrator.
pub async fn revoke_role(act: &Act<'_>, who: &str, held: &HeldRole) -> Result<(Person, bool), Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    act.signed_in_lately()?;
    let person = known_person(act.tx, who).await?;
    if held.role == Role::Admin {
        stays_administered(act, &person).await?;
    }
    let organisation = held.organisation.as_deref();
    let was_held = people::revoke(act.tx, &person.id, held.role, organisation).await?;
    pending_grants::forget(act.tx, &person.id, held.role, organisation).await?;
    if was_held {
        note(act, role, "person.revoke", &person, Some(&held.words)).await?;
    }
    Ok((person, was_held))
}
