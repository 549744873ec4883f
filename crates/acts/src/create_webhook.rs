//! Somebody makes a webhook.

use store::people::webhooks::{self, State, Webhook};

use crate::webhooks::note;
use crate::{Act, Refusal};

/// Webhooks that a person may have.
const WEBHOOKS_MAX: usize = 20;

/// A webhook to make. Its label is tidied, and its address and query are checked.
pub struct NewWebhook {
    /// What it is for.
    pub label: String,
    /// Where messages go.
    pub url: String,
    /// Filters of records, as in an address; empty for all.
    pub query: String,
    /// What its messages are signed with: an Ed25519 seed, base64.
    pub secret_key: String,
    /// The latest change: it is told of those after it.
    pub considered: i64,
}

/// Makes a webhook of the person who acts, with a trial message on its way.
///
/// Errors: [`Refusal::Rule`] when they have as many as anybody may.
pub async fn create_webhook(act: &Act<'_>, new: NewWebhook) -> Result<Webhook, Refusal> {
    let person = act.actor.person_id();
    let person = person.ok_or_else(|| Refusal::Rule("only people have webhooks".to_owned()))?;
    if webhooks::of_person(act.tx, person).await?.len() >= WEBHOOKS_MAX {
        return Err(Refusal::Rule(format!(
            "you have {WEBHOOKS_MAX} webhooks, as many as anybody may: delete one first"
        )));
    }
    let hook = Webhook {
        id: uuid::Uuid::now_v7().to_string(),
        person: person.to_owned(),
        label: new.label,
        url: new.url,
        query: new.query,
        secret_key: new.secret_key,
        considered: new.considered,
        state: State::Active,
        reason: None,
        failures: 0,
        rests_until: act.now,
        revision: 0,
        created_at: act.now,
    };
    webhooks::create(act.tx, &hook).await?;
    note(act, "webhook.create", &hook).await?;
    Ok(hook)
}
