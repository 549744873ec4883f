//! Messages to webhooks, each until it has arrived or is given up.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{QueryResult, Value};

use super::hook::Webhook;
use crate::ground::db::{instant, micros};
use crate::ground::sql::{Sql, insert_rows};
use crate::{Db, StoreError, Tx};

/// How long delivered messages are kept.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// How long dead letters are kept.
pub const DEAD_KEPT: TimeDelta = TimeDelta::days(90);
/// The change number of a trial message, which is about no change.
pub const TRIAL: i64 = 0;

/// The stage of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for its first or next attempt.
    Pending,
    /// Arrived.
    Delivered,
    /// Given up: a dead letter, sent again only on request.
    Dead,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Dead];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// A message to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The change it is about; [`TRIAL`] for none.
    pub change: i64,
    /// Its stage.
    pub stage: Stage,
    /// Number of attempts.
    pub attempts: i64,
    /// When the change was found to match.
    pub created_at: DateTime<Utc>,
    /// Next attempt, while pending.
    pub next_at: DateTime<Utc>,
    /// Last attempt.
    pub last_at: Option<DateTime<Utc>>,
    /// HTTP status of the last answer.
    pub status: Option<i64>,
    /// Last error.
    pub error: Option<String>,
}

const DELIVERY: &str =
    "SELECT change, state, attempts, created_at, next_at, last_at, status, error FROM deliveries";

fn delivery(row: &QueryResult) -> Result<Delivery, StoreError> {
    let (change, stage): (i64, String) = (row.try_get_by("change")?, row.try_get_by("state")?);
    Ok(Delivery {
        change,
        stage: Stage::ALL
            .into_iter()
            .find(|one| one.as_str() == stage)
            .ok_or_else(|| StoreError::inconsistent("deliveries", "state", change, stage))?,
        attempts: row.try_get_by("attempts")?,
        created_at: instant(row.try_get_by("created_at")?),
        next_at: instant(row.try_get_by("next_at")?),
        last_at: row.try_get_by::<Option<i64>, _>("last_at")?.map(instant),
        status: row.try_get_by("status")?,
        error: row.try_get_by("error")?,
    })
}

/// At most `limit` messages to a webhook before a change, latest first; an empty list of stages means all.
pub async fn deliveries(
    db: &Db,
    webhook: &str,
    stages: &[Stage],
    before: i64,
    limit: u64,
) -> Result<Vec<Delivery>, StoreError> {
    let mut sql = Sql::new(DELIVERY);
    sql.push(" WHERE webhook = ").bind(webhook).push(" AND change < ").bind(before);
    if !stages.is_empty() {
        sql.push(" AND state IN ").bind_list(stages.iter().map(|stage| stage.as_str()));
    }
    let rows = sql.push(" ORDER BY change DESC LIMIT ").bind(limit.cast_signed()).all(&db.read).await?;
    rows.iter().map(delivery).collect()
}

/// Numbers of pending and dead messages.
pub async fn counts(db: &Db, webhook: &str) -> Result<(i64, i64), StoreError> {
    let mut sql = Sql::new(
        "SELECT coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0) AS pending, \
         coalesce(sum(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS dead FROM deliveries WHERE webhook = ",
    );
    match sql.bind(webhook).one(&db.read).await? {
        Some(row) => Ok((row.try_get_by("pending")?, row.try_get_by("dead")?)),
        None => Ok((0, 0)),
    }
}

/// Queues a trial message, again if there was one.
pub async fn try_out(tx: &Tx, webhook: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("INSERT INTO deliveries (webhook, change, state, attempts, created_at, next_at) VALUES ");
    sql.bind_list(values![webhook, TRIAL, "pending", 0_i64, micros(now), micros(now)]);
    sql.push(
        " ON CONFLICT (webhook, change) DO UPDATE SET state = 'pending', attempts = 0, \
         created_at = excluded.created_at, next_at = excluded.next_at, status = NULL, error = NULL",
    );
    sql.run(tx).await?;
    wake(tx, webhook, now).await
}

/// Ends a webhook's pause after failures: every pending message is due now.
pub async fn wake(tx: &Tx, webhook: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE webhooks SET failures = 0, rests_until = 0 WHERE id = ");
    sql.bind(webhook).run(tx).await?;
    let mut sql = Sql::new("UPDATE deliveries SET next_at = ");
    sql.bind(micros(now)).push(" WHERE state = 'pending' AND webhook = ").bind(webhook).run(tx).await?;
    Ok(())
}

/// Queues dead letters again, those of some changes or all; returns how many.
pub async fn revive(
    tx: &Tx,
    webhook: &str,
    changes: Option<&[i64]>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut sql = Sql::new("UPDATE deliveries SET state = 'pending', attempts = 0, next_at = ");
    sql.bind(micros(now)).push(" WHERE state = 'dead' AND webhook = ").bind(webhook);
    match changes {
        Some([]) => return Ok(0),
        Some(changes) => sql.push(" AND change IN ").bind_list(changes.iter().copied()),
        None => &mut sql,
    };
    let revived = sql.run(tx).await?;
    wake(tx, webhook, now).await?;
    Ok(revived)
}

