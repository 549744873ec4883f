//! Many records, as a stream: memory stays flat however many they are, and no slow client holds the
//! database, since each chunk is a query of its own.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Record;
use sea_orm::DbErr;

use crate::db::{end_of, instant};
use crate::projection::{Standing, project};
use crate::publish::Names;
use crate::sql::Sql;
use crate::{Db, StoreError};

/// Records read at once: about half a megabyte of ordinary records.
const CHUNK: usize = 100;

const COLUMNS: &str = "SELECT l.change, r.id, l.number, l.published_at, l.updated_at, l.card, v.content, r.seq \
    FROM listings l JOIN records r ON r.seq = l.record_seq \
    JOIN record_versions v ON v.record_seq = l.record_seq AND v.number = l.number ";

/// One record of an export.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number in the store.
    pub seq: i64,
    /// Its place in the order of all publications.
    pub change: i64,
    /// Public id.
    pub id: String,
    /// Version number.
    pub number: i64,
    /// When the first version was published.
    pub published_at: DateTime<Utc>,
    /// When this one was.
    pub updated_at: DateTime<Utc>,
    /// The list item as JSON: it has the publisher's slug, flags and class.
    pub card: String,
    /// The record as JSON, members in catalogue order.
    pub content: String,
}

/// A walk over chosen records.
#[derive(Debug)]
pub struct Export {
    db: Db,
    changes: std::vec::IntoIter<i64>,
}

impl Export {
    /// The records that these changes published, latest first.
    pub fn new(db: &Db, changes: Vec<i64>) -> Self {
        Self { db: db.clone(), changes: changes.into_iter() }
    }

    /// The next records; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        let mut wanted: Vec<i64> = self.changes.by_ref().take(CHUNK).collect();
        let Some(last) = wanted.last().copied() else { return Ok(None) };
        // Always as many placeholders, so that the database prepares the statement once.
        wanted.resize(CHUNK, last);
        let mut sql = Sql::new(COLUMNS);
        sql.push("WHERE l.change IN ").bind_list(wanted).push(" ORDER BY l.change DESC");
        Ok(Some(rows(&self.db, &sql).await?))
    }
}

/// At most `limit` published records after a number in the store, oldest first.
pub async fn published_after(db: &Db, seq: i64, limit: u64) -> Result<Vec<Row>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE l.change = r.change AND l.until IS NULL AND r.state = 'published' AND r.seq > ")
        .bind(seq);
    rows(db, sql.push(" ORDER BY r.seq LIMIT ").bind(limit.cast_signed())).await
}

/// At most `limit` records after a number as they stood at the end of a day, in UTC, oldest first: the versions that were
/// current then, judged by the rules for that day. What names mean is what they mean now.
pub async fn published_as_of(
    db: &Db,
    names: &Names,
    day: NaiveDate,
    seq: i64,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let end = end_of(day);
    let mut sql = Sql::new(
        "SELECT r.seq, r.id, v.number, v.change, r.first_published_at, v.published_at, v.content, r.confirmed_at, \
         r.answered_at FROM records r JOIN record_versions v ON v.record_seq = r.seq \
         WHERE (r.withdrawn_at IS NULL OR r.withdrawn_at >= ",
    );
    sql.bind(end)
        .push(") AND v.number = (SELECT max(x.number) FROM record_versions x WHERE x.record_seq = r.seq");
    sql.push(" AND x.published_at < ").bind(end).push(") AND r.seq > ").bind(seq);
    sql.push(" ORDER BY r.seq LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(&db.read).await?;
    let rows = rows.iter().map(|row| {
        let (id, content): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(6)?);
        let (number, change): (i64, i64) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let (first, at): (i64, i64) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?);
        let record: Record = serde_json::from_str(&content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", change, error))?;
        // Only the latest of each is kept: one that came later says nothing of that day.
        let by_then = |at: Option<i64>| at.filter(|at| *at < end).map(instant);
        let standing = Standing {
            id: &id,
            version: number,
            published_at: instant(first),
            updated_at: instant(at),
            confirmed_at: by_then(row.try_get_by_index(7)?),
            answered: by_then(row.try_get_by_index(8)?).is_some(),
            today: day,
        };
        let card = project(&record, &standing, &names.organisations, &names.products).card;
        Ok(Row {
            seq: row.try_get_by_index(0)?,
            change,
            number,
            published_at: instant(first),
            updated_at: instant(at),
            card,
            content,
            id,
        })
    });
    rows.collect()
}

async fn rows(db: &Db, sql: &Sql) -> Result<Vec<Row>, StoreError> {
    let rows = sql.all(&db.read).await?;
    let rows = rows.iter().map(|row| {
        Ok(Row {
            change: row.try_get_by_index(0)?,
            id: row.try_get_by_index(1)?,
            number: row.try_get_by_index(2)?,
            published_at: instant(row.try_get_by_index(3)?),
            updated_at: instant(row.try_get_by_index(4)?),
            card: row.try_get_by_index(5)?,
            content: row.try_get_by_index(6)?,
            seq: row.try_get_by_index(7)?,
        })
    });
    Ok(rows.collect::<Result<_, DbErr>>()?)
}
