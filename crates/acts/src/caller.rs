//! Who acts, and what that lets them do.

use domain::authorisation::{Grant, Object, Permission, allows};
use domain::codes::Role;
use store::people::Person;

/// Whoever does an act.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// Somebody with a token or a session.
    Person(&'a Caller),
    /// Somebody who can open the database by a command: they may do everything.
    CommandLine,
    /// Anybody, without an account.
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

    /// The person's id, for what is kept in somebody's name: the command line is nobody. Errors: [`Forbidden`].
    pub fn somebody(self, permission: Permission) -> Result<&'a str, Forbidden> {
        self.person_id().ok_or(Forbidden(permission))
    }

    /// The role in which the actor may do something; `None` for the command line, which may do everything.
    /// Errors: [`Forbidden`].
    pub fn may(self, permission: Permission, object: Object<'_>) -> Result<Option<Role>, Forbidden> {
        match self {
            Self::Person(caller) => Ok(Some(caller.may(permission, object)?.role)),
            Self::CommandLine => Ok(None),
            Self::Public => Err(Forbidden(permission)),
        }
    }
}

/// Somebody with a token or a session that works.
#[derive(Debug)]
pub struct Caller {
    /// Who it is.
    pub person: Person,
    /// What they may do by this token or session.
    pub grants: Vec<Grant>,
}

/// None of the actor's roles allows this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden(pub Permission);

impl Caller {
    /// The grant by which the caller may do something. Errors: [`Forbidden`].
    pub fn may(&self, permission: Permission, object: Object<'_>) -> Result<&Grant, Forbidden> {
        self.grant(permission, object).ok_or(Forbidden(permission))
    }

    /// The grant by which the caller may do something; `None` when there is none.
    pub fn grant(&self, permission: Permission, object: Object<'_>) -> Option<&Grant> {
        allows(&self.grants, permission, object)
    }

    /// The ids of the organisations for which the caller may do something to what is theirs.
    pub fn organisations(&self, permission: Permission) -> Vec<String> {
        let mut found: Vec<String> =
            self.grants.iter().filter_map(|grant| grant.organisation.clone()).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|owner| self.grant(permission, Object::Of { owner, about_others: false }).is_some());
        found
    }
}
