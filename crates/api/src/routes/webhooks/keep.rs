//! `POST /api/v1/webhooks`, `PATCH`, `DELETE /api/v1/webhooks/{id}`.

use acts::Caller;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::audit::Deed;
use store::webhooks::{self, Webhook};
use utoipa::ToSchema;

use super::{WebhookState, WebhookView, own};
use crate::App;
use crate::body::Sent;
use crate::extract::{QUERY_MAX, Segment};
use crate::problem::{ApiError, Fault, Problem};
use crate::webhooks::message::new_key;
use crate::webhooks::query_of;
use crate::write::{begin, replay_known};

/// Webhooks of a person.
pub(crate) const WEBHOOKS_MAX: usize = 20;
/// The longest label, in characters.
const LABEL_MAX: usize = 100;
/// What must stand in `If-Match`.
const IF_MATCH: &str = "send the webhook's ETag in If-Match";

/// A webhook to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// What it is for.
    #[schema(example = "Policing desk", max_length = 100)]
    label: String,
    /// Where messages go: https, a host that everybody can reach.
    #[schema(example = "https://newsroom.example/hooks/register", max_length = 2000)]
    url: String,
    /// Which records: the query of any list of records as it stands in its address; all when absent.
    #[schema(example = "sector=policing&q=facial+recognition")]
    query: Option<String>,
}

/// What is to be changed of a webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookChange {
    /// What it is for.
    #[schema(max_length = 100)]
    label: Option<String>,
    /// Where messages go from now on, those on their way among them.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// Which records from now on.
    query: Option<String>,
    /// `paused`, or `active` again: what happened meanwhile is sent then.
    state: Option<WebhookState>,
}

/// Checks what is said of a webhook; every fault at once.
async fn check(
    app: &App,
    label: Option<&str>,
    url: Option<&str>,
    query: Option<&str>,
) -> Result<(), ApiError> {
    let mut faults = Vec::new();
    if let Some(label) = label
        && (domain::text::one_line(label).is_empty() || label.chars().count() > LABEL_MAX)
    {
        faults.push(
            Fault::new("/label", "bad-label", "the label is empty or too long")
                .hint(format!("say in 1 to {LABEL_MAX} characters what the webhook is for")),
        );
    }
    if let Some(Err((why, hint))) = url.map(|url| app.outside.check(url)) {
        faults.push(Fault::new("/url", "bad-address", why).hint(hint));
    }
    match query {
        Some(query) if query.len() > QUERY_MAX => faults.push(
            Fault::new("/query", "too-long", format!("more than {QUERY_MAX} bytes")).hint("ask for less"),
        ),
        Some(query) => match query_of(app, query).await {
            Ok(_) => {}
            Err(ApiError::Query(of_query)) => {
                faults.extend(
                    of_query.into_iter().map(|fault| Fault { pointer: "/query".to_owned(), ..fault }),
                );
            }
            Err(ApiError::Malformed(detail)) => {
                faults.push(
                    Fault::new("/query", "bad-value", detail).hint("take it from the address of a list"),
                );
            }
            Err(error) => return Err(error),
        },
        None => {}
    }
    if faults.is_empty() { Ok(()) } else { Err(ApiError::Invalid(faults)) }
}

/// Where messages go, without what may be secret in it.
fn host(url: &str) -> Option<String> {
    Some(url::Url::parse(url).ok()?.host_str()?.to_owned())
}

fn deed<'a>(action: &'a str, hook: &'a str, detail: Option<&'a str>) -> Deed<'a> {
    Deed { detail, ..Deed::new(action, "webhook", hook) }
}

