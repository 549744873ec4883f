//! One state of the register, and how much of its log is signed.

use chrono::TimeDelta;
use transparency::peek;

use super::error::SignError;
use super::logged::size;
use crate::ground::db::instant;
use crate::ground::lease::Leases;
use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// If an entry this old is unsigned, the register has no signer.
const NOBODY_SIGNS: TimeDelta = TimeDelta::hours(1);

/// The register at one moment, however long reading takes.
#[derive(Debug)]
pub struct Still {
    /// The database at that moment; close it when it has been read.
    pub db: Db,
    /// Entries in its log.
    pub entries: u64,
    /// How many of them the checkpoint signs, counted from the first.
    pub signed: u64,
    /// The checkpoint; `None` if nothing is signed.
    pub checkpoint: Option<String>,
}

impl Still {
    /// A frozen database with the checkpoint it knows. Errors: the checkpoint signs more entries than there
    /// are.
    pub(super) async fn of(db: Db) -> Result<Self, SignError> {
        let entries = size(&db).await?;
        let checkpoint = settings::read(&db, settings::CHECKPOINT).await?;
        let still = Self { db, entries, signed: 0, checkpoint: None };
        match checkpoint {
            Some(checkpoint) => still.signed_by(checkpoint),
            None => Ok(still),
        }
    }

    /// The same with another checkpoint. Errors: it is unreadable, or signs more entries than there are.
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
        let at = row.map(|row| row.try_get_by("at")).transpose()?.map(instant);
        Ok(at.is_some_and(|at| at + NOBODY_SIGNS < leases.now()))
    }
}
