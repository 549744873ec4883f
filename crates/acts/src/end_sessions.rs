//! Somebody signs out.

use store::ground::secret::Secret;
use store::people::sessions;

use crate::{Act, Refusal};

/// Ends the sessions of these secrets, those that go on.
pub async fn end_sessions(act: &Act<'_>, secrets: &[Secret]) -> Result<(), Refusal> {
    for secret in secrets {
        sessions::end(act.tx, &secret.sha256()).await?;
    }
    Ok(())
}
