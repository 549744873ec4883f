//! Testing a webhook.

use store::people::webhooks::{self, State};

use crate::{Act, Refusal, own_webhook};

/// Queues a test message, which reports no change, to one of the actor's webhooks.
///
/// Errors: [`Refusal::NotFound`]; [`Refusal::Conflict`] when the webhook is not active.
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
