//! Webhooks of a person: `GET`, `POST /api/v1/webhooks`, and one of them.

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

/// Whether a webhook is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WebhookState {
    /// It is.
    Active,
    /// Its owner does not want that now.
    Paused,
    /// The register gave up.
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
    /// Where messages go.
    #[schema(example = "https://newsroom.example/hooks/register")]
    url: String,
    /// Filters of records, as in an address; empty for all.
    #[schema(example = "sector=policing&q=facial+recognition")]
    query: String,
    /// What the signatures of its messages are checked with: an Ed25519 key as Standard Webhooks writes it.
    #[schema(example = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    public_key: String,
    /// Whether it is sent anything.
    state: WebhookState,
    /// Why the register gave up.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Up to which change it is decided what it is sent.
    considered: i64,
    /// Messages that are on their way.
    #[schema(minimum = 0)]
    pending: i64,
    /// Messages that did not arrive and are not sent again by themselves.
    #[schema(minimum = 0)]
    dead: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl WebhookView {
    async fn of(app: &App, hook: Webhook) -> Result<Self, ApiError> {
        let (pending, dead) = webhooks::counts(&app.db, &hook.id).await?;
        Self::with(hook, pending, dead)
    }

    fn with(hook: Webhook, pending: i64, dead: i64) -> Result<Self, ApiError> {
        Ok(Self {
            public_key: public_key(&hook).map_err(|_| ApiError::Inside)?,
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

/// A person's webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    /// Oldest first.
    items: Vec<WebhookView>,
}

/// List own webhooks
///
/// The caller's webhooks, with how many messages are on their way and how many did not arrive.
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
/// Its revision is its ETag.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    responses(
        (status = 200, description = "The webhook", body = WebhookView),
        (status = 404, description = "The caller has no such webhook"),
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
