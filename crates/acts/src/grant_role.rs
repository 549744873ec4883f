//! Granting a role to a person, by an administrator.

use domain::authorisation::{Grant, Object, Permission, Remit};
use store::people::{self, Person};

use crate::people::{known_person, note};
use crate::{Act, HeldRole, Refusal};

/// Grants a person a role, which takes effect in their tokens at once. Granting it again replaces the remit.
/// `who` is their id or email address.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn grant_role(act: &Act<'_>, who: &str, held: HeldRole, remit: Remit) -> Result<Person, Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    let person = known_person(act.tx, who).await?;
    let grant = Grant { role: held.role, organisation: held.organisation, remit };
    people::grant(act.tx, &person.id, &grant, act.now).await?;
    note(act, role, "person.grant", &person, Some(&held.words)).await?;
    Ok(person)
}
