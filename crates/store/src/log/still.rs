//! One state of the register with a checkpoint that signs exactly its log, as a dump needs it (decision 22).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::SignError;
pub use super::signed::Still;
use super::signer::Signer;
use crate::ground::lease::{LASTS, Leases};
use crate::ground::settings;

/// How long to wait for another process's checkpoint: longer than the lease of a killed one.
pub const PATIENCE: Duration = LASTS.saturating_add(Duration::from_secs(10));
/// How often to look for it.
const LOOK: Duration = Duration::from_millis(200);

/// Who signs the public log.
#[derive(Debug, Clone)]
pub struct Signing {
    /// This process's signer, if it has the keys; shared with the task that signs regularly.
    pub here: Option<Arc<Mutex<Signer>>>,
    /// How long to let another process go first.
    pub others_first: Duration,
    /// How long to wait for others at most.
    pub patience: Duration,
}

impl Signing {
    /// Signs here if there are keys; otherwise waits up to [`PATIENCE`] for another process.
    pub fn new(signer: Option<Signer>) -> Self {
        let here = signer.map(|signer| Arc::new(Mutex::new(signer)));
        Self { here, others_first: Duration::ZERO, patience: PATIENCE }
    }

    /// The register as it is now, with a checkpoint that signs exactly its log. If nothing was ever signed and
    /// there is no key here, or nobody has signed for an hour, it is taken as it is.
    ///
    /// Errors: [`SignError::Behind`] and [`SignError::Another`] if another process did not finish in time,
    /// [`SignError::Refused`] if signing was stopped.
    pub async fn still(&self, leases: &Leases) -> Result<Still, SignError> {
        let begun = Instant::now();
        loop {
            let still = Still::of(leases.db().still().await?).await?;
            let refused = settings::read(&still.db, settings::SIGNING_REFUSED).await?;
            match refused {
                // Only a signer can tell whether that has been mended.
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
