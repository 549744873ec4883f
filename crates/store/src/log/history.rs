//! Events: publications, withdrawals and redactions, in the order of their change numbers. Only ever appended.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::{Code, Sector, WithheldGround};
use sea_orm::{ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::log::Logged;
use crate::{Db, StoreError, Tx};

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A version was published.
    Published,
    /// It was taken out of the lists.
    Withdrawn,
    /// Words or a value were removed from its versions.
    Redacted,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Published, Self::Withdrawn, Self::Redacted];

    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
            Self::Redacted => "redacted",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Places in one version that were redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Number of the version.
    pub version: i64,
    /// JSON pointers into the record.
    pub pointers: Vec<String>,
}

/// An event, joined with its record, version, redaction and log entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its change number.
    pub change: i64,
    /// When the register recorded it.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: Kind,
    /// Public id of the record.
    pub record_id: String,
    /// The version published, or current at the time.
    pub version: i64,
    /// When that version was published.
    pub published_at: DateTime<Utc>,
    /// When the record's first version was published.
    pub first_published_at: DateTime<Utc>,
    /// When its owner last confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether its publisher replied to the observer's record.
    pub answered: bool,
    /// When the previous version was published; `None` for the first version and other kinds.
    pub before_at: Option<DateTime<Utc>>,
    /// Why that version was made.
    pub note: Option<String>,
    /// The version's content, as JSON, without what was redacted since.
    pub content: String,
    /// Hash of the content as published, hex: [`transparency::content_sha256`].
    pub content_sha256: String,
    /// What the previous version says; `None` for the first version and other kinds.
    pub before: Option<String>,
    /// Why it was withdrawn or redacted.
    pub reason: Option<String>,
    /// Ground of the redaction.
    pub ground: Option<WithheldGround>,
    /// What was redacted.
    pub places: Vec<Places>,
    /// When it was withdrawn, as its owner states.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// For a redaction: by change, the hash of what it left.
    pub says_now: BTreeMap<String, String>,
    /// Its entry in the public log; `None` if an older release wrote the event and it was not entered yet.
    pub logged: Option<Logged>,
}

const COLUMNS: &str = "SELECT e.change, e.at, e.kind, r.id, e.version, v.published_at, v.note, v.content, \
    v.content_sha256, b.content AS before_content, \
    CASE WHEN e.kind = 'withdrawn' THEN r.withdrawn_reason ELSE x.reason END AS reason, x.ground, \
    x.places, r.first_published_at, r.confirmed_at, r.answered_at, b.published_at AS before_at, l.sequence, l.entry, l.commitments, \
    CASE WHEN e.kind = 'withdrawn' THEN r.withdrawn_at END AS withdrawn_at, x.says_now \
    FROM events e JOIN records r ON r.seq = e.record_seq \
    JOIN record_versions v ON v.record_seq = e.record_seq AND v.number = e.version \
    LEFT JOIN record_versions b ON e.kind = 'published' AND b.record_seq = e.record_seq AND b.number = e.version - 1 \
    LEFT JOIN redactions x ON x.id = e.redaction LEFT JOIN log_entries l ON l.change = e.change";

