//! What the acts about sealed assessments share: who may read them, and the trail that a read leaves.

use domain::authorisation::{Grant, Object, Permission};
use domain::codes::Role;
use store::StoreError;
use store::people::audit::Deed;
use store::records::sealed::{self, Sealed};
use uuid::Uuid;

use crate::{Act, Actor, Caller, Refusal, record_owner};

/// A sealed assessment, and the grant by which it is read.
#[derive(Debug)]
pub struct Unsealed<'a> {
    /// The assessment with everything that is sealed.
    pub sealed: Sealed,
    /// The regulator's grant.
    pub grant: &'a Grant,
}

/// The person who acts, and the roles in which they regulate something.
pub(crate) fn regulating<'a>(act: &Act<'a>) -> Result<(&'a Caller, Vec<&'a Grant>), Refusal> {
    let forbidden = Refusal::Forbidden(Permission::ReadSealed);
    let Actor::Person(caller) = act.actor else { return Err(forbidden) };
    let grants: Vec<&Grant> = caller.grants.iter().filter(|grant| grant.role == Role::Regulator).collect();
    if grants.is_empty() { Err(forbidden) } else { Ok((caller, grants)) }
}

/// An assessment in the remit of the person who acts. What is outside looks as if it were not there.
pub(crate) async fn within<'a>(act: &Act<'a>, id: &str) -> Result<Unsealed<'a>, Refusal> {
    let (caller, _) = regulating(act)?;
    let missing = || Refusal::NotFound("assessment", domain::cell::short(id));
    let uuid: Uuid = id.parse().map_err(|_| missing())?;
    let sealed = sealed::find(act.tx, uuid).await?.ok_or_else(missing)?;
    let object = Object::Assessment { sectors: sealed.sectors(), r#type: sealed.assessment.r#type };
    let grant = caller.grant(Permission::ReadSealed, object).ok_or_else(missing)?;
    Ok(Unsealed { sealed, grant })
}

/// Notes that a regulator did something with an assessment; the record's owner reads it in the audit trail.
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
