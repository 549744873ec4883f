//! Who is acting, and what they may do.

use chrono::{DateTime, TimeDelta, Utc};
use domain::authorisation::{Grant, Object, Permission, allows};
use domain::codes::Role;
use store::people::{Person, Token};

use crate::Refusal;

/// In a browser, who gives out rights must have signed in at most this long ago: an unlocked computer or a stolen
/// session is not enough.
pub const SIGNED_IN_LATELY: TimeDelta = TimeDelta::minutes(15);

/// Who performs an act.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A person with a working token or session.
    Person(&'a Caller),
    /// The command line. Anyone who can open the database may do everything.
    CommandLine,
    /// Anyone, without an account.
    Public,
}

impl<'a> Actor<'a> {
    /// The person's id, as the audit trail names them.
    pub fn person_id(self) -> Option<&'a str> {
        match self {
            Self::Person(caller) => Some(&caller.person.id),
            Self::CommandLine | Self::Public => None,
        }
    }

    /// The person's id, for things that must belong to a person, which the command line is not. Errors:
    /// [`Forbidden`].
    pub fn somebody(self, permission: Permission) -> Result<&'a str, Forbidden> {
        self.person_id().ok_or(Forbidden(permission))
    }

    /// The role that allows the actor to do something; `None` for the command line, which may do everything.
    /// Errors: [`Forbidden`].
    pub fn may(self, permission: Permission, object: Object<'_>) -> Result<Option<Role>, Forbidden> {
        match self {
            Self::Person(caller) => Ok(Some(caller.may(permission, object)?.role)),
            Self::CommandLine => Ok(None),
            Self::Public => Err(Forbidden(permission)),
        }
    }

    /// Checks that somebody in a browser signed in lately. Errors: [`Refusal::SignInAgain`].
    pub fn signed_in_lately(self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self {
            Self::Person(Caller { by: Means::Session { signed_in_at, .. }, .. })
                if *signed_in_at + SIGNED_IN_LATELY <= now =>
            {
                Err(Refusal::SignInAgain)
            }
            _ => Ok(()),
        }
    }
}

/// What a person acts with.
#[derive(Debug, Clone)]
pub enum Means {
    /// A token.
    Token(Box<Token>),
    /// A session in a browser.
    Session {
        /// SHA-256 of its id, hex.
        sha256: String,
        /// When it ends at the latest.
        ends_at: DateTime<Utc>,
        /// When the person last proved who they are.
        signed_in_at: DateTime<Utc>,
    },
}

/// A person with a working token or session.
#[derive(Debug)]
pub struct Caller {
    /// The person.
    pub person: Person,
    /// What this token or session allows, which may be less than the person's own roles.
    pub grants: Vec<Grant>,
    /// The token or session.
    pub by: Means,
}

/// None of the actor's roles allows this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden(pub Permission);

impl Caller {
    /// The grant that allows the caller to do something. Errors: [`Forbidden`].
    pub fn may(&self, permission: Permission, object: Object<'_>) -> Result<&Grant, Forbidden> {
        self.grant(permission, object).ok_or(Forbidden(permission))
    }

    /// The grant that allows the caller to do something, if any.
    pub fn grant(&self, permission: Permission, object: Object<'_>) -> Option<&Grant> {
        allows(&self.grants, permission, object)
    }

    /// Ids of the organisations on whose own things the caller may use a permission; sorted, without
    /// duplicates.
    pub fn organisations(&self, permission: Permission) -> Vec<String> {
        let mut found: Vec<String> =
            self.grants.iter().filter_map(|grant| grant.organisation.clone()).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|owner| self.grant(permission, Object::Of { owner, about_others: false }).is_some());
        found
    }
}
