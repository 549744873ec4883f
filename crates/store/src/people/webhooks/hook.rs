//! Webhooks: where they lead, what they match, and whether messages are sent to them.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::keyring::Encrypted;
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// Whether messages are sent to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They are.
    Active,
    /// Paused by its owner; what happens meanwhile is sent on resumption.
    Paused,
    /// The register gave up. Its owner can reactivate it, and nothing is lost.
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

/// A subscription.
#[derive(Clone)]
pub struct Webhook {
    /// UUID.
    pub id: String,
    /// Id of its owner.
    pub person: String,
    /// What it is for, in its owner's words.
    pub label: String,
    /// Where messages go.
    pub url: String,
    /// Filters for records, as in a URL's query; empty for all.
    pub query: String,
    /// The key that signs its messages: an Ed25519 seed, base64, encrypted.
    pub secret_key: Encrypted,
    /// The last change considered.
    pub considered: i64,
    /// Whether messages are sent.
    pub state: State,
    /// Why the register gave up.
    pub reason: Option<String>,
    /// Failed attempts in a row.
    pub failures: i64,
    /// After failures, nothing is sent until then.
    pub rests_until: DateTime<Utc>,
    /// Counts changes of its settings.
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

// Key and address, which may contain a secret, stay out of logs.
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
        secret_key: Encrypted::stored(row.try_get_by("secret_key")?),
        considered: row.try_get_by("considered")?,
        reason: row.try_get_by("reason")?,
        revision: row.try_get_by("revision")?,
        created_at: instant(row.try_get_by("created_at")?),
        failures: row.try_get_by("failures")?,
        rests_until: instant(row.try_get_by("rests_until")?),
    })
}

/// Stores a new webhook.
pub(super) async fn insert(tx: &Tx, new: &Webhook) -> Result<(), StoreError> {
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
        new.secret_key.as_str(),
        new.considered,
        new.state.as_str(),
        new.revision,
        micros(new.created_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Stores an owner's changes. Errors: [`StoreError::Stale`] if somebody else changed it meanwhile.
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

/// Deletes a webhook and its messages.
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

/// The active webhooks of people whose account works, those furthest behind first.
pub async fn active(db: &Db) -> Result<Vec<Webhook>, StoreError> {
    let mut sql = Sql::new(WEBHOOK);
    sql.push(" JOIN people p ON p.id = w.person WHERE w.state = 'active' AND p.active = ").bind(true);
    let rows = sql.push(" ORDER BY w.considered, w.seq").all(&db.read).await?;
    rows.iter().map(webhook).collect()
}

/// A webhook, if it is active and its owner's account works.
pub async fn find_active(db: &Db, id: &str) -> Result<Option<Webhook>, StoreError> {
    let mut sql = Sql::new(WEBHOOK);
    sql.push(" JOIN people p ON p.id = w.person WHERE w.state = 'active' AND p.active = ").bind(true);
    sql.push(" AND w.id = ").bind(id).one(&db.read).await?.as_ref().map(webhook).transpose()
}

/// Stops a webhook, unless its owner changed something meanwhile.
pub async fn stop(tx: &Tx, known: &Webhook, reason: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE webhooks SET state = 'stopped', revision = revision + 1, reason = ");
    sql.bind(reason).push(" WHERE id = ").bind(known.id.clone());
    sql.push(" AND revision = ").bind(known.revision).run(tx).await?;
    Ok(())
}
