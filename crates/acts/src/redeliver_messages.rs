//! Somebody has dead messages to a webhook of theirs sent again.

use domain::Finding;
use store::people::webhooks;

use crate::{Act, Refusal, own_webhook};

/// Changes named at once.
const CHANGES_MAX: usize = 1_000;

/// Dead messages of a webhook that are sent again, checked: those of some changes, or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redelivery(Option<Vec<i64>>);

impl Redelivery {
    /// Of these changes; of all when there are none named. Errors: [`Refusal::Invalid`] when they are too many.
    pub fn new(changes: Option<Vec<i64>>) -> Result<Self, Refusal> {
        if changes.as_ref().is_some_and(|changes| changes.len() > CHANGES_MAX) {
            let message = format!("more than {CHANGES_MAX} changes");
            let finding = Finding::error("/changes", "too-long", message);
            return Err(Refusal::invalid(finding.hint("leave changes out for all of them")));
        }
        Ok(Self(changes))
    }
}

/// Sends dead messages to a webhook of the actor's own again, from the first try on; tells how many.
///
/// Errors: [`Refusal::NotFound`].
pub async fn redeliver_messages(act: &Act<'_>, id: &str, which: &Redelivery) -> Result<u64, Refusal> {
    let hook = own_webhook(act.tx, act.actor, id).await?;
    Ok(webhooks::revive(act.tx, &hook.id, which.0.as_deref(), act.now).await?)
}
