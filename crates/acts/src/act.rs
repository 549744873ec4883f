//! An act in progress: what every act is given.

use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use store::people::audit::{self, Deed};
use store::{StoreError, Tx};

use crate::{Actor, Forbidden, Refusal};

/// An act in progress: its transaction, time and actor.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The transaction, which the act's caller commits or drops.
    pub tx: &'a Tx,
    /// The time of the act.
    pub now: DateTime<Utc>,
    /// Who is acting.
    pub actor: Actor<'a>,
}

impl Act<'_> {
    /// The role that allows the actor to do something; `None` for the command line, which may do everything.
    /// Errors: [`Forbidden`].
    pub fn may(&self, permission: Permission, object: Object<'_>) -> Result<Option<Role>, Forbidden> {
        self.actor.may(permission, object)
    }

    /// Checks that somebody in a browser signed in lately. Errors: [`Refusal::SignInAgain`].
    pub(crate) fn signed_in_lately(&self) -> Result<(), Refusal> {
        self.actor.signed_in_lately(self.now)
    }

    /// Writes a line in the audit trail, in the actor's name.
    pub async fn note(&self, role: Option<Role>, deed: Deed<'_>) -> Result<(), StoreError> {
        audit::note(self.tx, &Deed { person: self.actor.person_id(), role, ..deed }, self.now).await
    }
}
