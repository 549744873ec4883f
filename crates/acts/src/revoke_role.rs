//! Revoking a person's role, by an administrator.

use domain::authorisation::{Object, Permission};
use store::people::{self, Person};

use crate::people::{known_person, note};
use crate::{Act, HeldRole, Refusal};

/// Revokes a role, which takes effect in the person's tokens at once; returns whether they held it. If they did
/// not, nothing happened and the audit trail says nothing. `who` is their id or email address.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn revoke_role(act: &Act<'_>, who: &str, held: &HeldRole) -> Result<(Person, bool), Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    let person = known_person(act.tx, who).await?;
    let was_held = people::revoke(act.tx, &person.id, held.role, held.organisation.as_deref()).await?;
    if was_held {
        note(act, role, "person.revoke", &person, Some(&held.words)).await?;
    }
    Ok((person, was_held))
}
