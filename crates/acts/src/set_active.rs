//! Disabling and enabling a person, by an administrator.

use domain::authorisation::{Object, Permission};
use store::people::{self, Person};

use crate::people::{known_person, note};
use crate::{Act, Refusal};

/// Disables a person, so that their tokens stop working, or enables them again. What they did stays in the
/// audit trail. `who` is their id or email address.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn set_active(act: &Act<'_>, who: &str, active: bool) -> Result<Person, Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    let person = known_person(act.tx, who).await?;
    people::set_active(act.tx, &person.id, active).await?;
    note(act, role, if active { "person.enable" } else { "person.disable" }, &person, None).await?;
    Ok(Person { active, ..person })
}