/// Make a webhook
///
/// The register then tells an address of every change to records that match a query, or matched it before: published, withdrawn, redacted. Messages are those of Standard Webhooks: thin, signed with Ed25519 (`v1a`), sent at least once, again for three days where they do not arrive. A trial message is sent at once.
#[utoipa::path(
    post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", security(("token" = [])),
    request_body = NewWebhook,
    responses(
        (status = 201, description = "The webhook; its revision in ETag", body = WebhookView),
        (status = 400, description = "Not valid; every fault with its place", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller has as many as anybody may", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_webhook(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    replay_known(&app, &caller, &sent).await?;
    let new: NewWebhook = sent.json()?;
    let query = new.query.unwrap_or_default();
    let query = query.strip_prefix('?').unwrap_or(&query);
    check(&app, Some(&new.label), Some(&new.url), Some(query)).await?;
    let considered = app.db.state().await?.change;
    let write = begin(&app, &caller, &sent, false).await?;
    if webhooks::of_person(&write.tx, &caller.person.id).await?.len() >= WEBHOOKS_MAX {
        return Err(ApiError::Refused(format!(
            "you have {WEBHOOKS_MAX} webhooks, as many as anybody may: delete one first"
        )));
    }
    let hook = Webhook {
        id: uuid::Uuid::now_v7().to_string(),
        person: caller.person.id.clone(),
        label: domain::text::one_line(&new.label),
        url: new.url.trim().to_owned(),
        query: query.to_owned(),
        secret_key: new_key(),
        considered,
        state: webhooks::State::Active,
        reason: None,
        failures: 0,
        rests_until: write.now,
        revision: 0,
        created_at: write.now,
    };
    webhooks::create(&write.tx, &hook).await?;
    write.note(None, deed("webhook.create", &hook.id, host(&hook.url).as_deref())).await?;
    let location = format!("/api/v1/webhooks/{}", hook.id);
    let view = WebhookView::with(hook, 1, 0)?;
    write.answer(StatusCode::CREATED, Some(0), Some(location), &view).await
}

/// Change a webhook
///
/// A merge patch of label, address, query and state. Needs the webhook's ETag in `If-Match`. One that is made active again is sent what happened meanwhile.
#[utoipa::path(
    patch, path = "/api/v1/webhooks/{id}", operation_id = "change_webhook", tag = "webhooks", security(("token" = [])),
    params(
        ("id" = String, Path, description = "UUID of the webhook"),
        ("If-Match" = String, Header, description = "Its ETag", example = "\"0\""),
    ),
    request_body(content = WebhookChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now; its revision in ETag", body = WebhookView),
        (status = 400, description = "Not valid; every fault with its place", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has no such webhook", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It was changed since it was read", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_webhook(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    replay_known(&app, &caller, &sent).await?;
    let mut hook = own(&caller, &id, webhooks::find(&app.db, &id).await?)?;
    if sent.if_match(IF_MATCH)? != hook.revision {
        return Err(ApiError::Stale("the webhook was changed: read it again and send its new ETag"));
    }
    let change: WebhookChange = sent.json()?;
    let query = change.query.as_deref().map(|query| query.strip_prefix('?').unwrap_or(query));
    check(&app, change.label.as_deref(), change.url.as_deref(), query).await?;
    hook.label = change.label.map_or(hook.label, |label| domain::text::one_line(&label));
    hook.url = change.url.map_or(hook.url, |url| url.trim().to_owned());
    hook.query = query.map_or(hook.query, str::to_owned);
    match change.state {
        None => {}
        Some(WebhookState::Active) => (hook.state, hook.reason) = (webhooks::State::Active, None),
        Some(WebhookState::Paused) => (hook.state, hook.reason) = (webhooks::State::Paused, None),
        Some(WebhookState::Stopped) => {
            return Err(ApiError::Invalid(vec![
                Fault::new("/state", "bad-value", "only the register stops a webhook")
                    .hint("write paused or active, or delete the webhook"),
            ]));
        }
    }
    let (pending, dead) = webhooks::counts(&app.db, &hook.id).await?;
    let write = begin(&app, &caller, &sent, false).await?;
    webhooks::update(&write.tx, &mut hook).await?;
    if change.state == Some(WebhookState::Active) {
        webhooks::wake(&write.tx, &hook.id, write.now).await?;
    }
    write.note(None, deed("webhook.change", &hook.id, host(&hook.url).as_deref())).await?;
    let revision = hook.revision;
    let view = WebhookView::with(hook, pending, dead)?;
    write.answer(StatusCode::OK, Some(revision), None, &view).await
}

/// Delete a webhook
///
/// Nothing more is sent to it, and what was on its way is forgotten.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the webhook")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 400, description = "Not valid", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has no such webhook", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_webhook(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    let hook = own(&caller, &id, webhooks::find(&write.tx, &id).await?)?;
    webhooks::delete(&write.tx, &hook.id).await?;
    write.note(None, deed("webhook.delete", &hook.id, host(&hook.url).as_deref())).await?;
    write.answer(StatusCode::NO_CONTENT, None, None, &()).await
}