// By name: with positions, a column added in between would shift all later ones.
fn read(row: &QueryResult) -> Result<Event, StoreError> {
    let change: i64 = row.try_get_by("change")?;
    let kind: String = row.try_get_by("kind")?;
    let ground: Option<String> = row.try_get_by("ground")?;
    let places: Option<String> = row.try_get_by("places")?;
    let wrong = |column, reason: String| StoreError::inconsistent("events", column, change, reason);
    Ok(Event {
        change,
        at: instant(row.try_get_by("at")?),
        kind: Kind::read(&kind).ok_or_else(|| wrong("kind", kind))?,
        record_id: row.try_get_by("id")?,
        version: row.try_get_by("version")?,
        published_at: instant(row.try_get_by("published_at")?),
        first_published_at: instant(row.try_get_by("first_published_at")?),
        confirmed_at: row.try_get_by::<Option<i64>, _>("confirmed_at")?.map(instant),
        answered: row.try_get_by::<Option<i64>, _>("answered_at")?.is_some(),
        before_at: row.try_get_by::<Option<i64>, _>("before_at")?.map(instant),
        note: row.try_get_by("note")?,
        content: row.try_get_by("content")?,
        content_sha256: row.try_get_by("content_sha256")?,
        before: row.try_get_by("before_content")?,
        reason: row.try_get_by("reason")?,
        ground: ground
            .map(|ground| WithheldGround::parse(&ground))
            .transpose()
            .map_err(|error| wrong("redaction", error.to_string()))?,
        places: places
            .map_or(Ok(Vec::new()), |places| serde_json::from_str(&places))
            .map_err(|error| wrong("redaction", error.to_string()))?,
        logged: Logged::read(row)?,
        withdrawn_at: row.try_get_by::<Option<i64>, _>("withdrawn_at")?.map(instant),
        says_now: row
            .try_get_by::<Option<String>, _>("says_now")?
            .map_or(Ok(BTreeMap::new()), |text| serde_json::from_str(&text))
            .map_err(|error| wrong("redaction", error.to_string()))?,
    })
}

impl Event {
    /// The version's record. Errors: [`StoreError::Inconsistent`] if the stored text is not a record.
    pub fn record(&self) -> Result<Record, StoreError> {
        self.read(&self.content)
    }

    /// What the previous version says; `None` for the first version and other kinds.
    pub fn before(&self) -> Result<Option<Record>, StoreError> {
        self.before.as_deref().map(|content| self.read(content)).transpose()
    }

    pub(crate) fn read(&self, content: &str) -> Result<Record, StoreError> {
        serde_json::from_str(content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", self.change, error))
    }
}

/// Filters for events; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// Public ids of records.
    pub records: Vec<String>,
    /// What happened.
    pub kinds: Vec<Kind>,
    /// Slugs of the records' publishers, joint ones included.
    pub publishers: Vec<String>,
    /// Sectors of the records.
    pub sectors: Vec<Sector>,
    /// Recorded at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Recorded before this time.
    pub until: Option<DateTime<Utc>>,
}

/// Adds that a record was listed under one of these facets when it was withdrawn.
fn withdrawn_from<'a>(sql: &mut Sql, facet: &str, values: impl Iterator<Item = &'a str>) {
    for value in values {
        sql.push(" OR r.withdrawn_facets LIKE ").bind(listed_as(facet, value)).push(" ESCAPE '\\'");
    }
}

/// The pattern of facet lines that have a value.
fn listed_as(facet: &str, value: &str) -> String {
    // LIKE takes `_` for any character.
    format!("%\n{facet}={}\n%", value.replace('_', "\\_"))
}

fn matching(query: &EventQuery) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE 1 = 1");
    if !query.records.is_empty() {
        sql.push(" AND r.id IN ").bind_list(query.records.iter().map(String::as_str));
    }
    if !query.kinds.is_empty() {
        sql.push(" AND e.kind IN ").bind_list(query.kinds.iter().map(|kind| kind.as_str()));
    }
    if !query.publishers.is_empty() {
        let slugs = || query.publishers.iter().map(String::as_str);
        sql.push(" AND (r.change IN (SELECT p.change FROM listed_parties p WHERE p.role = 'publisher' AND p.slug IN ");
        sql.bind_list(slugs()).push(")");
        withdrawn_from(&mut sql, "publisher", slugs());
        sql.push(")");
    }
    if !query.sectors.is_empty() {
        let codes = || query.sectors.iter().map(|sector| sector.as_str());
        sql.push(
            " AND (e.record_seq IN (SELECT f.record_seq FROM listings f WHERE f.until IS NULL AND (1 = 0",
        );
        for code in codes() {
            sql.push(" OR f.facets LIKE ").bind(listed_as("sector", code)).push(" ESCAPE '\\'");
        }
        sql.push("))");
        withdrawn_from(&mut sql, "sector", codes());
        sql.push(")");
    }
    if let Some(since) = query.since {
        sql.push(" AND e.at >= ").bind(micros(since));
    }
    if let Some(until) = query.until {
        sql.push(" AND e.at < ").bind(micros(until));
    }
    sql
}

