//! Deleting a webhook.

use store::people::webhooks;

use crate::webhooks::note;
use crate::{Act, Refusal, own_webhook};

/// Deletes one of the actor's webhooks. It gets no further messages.
///
/// Errors: [`Refusal::NotFound`].
pub async fn delete_webhook(act: &Act<'_>, id: &str) -> Result<(), Refusal> {
    let hook = own_webhook(act.tx, act.actor, id).await?;
    webhooks::delete(act.tx, &hook.id).await?;
    Ok(note(act, "webhook.delete", &hook).await?)
}