/// Whether a webhook has changes to consider, or a message is due.
pub async fn is_anything_due(db: &Db, latest: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new(
        "SELECT count(*) FROM (SELECT 1 FROM webhooks w JOIN people p ON p.id = w.person WHERE w.state = 'active' \
         AND (w.considered < ",
    );
    sql.bind(latest)
        .push(" OR w.rests_until <= ")
        .bind(micros(now))
        .push(" AND EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook = w.id AND d.state = 'pending'");
    sql.push(" AND d.next_at <= ").bind(micros(now)).push(")) AND p.active = ").bind(true);
    Ok(sql.push(" LIMIT 1) AS due").number(&db.read).await? > 0)
}

/// Queues messages for some changes and marks everything up to `until` as considered. `false`, and nothing
/// done, if the webhook changed meanwhile or another process considered them: matching holds no writer, so
/// either may happen.
pub async fn consider(
    tx: &Tx,
    known: &Webhook,
    until: i64,
    changes: &[i64],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE webhooks SET considered = ");
    sql.bind(until).push(" WHERE id = ").bind(known.id.clone());
    sql.push(" AND considered = ").bind(known.considered).push(" AND revision = ").bind(known.revision);
    if sql.run(tx).await? == 0 {
        return Ok(false);
    }
    let rows = changes
        .iter()
        .flat_map(|change| values![known.id.clone(), *change, "pending", 0_i64, micros(now), micros(now)]);
    let head = "INSERT INTO deliveries (webhook, change, state, attempts, created_at, next_at)";
    insert_rows(tx, head, 6, rows.collect::<Vec<Value>>(), " ON CONFLICT (webhook, change) DO NOTHING")
        .await?;
    Ok(true)
}

/// At most `limit` messages now due, oldest change first.
pub async fn due(
    db: &Db,
    webhook: &str,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Delivery>, StoreError> {
    let mut sql = Sql::new(DELIVERY);
    sql.push(" WHERE state = 'pending' AND webhook = ").bind(webhook);
    sql.push(" AND next_at <= ").bind(micros(now)).push(" ORDER BY change LIMIT ");
    sql.bind(limit.cast_signed()).all(&db.read).await?.iter().map(delivery).collect()
}

/// Whether a webhook had a message about an earlier change of a record: it must then hear of a redaction, even
/// if the record no longer matches.
pub async fn was_told(db: &Db, webhook: &str, record_id: &str, change: i64) -> Result<bool, StoreError> {
    let mut sql = Sql::new(
        "SELECT count(*) FROM deliveries d JOIN events e ON e.change = d.change \
         JOIN records r ON r.seq = e.record_seq WHERE d.webhook = ",
    );
    sql.bind(webhook).push(" AND r.id = ").bind(record_id).push(" AND d.change < ").bind(change);
    Ok(sql.number(&db.read).await? > 0)
}

/// Stores the result of an attempt, and the webhook's failures. `false`, and nothing done, if the message
/// changed meanwhile: a trial may have been asked for again.
pub async fn sent(tx: &Tx, hook: &Webhook, before: &Delivery, after: &Delivery) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE deliveries SET state = ");
    sql.bind(after.stage.as_str()).push(", attempts = ").bind(after.attempts);
    sql.push(", next_at = ").bind(micros(after.next_at));
    sql.push(", last_at = ").bind(after.last_at.map(micros)).push(", status = ").bind(after.status);
    sql.push(", error = ").bind(after.error.clone()).push(" WHERE webhook = ").bind(hook.id.clone());
    sql.push(" AND change = ").bind(before.change).push(" AND state = 'pending' AND attempts = ");
    sql.bind(before.attempts).push(" AND created_at = ").bind(micros(before.created_at));
    if sql.run(tx).await? == 0 {
        return Ok(false);
    }
    let mut sql = Sql::new("UPDATE webhooks SET failures = ");
    sql.bind(hook.failures).push(", rests_until = ").bind(micros(hook.rests_until));
    sql.push(" WHERE id = ").bind(hook.id.clone()).push(" AND revision = ").bind(hook.revision);
    sql.run(tx).await?;
    Ok(true)
}

/// Whether anything was delivered to a webhook since a moment.
pub async fn arrived_since(conn: &Tx, webhook: &str, since: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM deliveries WHERE state = 'delivered' AND webhook = ");
    Ok(sql.bind(webhook).push(" AND last_at > ").bind(micros(since)).number(conn).await? > 0)
}

/// Deletes old delivered messages and dead letters.
pub async fn forget_old(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new("DELETE FROM deliveries WHERE (state = 'delivered' AND last_at < ");
    sql.bind(micros(now - KEPT)).push(") OR (state = 'dead' AND last_at < ");
    let tx = db.begin_quietly().await?;
    let gone = sql.bind(micros(now - DEAD_KEPT)).push(")").run(&tx).await?;
    tx.commit().await?;
    Ok(gone)
}
