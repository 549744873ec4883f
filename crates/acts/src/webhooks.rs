//! What the acts about webhooks share.

use store::people::audit::Deed;
use store::people::webhooks::{self, Webhook};
use store::{Reads, StoreError};

use crate::{Act, Actor, Refusal};

/// A webhook of the actor's own; for the command line anybody's. Errors: [`Refusal::NotFound`].
pub async fn own_webhook(conn: &impl Reads, actor: Actor<'_>, id: &str) -> Result<Webhook, Refusal> {
    let found = webhooks::find(conn, id).await?.filter(|hook| match actor {
        Actor::Person(caller) => hook.person == caller.person.id,
        Actor::CommandLine => true,
        Actor::Public => false,
    });
    found.ok_or_else(|| Refusal::NotFound("webhook", domain::cell::short(id)))
}

/// Notes what was done to a webhook, and the host that it tells.
pub(crate) async fn note(act: &Act<'_>, action: &str, hook: &Webhook) -> Result<(), StoreError> {
    // The rest of the address may be secret.
    let address = url::Url::parse(&hook.url).ok();
    let host = address.as_ref().and_then(url::Url::host_str);
    act.note(None, Deed { detail: host, ..Deed::new(action, "webhook", &hook.id) }).await
}
