//! Reporting a leaked token, by anyone who finds it.

use store::ground::secret::Secret;
use store::people;

use crate::tokens::note;
use crate::{Act, Refusal};

/// Revokes the token with this secret, if it exists and still works. No permission is needed: knowing the
/// secret is enough.
pub async fn report_leaked_token(act: &Act<'_>, secret: &Secret) -> Result<(), Refusal> {
    if let Some(token) = people::token_of(act.tx, &secret.sha256()).await?
        && people::revoke_token(act.tx, &token.id, act.now).await?
    {
        note(act, None, "token.leaked", &token.id).await?;
    }
    Ok(())
}
