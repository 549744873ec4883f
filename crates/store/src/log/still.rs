//! Taking one state of the register together with what is signed of the public log in it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::SignError;
pub use super::signed::Still;
use super::signer::Signer;
use crate::ground::lease::{LASTS, Leases};
use crate::ground::settings;

/// How long a checkpoint that another process makes is waited for: longer than the lease of one that was killed.
pub const PATIENCE: Duration = LASTS.saturating_add(Duration::from_secs(10));
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(200);

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
