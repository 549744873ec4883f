//! Reading one record: now, on a past day, and all its versions.

use chrono::{DateTime, NaiveDate, Utc};
use domain::RecordId;
use domain::provenance::Provenance;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ground::db::{end_of, instant};
use crate::ground::entity::{record, record_version};
use crate::ground::sql::Sql;
pub use crate::log::Version;
use crate::records::projection::provenance;
use crate::{Db, Reads, StoreError};

/// Whether a record is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Published.
    Published,
    /// Withdrawn.
    Withdrawn {
        /// When it was withdrawn.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
}

/// A record with its current version.
#[derive(Debug, Clone)]
pub struct Current {
    /// Public id.
    pub id: String,
    /// Whether it is published.
    pub state: State,
    /// When the first version was published.
    pub first_published_at: DateTime<Utc>,
    /// When its owner last confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether its publisher replied to the observer's record.
    pub answered: bool,
    /// Where it comes from, if it was imported.
    pub provenance: Option<Provenance>,
    /// The first edition of its source that lacked it, if it is not there any more.
    pub missing_from: Option<String>,
    /// The current version.
    pub version: Version,
}

fn version(row: record_version::Model) -> Version {
    Version {
        number: row.number,
        change: row.change,
        published_at: instant(row.published_at),
        note: row.note,
        content: row.content,
        content_sha256: row.content_sha256,
        import: row.import,
    }
}

/// Finds a record, published or withdrawn.
pub async fn find(conn: &impl Reads, id: RecordId) -> Result<Option<Current>, StoreError> {
    let Some(row) = record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(conn).await?
    else {
        return Ok(None);
    };
    let found = record_version::Entity::find_by_id((row.seq, row.version)).one(conn).await?;
    let Some(found) = found else {
        return Err(StoreError::inconsistent("records", "version", row.id, "the version is missing"));
    };
    Ok(Some(current(row, found)))
}

/// A record as it stood at the end of a day (UTC): the version current then, and withdrawn only if it was by
/// then. `None` if it was not published yet.
pub async fn find_as_of(db: &Db, id: RecordId, day: NaiveDate) -> Result<Option<Current>, StoreError> {
    let Some(mut row) =
        record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(&db.read).await?
    else {
        return Ok(None);
    };
    let end = end_of(day);
    let found = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(row.seq))
        .filter(record_version::COLUMN.published_at.lt(end))
        .order_by_desc(record_version::COLUMN.number)
        .one(&db.read)
        .await?;
    // Only the latest of each is stored; a later one says nothing about that day.
    for latest in [&mut row.withdrawn_at, &mut row.confirmed_at, &mut row.answered_at] {
        *latest = latest.filter(|at| *at < end);
    }
    // Nor does the latest edition.
    (row.edition, row.in_source, row.missing_from) = (None, None, None);
    Ok(found.map(|found| current(row, found)))
}

fn current(row: record::Model, found: record_version::Model) -> Current {
    Current {
        provenance: provenance(&row, found.import.as_deref()),
        missing_from: row.missing_from,
        state: match row.withdrawn_at {
            Some(at) => {
                State::Withdrawn { at: instant(at), reason: row.withdrawn_reason.unwrap_or_default() }
            }
            None => State::Published,
        },
        id: row.id,
        first_published_at: instant(row.first_published_at),
        confirmed_at: row.confirmed_at.map(instant),
        answered: row.answered_at.is_some(),
        version: version(found),
    }
}

/// At most `limit` withdrawn records after a row number, with their numbers.
pub async fn withdrawn_after(db: &Db, seq: i64, limit: u64) -> Result<Vec<(i64, Current)>, StoreError> {
    let rows = record::Entity::find()
        .filter(record::COLUMN.state.eq(record::State::Withdrawn))
        .filter(record::COLUMN.seq.gt(seq))
        .order_by_asc(record::COLUMN.seq)
        .limit(limit)
        .all(&db.read)
        .await?;
    let mut withdrawn = Vec::with_capacity(rows.len());
    for row in rows {
        let found = record_version::Entity::find_by_id((row.seq, row.version)).one(&db.read).await?;
        let missing = || StoreError::inconsistent("records", "version", &row.id, "the version is missing");
        let found = found.ok_or_else(missing)?;
        withdrawn.push((row.seq, current(row, found)));
    }
    Ok(withdrawn)
}

/// Every version of a record, oldest first; empty if there is no such record.
pub async fn versions(db: &Db, id: RecordId) -> Result<Vec<Version>, StoreError> {
    let Some(row) = record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(&db.read).await?
    else {
        return Ok(Vec::new());
    };
    let rows = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(row.seq))
        .order_by_asc(record_version::COLUMN.number)
        .all(&db.read)
        .await?;
    Ok(rows.into_iter().map(version).collect())
}

/// One version of a record.
pub async fn find_version(db: &Db, id: RecordId, number: i64) -> Result<Option<Version>, StoreError> {
    let Some(row) = record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(&db.read).await?
    else {
        return Ok(None);
    };
    let found = record_version::Entity::find_by_id((row.seq, number)).one(&db.read).await?;
    Ok(found.map(version))
}

/// The changes that published the versions of a record, in ascending order; empty if there is no such record.
pub async fn changes(db: &Db, id: RecordId) -> Result<Vec<i64>, StoreError> {
    let mut sql = Sql::new(
        "SELECT v.change FROM record_versions v JOIN records r ON r.seq = v.record_seq WHERE r.id = ",
    );
    let rows = sql.bind(id.to_string()).push(" ORDER BY v.change").all(&db.read).await?;
    let changes = rows.iter().map(|row| row.try_get_by("change"));
    Ok(changes.collect::<Result<_, DbErr>>()?)
}

/// How many records are published.
pub async fn count(db: &Db) -> Result<u64, StoreError> {
    let sql = Sql::new("SELECT count(*) FROM records WHERE state = 'published'");
    Ok(sql.number(&db.read).await?.unsigned_abs())
}

/// Whether nothing was ever published.
pub async fn is_empty(db: &Db) -> Result<bool, StoreError> {
    Ok(Sql::new("SELECT count(*) FROM (SELECT 1 FROM records LIMIT 1) AS first").number(&db.read).await? == 0)
}

/// A record's version, state and owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordStanding {
    /// Number of its current version.
    pub version: i64,
    /// Whether it is withdrawn.
    pub withdrawn: bool,
    /// Id of the organisation that owns it; `None` for an imported record that nobody has taken over.
    pub owner: Option<String>,
    /// When its owner last confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A record's standing; `None` if there is no such record.
pub async fn standing(
    conn: &impl ConnectionTrait,
    record_id: &str,
) -> Result<Option<RecordStanding>, StoreError> {
    let mut sql = Sql::new("SELECT version, state, owner, confirmed_at FROM records WHERE id = ");
    let Some(row) = sql.bind(record_id).one(conn).await? else { return Ok(None) };
    Ok(Some(RecordStanding {
        version: row.try_get_by("version")?,
        withdrawn: row.try_get_by::<record::State, _>("state")? == record::State::Withdrawn,
        owner: row.try_get_by("owner")?,
        confirmed_at: row.try_get_by::<Option<i64>, _>("confirmed_at")?.map(instant),
    }))
}
