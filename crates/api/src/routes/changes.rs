//! Changes to records in order, as data to follow and as feeds to subscribe to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::Record;
use domain::codes::Sector;
use domain::diff::{changes, diff};
use export::tables::{ChangeRow, changes_of};
use serde_json::Value;
use store::StoreError;
use store::ground::page::Cursor;
use store::log::history::{self, Event, EventQuery, Kind};
use wire::{ChangeKindName, ChangeList, ChangeView, RedactedPlaces};

use crate::App;
use crate::client::Steps;
use crate::extract::{Params, Taker};
use crate::feed::{Entry, Feed, JsonFeed, Notation};
use crate::filters::{SlugOrId, organisation_slugs};
use crate::listing::read_cursor;
use crate::parameters::{ChangeNumber, Choice, PageSize, parameters};
use crate::problem::ApiError;
use crate::routes::links::record_ids;
use crate::table::{CsvParams, Download};
use crate::when::DayOrInstant;

/// The most record content on one page, in bytes.
const PAGE_BYTES: usize = 2 << 20;
/// Events per step of the CSV file: two versions of each are in memory.
const EVENTS: u64 = 100;
/// The longest value shown in a feed, in characters.
const SHOWN_MAX: usize = 200;

fn kind_name(kind: Kind) -> ChangeKindName {
    match kind {
        Kind::Published => ChangeKindName::Published,
        Kind::Withdrawn => ChangeKindName::Withdrawn,
        Kind::Redacted => ChangeKindName::Redacted,
    }
}

parameters! {
    /// Filters of changes.
    pub(crate) struct ChangeFilters {
        /// Public ids of records.
        #[param(inline)]
        record: Option<Vec<crate::routes::links::RecordIdText>>,
        /// What happened.
        #[param(inline)]
        kind: Option<Vec<ChangeKindName>>,
        /// Slug or id of a publisher of the record; of a withdrawn one, its publisher then.
        publisher: Option<Vec<SlugOrId>>,
        /// Sector of the record; of a withdrawn one, its sector then.
        sector: Option<Vec<Sector>>,
        /// Recorded on this day (UTC) or later; or at this instant or later.
        from: Option<DayOrInstant>,
        /// Recorded on this day (UTC) or earlier; or at this instant or earlier.
        to: Option<DayOrInstant>,
    }
}

parameters! {
    /// Where a page of changes starts.
    pub(crate) struct AfterParams {
        /// Return only changes after this number: the highest one you know.
        #[param(value_type = Option<i64>, minimum = 0, example = 0)]
        after: Option<ChangeNumber>,
        /// Items per page.
        #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
        limit: Option<PageSize>,
    }
}

parameters! {
    /// Page of a feed.
    pub(crate) struct FeedParams {
        /// Entries per page.
        #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
        limit: Option<PageSize>,
        /// Cursor of the page, as in the feed's link to the next page.
        #[param(min_length = 1)]
        cursor: Option<String>,
    }
}

impl Choice for ChangeKindName {
    const NOUN: &'static str = "a kind of change";
}

fn view(base_url: &str, event: Event) -> Result<ChangeView, ApiError> {
    let record = event.record()?;
    let before = event.before()?;
    let statement = store::log::statement(&event);
    let logged = event.logged.as_ref().filter(|_| statement.is_some());
    let commitments = logged.map(store::log::Logged::as_json).transpose()?;
    Ok(ChangeView {
        statement,
        commitments,
        change: event.change,
        sequence: event.logged.map(|logged| logged.sequence),
        at: event.at,
        kind: kind_name(event.kind),
        url: format!("{base_url}/api/v1/records/{}/versions/{}", event.record_id, event.version),
        record_id: event.record_id,
        fields: before.map_or_else(Vec::new, |before| diff(&before, &record)),
        title: record.title,
        publisher: record.publisher.name,
        version: event.version,
        published_at: event.published_at,
        reason: if event.kind == Kind::Published { event.note } else { event.reason },
        ground: event.ground,
        redacted: event
            .places
            .into_iter()
            .map(|places| RedactedPlaces { version: places.version, pointers: places.pointers })
            .collect(),
    })
}

