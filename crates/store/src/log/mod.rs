//! The public log in the database: an entry for everything that happens to records, written in the transaction in which it
//! does. [`signer`] makes files of the entries and signs them, [`still`] takes a state with what signs it, [`verify`]
//! compares them with what the database says.

pub mod files;
pub mod signer;
pub mod still;
pub mod verify;
pub mod witness;

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::codes::Code;
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::{Map, Value};
use transparency::{Commitments, Entry, EntryKind, content_sha256, said};

use crate::entity::record;
use crate::history::{self, Event, Kind};
use crate::sql::{Sql, insert_rows};
use crate::{Db, StoreError, Tx};

/// Events that are entered at once, when many have no entry yet.
const AT_ONCE: u64 = 200;

/// An entry of the log as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the log, from 0.
    pub sequence: i64,
    /// The entry, canonical JSON.
    pub entry: String,
    /// What proves what was said by the hash in the entry, as JSON: [`Commitments`].
    pub commitments: String,
}

impl Logged {
    /// Reads the columns `sequence`, `entry` and `commitments` of a row; `None` when there is no entry.
    pub(crate) fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, StoreError> {
        let Some(sequence) = row.try_get_by_index::<Option<i64>>(first)? else { return Ok(None) };
        let (entry, commitments) = (row.try_get_by_index(first + 1)?, row.try_get_by_index(first + 2)?);
        Ok(Some(Self { sequence, entry, commitments }))
    }

    /// What proves it. Errors: [`StoreError::Inconsistent`].
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

/// The entry of a change; `None` when there is none yet, or no such change.
pub async fn of_change(db: &Db, change: i64) -> Result<Option<Logged>, StoreError> {
    let mut sql = Sql::new("SELECT sequence, entry, commitments FROM log_entries WHERE change = ");
    let row = sql.bind(change).one(&db.read).await?;
    row.as_ref().map_or(Ok(None), |row| Logged::read(row, 0))
}

/// How many entries there are.
pub async fn size(db: &Db) -> Result<u64, StoreError> {
    Ok(Sql::new("SELECT coalesce(max(sequence) + 1, 0) FROM log_entries")
        .number(&db.read)
        .await?
        .unsigned_abs())
}

/// At most `limit` entries from a place on, in order.
pub async fn entries(db: &Db, from: u64, limit: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    let mut sql = Sql::new("SELECT sequence, entry FROM log_entries WHERE sequence >= ");
    sql.bind(from.cast_signed()).push(" ORDER BY sequence LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(&db.read).await?;
    rows.iter()
        .map(|row| {
            let (sequence, entry): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok((sequence.unsigned_abs(), entry.into_bytes()))
        })
        .collect()
}

/// What a version says, as it is hashed. Errors: the text is no JSON object.
pub fn said_of(content: &str, note: Option<&str>) -> serde_json::Result<Map<String, Value>> {
    Ok(said(serde_json::from_str(content)?, note))
}

/// What an event says that is hashed: of a publication what the version says, of others why and what.
fn said_by(event: &Event) -> Result<Map<String, Value>, StoreError> {
    match statement(event) {
        Some(statement) => Ok(statement),
        None => said_of(&event.content, event.note.as_deref())
            .map_err(|error| StoreError::inconsistent("record_versions", "content", event.change, error)),
    }
}

/// What a withdrawal or a redaction says; `None` of a publication.
pub fn statement(event: &Event) -> Option<Map<String, Value>> {
    if event.kind == Kind::Published {
        return None;
    }
    let mut said = Map::new();
    said.insert("reason".to_owned(), event.reason.as_deref().unwrap_or_default().into());
    if let Some(at) = event.withdrawn_at {
        said.insert("withdrawn_at".to_owned(), micros_text(at).into());
    }
    if event.kind == Kind::Redacted {
        said.insert("says_now".to_owned(), serde_json::to_value(&event.says_now).expect("texts are JSON"));
        said.insert("ground".to_owned(), event.ground.map_or("", Code::as_str).into());
        said.insert("places".to_owned(), serde_json::to_value(&event.places).expect("places are JSON"));
    }
    Some(said)
}

/// An instant as entries write it.
fn micros_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A version that is published now, with what its entry says of it.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) change: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) record_id: String,
    pub(crate) version: i64,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) content_sha256: String,
    pub(crate) commitments: Commitments,
}

/// Where the log ends.
struct End {
    /// The place of the next entry.
    next: u64,
    /// The change of the last one.
    change: i64,
}

impl End {
    async fn of(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let row = Sql::new("SELECT sequence, change FROM log_entries ORDER BY sequence DESC LIMIT 1");
        let Some(row) = row.one(conn).await? else { return Ok(Self { next: 0, change: 0 }) };
        let sequence: i64 = row.try_get_by_index(0)?;
        Ok(Self { next: sequence.unsigned_abs() + 1, change: row.try_get_by_index(1)? })
    }
}

/// Rows of `log_entries`, gathered in order.
struct Rows {
    end: End,
    values: Vec<sea_orm::Value>,
}

impl Rows {
    fn add(&mut self, change: i64, entry: &Entry, commitments: &Commitments) {
        let entry = String::from_utf8(entry.to_bytes()).expect("JSON is UTF-8");
        let commitments = serde_json::to_string(commitments).expect("commitments are JSON");
        self.values.extend(values![self.end.next.cast_signed(), change, entry, commitments]);
        self.end = End { next: self.end.next + 1, change };
    }

