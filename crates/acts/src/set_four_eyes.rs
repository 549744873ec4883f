//! Setting whether a publisher requires four eyes.

use domain::authorisation::{Object, Permission};
use store::people;
use store::people::audit::Deed;

use crate::{Act, Known, Refusal};

/// Sets whether a publisher's submissions must be approved by somebody who neither wrote nor submitted them.
///
/// Errors: [`Refusal::Forbidden`].
pub async fn set_four_eyes(act: &Act<'_>, publisher: &Known, on: bool) -> Result<(), Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    people::set_four_eyes(act.tx, &publisher.id, on).await?;
    let deed = Deed {
        owner: Some(&publisher.id),
        detail: Some(if on { "on" } else { "off" }),
        ..Deed::new("organisation.four_eyes", "organisation", &publisher.id)
    };
    Ok(act.note(role, deed).await?)
}
