//! What people do to the register, one file an act, without HTTP.
//!
//! An act is handed a transaction that has begun, the time, and who acts. It checks rights and rules, changes the
//! register through that transaction and adds its line to the audit trail; whoever began the transaction commits it.
//! An act cannot reach a pool of connections, so it can never wait for a second one while it holds the first.
//! What is better checked before the writer is taken has a function of its own that takes `&impl Reads`.

mod caller;
mod organisations;
mod records;
mod refusal;
mod remarks;
mod text;

mod annotate_record;
mod decide_remark;
mod propose_correction;
mod reply_to_record;

pub use annotate_record::annotate_record;
pub use caller::{Actor, Caller, Forbidden};
pub use decide_remark::{Decided, decide_remark};
pub use organisations::{Known, known_organisation};
pub use propose_correction::propose_correction;
pub use records::published_record;
pub use refusal::Refusal;
pub use reply_to_record::reply_to_record;
pub use text::{REASON_MAX, Statement, plain_text, reason};

use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use store::audit::{self, Deed};
use store::{StoreError, Tx};

/// An act in progress: its transaction, its time, and who does it.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Where it is written. Committed by whoever began it, or not at all.
    pub tx: &'a Tx,
    /// When it happens.
    pub now: DateTime<Utc>,
    /// Who does it.
    pub actor: Actor<'a>,
}

impl Act<'_> {
    /// The role in which the actor may do something; `None` for the command line, which may do everything.
    /// Errors: [`Forbidden`].
    pub fn may(&self, permission: Permission, object: Object<'_>) -> Result<Option<Role>, Forbidden> {
        match self.actor {
            Actor::Person(caller) => Ok(Some(caller.may(permission, object)?.role)),
            Actor::CommandLine => Ok(None),
            Actor::Public => Err(Forbidden(permission)),
        }
    }

    /// Adds a line to the audit trail, in the actor's name.
    pub async fn note(&self, role: Option<Role>, deed: Deed<'_>) -> Result<(), StoreError> {
        audit::note(self.tx, &Deed { person: self.actor.person_id(), role, ..deed }, self.now).await
    }
}
