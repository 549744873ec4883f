//! Idempotency keys: the same key gives the first answer again.
//!
//! A key is claimed and its answer stored in the write's own transaction, so that both exist or neither. A
//! second request with the key waits for that transaction; there is no "still running" (decision 6).

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use crate::ground::db::micros;
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// How long answers are kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// A stored answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `ETag` of what was created or changed.
    pub etag: Option<String>,
    /// Its address.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

/// The result of claiming a key.
#[derive(Debug)]
pub enum Claimed {
    /// The key is new.
    Fresh,
    /// The same request was already answered.
    Answered(Answer),
    /// The key was used for another request: that one's operation.
    Taken(String),
}

/// Claims a key for a request, which is identified by its hash.
pub async fn claim(
    tx: &Tx,
    person: &str,
    word: &str,
    operation: &str,
    request_sha256: &str,
    now: DateTime<Utc>,
) -> Result<Claimed, StoreError> {
    let mut sql =
        Sql::new("INSERT INTO idempotency_keys (person, word, request_sha256, operation, at) VALUES ");
    sql.bind_list(values![person, word, request_sha256, operation, micros(now)]);
    // On PostgreSQL this waits for a transaction that claimed the key and has not ended yet.
    if sql.push(" ON CONFLICT (person, word) DO NOTHING").run(tx).await? == 1 {
        return Ok(Claimed::Fresh);
    }
    match known(tx, person, word, operation, request_sha256).await? {
        Claimed::Fresh => Err(StoreError::Unavailable("a key vanished while it was read".to_owned())),
        known => Ok(known),
    }
}

/// Looks a key up without the writer, so that a repeated request need not wait. Only [`claim`] can tell whether
/// a key is still fresh.
pub async fn look(
    db: &Db,
    person: &str,
    word: &str,
    operation: &str,
    request_sha256: &str,
) -> Result<Claimed, StoreError> {
    known(&db.read, person, word, operation, request_sha256).await
}

async fn known(
    conn: &impl ConnectionTrait,
    person: &str,
    word: &str,
    operation: &str,
    request_sha256: &str,
) -> Result<Claimed, StoreError> {
    let mut sql = Sql::new(
        "SELECT request_sha256, operation, status, etag, location, body FROM idempotency_keys WHERE person = ",
    );
    let Some(row) = sql.bind(person).push(" AND word = ").bind(word).one(conn).await? else {
        return Ok(Claimed::Fresh);
    };
    let (sha256, known): (String, String) = (row.try_get_by("request_sha256")?, row.try_get_by("operation")?);
    if sha256 != request_sha256 || known != operation {
        return Ok(Claimed::Taken(known));
    }
    let status: i32 = row.try_get_by::<Option<i32>, _>("status")?.unwrap_or_default();
    Ok(Claimed::Answered(Answer {
        status: u16::try_from(status).unwrap_or_default(),
        etag: row.try_get_by("etag")?,
        location: row.try_get_by("location")?,
        body: row.try_get_by::<Option<String>, _>("body")?.unwrap_or_default(),
    }))
}

/// Stores the answer, in the transaction that claimed the key.
pub async fn keep(tx: &Tx, person: &str, word: &str, answer: &Answer) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE idempotency_keys SET status = ");
    sql.bind(i32::from(answer.status)).push(", etag = ").bind(answer.etag.clone());
    sql.push(", location = ").bind(answer.location.clone()).push(", body = ").bind(answer.body.clone());
    sql.push(" WHERE person = ").bind(person).push(" AND word = ").bind(word).run(tx).await?;
    Ok(())
}

/// Deletes answers older than [`KEPT`].
pub async fn forget_old(tx: &Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new("DELETE FROM idempotency_keys WHERE at < ");
    sql.bind(micros(now - KEPT)).run(tx).await
}
