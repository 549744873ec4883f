//! Creating a token: people for themselves, the command line for anyone.

use chrono::TimeDelta;
use domain::codes::{Code, Role};
use store::ground::secret::{Opens, Secret};
use store::people::{self, Token};

use crate::tokens::note;
use crate::{Act, Actor, Caller, NewToken, Refusal};

/// Creates a token for a person, by id, and returns its secret, which is not stored: only its hash is.
///
/// Errors: [`Refusal::Rule`] when the actor does not hold the roles the token would carry, or the token is
/// for somebody else.
pub async fn create_token(act: &Act<'_>, owner: &str, new: NewToken) -> Result<(Token, Secret), Refusal> {
    let role = role(act.actor, owner, &new)?;
    let secret = Secret::new(Opens::Person);
    let token = Token {
        id: uuid::Uuid::now_v7().to_string(),
        person: owner.to_owned(),
        label: new.label,
        role: new.role,
        organisation: new.organisation,
        created_at: act.now,
        expires_at: act.now + TimeDelta::days(new.days),
        revoked_at: None,
    };
    people::keep_token(act.tx, &token, &secret.sha256()).await?;
    note(act, role, "token.create", &token.id).await?;
    Ok((token, secret))
}

/// The role to audit: the one the token is limited to, if any.
fn role(actor: Actor<'_>, owner: &str, new: &NewToken) -> Result<Option<Role>, Refusal> {
    match actor {
        // Not checked against what the person holds today: roles may be granted later, and a token never
        // exceeds them.
        Actor::CommandLine => Ok(None),
        Actor::Person(caller) if caller.person.id == owner && holds(caller, new) => Ok(new.role),
        Actor::Person(_) | Actor::Public => {
            let role = new.role.map_or("any role", Code::as_str);
            Err(Refusal::Rule(format!("you do not hold {role} there, so your token cannot carry it")))
        }
    }
}

/// Whether the caller holds a role that the token would carry.
fn holds(caller: &Caller, new: &NewToken) -> bool {
    caller.grants.iter().any(|grant| {
        new.role.is_none_or(|role| role == grant.role)
            && (new.organisation.is_none() || new.organisation == grant.organisation)
    })
}
