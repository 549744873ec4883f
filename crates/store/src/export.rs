//! Everything that matches, as a stream: memory stays flat however much that is, and no reader of a slow
//! client holds the database, since each chunk is a query of its own over the same state.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::db::instant;
use crate::query::{RecordQuery, export_conditions};
use crate::sql::Sql;
use crate::{Db, StoreError};

/// Records read at once: about two megabytes of ordinary records.
pub const CHUNK: i64 = 400;

/// One record of an export.
#[derive(Debug, Clone)]
pub struct Row {
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

/// A walk over every matching record of one state, latest first.
#[derive(Debug)]
pub struct Export {
    db: Db,
    query: RecordQuery,
    snapshot: i64,
    before: Option<i64>,
}

impl Export {
    /// Begins at the latest state.
    pub async fn begin(db: &Db, query: RecordQuery) -> Result<Self, StoreError> {
        let (snapshot, _) = db.latest_change().await?;
        Ok(Self { db: db.clone(), query, snapshot, before: Some(i64::MAX) })
    }

    /// The change whose state is exported.
    pub fn snapshot(&self) -> i64 {
        self.snapshot
    }

    /// The next records; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        let Some(before) = self.before else { return Ok(None) };
        let mut sql = Sql::new(
            "SELECT l.change, r.id, l.number, l.published_at, l.updated_at, l.card, v.content \
             FROM listings l JOIN records r ON r.seq = l.record_seq \
             JOIN record_versions v ON v.record_seq = l.record_seq AND v.number = l.number WHERE ",
        );
        export_conditions(&self.query, &mut sql, self.snapshot);
        sql.push(" AND l.change < ").bind(before).push(" ORDER BY l.change DESC LIMIT ").bind(CHUNK);
        let rows = sql.all(&self.db.read).await?;
        let rows: Vec<Row> = rows
            .iter()
            .map(|row| {
                Ok(Row {
                    change: row.try_get_by_index(0)?,
                    id: row.try_get_by_index(1)?,
                    number: row.try_get_by_index(2)?,
                    published_at: instant(row.try_get_by_index(3)?),
                    updated_at: instant(row.try_get_by_index(4)?),
                    card: row.try_get_by_index(5)?,
                    content: row.try_get_by_index(6)?,
                })
            })
            .collect::<Result<_, DbErr>>()?;
        self.before = rows.last().filter(|_| rows.len() as i64 == CHUNK).map(|row| row.change);
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }
}

/// Bytes of a stream of an export.
pub type Chunk = Result<Bytes, StoreError>;
