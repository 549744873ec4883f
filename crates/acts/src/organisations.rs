//! Organisations that acts refer to, and those people act for.

use domain::authorisation::Permission;
use domain::{Finding, Record};
use store::names::organisations;
use store::{Reads, StoreError};

use crate::{Act, Actor, Caller, Refusal};

/// An organisation known to the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// UUID.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Act<'_> {
    /// The organisation the actor acts for: the one they name, or their only one. Errors:
    /// [`Refusal::Forbidden`]; [`Refusal::Invalid`] when they have several and name none.
    pub async fn acting_for(&self, slug: Option<&str>, permission: Permission) -> Result<Known, Refusal> {
        acting_for(self.tx, self.actor, slug, permission).await
    }
}

/// [`Act::acting_for`] without a write transaction, for checks before the single writer is taken.
pub async fn acting_for(
    conn: &impl Reads,
    actor: Actor<'_>,
    slug: Option<&str>,
    permission: Permission,
) -> Result<Known, Refusal> {
    match (actor, slug) {
        (Actor::Person(caller), _) => one_of(conn, caller, slug, permission).await,
        (Actor::CommandLine, Some(slug)) => known_organisation(conn, slug).await,
        (Actor::CommandLine | Actor::Public, _) => Err(Refusal::Forbidden(permission)),
    }
}

/// One of the caller's own organisations.
async fn one_of(
    conn: &impl Reads,
    caller: &Caller,
    slug: Option<&str>,
    permission: Permission,
) -> Result<Known, Refusal> {
    let own = caller.organisations(permission);
    let mut found = Vec::new();
    for id in own {
        if let Some(one) = organisations::find(conn, &id).await? {
            found.push((one.organisation.slug, Known { id, name: one.organisation.name }));
        }
    }
    let wanted = match slug {
        Some(slug) => found.iter().position(|(one, _)| one == slug),
        None if found.len() > 1 => {
            let slugs: Vec<&str> = found.iter().map(|(slug, _)| slug.as_str()).collect();
            let message = "you act for several organisations: say for which";
            let finding = Finding::error("/organisation", "required", message);
            return Err(Refusal::invalid(finding.hint(format!("one of: {}", slugs.join(", ")))));
        }
        None => found.first().map(|_| 0),
    };
    let wanted = wanted.ok_or(Refusal::Forbidden(permission))?;
    Ok(found.swap_remove(wanted).1)
}

/// Finds an organisation by slug. Errors: [`Refusal::NotFound`].
pub async fn known_organisation(conn: &impl Reads, slug: &str) -> Result<Known, Refusal> {
    let missing = || Refusal::NotFound("organisation", domain::cell::short(slug));
    let found = organisations::find(conn, slug).await?.ok_or_else(missing)?.organisation;
    let id = found.id.ok_or_else(missing)?;
    Ok(Known { id: id.to_string(), name: found.name })
}

/// Id of the organisation a record names as publisher; `None` when the name does not resolve.
pub(crate) async fn publisher_of(conn: &impl Reads, record: &Record) -> Result<Option<String>, StoreError> {
    let country = record.jurisdiction.split('-').next().unwrap_or_default();
    let body = organisations::resolve(conn, &record.publisher.name, country, false).await?;
    Ok(body.map(|body| body.id))
}
