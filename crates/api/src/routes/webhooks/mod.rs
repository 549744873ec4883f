//! People's own webhooks: `GET` and `POST /api/v1/webhooks`, and single ones.

pub(crate) mod deliveries;
pub(crate) mod keep;

use acts::{Actor, Caller, own_webhook};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::people::webhooks::{self, Webhook};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;
use crate::webhooks::message::public_key;

/// State of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WebhookState {
    /// Messages are sent.
    Active,
    /// Paused by its owner.
    Paused,
    /// Stopped by the register; `reason` says why.
    Stopped,
}

impl From<webhooks::State> for WebhookState {
    fn from(state: webhooks::State) -> Self {
        match state {
            webhooks::State::Active => Self::Active,
            webhooks::State::Paused => Self::Paused,
            webhooks::State::Stopped => Self::Stopped,
        }
    }
}

impl From<WebhookState> for webhooks::State {
    fn from(state: WebhookState) -> Self {
        match state {
            WebhookState::Active => Self::Active,
            WebhookState::Paused => Self::Paused,
            WebhookState::Stopped => Self::Stopped,
        }
    }
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookView {
    /// UUID.
    id: String,
    /// What it is for.
    label: String,
    /// Where messages are sent.
    #[schema(example = "https://newsroom.example/hooks/register")]
    url: String,
    /// Record filters, as a query string; empty for all records.
    #[schema(example = "sector=policing&q=facial+recognition")]
    query: String,
    /// Key for checking its messages' signatures: Ed25519, in the form of Standard Webhooks.
    #[schema(example = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    public_key: String,
    /// Its state.
    state: WebhookState,
    /// Why the register stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Changes up to this number have been considered for it.
    considered: i64,
    /// Messages waiting to be sent or retried.
    #[schema(minimum = 0)]
    pending: i64,
    /// Messages that failed and are no longer retried.
    #[schema(minimum = 0)]
    dead: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl WebhookView {
    async fn of(app: &App, hook: Webhook) -> Result<Self, ApiError> {
        let (pending, dead) = webhooks::counts(&app.db, &hook.id).await?;
        Self::with(app, hook, pending, dead)
    }

    fn with(app: &App, hook: Webhook, pending: i64, dead: i64) -> Result<Self, ApiError> {
        Ok(Self {
            public_key: public_key(&hook, &app.keyring).map_err(|_| ApiError::Inside)?,
            id: hook.id,
            label: hook.label,
            url: hook.url,
            query: hook.query,
            state: hook.state.into(),
            reason: hook.reason,
            considered: hook.considered,
            pending,
            dead,
            created_at: hook.created_at,
        })
    }
}

/// Your webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    /// Webhooks, oldest first.
    items: Vec<WebhookView>,
}

/// List own webhooks
///
/// Your webhooks, with the number of messages waiting and failed.
#[utoipa::path(
    get, path = "/api/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks", security(("token" = [])),
    responses(
        (status = 200, description = "The webhooks", body = WebhookList),
    )
)]
pub(crate) async fn list_webhooks(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<WebhookList>, ApiError> {
    let mut items = Vec::new();
    for hook in webhooks::of_person(&app.db, &caller.person.id).await? {
        items.push(WebhookView::of(&app, hook).await?);
    }
    Ok(Json(WebhookList { items }))
}

/// Read an own webhook
///
/// The ETag is its revision.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    responses(
        (status = 200, description = "The webhook", body = WebhookView),
        (status = 404, description = "No such webhook, or it is not yours"),
    )
)]
pub(crate) async fn get_webhook(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let hook = app.allowed(own_webhook(&app.db, Actor::Person(&caller), &id).await)?;
    let tag = format!("\"{}\"", hook.revision);
    Ok(([(header::ETAG, tag)], Json(WebhookView::of(&app, hook).await?)).into_response())
}
