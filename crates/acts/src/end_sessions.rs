//! Signing out.

use store::ground::secret::Secret;
use store::people::sessions;

use crate::{Act, Refusal};

/// Ends the sessions with these secrets; unknown and ended ones are ignored.
pub async fn end_sessions(act: &Act<'_>, secrets: &[Secret]) -> Result<(), Refusal> {
    for secret in secrets {
        sessions::end(act.tx, &secret.sha256(), act.now).await?;
    }
    Ok(())
}
