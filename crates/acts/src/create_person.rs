//! Adding a person, by an administrator.

use domain::authorisation::{Object, Permission};
use store::people::{self, Person};

use crate::people::note;
use crate::{Act, NewPerson, Refusal};

/// Adds a person, who can do nothing until they have a role and a token.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] when the address is taken.
pub async fn create_person(act: &Act<'_>, new: &NewPerson) -> Result<Person, Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    let person = people::create(act.tx, &new.email, &new.name, act.now).await?;
    note(act, role, "person.create", &person, None).await?;
    Ok(person)
}
