//! Messages to a webhook: `GET /api/v1/webhooks/{id}/deliveries`, `POST .../redeliver`, `POST .../trial`.

use acts::{Actor, Caller, own_webhook};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::people::webhooks::{self, Delivery, Stage, TRIAL, Webhook};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::extract::{Params, Segment, Taker};
use crate::listing::{Page, PageParams};
use crate::parameters::{Choice, parameters};
use crate::problem::ApiError;
use crate::webhooks::message;
use crate::write::begin;

/// State of a message.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    /// To be sent, for the first time or again.
    Pending,
    /// Delivered.
    Delivered,
    /// Not delivered, and no longer retried.
    Dead,
}

impl From<Stage> for DeliveryState {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Pending => Self::Pending,
            Stage::Delivered => Self::Delivered,
            Stage::Dead => Self::Dead,
        }
    }
}

impl Choice for DeliveryState {
    const NOUN: &'static str = "a state of a message";
}

parameters! {
    /// Filters of messages.
    pub(crate) struct DeliveryFilters {
        /// States.
        #[param(inline)]
        state: Option<Vec<DeliveryState>>,
    }
}

/// A message to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    /// Its id, sent in the header `webhook-id`.
    #[schema(example = "msg_0198c1f0a7e37b1c8d5e2f3a4b5c6d7e_42")]
    message: String,
    /// Number of the change it reports; absent in a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<i64>,
    /// Its state.
    state: DeliveryState,
    /// Number of attempts.
    #[schema(minimum = 0)]
    attempts: i64,
    /// When the change was found to match.
    created_at: DateTime<Utc>,
    /// Time of the next attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<DateTime<Utc>>,
    /// Time of the last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_at: Option<DateTime<Utc>>,
    /// HTTP status of the last response.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    /// The last error.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Messages to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryList {
    /// Messages, latest change first.
    items: Vec<DeliveryView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which dead messages to send again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redelivery {
    /// Numbers of their changes; by default all.
    #[schema(max_items = 1000, example = json!([42]))]
    changes: Option<Vec<i64>>,
}

/// Number of messages queued.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnTheirWay {
    /// Messages queued now.
    #[schema(minimum = 0)]
    pending: u64,
}

/// List the messages to a webhook
///
/// Messages delivered in the last thirty days, those being sent, and those that failed, with the error.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", operation_id = "list_deliveries", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook"), DeliveryFilters, PageParams),
    responses(
        (status = 200, description = "A page of messages", body = DeliveryList),
        (status = 404, description = "No such webhook, or it is not yours"),
    )
)]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let stages: Vec<Stage> =
        DeliveryFilters::take(&mut taker).state.into_iter().flatten().map(Stage::from).collect();
    let path = format!("/api/v1/webhooks/{id}/deliveries");
    let page = Page::take(path, format!("deliveries {id} {stages:?}"), taker)?;
    let hook = app.allowed(own_webhook(&app.db, Actor::Person(&caller), &id).await)?;
    let before = page.number().unwrap_or(i64::MAX);
    let mut found = webhooks::deliveries(&app.db, &hook.id, &stages, before, page.limit + 1).await?;
    let next = page.cut(&mut found).map(|last| page.cursor(0, String::new(), last.change));
    let items = found.into_iter().map(|one| DeliveryView::of(&hook, one)).collect();
    Ok(page.answer(&app, next, |next| DeliveryList { items, next }))
}

impl From<DeliveryState> for Stage {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Pending => Self::Pending,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Dead => Self::Dead,
        }
    }
}

impl DeliveryView {
    fn of(hook: &Webhook, one: Delivery) -> Self {
        Self {
            message: message::id(hook, &one),
            change: (one.change != TRIAL).then_some(one.change),
            state: one.stage.into(),
            attempts: one.attempts,
            created_at: one.created_at,
            next_at: (one.stage == Stage::Pending).then_some(one.next_at),
            last_at: one.last_at,
            status: one.status,
            error: one.error,
        }
    }
}

/// Send dead messages again
///
/// Dead messages of certain changes, or all; attempts are counted from the start. To restart a webhook that was stopped, change its state.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/redeliver", operation_id = "redeliver_messages", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    request_body(content = Option<Redelivery>, description = "Which messages; omit for all"),
    responses(
        (status = 200, description = "Number of messages queued", body = OnTheirWay),
        (status = 404, description = "No such webhook, or it is not yours"),
    )
)]
pub(crate) async fn redeliver_messages(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let wanted: Redelivery = sent.json_or_default()?;
    let which = app.allowed(acts::Redelivery::new(wanted.changes))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let pending = app.allowed(acts::redeliver_messages(&write.act(), &id, &which).await)?;
    write.answer(StatusCode::OK, None, None, &OnTheirWay { pending }).await
}

/// Try a webhook out
///
/// Sends a test message, which reports no change; the list of messages shows the result.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/trial", operation_id = "try_webhook", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    responses(
        (status = 202, description = "The test message is queued", body = OnTheirWay),
        (status = 404, description = "No such webhook, or it is not yours"),
        (status = 409, description = "The webhook is paused or stopped"),
    )
)]
pub(crate) async fn try_webhook(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    app.allowed(acts::try_webhook(&write.act(), &id).await)?;
    write.answer(StatusCode::ACCEPTED, None, None, &OnTheirWay { pending: 1 }).await
}
