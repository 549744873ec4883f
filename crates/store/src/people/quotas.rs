//! How much a body has of what quotas limit.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use crate::StoreError;
use crate::ground::db::micros;
use crate::ground::sql::Sql;

async fn count(conn: &impl ConnectionTrait, sql: Sql) -> Result<u64, StoreError> {
    Ok(sql.number(conn).await?.unsigned_abs())
}

/// Bytes of all documents of an owner, by id.
pub async fn document_bytes(conn: &impl ConnectionTrait, owner: &str) -> Result<u64, StoreError> {
    let mut sql = Sql::new("SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM documents WHERE owner = ");
    sql.bind(owner);
    count(conn, sql).await
}

/// Submissions of an owner, by id, that may still change.
pub async fn open_submissions(conn: &impl ConnectionTrait, owner: &str) -> Result<u64, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM submissions WHERE owner = ");
    sql.bind(owner).push(" AND state NOT IN ('published', 'discarded')");
    count(conn, sql).await
}

/// Working tokens of the people with a role for a body, by id, or for the whole register, by the empty id. Tokens for
/// another body are left out.
pub async fn tokens(conn: &impl ConnectionTrait, body: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM tokens t WHERE t.revoked_at IS NULL AND t.expires_at > ");
    sql.bind(micros(now)).push(" AND (t.organisation IS NULL OR t.organisation = ").bind(body);
    sql.push(") AND EXISTS (SELECT 1 FROM grants g WHERE g.person = t.person AND g.organisation = ")
        .bind(body);
    sql.push(")");
    count(conn, sql).await
}

/// Webhooks of the people with a role for a body, by id, or for the whole register, by the empty id.
pub async fn webhooks(conn: &impl ConnectionTrait, body: &str) -> Result<u64, StoreError> {
    let mut sql =
        Sql::new("SELECT count(*) FROM webhooks w WHERE EXISTS (SELECT 1 FROM grants g WHERE g.person = ");
    sql.push("w.person AND g.organisation = ").bind(body).push(")");
    count(conn, sql).await
}