    async fn insert(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let head = "INSERT INTO log_entries (sequence, change, entry, commitments)";
        insert_rows(tx, head, 4, std::mem::take(&mut self.values), "").await
    }
}

/// Enters versions that are published now, after everything before them that has no entry yet. The counter of changes must
/// be locked, as [`crate::db::count_changes`] does.
pub(crate) async fn enter(tx: &Tx, fresh: Vec<Fresh>) -> Result<(), StoreError> {
    let Some(first) = fresh.first() else { return Ok(()) };
    let end = enter_before(tx, first.change).await?;
    let mut rows = Rows { end, values: Vec::with_capacity(4 * fresh.len()) };
    for one in fresh {
        let whose = (one.record_id.as_str(), one.version);
        let entry = Entry::new(rows.end.next, one.at, EntryKind::Published, whose, &one.content_sha256);
        rows.add(one.change, &entry.published_at(one.published_at), &one.commitments);
    }
    rows.insert(tx).await
}

/// Enters everything that has no entry yet; returns how much that was. The counter of changes must be locked. There is such
/// a thing after a withdrawal or a redaction, in a register that is older than its log, and while an older release writes
/// to the same database.
pub(crate) async fn enter_missing(tx: &Tx) -> Result<u64, StoreError> {
    let before = End::of(tx).await?.next;
    Ok(enter_before(tx, i64::MAX).await?.next - before)
}

/// Whether something has no entry yet.
async fn any_missing(db: &Db) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM events WHERE change > (SELECT coalesce(max(change), 0) FROM log_entries)";
    Ok(Sql::new(sql).number(&db.read).await? > 0)
}

async fn enter_before(tx: &Tx, change: i64) -> Result<End, StoreError> {
    let mut rows = Rows { end: End::of(tx).await?, values: Vec::new() };
    loop {
        let events = history::between(tx, rows.end.change, change, AT_ONCE).await?;
        for event in &events {
            enter_event(tx, event, &mut rows).await?;
        }
        rows.insert(tx).await?;
        if (events.len() as u64) < AT_ONCE {
            return Ok(rows.end);
        }
    }
}

async fn enter_event(tx: &Tx, event: &Event, rows: &mut Rows) -> Result<(), StoreError> {
    let commitments = Commitments::random();
    let said = said_by(event)?;
    let hash = content_sha256(&said, &commitments).expect("a seed gives every field a salt");
    let whose = (event.record_id.as_str(), event.version);
    let at = event.at;
    let entry = if event.kind == Kind::Published {
        // An older release wrote another hash: until a version has an entry, it may be replaced.
        let mut sql = Sql::new("UPDATE record_versions SET content_sha256 = ");
        sql.bind(hash.as_str()).push(" WHERE change = ").bind(event.change);
        sql.push(" AND record_seq = (SELECT seq FROM records WHERE id = ").bind(event.record_id.as_str());
        sql.push(")").run(tx).await?;
        Entry::new(rows.end.next, at, EntryKind::Published, whose, &hash).published_at(event.published_at)
    } else {
        let mut sql = Sql::new(
            "SELECT v.content_sha256 FROM record_versions v JOIN records r ON r.seq = v.record_seq WHERE r.id = ",
        );
        sql.bind(event.record_id.as_str()).push(" AND v.number = ").bind(event.version);
        let row = sql.one(tx).await?;
        let missing =
            || StoreError::inconsistent("events", "version", event.change, "the version is missing");
        let content: String = row.ok_or_else(missing)?.try_get_by_index(0)?;
        let kind = if event.kind == Kind::Withdrawn { EntryKind::Withdrawn } else { EntryKind::Redacted };
        Entry::new(rows.end.next, at, kind, whose, &content).stating(hash)
    };
    rows.add(event.change, &entry, &commitments);
    Ok(())
}

/// What everything that happened to a record says, by its change: to be compared after something was taken out.
pub(crate) async fn all_said(
    tx: &Tx,
    known: &record::Model,
) -> Result<Vec<(i64, Map<String, Value>)>, StoreError> {
    let events = history::of_record(tx, &known.id).await?;
    events.iter().map(|event| Ok((event.change, said_by(event)?))).collect()
}

/// Something was taken out of a record: of every field that is not as it was, the salt is forgotten and the hash stays. What
/// was not entered yet has no salts. Returns by change the hash of what is left, for the entry of the redaction to state.
pub(crate) async fn forget(
    tx: &Tx,
    known: &record::Model,
    before: &[(i64, Map<String, Value>)],
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut left = BTreeMap::new();
    for (change, after) in all_said(tx, known).await? {
        let Some((_, before)) = before.iter().find(|(one, _)| *one == change) else { continue };
        if *before == after {
            continue;
        }
        let mut sql = Sql::new("SELECT sequence, entry, commitments FROM log_entries WHERE change = ");
        let Some(row) = sql.bind(change).one(tx).await? else { continue };
        let Some(logged) = Logged::read(&row, 0)? else { continue };
        let mut commitments = logged.commitments()?;
        let hash = commitments.forget(before, &after).map_err(|error| {
            StoreError::inconsistent("log_entries", "commitments", logged.sequence, error)
        })?;
        left.insert(change.to_string(), hash);
        let mut sql = Sql::new("UPDATE log_entries SET commitments = ");
        sql.bind(serde_json::to_string(&commitments).expect("commitments are JSON"));
        sql.push(" WHERE change = ").bind(change).run(tx).await?;
    }
    Ok(left)
}
