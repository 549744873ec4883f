//! Confirming or declining a role that another administrator asked for.

use domain::authorisation::{Object, Permission};
use store::people::pending_grants::{self, PendingGrant};
use store::people::{self, Person};

use crate::people::{fits_its_body, known_person, note, words_of};
use crate::{Act, Refusal};

/// Grants a role that another administrator asked for, by the id of the request.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`], [`Refusal::SignInAgain`]; [`Refusal::Rule`] for
/// the person who asked and the one who would hold the role; [`Refusal::Conflict`] when the person who asked is no
/// longer an administrator.
pub async fn confirm_grant(act: &Act<'_>, id: &str) -> Result<Person, Refusal> {
    let role = act.may(Permission::ConfirmRole, Object::Register)?;
    act.signed_in_lately()?;
    let administrators = people::administrators(act.tx).await?;
    let PendingGrant { person, grant, asked_by, .. } = waiting(act, id).await?;
    let me = act.actor.person_id();
    if me == Some(asked_by.as_str()) {
        return Err(Refusal::Rule("you asked for it: another administrator confirms it".to_owned()));
    }
    if me == Some(person.as_str()) {
        return Err(Refusal::Rule(
            "nobody grants themselves a role: another administrator confirms it".to_owned(),
        ));
    }
    if !administrators.contains(&asked_by) {
        let why = "who asked for it is no administrator any more: decline it, and grant it yourself";
        return Err(Refusal::Conflict(why.to_owned()));
    }
    // Its kind may have changed since.
    fits_its_body(act.tx, &grant).await?;
    let person = known_person(act.tx, &person).await?;
    people::grant(act.tx, &person.id, &grant, act.now).await?;
    pending_grants::remove(act.tx, id).await?;
    let asker = people::find(act.tx, &asked_by).await?.map_or(asked_by, |asker| asker.email);
    let words = format!("{} (asked for by {asker})", words_of(act.tx, &grant).await?);
    note(act, role, "person.grant", &person, Some(&words)).await?;
    Ok(person)
}

/// Declines a role that an administrator asked for, or takes back one's own request.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn decline_grant(act: &Act<'_>, id: &str) -> Result<Person, Refusal> {
    let role = act.may(Permission::ConfirmRole, Object::Register)?;
    let PendingGrant { person, grant, .. } = waiting(act, id).await?;
    let person = known_person(act.tx, &person).await?;
    pending_grants::remove(act.tx, id).await?;
    let words = words_of(act.tx, &grant).await?;
    note(act, role, "person.decline_grant", &person, Some(&words)).await?;
    Ok(person)
}

async fn waiting(act: &Act<'_>, id: &str) -> Result<PendingGrant, Refusal> {
    let found = pending_grants::find(act.tx, id).await?;
    found.ok_or_else(|| Refusal::NotFound("role that waits", domain::cell::short(id)))
}
