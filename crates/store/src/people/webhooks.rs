//! Webhooks: who is told of changes that match a query, and every message to them until it arrived.
//!
//! A webhook has considered every change up to a number. What matches among the next ones becomes deliveries in the same
//! transaction that moves the number, so that nothing is missed however a process ends.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Value};

use crate::ground::db::{instant, micros};
use crate::ground::sql::{Sql, insert_rows};
use crate::{Db, StoreError, Tx};

/// How long deliveries that arrived are kept.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// How long dead ones are.
pub const DEAD_KEPT: TimeDelta = TimeDelta::days(90);
/// The change of a message that tells of none: a trial.
pub const TRIAL: i64 = 0;

/// Whether a webhook is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    Active,
    /// Its owner does not want that now; what happens meanwhile is sent when they do.
    Paused,
    /// The register gave up; its owner can make it active again, and nothing is lost.
    Stopped,
}

impl State {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Stopped].into_iter().find(|one| one.as_str() == text)
    }
}

/// Somebody who is told of changes.
#[derive(Clone)]
pub struct Webhook {
    /// UUID.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What it is for, in its owner's words.
    pub label: String,
    /// Where messages go.
    pub url: String,
    /// Filters of records, as in an address; empty for all.
    pub query: String,
    /// What its messages are signed with: an Ed25519 seed, base64.
    pub secret_key: String,
    /// The last change of which it is decided whether it matches.
    pub considered: i64,
    /// Whether it is sent anything.
    pub state: State,
    /// Why the register gave up.
    pub reason: Option<String>,
    /// Messages one after the other that did not arrive, up to now.
    pub failures: i64,
    /// Until when nothing is sent to it, since something did not arrive.
    pub rests_until: DateTime<Utc>,
    /// Counts what its owner changed.
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

// The key and the address, which may hold a secret, stay out of logs.
impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("id", &self.id).finish_non_exhaustive()
    }
}

const WEBHOOK: &str = "SELECT w.id, w.person, w.label, w.url, w.query, w.secret_key, w.considered, w.state, w.reason, \
    w.revision, w.created_at, w.failures, w.rests_until FROM webhooks w";

fn webhook(row: &QueryResult) -> Result<Webhook, StoreError> {
    let (id, state): (String, String) = (row.try_get_by("id")?, row.try_get_by("state")?);
    Ok(Webhook {
        state: State::read(&state)
            .ok_or_else(|| StoreError::inconsistent("webhooks", "state", &id, state))?,
        id,
        person: row.try_get_by("person")?,
        label: row.try_get_by("label")?,
        url: row.try_get_by("url")?,
        query: row.try_get_by("query")?,
        secret_key: row.try_get_by("secret_key")?,
        considered: row.try_get_by("considered")?,
        reason: row.try_get_by("reason")?,
        revision: row.try_get_by("revision")?,
        created_at: instant(row.try_get_by("created_at")?),
        failures: row.try_get_by("failures")?,
        rests_until: instant(row.try_get_by("rests_until")?),
    })
}

/// Keeps a new webhook, with a trial message on its way.
pub async fn create(tx: &Tx, new: &Webhook) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO webhooks (id, person, label, url, query, secret_key, considered, state, revision, created_at) \
         VALUES ",
    );
    sql.bind_list(values![
        new.id.clone(),
        new.person.clone(),
        new.label.clone(),
        new.url.clone(),
        new.query.clone(),
        new.secret_key.clone(),
        new.considered,
        new.state.as_str(),
        new.revision,
        micros(new.created_at)
    ]);
    sql.run(tx).await?;
    try_out(tx, &new.id, new.created_at).await
}

/// Stores what an owner changed. Errors: [`StoreError::Stale`] when somebody changed it meanwhile.
pub async fn update(tx: &Tx, changed: &mut Webhook) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE webhooks SET label = ");
    sql.bind(changed.label.clone()).push(", url = ").bind(changed.url.clone());
    sql.push(", query = ").bind(changed.query.clone()).push(", state = ").bind(changed.state.as_str());
    sql.push(", reason = ")
        .bind(changed.reason.clone())
        .push(", revision = revision + 1, failures = ")
        .bind(changed.failures);
    sql.push(", rests_until = ").bind(micros(changed.rests_until)).push(" WHERE id = ");
    sql.bind(changed.id.clone()).push(" AND revision = ").bind(changed.revision);
    if sql.run(tx).await? == 0 {
        return Err(StoreError::Stale);
    }
    changed.revision += 1;
    Ok(())
}

/// Forgets a webhook and everything that was on its way to it.
pub async fn delete(tx: &Tx, id: &str) -> Result<(), StoreError> {
    Sql::new("DELETE FROM deliveries WHERE webhook = ").bind(id).run(tx).await?;
    Sql::new("DELETE FROM webhooks WHERE id = ").bind(id).run(tx).await?;
    Ok(())
}

/// Finds a webhook.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Webhook>, StoreError> {
    let mut sql = Sql::new(WEBHOOK);
    sql.push(" WHERE w.id = ").bind(id).one(conn).await?.as_ref().map(webhook).transpose()
}

