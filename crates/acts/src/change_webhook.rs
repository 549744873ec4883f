//! Changing a webhook.

use domain::Finding;
use store::people::webhooks::{self, State, Webhook};

use crate::webhooks::note;
use crate::{Act, Refusal};

/// Changes to a webhook. The caller has already tidied the label and checked address and query.
pub struct WebhookChange {
    /// What it is for.
    pub label: Option<String>,
    /// The new address for messages.
    pub url: Option<String>,
    /// The new record filters.
    pub query: Option<String>,
    /// Paused or active.
    pub state: Option<State>,
}

/// Changes a webhook; `hook` is the webhook as the actor read it. Reactivating one also delivers what
/// happened while it was paused or stopped.
///
/// Errors: [`Refusal::Invalid`] for the state `stopped`, which only the register sets; [`Refusal::Stale`]
/// when somebody else changed it after it was read.
pub async fn change_webhook(act: &Act<'_>, hook: Webhook, change: WebhookChange) -> Result<Webhook, Refusal> {
    if change.state == Some(State::Stopped) {
        let finding = Finding::error("/state", "bad-value", "only the register stops a webhook");
        return Err(Refusal::invalid(finding.hint("write paused or active, or delete the webhook")));
    }
    let mut after = Webhook {
        label: change.label.unwrap_or(hook.label),
        url: change.url.unwrap_or(hook.url),
        query: change.query.unwrap_or(hook.query),
        reason: if change.state.is_some() { None } else { hook.reason },
        state: change.state.unwrap_or(hook.state),
        ..hook
    };
    webhooks::update(act.tx, &mut after).await?;
    if change.state == Some(State::Active) {
        webhooks::wake(act.tx, &after.id, act.now).await?;
    }
    note(act, "webhook.change", &after).await?;
    Ok(after)
}
