//! Revoking a token: people their own, the command line anyone's.

use store::people;

use crate::tokens::note;
use crate::{Act, Actor, Refusal};

/// Revokes a token at once. Revoking it again changes nothing.
///
/// Errors: [`Refusal::NotFound`] for an unknown token, or somebody else's.
pub async fn revoke_token(act: &Act<'_>, id: &str) -> Result<(), Refusal> {
    let token = people::find_token(act.tx, id).await?.filter(|token| match act.actor {
        Actor::Person(caller) => token.person == caller.person.id,
        Actor::CommandLine => true,
        Actor::Public => false,
    });
    let token = token.ok_or_else(|| Refusal::NotFound("token", id.to_owned()))?;
    if people::revoke_token(act.tx, &token.id, act.now).await? {
        note(act, None, "token.revoke", &token.id).await?;
    }
    Ok(())
}