/// A person's webhooks, oldest first.
pub async fn of_person(conn: &impl ConnectionTrait, person: &str) -> Result<Vec<Webhook>, StoreError> {
    let mut sql = Sql::new(WEBHOOK);
    let rows = sql.push(" WHERE w.person = ").bind(person).push(" ORDER BY w.seq").all(conn).await?;
    rows.iter().map(webhook).collect()
}

/// Whether a message is on its way or has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is to be sent, for the first time or again.
    Pending,
    /// It arrived.
    Delivered,
    /// It did not, and is not sent again by itself.
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
    /// The change it tells of; [`TRIAL`] for none.
    pub change: i64,
    /// Where it stands.
    pub stage: Stage,
    /// How often it was sent.
    pub attempts: i64,
    /// When the change was found to match.
    pub created_at: DateTime<Utc>,
    /// When it is sent next, while it is pending.
    pub next_at: DateTime<Utc>,
    /// When it was sent last.
    pub last_at: Option<DateTime<Utc>>,
    /// The HTTP status it was answered with last.
    pub status: Option<i64>,
    /// What went wrong last.
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

/// At most `limit` messages to a webhook before a change, latest first; of all stages or of some.
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

/// How many messages to a webhook are pending, and how many dead.
pub async fn counts(db: &Db, webhook: &str) -> Result<(i64, i64), StoreError> {
    let mut sql = Sql::new(
        "SELECT coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0), \
         coalesce(sum(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) FROM deliveries WHERE webhook = ",
    );
    match sql.bind(webhook).one(&db.read).await? {
        Some(row) => Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)),
        None => Ok((0, 0)),
    }
}

/// Puts a trial message on its way, again if there was one.
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

/// Lets a webhook be sent to at once, everything that waits for another try too, whatever did not arrive before.
pub async fn wake(tx: &Tx, webhook: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE webhooks SET failures = 0, rests_until = 0 WHERE id = ");
    sql.bind(webhook).run(tx).await?;
    let mut sql = Sql::new("UPDATE deliveries SET next_at = ");
    sql.bind(micros(now)).push(" WHERE state = 'pending' AND webhook = ").bind(webhook).run(tx).await?;
    Ok(())
}

/// Puts dead messages on their way again: those of some changes, or all. How many there were.
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

/// Whether a webhook is to consider changes up to a number, or a message is due.
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

/// The active webhooks of people who may still do things, those that have considered least first.
pub async fn active(db: &Db) -> Result<Vec<Webhook>, StoreError> {
    let mut sql = Sql::new(WEBHOOK);
    sql.push(" JOIN people p ON p.id = w.person WHERE w.state = 'active' AND p.active = ").bind(true);
    let rows = sql.push(" ORDER BY w.considered, w.seq").all(&db.read).await?;
    rows.iter().map(webhook).collect()
}

/// Puts the messages of some changes on their way to a webhook that now has considered everything up to a number;
/// `false` when it had considered something else than is known, or was changed, and nothing is done.
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

/// At most `limit` messages that are due to a webhook, oldest change first.
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

/// The webhook as it is, if it is active and its person may still do things.
pub async fn find_active(db: &Db, id: &str) -> Result<Option<Webhook>, StoreError> {
    let mut sql = Sql::new(WEBHOOK);
    sql.push(" JOIN people p ON p.id = w.person WHERE w.state = 'active' AND p.active = ").bind(true);
    sql.push(" AND w.id = ").bind(id).one(&db.read).await?.as_ref().map(webhook).transpose()
}

/// Whether a webhook was told of an earlier change of a record, or is to be.
pub async fn was_told(db: &Db, webhook: &str, record_id: &str, change: i64) -> Result<bool, StoreError> {
    let mut sql = Sql::new(
        "SELECT count(*) FROM deliveries d JOIN events e ON e.change = d.change \
         JOIN records r ON r.seq = e.record_seq WHERE d.webhook = ",
    );
    sql.bind(webhook).push(" AND r.id = ").bind(record_id).push(" AND d.change < ").bind(change);
    Ok(sql.number(&db.read).await? > 0)
}

/// Stores what became of a message that was sent, and how its webhook takes it; `false` when the message is not any more
/// what it was before it was sent, and nothing is done.
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

/// Whether anything arrived at a webhook after some moment.
pub async fn arrived_since(conn: &Tx, webhook: &str, since: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM deliveries WHERE state = 'delivered' AND webhook = ");
    Ok(sql.bind(webhook).push(" AND last_at > ").bind(micros(since)).number(conn).await? > 0)
}

/// Gives up on a webhook, unless its owner did something meanwhile.
pub async fn stop(tx: &Tx, known: &Webhook, reason: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE webhooks SET state = 'stopped', revision = revision + 1, reason = ");
    sql.bind(reason).push(" WHERE id = ").bind(known.id.clone());
    sql.push(" AND revision = ").bind(known.revision).run(tx).await?;
    Ok(())
}

/// Forgets deliveries that came to their end long ago.
pub async fn forget_old(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut sql = Sql::new("DELETE FROM deliveries WHERE (state = 'delivered' AND last_at < ");
    sql.bind(micros(now - KEPT)).push(") OR (state = 'dead' AND last_at < ");
    let tx = db.begin_quietly().await?;
    let gone = sql.bind(micros(now - DEAD_KEPT)).push(")").run(&tx).await?;
    tx.commit().await?;
    Ok(gone)
}
