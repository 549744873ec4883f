//! Setting a person's password and second factor, by an administrator.

use domain::authorisation::{Object, Permission};
use store::ground::keyring::Encrypted;
use store::people::Person;
use store::people::sessions;

use crate::people::note;
use crate::{Act, Refusal};

/// Sets a person's password (its hash) and second factor (its base32 secret, encrypted). Their sessions end.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::SignInAgain`].
pub async fn set_password(
    act: &Act<'_>,
    person: &Person,
    password: &str,
    second_factor: &Encrypted,
) -> Result<(), Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    act.signed_in_lately()?;
    sessions::set(act.tx, &person.id, password, second_factor, act.now).await?;
    note(act, role, "person.password", person, None).await?;
    Ok(())
}
