//! Shared by the acts on webhooks.

use store::people::audit::Deed;
use store::people::webhooks::{self, Webhook};
use store::{Reads, StoreError};

use crate::{Act, Actor, Refusal};

/// Finds one of the actor's webhooks; on the command line, anyone's. Errors: [`Refusal::NotFound`].
pub async fn own_webhook(conn: &impl Reads, actor: Actor<'_>, id: &str) -> Result<Webhook, Refusal> {
    let found = webhooks::find(conn, id).await?.filter(|hook| match actor {
        Actor::Person(caller) => hook.person == caller.person.id,
        Actor::CommandLine => true,
        Actor::Public => false,
    });
    found.ok_or_else(|| Refusal::NotFound("webhook", domain::cell::short(id)))
}

/// Audits a change to a webhook, with the host it sends to.
pub(crate) async fn note(act: &Act<'_>, action: &str, hook: &Webhook) -> Result<(), StoreError> {
    // Only the host: the rest of the address may contain a secret.
    let address = url::Url::parse(&hook.url).ok();
    let host = address.as_ref().and_then(url::Url::host_str);
    act.note(None, Deed { detail: host, ..Deed::new(action, "webhook", &hook.id) }).await
}