/// At most `limit` events after a change, oldest first.
pub async fn after(db: &Db, query: &EventQuery, change: i64, limit: u64) -> Result<Vec<Event>, StoreError> {
    let mut sql = matching(query);
    sql.push(" AND e.change > ").bind(change).push(" ORDER BY e.change LIMIT ").bind(limit.cast_signed());
    sql.all(&db.read).await?.iter().map(read).collect()
}

/// At most `limit` events between two changes (both exclusive), oldest first, read through a transaction.
pub(crate) async fn between(tx: &Tx, after: i64, before: i64, limit: u64) -> Result<Vec<Event>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE e.change > ").bind(after).push(" AND e.change < ").bind(before);
    sql.push(" ORDER BY e.change LIMIT ").bind(limit.cast_signed()).all(tx).await?.iter().map(read).collect()
}

/// All events of a record, oldest first, read through a transaction.
pub(crate) async fn of_record(tx: &Tx, record_id: &str) -> Result<Vec<Event>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE r.id = ").bind(record_id).push(" ORDER BY e.change");
    sql.all(tx).await?.iter().map(read).collect()
}

/// The events with these change numbers, oldest first.
pub async fn of(db: &Db, changes: &[i64]) -> Result<Vec<Event>, StoreError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE e.change IN ").bind_list(changes.iter().copied());
    sql.push(" ORDER BY e.change").all(&db.read).await?.iter().map(read).collect()
}

/// At most `limit` events before a change, latest first.
pub async fn before(db: &Db, query: &EventQuery, change: i64, limit: u64) -> Result<Vec<Event>, StoreError> {
    let mut sql = matching(query);
    sql.push(" AND e.change < ").bind(change);
    sql.push(" ORDER BY e.change DESC LIMIT ").bind(limit.cast_signed());
    sql.all(&db.read).await?.iter().map(read).collect()
}

/// Change number of the latest redaction; 0 if none. Files made from an earlier state may contain what was
/// redacted.
pub async fn last_redaction(db: &Db) -> Result<i64, StoreError> {
    last_redaction_on(&db.read).await
}

pub(crate) async fn last_redaction_on(conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
    Sql::new("SELECT coalesce(max(change), 0) FROM events WHERE kind = 'redacted'").number(conn).await
}

/// Which earlier states of the register hold text that was redacted later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redacted {
    /// For each redaction, the first change whose state holds what it removed, and its own change.
    held: Vec<(i64, i64)>,
}

impl Redacted {
    /// Whether the state as of a change holds something redacted later.
    pub fn is_in(&self, change: i64) -> bool {
        self.held.iter().any(|(from, at)| (*from..*at).contains(&change))
    }
}

/// Which earlier states hold text that was redacted later. A redaction by an older release does not say since
/// when its text was public, so every state before it counts.
pub async fn redacted(db: &Db) -> Result<Redacted, StoreError> {
    let sql = "SELECT coalesce(x.held_from, 0) AS held_from, e.change AS change FROM events e LEFT JOIN redactions x ON x.id = e.redaction \
        WHERE e.kind = 'redacted'";
    let rows = Sql::new(sql).all(&db.read).await?;
    let held = rows.iter().map(|row| Ok((row.try_get_by("held_from")?, row.try_get_by("change")?)));
    Ok(Redacted { held: held.collect::<Result<_, StoreError>>()? })
}

/// How many events there are.
pub async fn count(db: &Db) -> Result<u64, StoreError> {
    Ok(Sql::new("SELECT count(*) FROM events").number(&db.read).await?.unsigned_abs())
}
