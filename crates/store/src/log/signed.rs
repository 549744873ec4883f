//! One state of the register, and how much of the public log is signed in it.

use chrono::TimeDelta;
use transparency::peek;

use super::error::SignError;
use super::logged::size;
use crate::ground::db::instant;
use crate::ground::lease::Leases;
use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// What was entered so long ago and is not signed, nobody signs.
const NOBODY_SIGNS: TimeDelta = TimeDelta::hours(1);

/// One state of the register, however long reading it takes.
#[derive(Debug)]
pub struct Still {
    /// The database at that moment; close it when it has been read.
    pub db: Db,
    /// How many entries the public log has in it.
    pub entries: u64,
    /// How many of them, from the first on, the checkpoint signs.
    pub signed: u64,
    /// The checkpoint; `None` when nothing is signed.
    pub checkpoint: Option<String>,
}

impl Still {
    /// The state that a still database is of, with the last checkpoint that it knows. Errors: that is of more than there is.
    pub(super) async fn of(db: Db) -> Result<Self, SignError> {
        let entries = size(&db).await?;
        let checkpoint = settings::read(&db, settings::CHECKPOINT).await?;
        let still = Self { db, entries, signed: 0, checkpoint: None };
        match checkpoint {
            Some(checkpoint) => still.signed_by(checkpoint),
            None => Ok(still),
        }
    }

    /// The same with another checkpoint. Errors: it cannot be read, or signs more than there is.
    pub(super) fn signed_by(self, checkpoint: String) -> Result<Self, SignError> {
        let signed = peek(checkpoint.as_bytes())?.tree.size;
        if signed > self.entries {
            return Err(SignError::Refused(format!(
                "{signed} entries were signed and the database holds {}",
                self.entries
            )));
        }
        Ok(Self { signed, checkpoint: Some(checkpoint), ..self })
    }

    /// Whether the checkpoint signs everything.
    pub(super) fn is_signed(&self) -> bool {
        self.signed == self.entries && self.checkpoint.is_some()
    }

    /// Whether the first unsigned entry is so old that nobody will sign it.
    pub(super) async fn is_given_up(&self, leases: &Leases) -> Result<bool, StoreError> {
        let mut sql = Sql::new(
            "SELECT e.at FROM events e JOIN log_entries l ON l.change = e.change WHERE l.sequence = ",
        );
        let row = sql.bind(self.signed.cast_signed()).one(&self.db.read).await?;
        let at = row.map(|row| row.try_get_by_index(0)).transpose()?.map(instant);
        Ok(at.is_some_and(|at| at + NOBODY_SIGNS < leases.now()))
    }
}
