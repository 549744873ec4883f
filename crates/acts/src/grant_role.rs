//! Granting a role to a person, by an administrator.

use domain::authorisation::{Grant, Object, Permission, Remit};
use domain::codes::Role;
use store::people::pending_grants::{self, PendingGrant};
use store::people::{self, Person};

use crate::people::{fits_its_body, known_person, note};
use crate::{Act, Actor, HeldRole, Refusal};

/// What became of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// The person holds the role.
    Now(Person),
    /// The role waits for a second administrator.
    Waits(Person),
}

impl Granted {
    /// The person.
    pub fn person(&self) -> &Person {
        let (Self::Now(person) | Self::Waits(person)) = self;
        person
    }
}

/// Grants a person a role, which takes effect in their tokens at once. Granting it again replaces the remit.
/// `who` is their id or email address.
///
/// A regulator reads what is sealed, so that role waits for a second administrator. On the command line, and while
/// there is only one administrator, it does not, and the audit trail says so.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`], [`Refusal::SignInAgain`]; [`Refusal::Rule`] when
/// somebody grants themselves a role; [`Refusal::Invalid`] when a regulator's role is for a body of another kind.
pub async fn grant_role(act: &Act<'_>, who: &str, held: HeldRole, remit: Remit) -> Result<Granted, Refusal> {
    let role = act.may(Permission::ManagePeople, Object::Register)?;
    act.signed_in_lately()?;
    let administrators = people::administrators(act.tx).await?;
    let person = known_person(act.tx, who).await?;
    let asked_by = act.actor.person_id();
    if asked_by == Some(person.id.as_str()) {
        return Err(Refusal::Rule("nobody grants themselves a role: ask another administrator".to_owned()));
    }
    let HeldRole { role: granted, organisation, words } = held;
    let grant = Grant { role: granted, organisation, remit };
    fits_its_body(act.tx, &grant).await?;
    let seconds = administrators.iter().any(|one| Some(one.as_str()) != asked_by);
    let alone = match (act.actor, asked_by) {
        _ if granted != Role::Regulator => None,
        (Actor::Person(_), Some(asked_by)) if seconds => {
            let asked = PendingGrant {
                id: uuid::Uuid::now_v7().to_string(),
                person: person.id.clone(),
                grant,
                asked_by: asked_by.to_owned(),
                asked_at: act.now,
            };
            pending_grants::ask(act.tx, &asked).await?;
            note(act, role, "person.ask_grant", &person, Some(&words)).await?;
            return Ok(Granted::Waits(person));
        }
        (Actor::Person(_), _) => Some("no second administrator: there is only one"),
        (Actor::CommandLine | Actor::Public, _) => Some("no second administrator: on the command line"),
    };
    people::grant(act.tx, &person.id, &grant, act.now).await?;
    pending_grants::forget(act.tx, &person.id, granted, grant.organisation.as_deref()).await?;
    let words = alone.map_or_else(|| words.clone(), |alone| format!("{words} ({alone})"));
    note(act, role, "person.grant", &person, Some(&words)).await?;
    Ok(Granted::Now(person))
}
