//! Listings: what lists show of each version, and what the search index follows.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    AccessMode, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, QueryResult, TransactionOptions,
    TransactionTrait,
};

use crate::ground::db::{State, instant, state};
use crate::ground::sql::Sql;
use crate::log::history::Event;
use crate::names::Names;
use crate::records::past::{self, Then};
use crate::records::projection::{Row, Standing, project, public_key};
use crate::{Db, StoreError};

/// A listing with everything searchable in it.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The change that published it; its key.
    pub change: i64,
    /// Public id of its record.
    pub id: String,
    /// Keys of its record at the source it was imported from, as they were when it was read; none if anything of
    /// the record was redacted, as keys can be made of its texts.
    pub keys: Vec<String>,
    /// Number of its last write, from the same counter as changes.
    pub touched: i64,
    /// The change that superseded it; `None` while current.
    pub until: Option<i64>,
    /// When the first version was published.
    pub published_at: DateTime<Utc>,
    /// When this version was published.
    pub updated_at: DateTime<Utc>,
    /// Facet values as `facet=value`, one per line.
    pub facets: String,
    /// The record as JSON.
    pub content: String,
}

/// Most records whose keys are asked for in one statement.
const KEYS_AT_ONCE: usize = 500;

/// One list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The change that published it.
    pub change: i64,
    /// The item as JSON.
    pub card: String,
    /// The record as JSON, if asked for.
    pub content: Option<String>,
}

/// One state of the register, however long reading takes.
#[derive(Debug)]
pub struct Snapshot {
    tx: DatabaseTransaction,
    /// The state.
    pub state: State,
}

impl Snapshot {
    /// Begins to read.
    pub async fn begin(db: &Db) -> Result<Self, StoreError> {
        let options = match db.backend() {
            // SQLite transactions see one state anyway, from their first read on.
            DbBackend::Sqlite => TransactionOptions::default(),
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        let tx = db.read.begin_with_options(options).await?;
        let state = state(&tx).await?;
        Ok(Self { tx, state })
    }

    /// At most `limit` listings written after `(touched, change)`, in that order. One write may touch many
    /// listings, so both numbers are needed.
    pub async fn touched_after(&self, place: (i64, i64), limit: u64) -> Result<Vec<Listing>, StoreError> {
        let mut sql = Sql::new(
            "SELECT l.change, l.touched, l.until, l.published_at, l.updated_at, l.facets, v.content, \
             r.seq, r.id, r.source_key, r.origin, r.redacted_at \
             FROM listings l JOIN record_versions v ON v.record_seq = l.record_seq AND v.number = l.number \
             JOIN records r ON r.seq = l.record_seq WHERE l.touched >= ",
        );
        sql.bind(place.0).push(" AND (l.touched > ").bind(place.0).push(" OR l.change > ").bind(place.1);
        sql.push(") ORDER BY l.touched, l.change LIMIT ").bind(limit as i64);
        let rows = sql.all(&self.tx).await?;
        let mut others = self.other_keys(&rows).await?;
        let listings = rows.iter().map(|row| {
            let mut keys: Vec<String> = public_key(
                &row.try_get_by::<String, _>("origin")?,
                row.try_get_by("redacted_at")?,
                row.try_get_by("source_key")?,
            )
            .into_iter()
            .collect();
            if !keys.is_empty() {
                keys.extend(others.remove(&row.try_get_by::<i64, _>("change")?).unwrap_or_default());
            }
            Ok(Listing {
                change: row.try_get_by("change")?,
                id: row.try_get_by("id")?,
                keys,
                touched: row.try_get_by("touched")?,
                until: row.try_get_by("until")?,
                published_at: instant(row.try_get_by("published_at")?),
                updated_at: instant(row.try_get_by("updated_at")?),
                facets: row.try_get_by("facets")?,
                content: row.try_get_by("content")?,
            })
        });
        Ok(listings.collect::<Result<_, DbErr>>()?)
    }

    /// By change, the keys that the records of some listings have in other editions of their source.
    async fn other_keys(&self, listings: &[QueryResult]) -> Result<HashMap<i64, Vec<String>>, StoreError> {
        let mut changes: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in listings {
            changes.entry(row.try_get_by("seq")?).or_default().push(row.try_get_by("change")?);
        }
        let mut keys: HashMap<i64, Vec<String>> = HashMap::new();
        let records: Vec<i64> = changes.keys().copied().collect();
        for chunk in records.chunks(KEYS_AT_ONCE) {
            let mut sql = Sql::new("SELECT record_seq, source_key FROM source_keys WHERE record_seq IN ");
            for row in sql.bind_list(chunk.iter().copied()).all(&self.tx).await? {
                let key: String = row.try_get_by("source_key")?;
                for change in changes.get(&row.try_get_by::<i64, _>("record_seq")?).into_iter().flatten() {
                    keys.entry(*change).or_default().push(key.clone());
                }
            }
        }
        Ok(keys)
    }

    /// Change number of the latest redaction; 0 if none.
    pub async fn last_redaction(&self) -> Result<i64, StoreError> {
        crate::log::history::last_redaction_on(&self.tx).await
    }

    /// Number of listings, superseded ones included.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(Sql::new("SELECT count(*) FROM listings").number(&self.tx).await?.unsigned_abs())
    }

