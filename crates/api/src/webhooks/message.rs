//! Webhook messages in the form of Standard Webhooks 1.0: a thin body, and an Ed25519 signature (`v1a`) over
//! id, time and body.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer, SigningKey};
use serde::Serialize;
use store::ground::keyring::{Keyring, Place};
use store::log::history::Event;
use store::people::webhooks::{Delivery, Webhook};
use utoipa::ToSchema;

/// What a message reports.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) enum MessageType {
    /// A version was published.
    #[serde(rename = "record.published")]
    Published,
    /// The record was withdrawn.
    #[serde(rename = "record.withdrawn")]
    Withdrawn,
    /// Something was redacted from the record's versions.
    #[serde(rename = "record.redacted")]
    Redacted,
    /// A test: nothing happened.
    #[serde(rename = "webhook.trial")]
    Trial,
}

/// The body of a webhook message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookMessage {
    /// What happened.
    r#type: MessageType,
    /// When the register recorded it.
    timestamp: DateTime<Utc>,
    /// Details.
    data: WebhookData,
}

/// What a message is about: only where to read it, never the content.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookData {
    /// Id of the webhook.
    webhook: String,
    /// Number of the change; absent in a test, like the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 42)]
    change: Option<i64>,
    /// Public id of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "R-4ZK7Q2M")]
    record_id: Option<String>,
    /// The version published, or current at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    /// URL of that version.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// URL of the change, with the fields it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    change_url: Option<String>,
}

/// The body of a message about an event; without one, of a test message.
pub(crate) fn body(webhook: &Webhook, delivery: &Delivery, event: Option<&Event>, base_url: &str) -> String {
    use store::log::history::Kind;
    let message = match event {
        None => WebhookMessage {
            r#type: MessageType::Trial,
            timestamp: delivery.created_at,
            data: WebhookData {
                webhook: webhook.id.clone(),
                change: None,
                record_id: None,
                version: None,
                url: None,
                change_url: None,
            },
        },
        Some(event) => WebhookMessage {
            r#type: match event.kind {
                Kind::Published => MessageType::Published,
                Kind::Withdrawn => MessageType::Withdrawn,
                Kind::Redacted => MessageType::Redacted,
            },
            timestamp: event.at,
            data: WebhookData {
                webhook: webhook.id.clone(),
                change: Some(event.change),
                version: Some(event.version),
                url: Some(format!(
                    "{base_url}/api/v1/records/{}/versions/{}",
                    event.record_id, event.version
                )),
                change_url: Some(format!("{base_url}/api/v1/changes?after={}&limit=1", event.change - 1)),
                record_id: Some(event.record_id.clone()),
            },
        },
    };
    serde_json::to_string(&message).expect("a message serialises to JSON")
}

/// The message id, the same for every attempt, so that receivers can drop duplicates.
pub(crate) fn id(webhook: &Webhook, delivery: &Delivery) -> String {
    let hook = webhook.id.replace('-', "");
    match delivery.change {
        // Each test has an id of its own.
        store::people::webhooks::TRIAL => {
            format!("msg_{hook}_trial{}", delivery.created_at.timestamp_micros())
        }
        change => format!("msg_{hook}_{change}"),
    }
}

/// A new signing key: an Ed25519 seed, in base64.
pub(crate) fn new_key() -> String {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the system has a random source");
    STANDARD.encode(seed)
}

fn key(webhook: &Webhook, keyring: &Keyring) -> Result<SigningKey, String> {
    let seed = keyring.decrypt(Place::WebhookKey(&webhook.id), &webhook.secret_key).map_err(|error| {
        tracing::error!("{error}");
        "the register cannot read the webhook's key: its operator finds the reason in its log".to_owned()
    })?;
    let seed = STANDARD.decode(&seed).ok().and_then(|seed| seed.try_into().ok());
    seed.map(|seed: [u8; 32]| SigningKey::from_bytes(&seed))
        .ok_or_else(|| "the webhook's key is damaged: make a new webhook".to_owned())
}

/// The public key for checking signatures. Errors: the stored key is damaged.
pub(crate) fn public_key(webhook: &Webhook, keyring: &Keyring) -> Result<String, String> {
    Ok(format!("whpk_{}", STANDARD.encode(key(webhook, keyring)?.verifying_key().as_bytes())))
}

/// The headers of a message sent now. Errors: the stored key is damaged.
pub(crate) fn headers(
    webhook: &Webhook,
    keyring: &Keyring,
    id: &str,
    now: DateTime<Utc>,
    body: &str,
) -> Result<HeaderMap, String> {
    let at = now.timestamp();
    let signature = key(webhook, keyring)?.sign(format!("{id}.{at}.{body}").as_bytes());
    let mut headers = HeaderMap::new();
    let mut insert = |name: &'static str, value: String| {
        headers
            .insert(name, HeaderValue::from_str(&value).expect("ids, numbers and base64 are visible ASCII"));
    };
    insert("webhook-id", id.to_owned());
    insert("webhook-timestamp", at.to_string());
    insert("webhook-signature", format!("v1a,{}", STANDARD.encode(signature.to_bytes())));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(headers)
}
