//! `GET /records.atom` and `/records.json`: subscribing to the records that match a query.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use search::Sort;
use serde::Deserialize;
use store::ground::page::BadCursor;

use crate::App;
use crate::extract::{Params, Taker};
use crate::feed::{Entry, Feed, JsonFeed, Notation};
use crate::filters::RecordFilters;
use crate::problem::ApiError;
use crate::reading::take_query;
use crate::routes::changes::FeedParams;
use crate::searched::Searched;

/// What a feed entry takes from a record's card.
#[derive(Deserialize)]
struct Item {
    id: String,
    title: String,
    summary: Option<String>,
    publisher: Publisher,
    #[serde(default)]
    sectors: Vec<String>,
    phase: Option<String>,
    published_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Publisher {
    name: String,
}

/// Subscribe to records
///
/// Atom feed of matching records, latest change first; `next` leads to older pages (RFC 5005).
#[utoipa::path(
    get, path = "/records.atom", operation_id = "feed_records_atom", tag = "records",
    params(RecordFilters, FeedParams),
    responses(
        (status = 200, description = "A page of the feed", body = String, content_type = "application/atom+xml",
            headers(("Register-Search" = String, description = "With `q`, an RFC 9651 dictionary: how many records match, which are those of the feed; how many nearest others the list shows, and the corrected text it shows instead, neither of which is in the feed"))),
    )
)]
pub(crate) async fn feed_records_atom(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    answer(&app, pairs, Notation::Atom).await
}

/// Subscribe to records by JSON
///
/// The same feed as JSON Feed 1.1.
#[utoipa::path(
    get, path = "/records.json", operation_id = "feed_records_json", tag = "records",
    params(RecordFilters, FeedParams),
    responses(
        (status = 200, description = "A page of the feed", body = JsonFeed, content_type = "application/feed+json",
            headers(("Register-Search" = String, description = "With `q`, an RFC 9651 dictionary: how many records match, which are those of the feed; how many nearest others the list shows, and the corrected text it shows instead, neither of which is in the feed"))),
    )
)]
pub(crate) async fn feed_records_json(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    answer(&app, pairs, Notation::Json).await
}

async fn answer(app: &App, pairs: Vec<(String, String)>, notation: Notation) -> Result<Response, ApiError> {
    let (feed, searched) = feed(app, pairs).await?;
    let mut response = feed.answer(notation);
    if let Some(searched) = searched {
        searched.say(response.headers_mut());
    }
    Ok(response)
}

/// A page of the feed: hits only, in the words as typed. Also what the list of the search shows besides.
async fn feed(app: &App, pairs: Vec<(String, String)>) -> Result<(Feed, Option<Searched>), ApiError> {
    let mut taker = Taker::new(pairs);
    let mut query = take_query(&app.db, &app.words, &mut taker).await?;
    query.sort = Some(Sort::Updated);
    let FeedParams { limit, cursor } = FeedParams::take(&mut taker);
    let limit = limit.unwrap_or_default().0;
    let pairs = taker.sent();
    taker.finish()?;
    let look = app.search.look();
    let page = look.hits(&query, cursor.as_deref(), limit).await?;
    let searched = Searched::of(&look, &query).await?;
    let items = store::records::listings::items(&app.db, None, &page.changes, false).await?;
    if items.len() < page.changes.len() {
        return Err(BadCursor::Expired.into());
    }
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        let item: Item = serde_json::from_str(&item.card).map_err(|_| ApiError::Inside)?;
        let url = format!("{}/api/v1/records/{}", app.base_url, item.id);
        entries.push(Entry {
            id: url.clone(),
            url,
            title: item.title,
            author: item.publisher.name,
            published: item.published_at,
            updated: item.updated_at,
            text: item.summary.unwrap_or_default(),
            tags: item.sectors.into_iter().chain(item.phase).collect(),
        });
    }
    let asked = super::super::query_without(&pairs, &["cursor"]);
    let of = if asked.is_empty() { String::new() } else { format!(" ({asked})") };
    let about = app.about().await?;
    let said = searched.as_ref().map(Searched::sentence);
    let feed = Feed {
        title: format!("Open Algorithm Register: records{of}"),
        about: about.into_iter().chain(said).reduce(|about, said| format!("{about}. {said}")),
        home: app.base_url.to_string(),
        path: "/records",
        query: asked,
        cursor,
        next: page.next,
        updated: entries.first().map_or_else(|| app.search.state().changed_at, |entry| entry.updated),
        entries,
    };
    Ok((feed, searched))
}
