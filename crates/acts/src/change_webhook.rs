//! Somebody changes a webhook of theirs.

use domain::Finding;
use store::people::webhooks::{self, State, Webhook};

use crate::webhooks::note;
use crate::{Act, Refusal};

/// What is changed of a webhook. Its label is tidied, and its address and query are checked.
pub struct WebhookChange {
    /// What it is for.
    pub label: Option<String>,
    /// Where messages go from now on.
    pub url: Option<String>,
    /// Which records from now on.
    pub query: Option<String>,
    /// Whether it is sent anything from now on.
    pub state: Option<State>,
}

/// Changes a webhook, which the actor read as it is given. One that is made active again is sent what happened meanwhile.
///
/// Errors: [`Refusal::Invalid`] when it would be stopped, which only the register does; [`Refusal::Stale`] when somebody
/// changed it since it was read.
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
