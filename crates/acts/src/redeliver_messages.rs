//! Redelivering a webhook's dead messages.

use domain::Finding;
use store::people::webhooks;

use crate::{Act, Refusal, own_webhook};

/// The most change numbers in one request.
const CHANGES_MAX: usize = 1_000;

/// Which dead messages to redeliver: those of certain changes, or all (`None`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redelivery(Option<Vec<i64>>);

impl Redelivery {
    /// The messages of these changes; `None` for all. Errors: [`Refusal::Invalid`] for too many.
    pub fn new(changes: Option<Vec<i64>>) -> Result<Self, Refusal> {
        if changes.as_ref().is_some_and(|changes| changes.len() > CHANGES_MAX) {
            let message = format!("more than {CHANGES_MAX} changes");
            let finding = Finding::error("/changes", "too-long", message);
            return Err(Refusal::invalid(finding.hint("leave changes out for all of them")));
        }
        Ok(Self(changes))
    }
}

/// Queues dead messages of one of the actor's webhooks again, counting attempts from the start; returns how
/// many.
///
/// Errors: [`Refusal::NotFound`].
pub async fn redeliver_messages(act: &Act<'_>, id: &str, which: &Redelivery) -> Result<u64, Refusal> {
    let hook = own_webhook(act.tx, act.actor, id).await?;
    Ok(webhooks::revive(act.tx, &hook.id, which.0.as_deref(), act.now).await?)
}
