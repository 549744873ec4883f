//! Disabling and enabling a person, by an administrator.

use domain::authorisation::{Object, Permission};
use store::people::{self, Person};

use crate::people::{known_person, note, stays_administered};
use crate::{Act, Refusal};

/// Disables a person, or enables them again. Disabling ends their sessions, tokens and preview links for good:
/// enabling does not bring them back. What they did stays in the audit trail. `who` is their id or email address.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`], [`Refusal::SignInAgain`]; [`Refusal::Conflict`] for the
/// last administrator.
pub async fn set_active(act: &Act<'_>, who: &str, active: bool) -> Result<Person, Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    act.signed_in_lately()?;
    let person = known_person(act.tx, who).await?;
    if !active {
        stays_administered(act, &person).await?;
    }
    people::set_active(act.tx, &person.id, active).await?;
    // Also when somebody is enabled: releases before this one left tokens behind.
    if !(active && person.active) {
        people::end_all(act.tx, &person.id, act.now).await?;
    }
    note(act, role, if active { "person.enable" } else { "person.disable" }, &person, None).await?;
    Ok(Person { active, ..person })
}
