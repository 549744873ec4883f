//! Creating a token: people for themselves, the command line for anyone.

use chrono::{DateTime, TimeDelta, Utc};
use domain::codes::{Code, Role};
use store::ground::secret::{Opens, Secret};
use store::people::{self, Token};

use crate::tokens::note;
use crate::{Act, Actor, Caller, Means, NewToken, Refusal};

/// Creates a token for a person, by id, and returns its secret, which is not stored: only its hash is.
///
/// A token carries no role and no body that the token or session it was made with does not, expires no later, and
/// ends with it.
///
/// Errors: [`Refusal::Rule`] when the actor does not hold the roles the token would carry, or the token is
/// for somebody else; [`Refusal::SignInAgain`].
pub async fn create_token(act: &Act<'_>, owner: &str, new: NewToken) -> Result<(Token, Secret), Refusal> {
    let role = role(act.actor, owner, &new)?;
    act.signed_in_lately()?;
    let Within { parent, session, role: only, organisation, until } = Within::of(act.actor);
    let expires_at = act.now + TimeDelta::days(new.days);
    let secret = Secret::new(Opens::Person);
    let token = Token {
        id: uuid::Uuid::now_v7().to_string(),
        person: owner.to_owned(),
        parent,
        session,
        label: new.label,
        // Roles granted later must not reach it past a limit of its parent.
        role: new.role.or(only),
        organisation: new.organisation.or(organisation),
        created_at: act.now,
        expires_at: until.map_or(expires_at, |until| expires_at.min(until)),
        revoked_at: None,
    };
    people::keep_token(act.tx, &token, &secret.sha256()).await?;
    note(act, role, "token.create", &token.id).await?;
    Ok((token, secret))
}

/// What a new token must stay within.
#[derive(Default)]
struct Within {
    parent: Option<String>,
    session: Option<String>,
    role: Option<Role>,
    organisation: Option<String>,
    until: Option<DateTime<Utc>>,
}

impl Within {
    fn of(actor: Actor<'_>) -> Self {
        match actor {
            Actor::Person(Caller { by: Means::Token(token), .. }) => Self {
                parent: Some(token.id.clone()),
                session: token.session.clone(),
                role: token.role,
                organisation: token.organisation.clone(),
                until: Some(token.expires_at),
            },
            Actor::Person(Caller { by: Means::Session { sha256, ends_at, .. }, .. }) => {
                Self { session: Some(sha256.clone()), until: Some(*ends_at), ..Self::default() }
            }
            Actor::CommandLine | Actor::Public => Self::default(),
        }
    }
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
