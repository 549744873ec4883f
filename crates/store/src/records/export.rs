//! Many records, as a stream. Each chunk is a query of its own: memory stays flat, and a slow client does not
//! hold the database.

use sea_orm::DbErr;

use crate::ground::db::instant;
use crate::ground::sql::Sql;
use crate::records::past::{self, Then};
pub use crate::records::projection::Row;
use crate::{Db, StoreError};

/// Records per chunk: about half a megabyte of ordinary records.
const CHUNK: usize = 100;

const COLUMNS: &str = "SELECT l.change, r.id, l.number, l.published_at, l.updated_at, l.card, v.content, r.seq \
    FROM listings l JOIN records r ON r.seq = l.record_seq \
    JOIN record_versions v ON v.record_seq = l.record_seq AND v.number = l.number ";

/// A walk over chosen records.
#[derive(Debug)]
pub struct Export {
    db: Db,
    then: Option<Then>,
    changes: std::vec::IntoIter<i64>,
}

impl Export {
    /// Records published by these changes, latest first; as they stood on a past day, if one is given.
    pub fn new(db: &Db, changes: Vec<i64>, then: Option<Then>) -> Self {
        Self { db: db.clone(), then, changes: changes.into_iter() }
    }

    /// The next chunk; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        let mut wanted: Vec<i64> = self.changes.by_ref().take(CHUNK).collect();
        let Some(last) = wanted.last().copied() else { return Ok(None) };
        if let Some(then) = &self.then {
            let past = past::of(&self.db, then, &wanted).await?;
            return Ok(Some(past.into_iter().map(|past| past.row).collect()));
        }
        // Always the same number of placeholders, so that the statement is prepared once.
        wanted.resize(CHUNK, last);
        let mut sql = Sql::new(COLUMNS);
        sql.push("WHERE l.change IN ").bind_list(wanted).push(" ORDER BY l.change DESC");
        Ok(Some(rows(&self.db, &sql).await?))
    }
}

/// At most `limit` published records after a row number, oldest first.
pub async fn published_after(db: &Db, seq: i64, limit: u64) -> Result<Vec<Row>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE l.change = r.change AND l.until IS NULL AND r.state = 'published' AND r.seq > ")
        .bind(seq);
    rows(db, sql.push(" ORDER BY r.seq LIMIT ").bind(limit.cast_signed())).await
}

async fn rows(db: &Db, sql: &Sql) -> Result<Vec<Row>, StoreError> {
    let rows = sql.all(&db.read).await?;
    let rows = rows.iter().map(|row| {
        Ok(Row {
            change: row.try_get_by("change")?,
            id: row.try_get_by("id")?,
            number: row.try_get_by("number")?,
            published_at: instant(row.try_get_by("published_at")?),
            updated_at: instant(row.try_get_by("updated_at")?),
            card: row.try_get_by("card")?,
            content: row.try_get_by("content")?,
            seq: row.try_get_by("seq")?,
        })
    });
    Ok(rows.collect::<Result<_, DbErr>>()?)
}
