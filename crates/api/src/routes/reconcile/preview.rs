//! Preview: a thing in a small frame, to help somebody decide whether it is the right match.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use domain::codes::Code;

use super::Type;
use crate::App;
use crate::extract::{Params, Taker};
use crate::parameters::parameters;
use crate::problem::ApiError;

/// The frame holds only text and its own styles, so any site may embed it.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors *",
);

parameters! {
    /// What to preview.
    pub(crate) struct PreviewParams {
        /// An id from this service.
        #[param(
            value_type = String, required = true, min_length = 1, max_length = 200,
            example = "organisations/calder-vale-police"
        )]
        id: Option<String>,
    }
}

/// The frame.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 10px; color: #1d1d1d; background: #fff }
h1 { font-size: 16px; margin: 0 0 4px } p { margin: 0 0 6px } dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 2px 10px }
dt { color: #505a5f } dd { margin: 0 } a { color: #1d5b9e }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #1d1d1d } dt { color: #b1b4b6 } a { color: #8ec5ff } }
</style></head><body>
<h1>{{ title }}</h1>
<p>{{ kind }} · <a href="{{ url }}" target="_blank" rel="noopener">{{ id }}</a></p>
<dl>{% for (name, value) in facts %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
</body></html>
"#
)]
struct Page {
    title: String,
    kind: &'static str,
    id: String,
    url: String,
    facts: Vec<(&'static str, String)>,
}

/// Preview a thing
///
/// A small page for embedding in another site, with what tells the thing from others.
#[utoipa::path(
    get, path = "/reconcile/preview", operation_id = "preview_entity", tag = "reference",
    params(PreviewParams),
    responses(
        (status = 200, description = "A small page", body = String, content_type = "text/html"),
        (status = 400, description = "Not an id from this service"),
        (status = 404, description = "No such organisation, product or record"),
    )
)]
pub(crate) async fn preview(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let id = PreviewParams::take(&mut taker).id;
    taker.finish()?;
    let id = id.unwrap_or_default();
    let shown = domain::cell::short(&id);
    let (of, rest) = Type::of_id(&id).ok_or_else(|| {
        ApiError::BadId(format!(
            "'{shown}' is not an id of this service, such as organisations/calder-vale-police"
        ))
    })?;
    let missing = || ApiError::NotFound(of.id(), shown.clone());
    let (title, facts) = match of {
        Type::Organisation | Type::Supplier => body(&app, rest).await?,
        Type::Product => product(&app, rest).await?,
        Type::Record => record(&app, rest).await?,
    }
    .ok_or_else(missing)?;
    let url = format!("{}/api/v1/{id}", app.base_url);
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let page = Page { title, kind: of.name(), id, url, facts };
    let html = page.render().map_err(|_| ApiError::Inside)?;
    let mut response = Html(html).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, CSP);
    Ok(response)
}

type Shown = Option<(String, Vec<(&'static str, String)>)>;

async fn body(app: &App, slug: &str) -> Result<Shown, ApiError> {
    let Some(stored) = store::names::organisations::find(&app.db, slug).await? else { return Ok(None) };
    let body = stored.organisation;
    let identifiers: Vec<String> =
        body.identifiers.iter().map(|one| format!("{} {}", one.scheme, one.value)).collect();
    let aliases: Vec<&str> = body.aliases.iter().map(|alias| alias.name.as_str()).collect();
    let facts = vec![
        ("Kind", body.kind.map(|kind| kind.label().to_owned()).unwrap_or_default()),
        ("Country", body.country.clone()),
        ("Identifiers", identifiers.join(", ")),
        ("Also called", aliases.join("; ")),
        ("Known", stored.resolution.as_str().to_owned()),
    ];
    Ok(Some((body.name, facts)))
}

async fn product(app: &App, slug: &str) -> Result<Shown, ApiError> {
    let Some(product) = store::names::products::find(&app.db, slug).await? else { return Ok(None) };
    let kinds: Vec<&str> = product.technologies.iter().map(|one| one.label()).collect();
    Ok(Some((
        product.name,
        vec![("Suppliers", product.suppliers.join(", ")), ("Technology", kinds.join(", "))],
    )))
}

async fn record(app: &App, public: &str) -> Result<Shown, ApiError> {
    let Ok(id) = public.parse::<domain::RecordId>() else { return Ok(None) };
    let Some(found) = store::records::find(&app.db, id).await? else { return Ok(None) };
    if found.state != store::records::State::Published {
        return Ok(None);
    }
    let record = found.version.record()?;
    let facts = vec![
        ("Publisher", record.publisher.name),
        ("Phase", record.phase.map(|phase| phase.label().to_owned()).unwrap_or_default()),
        ("Summary", record.summary.unwrap_or_default()),
    ];
    Ok(Some((record.title, facts)))
}
