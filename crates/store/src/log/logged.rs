//! Log entries as stored.

use sea_orm::QueryResult;
use serde_json::Value;
use transparency::Commitments;

use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// A stored log entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the log, from 0.
    pub sequence: i64,
    /// The entry, canonical JSON.
    pub entry: String,
    /// Salts and hashes that prove the content behind the entry's hash, as JSON: [`Commitments`].
    pub commitments: String,
}

impl Logged {
    /// Reads the columns `sequence`, `entry` and `commitments`; `None` if they are null.
    pub(crate) fn read(row: &QueryResult) -> Result<Option<Self>, StoreError> {
        let Some(sequence) = row.try_get_by::<Option<i64>, _>("sequence")? else { return Ok(None) };
        let (entry, commitments) = (row.try_get_by("entry")?, row.try_get_by("commitments")?);
        Ok(Some(Self { sequence, entry, commitments }))
    }

    /// The commitments. Errors: [`StoreError::Inconsistent`].
    pub fn commitments(&self) -> Result<Commitments, StoreError> {
        self.parsed()
    }

    /// The same as JSON. Errors: [`StoreError::Inconsistent`].
    pub fn as_json(&self) -> Result<Value, StoreError> {
        self.parsed()
    }

    fn parsed<T: serde::de::DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.commitments)
            .map_err(|error| StoreError::inconsistent("log_entries", "commitments", self.sequence, error))
    }
}

/// The entry for a change; `None` if it has none yet, or there is no such change.
pub async fn of_change(db: &Db, change: i64) -> Result<Option<Logged>, StoreError> {
    let mut sql = Sql::new("SELECT sequence, entry, commitments FROM log_entries WHERE change = ");
    let row = sql.bind(change).one(&db.read).await?;
    row.as_ref().map_or(Ok(None), Logged::read)
}

/// How many entries there are.
pub async fn size(db: &Db) -> Result<u64, StoreError> {
    Ok(Sql::new("SELECT coalesce(max(sequence) + 1, 0) FROM log_entries")
        .number(&db.read)
        .await?
        .unsigned_abs())
}

/// At most `limit` entries from a sequence number on, in order.
pub async fn entries(db: &Db, from: u64, limit: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    let mut sql = Sql::new("SELECT sequence, entry FROM log_entries WHERE sequence >= ");
    sql.bind(from.cast_signed()).push(" ORDER BY sequence LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(&db.read).await?;
    rows.iter()
        .map(|row| {
            let (sequence, entry): (i64, String) = (row.try_get_by("sequence")?, row.try_get_by("entry")?);
            Ok((sequence.unsigned_abs(), entry.into_bytes()))
        })
        .collect()
}