async fn take_query(app: &App, taker: &mut Taker) -> Result<EventQuery, ApiError> {
    let ChangeFilters { record, kind, publisher, sector, from, to } = ChangeFilters::take(taker);
    let kinds = kind.into_iter().flatten().map(|kind| match kind {
        ChangeKindName::Published => Kind::Published,
        ChangeKindName::Withdrawn => Kind::Withdrawn,
        ChangeKindName::Redacted => Kind::Redacted,
    });
    Ok(EventQuery {
        records: record_ids(record),
        kinds: kinds.collect(),
        publishers: organisation_slugs(&app.db, taker, publisher).await?,
        sectors: sector.unwrap_or_default(),
        since: from.map(DayOrInstant::start),
        until: to.map(DayOrInstant::end),
    })
}

/// Follow changes
///
/// Publications, withdrawals and redactions in the order the register recorded them, with the fields each version changed. Start with `after=0`, then send the `after` of each answer: nothing is missed or repeated.
#[utoipa::path(
    get, path = "/api/v1/changes", operation_id = "list_changes", tag = "changes",
    params(ChangeFilters, AfterParams),
    responses(
        (status = 200, description = "A page of changes", body = ChangeList),
    )
)]
pub(crate) async fn list_changes(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&app, &mut taker).await?;
    let AfterParams { after, limit } = AfterParams::take(&mut taker);
    let pairs = taker.sent();
    taker.finish()?;
    let after = after.map_or(0, ChangeNumber::number);
    let limit = limit.unwrap_or_default().0;
    let mut events = history::after(&app.db, &query, after, limit + 1).await?;
    let fitting = fitting(&events).min(usize::try_from(limit).unwrap_or(usize::MAX));
    let more = events.len() > fitting;
    events.truncate(fitting);
    let last = events.last().map_or(after, |event| event.change);
    // The differences of a whole page may take a processor for seconds.
    let base_url = Arc::clone(&app.base_url);
    let views = move || events.into_iter().map(|event| view(&base_url, event)).collect::<Result<Vec<_>, _>>();
    let items = Steps::new(&app).work(views).await??;
    let link = more.then(|| {
        let mut pairs: Vec<_> = pairs.into_iter().filter(|(key, _)| key != "after").collect();
        pairs.push(("after".to_owned(), last.to_string()));
        super::link_to(&app.base_url, "/api/v1/changes", &pairs)
    });
    let checkpoint = store::log::files::checkpoint(&app.objects).await?;
    let list = ChangeList { about: app.about().await?, items, after: last, more, checkpoint };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link.flatten());
    Ok(response)
}

/// Download changes as CSV
///
/// All matching changes, field by field, oldest first: RFC 4180, UTF-8, texts as published, everything else as JSON.
#[utoipa::path(
    get, path = "/api/v1/changes.csv", operation_id = "export_changes_csv", tag = "changes",
    params(ChangeFilters, CsvParams),
    responses(
        (status = 200, description = "The changes, one row per field", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_changes_csv(
    State(app): State<App>,
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = take_query(&app, &mut file.taker).await?;
    let read = |app: App, query: EventQuery, after: Option<i64>| async move {
        let events = history::after(&app.db, &query, after.unwrap_or(0), EVENTS).await?;
        let next = events.last().filter(|_| events.len() as u64 == EVENTS).map(|last| last.change);
        // The differences of a page may take a processor for long.
        let rows = tokio::task::spawn_blocking(move || rows_of(&events)).await;
        Ok((rows.map_err(|error| StoreError::Unavailable(error.to_string()))??, next))
    };
    file.start(&app, export::tables::changes(), query, read).await
}

/// Rows of the table of changes.
fn rows_of(events: &[Event]) -> Result<Vec<ChangeRow>, StoreError> {
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let of = changes_of(event)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", event.change, error))?;
        rows.extend(of);
    }
    Ok(rows)
}

/// Subscribe to changes
///
/// Atom feed of publications, withdrawals and redactions, latest first; `next` leads to older pages (RFC 5005).
#[utoipa::path(
    get, path = "/changes.atom", operation_id = "feed_changes_atom", tag = "changes",
    params(ChangeFilters, FeedParams),
    responses(
        (status = 200, description = "A page of the feed", body = String, content_type = "application/atom+xml"),
    )
)]
pub(crate) async fn feed_changes_atom(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    Ok(feed(&app, pairs).await?.answer(Notation::Atom))
}

