//! One state of the register, and what is signed of the public log in it.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Mutex;
use tokio::time::Instant;
use transparency::peek;

use super::signer::{SignError, Signer};
use super::size;
use crate::db::instant;
use crate::lease::{LASTS, Leases};
use crate::sql::Sql;
use crate::{Db, StoreError, settings};

/// How long a checkpoint that another process makes is waited for: longer than the lease of one that was killed.
pub const PATIENCE: Duration = LASTS.saturating_add(Duration::from_secs(10));
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(200);
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

/// Who signs the public log.
#[derive(Debug, Clone)]
pub struct Signing {
    /// This process, if it has the keys; it may sign for others meanwhile.
    pub here: Option<Arc<Mutex<Signer>>>,
    /// How long another process may take before this one signs.
    pub others_first: Duration,
    /// How long others are waited for at the most.
    pub patience: Duration,
}

impl Signing {
    /// Signed here if there are keys, else by another process, which is waited for as long as [`PATIENCE`].
    pub fn new(signer: Option<Signer>) -> Self {
        let here = signer.map(|signer| Arc::new(Mutex::new(signer)));
        Self { here, others_first: Duration::ZERO, patience: PATIENCE }
    }

    /// The register as it is now, with a checkpoint that signs exactly what its log holds. Where nothing was ever signed and
    /// no key is here, and where nobody has signed for an hour, it is taken with what there is.
    ///
    /// Errors: [`SignError::Behind`] and [`SignError::Another`] when another process did not come to its end in time,
    /// [`SignError::Refused`] when nothing is signed any more.
    pub async fn still(&self, leases: &Leases) -> Result<Still, SignError> {
        let begun = Instant::now();
        loop {
            let still = Still::of(leases.db().still().await?).await?;
            let refused = settings::read(&still.db, settings::SIGNING_REFUSED).await?;
            match refused {
                // Whether that was mended, only a signer tells.
                Some(reason) if self.here.is_none() => return Err(SignError::Refused(reason)),
                None if still.is_signed() => return Ok(still),
                None if self.here.is_none() && still.checkpoint.is_none() => return Ok(still),
                _ => {}
            }
            let in_vain = begun.elapsed() >= self.patience;
            if in_vain && self.here.is_none() && still.is_given_up(leases).await? {
                return Ok(still);
            }
            let mut behind = SignError::Behind { entries: still.entries, signed: still.signed };
            still.db.close().await;
            if let Some(signer) = self.here.as_ref().filter(|_| begun.elapsed() >= self.others_first) {
                if let Some(still) = signer.lock().await.sign_still(leases.now()).await? {
                    return Ok(still);
                }
                behind = SignError::Another;
            }
            if in_vain {
                return Err(behind);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
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
    fn is_signed(&self) -> bool {
        self.signed == self.entries && self.checkpoint.is_some()
    }

    /// Whether the first entry that is not signed is so old that nobody will sign it.
    async fn is_given_up(&self, leases: &Leases) -> Result<bool, StoreError> {
        let mut sql = Sql::new(
            "SELECT e.at FROM events e JOIN log_entries l ON l.change = e.change WHERE l.sequence = ",
        );
        let row = sql.bind(self.signed.cast_signed()).one(&self.db.read).await?;
        let at = row.map(|row| row.try_get_by_index(0)).transpose()?.map(instant);
        Ok(at.is_some_and(|at| at + NOBODY_SIGNS < leases.now()))
    }
}
