//! `POST /api/v1/webhooks`, `PATCH`, `DELETE /api/v1/webhooks/{id}`.

use acts::{Actor, Caller, own_webhook};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::ground::keyring::Place;
use store::people::webhooks;
use utoipa::ToSchema;

use super::{WebhookState, WebhookView};
use crate::App;
use crate::body::Sent;
use crate::extract::{QUERY_MAX, Segment};
use crate::problem::{ApiError, Fault};
use crate::webhooks::message::new_key;
use crate::webhooks::query_of;
use crate::write::{begin, replay_known};

/// What to send in `If-Match`.
const IF_MATCH: &str = "send the webhook's ETag in If-Match";

/// A webhook to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// What it is for.
    #[schema(example = "Policing desk", max_length = 100)]
    label: String,
    /// Where to send messages: an https URL of a publicly reachable host.
    #[schema(example = "https://newsroom.example/hooks/register", max_length = 2000)]
    url: String,
    /// Record filters, as in the URL of any record list; by default all records.
    #[schema(example = "sector=policing&q=facial+recognition")]
    query: Option<String>,
}

/// Changes to a webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookChange {
    /// What it is for.
    #[schema(max_length = 100)]
    label: Option<String>,
    /// The new URL; also used for messages already waiting.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// The new record filters.
    query: Option<String>,
    /// `paused`, or `active` again: what happened in between is then sent.
    state: Option<WebhookState>,
}

/// Label, URL and filters of a webhook, checked and tidied.
struct Said {
    label: Option<String>,
    url: Option<String>,
    query: Option<String>,
}

impl Said {
    /// Checks all parts. Errors: [`ApiError::Invalid`] with every fault.
    async fn check(self, app: &App) -> Result<Self, ApiError> {
        let mut faults = Vec::new();
        let label = self.label.and_then(|label| match acts::label(&label, "webhook") {
            Ok(label) => Some(label),
            Err(finding) => {
                faults.push(finding.into());
                None
            }
        });
        if let Some(Err((why, hint))) = self.url.as_deref().map(|url| app.outside.check(url)) {
            faults.push(Fault::new("/url", "bad-address", why).hint(hint));
        }
        let query = self.query.map(|query| query.strip_prefix('?').unwrap_or(&query).to_owned());
        if let Some(query) = &query {
            faults.extend(faults_of_query(app, query).await?);
        }
        if !faults.is_empty() {
            return Err(ApiError::Invalid(faults));
        }
        Ok(Self { label, url: self.url.map(|url| url.trim().to_owned()), query })
    }
}

/// Faults in the record filters of a webhook.
async fn faults_of_query(app: &App, query: &str) -> Result<Vec<Fault>, ApiError> {
    let of_query = |fault| Fault { pointer: "/query".to_owned(), ..fault };
    if query.len() > QUERY_MAX {
        let detail = format!("more than {QUERY_MAX} bytes");
        return Ok(vec![Fault::new("/query", "too-long", detail).hint("ask for less")]);
    }
    match query_of(app, query).await {
        Ok(_) => Ok(Vec::new()),
        Err(ApiError::Query(faults)) => Ok(faults.into_iter().map(of_query).collect()),
        Err(ApiError::Malformed(detail)) => {
            let fault = Fault::new("/query", "bad-value", detail);
            Ok(vec![fault.hint("take it from the address of a list")])
        }
        Err(error) => Err(error),
    }
}

/// Make a webhook
///
/// Sends a message to a URL for every publication, withdrawal or redaction of records that match a query, or matched it before. Messages follow Standard Webhooks: thin, signed with Ed25519 (`v1a`), delivered at least once, retried for three days. A test message is sent at once.
#[utoipa::path(
    post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", security(("token" = [])),
    request_body = NewWebhook,
    responses(
        (status = 201, description = "The webhook; its revision in ETag", body = WebhookView),
        (status = 403, description = "You already have the maximum number of webhooks"),
        (status = 409, description = "The body has as many webhooks as it may have"),
    )
)]
pub(crate) async fn create_webhook(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    replay_known(&app, &caller, &sent).await?;
    let new: NewWebhook = sent.json()?;
    let said = Said { label: Some(new.label), url: Some(new.url), query: new.query };
    let said = said.check(&app).await?;
    let considered = app.db.state().await?.change;
    let id = uuid::Uuid::now_v7().to_string();
    let new = acts::NewWebhook {
        label: said.label.unwrap_or_default(),
        url: said.url.unwrap_or_default(),
        query: said.query.unwrap_or_default(),
        secret_key: app.keyring.encrypt(Place::WebhookKey(&id), &new_key())?,
        considered,
        id,
    };
    let write = begin(&app, &caller, &sent, false).await?;
    let hook = app.allowed(acts::create_webhook(&write.act(), new).await)?;
    app.allowed(app.quotas.fit_webhooks(&write.tx, &caller.grants).await)?;
    let location = format!("/api/v1/webhooks/{}", hook.id);
    let view = WebhookView::with(&app, hook, 1, 0)?;
    write.answer(StatusCode::CREATED, Some(0), Some(location), &view).await
}

/// Change a webhook
///
/// A merge patch of label, URL, query and state. Send the webhook's ETag in `If-Match`. When it becomes active again, it is sent what happened in between.
#[utoipa::path(
    patch, path = "/api/v1/webhooks/{id}", operation_id = "change_webhook", tag = "webhooks", security(("token" = [])),
    params(
        ("id" = String, Path, description = "UUID of the webhook"),
        ("If-Match" = String, Header, description = "The webhook's current ETag", example = "\"0\""),
    ),
    request_body(content = WebhookChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The webhook as it is now; its revision in ETag", body = WebhookView),
        (status = 404, description = "No such webhook, or it is not yours"),
        (status = 412, description = "Somebody else changed it after you read it"),
        (status = 428, description = "`If-Match` is missing"),
    )
)]
pub(crate) async fn change_webhook(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    replay_known(&app, &caller, &sent).await?;
    let hook = app.allowed(own_webhook(&app.db, Actor::Person(&caller), &id).await)?;
    if sent.if_match(IF_MATCH)? != hook.revision {
        return Err(ApiError::Stale("the webhook was changed: read it again and send its new ETag"));
    }
    let change: WebhookChange = sent.json()?;
    let said = Said { label: change.label, url: change.url, query: change.query }.check(&app).await?;
    let state = change.state.map(webhooks::State::from);
    let change = acts::WebhookChange { label: said.label, url: said.url, query: said.query, state };
    let (pending, dead) = webhooks::counts(&app.db, &hook.id).await?;
    let write = begin(&app, &caller, &sent, false).await?;
    let hook = app.allowed(acts::change_webhook(&write.act(), hook, change).await)?;
    let revision = hook.revision;
    let view = WebhookView::with(&app, hook, pending, dead)?;
    write.answer(StatusCode::OK, Some(revision), None, &view).await
}

/// Delete a webhook
///
/// No more messages are sent to it, and waiting ones are dropped.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    responses(
        (status = 204, description = "The webhook is deleted"),
        (status = 404, description = "No such webhook, or it is not yours"),
    )
)]
pub(crate) async fn delete_webhook(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    app.allowed(acts::delete_webhook(&write.act(), &id).await)?;
    write.answer(StatusCode::NO_CONTENT, None, None, &()).await
}
