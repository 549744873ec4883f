//! Anybody reports a token that they found where it does not belong.

use store::ground::secret::Secret;
use store::people;

use crate::tokens::note;
use crate::{Act, Refusal};

/// Ends the token of a secret, if it is one of this register that still works. Knowing the secret is right enough.
pub async fn report_leaked_token(act: &Act<'_>, secret: &Secret) -> Result<(), Refusal> {
    if let Some(token) = people::token_of(act.tx, &secret.sha256()).await?
        && people::revoke_token(act.tx, &token.id, act.now).await?
    {
        note(act, None, "token.leaked", &token.id).await?;
    }
    Ok(())
}
