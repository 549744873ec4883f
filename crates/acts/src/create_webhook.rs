//! Creating a webhook.

use store::ground::keyring::Encrypted;
use store::people::webhooks::{self, State, Webhook};

use crate::webhooks::note;
use crate::{Act, Refusal};

/// The most webhooks one person may have.
const WEBHOOKS_MAX: usize = 20;

/// A webhook to create. The caller has already tidied the label and checked address and query.
pub struct NewWebhook {
    /// Its id, a new UUID: the key is encrypted for it.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// Where messages go.
    pub url: String,
    /// Record filters, as in a query string; empty for all records.
    pub query: String,
    /// The Ed25519 seed that signs its messages, in base64, encrypted.
    pub secret_key: Encrypted,
    /// The latest change number: the webhook is told of later ones only.
    pub considered: i64,
}

/// Creates a webhook for the person acting, with a test message queued.
///
/// Errors: [`Refusal::Rule`] when they already have the maximum, or the actor is not a person.
pub async fn create_webhook(act: &Act<'_>, new: NewWebhook) -> Result<Webhook, Refusal> {
    let person = act.actor.person_id();
    let person = person.ok_or_else(|| Refusal::Rule("only people have webhooks".to_owned()))?;
    if webhooks::of_person(act.tx, person).await?.len() >= WEBHOOKS_MAX {
        return Err(Refusal::Rule(format!(
            "you have {WEBHOOKS_MAX} webhooks, the most anybody may have: delete one first"
        )));
    }
    let hook = Webhook {
        id: new.id,
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