    /// A setting in this state.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        crate::ground::settings::get(&self.tx, name).await
    }
}

/// The list items of some changes, in the given order; as they stood on a past day, if one is given. Those no
/// longer kept are left out.
pub async fn items(
    db: &Db,
    then: Option<&Then>,
    changes: &[i64],
    contents: bool,
) -> Result<Vec<Item>, StoreError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(then) = then {
        let past = past::of(db, then, changes).await?;
        let item = |row: Row| Item { change: row.change, card: row.card, content: Some(row.content) };
        return Ok(past.into_iter().map(|past| item(past.row)).collect());
    }
    let mut sql = Sql::new(if contents {
        "SELECT l.change, l.card, v.content FROM listings l \
         JOIN record_versions v ON v.record_seq = l.record_seq AND v.number = l.number WHERE l.change IN "
    } else {
        "SELECT l.change, l.card FROM listings l WHERE l.change IN "
    });
    let rows = sql.bind_list(changes.iter().copied()).all(&db.read).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let change: i64 = row.try_get_by("change")?;
        let content = if contents { Some(row.try_get_by("content")?) } else { None };
        found.insert(change, Item { change, card: row.try_get_by("card")?, content });
    }
    Ok(changes.iter().filter_map(|change| found.remove(change)).collect())
}

/// Listings made for searching events, each with the index of its event: one for the version, one for the
/// version before. They are numbered from 1 in place of changes. Rules are judged for the given day; names mean
/// what they mean now.
///
/// Errors: [`StoreError::Inconsistent`] if a stored text is not a record.
pub async fn of_events(
    db: &Db,
    events: &[Event],
    today: NaiveDate,
) -> Result<Vec<(usize, Listing)>, StoreError> {
    let names = Names::of(db).await?;
    let mut listings = Vec::with_capacity(2 * events.len());
    for (place, event) in events.iter().enumerate() {
        let before = event.before.as_ref().zip(event.before_at);
        for (content, at) in std::iter::once((&event.content, event.published_at)).chain(before) {
            let standing = Standing {
                id: &event.record_id,
                version: event.version,
                published_at: event.first_published_at,
                updated_at: at,
                confirmed_at: event.confirmed_at,
                answered: event.answered,
                today,
                provenance: None,
            };
            let record = event.read(content)?;
            let number = listings.len() as i64 + 1;
            let facets = project(&record, &standing, &names.organisations, &names.products).facets;
            let listing = Listing {
                change: number,
                id: event.record_id.clone(),
                keys: Vec::new(),
                touched: number,
                until: None,
                published_at: event.first_published_at,
                updated_at: at,
                facets,
                content: content.clone(),
            };
            listings.push((place, listing));
        }
    }
    Ok(listings)
}
