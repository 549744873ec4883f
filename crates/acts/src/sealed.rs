//! Shared by the acts on sealed assessments: who may read them, and how reads are audited.

use domain::authorisation::{Grant, Object, Permission};
use domain::codes::Role;
use store::StoreError;
use store::people::audit::Deed;
use store::records::sealed::{self, Sealed};
use uuid::Uuid;

use crate::{Act, Actor, Caller, Refusal, record_owner};

/// A sealed assessment, with the grant that allows reading it.
#[derive(Debug)]
pub struct Unsealed<'a> {
    /// The assessment, with its sealed text.
    pub sealed: Sealed,
    /// The regulator's grant.
    pub grant: &'a Grant,
}

/// The person acting, with their grants as a regulator. Errors: [`Refusal::Forbidden`] when they have none.
pub(crate) fn regulating<'a>(act: &Act<'a>) -> Result<(&'a Caller, Vec<&'a Grant>), Refusal> {
    let forbidden = Refusal::Forbidden(Permission::ReadSealed);
    let Actor::Person(caller) = act.actor else { return Err(forbidden) };
    let grants: Vec<&Grant> = caller.grants.iter().filter(|grant| grant.role == Role::Regulator).collect();
    if grants.is_empty() { Err(forbidden) } else { Ok((caller, grants)) }
}

/// An assessment in the actor's remit. Anything outside it looks as if it did not exist.
pub(crate) async fn within<'a>(act: &Act<'a>, id: &str) -> Result<Unsealed<'a>, Refusal> {
    let (caller, _) = regulating(act)?;
    let missing = || Refusal::NotFound("assessment", domain::cell::short(id));
    let uuid: Uuid = id.parse().map_err(|_| missing())?;
    let sealed = sealed::find(act.tx, uuid).await?.ok_or_else(missing)?;
    let object = Object::Assessment { sectors: sealed.sectors(), r#type: sealed.assessment.r#type };
    let grant = caller.grant(Permission::ReadSealed, object).ok_or_else(missing)?;
    Ok(Unsealed { sealed, grant })
}

/// Audits what a regulator did with an assessment, under the record's owner so that the owner can see it.
pub(crate) async fn note(act: &Act<'_>, action: &str, sealed: &Sealed) -> Result<(), StoreError> {
    let owner = match store::records::standing(act.tx, &sealed.record_id).await? {
        Some(standing) => record_owner(act.tx, &sealed.record, &standing).await?,
        None => None,
    };
    let id = sealed.assessment.id.unwrap_or_default().to_string();
    let deed = Deed {
        owner: owner.as_deref(),
        detail: Some(&sealed.record_id),
        ..Deed::new(action, "assessment", &id)
    };
    act.note(Some(Role::Regulator), deed).await
}
