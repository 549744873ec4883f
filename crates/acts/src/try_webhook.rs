//! Somebody tries a webhook of theirs out.

use store::people::webhooks::{self, State};

use crate::{Act, Refusal, own_webhook};

/// Sends a webhook of the actor's own a message that tells of no change.
///
/// Errors: [`Refusal::NotFound`]; [`Refusal::Conflict`] when nothing is sent to it.
pub async fn try_webhook(act: &Act<'_>, id: &str) -> Result<(), Refusal> {
    let hook = own_webhook(act.tx, act.actor, id).await?;
    if hook.state != State::Active {
        let state = hook.state.as_str();
        return Err(Refusal::Conflict(format!(
            "nothing is sent to it, since it is {state}: make it active first"
        )));
    }
    Ok(webhooks::try_out(act.tx, &hook.id, act.now).await?)
}