/// Subscribe to changes by JSON
///
/// The same feed as JSON Feed 1.1.
#[utoipa::path(
    get, path = "/changes.json", operation_id = "feed_changes_json", tag = "changes",
    params(ChangeFilters, FeedParams),
    responses(
        (status = 200, description = "A page of the feed", body = JsonFeed, content_type = "application/feed+json"),
    )
)]
pub(crate) async fn feed_changes_json(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    Ok(feed(&app, pairs).await?.answer(Notation::Json))
}

/// How many events fit on a page of [`PAGE_BYTES`]; at least one, so that a walk always makes progress.
fn fitting(events: &[Event]) -> usize {
    let mut bytes = 0;
    let fits = |event: &&Event| {
        bytes += event.content.len() + event.before.as_ref().map_or(0, String::len);
        bytes <= PAGE_BYTES
    };
    events.iter().take_while(fits).count().max(1)
}

async fn feed(app: &App, pairs: Vec<(String, String)>) -> Result<Feed, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(app, &mut taker).await?;
    let FeedParams { limit, cursor } = FeedParams::take(&mut taker);
    let limit = limit.unwrap_or_default().0;
    let identity = format!("feed of changes {query:?}");
    let cursor = read_cursor(&mut taker, cursor.as_deref(), &identity);
    let pairs = taker.sent();
    taker.finish()?;
    let before = cursor.as_ref().map_or(i64::MAX, |cursor| cursor.number);
    let mut events = history::before(&app.db, &query, before, limit + 1).await?;
    let fitting = fitting(&events).min(usize::try_from(limit).unwrap_or(usize::MAX));
    let more = events.len() > fitting;
    events.truncate(fitting);
    let next = events.last().filter(|_| more).map(|last| last.change);
    let updated = events.first().map(|event| event.at);
    Ok(Feed {
        title: "Open Algorithm Register: changes".to_owned(),
        about: app.about().await?,
        home: app.base_url.to_string(),
        path: "/changes",
        query: super::query_without(&pairs, &["cursor"]),
        cursor: cursor.map(|cursor| cursor.encode()),
        next: next.map(|last| Cursor::new(&identity, 0, 0, String::new(), last).encode()),
        updated: updated.unwrap_or_else(|| app.search.state().changed_at),
        entries: events.into_iter().map(|event| entry(app, &event)).collect::<Result<_, _>>()?,
    })
}

fn entry(app: &App, event: &Event) -> Result<Entry, ApiError> {
    let record = event.record()?;
    let (what, text) = match event.kind {
        Kind::Withdrawn => ("Withdrawn", event.reason.clone().unwrap_or_default()),
        Kind::Redacted => ("Redacted", redacted(event)),
        Kind::Published => match event.before()? {
            None => ("New", record.summary.clone().unwrap_or_default()),
            Some(before) => ("Changed", changed(event, &before, &record)),
        },
    };
    Ok(Entry {
        id: format!("{}/api/v1/changes?after={}&limit=1", app.base_url, event.change - 1),
        url: format!("{}/api/v1/records/{}/versions/{}", app.base_url, event.record_id, event.version),
        title: format!("{what}: {}", record.title),
        author: record.publisher.name,
        published: event.at,
        updated: event.at,
        text,
        tags: vec![event.kind.as_str().to_owned()],
    })
}

fn redacted(event: &Event) -> String {
    let places =
        event.places.iter().map(|one| format!("{} of version {}", one.pointers.join(", "), one.version));
    let mut places: Vec<String> = places.collect();
    if places.is_empty() {
        places.push("what is kept beside the record".to_owned());
    }
    format!("{}: {}", places.join("; "), event.reason.as_deref().unwrap_or_default())
}

/// A feed entry's text for a new version: its note, then one line per changed field.
fn changed(event: &Event, before: &Record, record: &Record) -> String {
    let shown = |value: Option<&Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => shortened(text),
        Some(other) => shortened(&other.to_string()),
    };
    let fields = changes(before, record).into_iter().map(|change| {
        format!("{}: {} → {}", change.label, shown(change.from.as_ref()), shown(change.to.as_ref()))
    });
    event.note.iter().cloned().chain(fields).collect::<Vec<_>>().join("\n")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
