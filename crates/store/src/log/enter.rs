//! Log entries, written in the transaction of the event itself (decision 16).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};
use serde_json::{Map, Value};
use transparency::{Commitments, Entry, EntryKind, content_sha256};

use super::logged::Logged;
use super::said::said_by;
use crate::ground::db::micros;
use crate::ground::entity::{event, record};
use crate::ground::sql::{Sql, insert_rows};
use crate::log::history::{self, Event, Kind};
use crate::{Db, StoreError, Tx};

/// Events entered per step, when many have no entry yet.
const AT_ONCE: u64 = 200;

/// A version being published, with what its entry says.
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

/// The end of the log.
struct End {
    /// Sequence of the next entry.
    next: u64,
    /// Change number of the last one.
    change: i64,
}

impl End {
    async fn of(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let row = Sql::new("SELECT sequence, change FROM log_entries ORDER BY sequence DESC LIMIT 1");
        let Some(row) = row.one(conn).await? else { return Ok(Self { next: 0, change: 0 }) };
        let sequence: i64 = row.try_get_by("sequence")?;
        Ok(Self { next: sequence.unsigned_abs() + 1, change: row.try_get_by("change")? })
    }
}

/// Rows for `log_entries`, in order.
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

/// Enters versions being published, after any earlier events that have no entry yet. The change counter must be
/// locked ([`crate::ground::db::count_changes`] does that): entries follow the order of changes without gaps.
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

/// Enters every event that has no entry yet; returns how many. The change counter must be locked. Events lack
/// one right after a withdrawal or redaction, in a register older than its log, and while an older release
/// writes to the same database.
pub(crate) async fn enter_missing(tx: &Tx) -> Result<u64, StoreError> {
    let before = End::of(tx).await?.next;
    Ok(enter_before(tx, i64::MAX).await?.next - before)
}

/// Whether any event has no entry yet.
pub(super) async fn any_missing(db: &Db) -> Result<bool, StoreError> {
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
        // Older releases hashed differently. A version may still change its hash until it has an entry.
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
        let content: String = row.ok_or_else(missing)?.try_get_by("content_sha256")?;
        let kind = if event.kind == Kind::Withdrawn { EntryKind::Withdrawn } else { EntryKind::Redacted };
        Entry::new(rows.end.next, at, kind, whose, &content).stating(hash)
    };
    rows.add(event.change, &entry, &commitments);
    Ok(())
}

/// What each event of a record says, by change: taken before a redaction, to compare afterwards.
pub(crate) async fn all_said(
    tx: &Tx,
    known: &record::Model,
) -> Result<Vec<(i64, Map<String, Value>)>, StoreError> {
    let events = history::of_record(tx, &known.id).await?;
    events.iter().map(|event| Ok((event.change, said_by(event)?))).collect()
}

/// After a redaction: for every field that changed, deletes the salt and keeps the hash, so that the version's
/// hash and earlier proofs stay valid. Events without an entry have no salts yet. Returns, by change, the hash
/// of what is left, which the redaction's entry states.
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
        let Some(logged) = Logged::read(&row)? else { continue };
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

/// Records a withdrawal or redaction as an event and enters it into the log.
pub(crate) async fn note(
    tx: &Tx,
    change: i64,
    kind: Kind,
    known: &record::Model,
    redaction: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = event::ActiveModel {
        change: ActiveValue::Set(change),
        at: ActiveValue::Set(micros(now)),
        kind: ActiveValue::Set(kind.as_str().to_owned()),
        record_seq: ActiveValue::Set(known.seq),
        version: ActiveValue::Set(known.version),
        redaction: ActiveValue::Set(redaction.map(str::to_owned)),
    };
    event::Entity::insert(row).exec_without_returning(tx).await?;
    enter_missing(tx).await?;
    Ok(())
}
