//! Messages to a webhook: `GET /api/v1/webhooks/{id}/deliveries`, `POST .../redeliver`, `POST .../trial`.

use acts::{Actor, Caller, own_webhook};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::ground::page::Cursor;
use store::people::webhooks::{self, Delivery, Stage, TRIAL, Webhook};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::body::Sent;
use crate::extract::{PageParams, Params, Segment, Taker};
use crate::problem::{ApiError, Fault};
use crate::routes::next_link;
use crate::webhooks::message;
use crate::write::begin;

/// Where a message stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    /// It is to be sent, for the first time or again.
    Pending,
    /// It arrived.
    Delivered,
    /// It did not, and is not sent again by itself.
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

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct DeliveryFilters {
    /// Where they stand.
    #[param(inline)]
    state: Option<Vec<DeliveryState>>,
}

/// A message to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    /// What it is known by, in `webhook-id`.
    #[schema(example = "msg_0198c1f0a7e37b1c8d5e2f3a4b5c6d7e_42")]
    message: String,
    /// The change it tells of; absent in a trial.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<i64>,
    /// Where it stands.
    state: DeliveryState,
    /// How often it was sent.
    #[schema(minimum = 0)]
    attempts: i64,
    /// When the change was found to match.
    created_at: DateTime<Utc>,
    /// When it is sent next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<DateTime<Utc>>,
    /// When it was sent last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_at: Option<DateTime<Utc>>,
    /// The HTTP status it was answered with last.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Messages to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryList {
    /// The latest change first.
    items: Vec<DeliveryView>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which dead messages are to be sent again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redelivery {
    /// Of these changes; of all when absent.
    #[schema(max_items = 1000, example = json!([42]))]
    changes: Option<Vec<i64>>,
}

/// How many messages are on their way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnTheirWay {
    /// So many are on their way from now on.
    #[schema(minimum = 0)]
    pending: u64,
}

/// List the messages to a webhook
///
/// Those that arrived in the last thirty days, those on their way, and those that did not arrive, with what went wrong.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", operation_id = "list_deliveries", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook"), DeliveryFilters, PageParams),
    responses(
        (status = 200, description = "A page of messages", body = DeliveryList),
        (status = 404, description = "The caller has no such webhook"),
    )
)]
pub(crate) async fn list_deliveries(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let stages = take_stages(&mut taker);
    let limit = taker.limit();
    let identity = format!("deliveries {id} {stages:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let hook = app.allowed(own_webhook(&app.db, Actor::Person(&caller), &id).await)?;
    let before = cursor.map_or(i64::MAX, |cursor| cursor.number);
    let mut found = webhooks::deliveries(&app.db, &hook.id, &stages, before, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = found.last().filter(|_| more);
    let next = last.map(|last| Cursor::new(&identity, 0, 0, String::new(), last.change).encode());
    let path = format!("/api/v1/webhooks/{}/deliveries", hook.id);
    let link = next_link(&app.base_url, &path, &pairs, next.as_deref());
    let items = found.into_iter().map(|one| DeliveryView::of(&hook, one)).collect();
    let mut response = Json(DeliveryList { items, next }).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

fn take_stages(taker: &mut Taker) -> Vec<Stage> {
    let mut stages = Vec::new();
    for word in taker.many("state") {
        match Stage::ALL.into_iter().find(|stage| stage.as_str() == word) {
            Some(stage) => stages.push(stage),
            None => {
                let shown = domain::cell::short(&word);
                let fault = Fault::new("state", "unknown-code", format!("'{shown}' is none of them"));
                taker.fault(fault.hint("use pending, delivered or dead"));
            }
        }
    }
    stages
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
/// Those of some changes, or all, from the first try on. A webhook that was stopped is made active by a change of it.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/redeliver", operation_id = "redeliver_messages", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    request_body(content = Option<Redelivery>, description = "Which; nothing for all"),
    responses(
        (status = 200, description = "How many are on their way again", body = OnTheirWay),
        (status = 404, description = "The caller has no such webhook"),
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
/// Sends a message that tells of no change; what became of it stands among the messages.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/trial", operation_id = "try_webhook", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    responses(
        (status = 202, description = "It is on its way", body = OnTheirWay),
        (status = 404, description = "The caller has no such webhook"),
        (status = 409, description = "Nothing is sent to it: it is paused or stopped"),
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
