//! Records as they stood at the end of a past day (UTC): the versions current then, judged by the rules for
//! that day. Names mean what they mean now.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::Record;
use domain::provenance::Provenance;
use sea_orm::QueryResult;

use crate::ground::db::{end_of, instant};
use crate::ground::sql::Sql;
use crate::names::Names;
use crate::records::projection::{Row, Standing, at_source, project, public_key};
use crate::{Db, StoreError};

/// A past day, with the name table of now.
#[derive(Debug, Clone)]
pub struct Then {
    /// The day.
    pub day: NaiveDate,
    names: Arc<Names>,
}

impl Then {
    /// A day, with the names read now.
    pub async fn on(db: &Db, day: NaiveDate) -> Result<Self, StoreError> {
        Ok(Self { day, names: Arc::new(Names::of(db).await?) })
    }
}

/// A record as it stood then.
#[derive(Debug, Clone)]
pub struct Past {
    /// The record.
    pub row: Row,
    /// Facet values as `facet=value`, one per line.
    pub facets: String,
    /// Its key at the source it was imported from, if everybody may know it.
    pub key: Option<String>,
}

const COLUMNS: &str = "SELECT r.seq, r.id, v.number, v.change, r.first_published_at, v.published_at, v.content, \
    v.import, r.source, r.source_key, r.origin, r.redacted_at, r.dataset, r.confirmed_at, r.answered_at \
    FROM records r \
    JOIN record_versions v ON v.record_seq = r.seq ";

/// At most `limit` records after a row number, as they stood, oldest first.
pub async fn after(db: &Db, then: &Then, seq: i64, limit: u64) -> Result<Vec<Past>, StoreError> {
    let end = end_of(then.day);
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE (r.withdrawn_at IS NULL OR r.withdrawn_at >= ").bind(end);
    sql.push(") AND v.number = (SELECT max(x.number) FROM record_versions x WHERE x.record_seq = r.seq");
    sql.push(" AND x.published_at < ").bind(end).push(") AND r.seq > ").bind(seq);
    let rows = sql.push(" ORDER BY r.seq LIMIT ").bind(limit.cast_signed()).all(&db.read).await?;
    rows.iter().map(|row| read(row, then)).collect()
}

/// The versions that some changes published, in the order of the changes.
pub async fn of(db: &Db, then: &Then, changes: &[i64]) -> Result<Vec<Past>, StoreError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(COLUMNS);
    let rows = sql.push("WHERE v.change IN ").bind_list(changes.iter().copied()).all(&db.read).await?;
    let past = rows.iter().map(|row| read(row, then)).collect::<Result<Vec<_>, _>>()?;
    let mut past: HashMap<i64, Past> = past.into_iter().map(|past| (past.row.change, past)).collect();
    Ok(changes.iter().filter_map(|change| past.remove(change)).collect())
}

/// Whether anything after a change may have altered how a day stands: a version or a withdrawal with an earlier
/// date, or a redaction.
pub async fn is_altered(db: &Db, day: NaiveDate, change: i64) -> Result<bool, StoreError> {
    let end = end_of(day);
    let mut sql = Sql::new(
        "SELECT count(*) FROM events e JOIN records r ON r.seq = e.record_seq \
         JOIN record_versions v ON v.record_seq = e.record_seq AND v.number = e.version WHERE e.change > ",
    );
    sql.bind(change).push(" AND (e.kind = 'redacted' OR (e.kind = 'published' AND v.published_at < ");
    sql.bind(end).push(") OR (e.kind = 'withdrawn' AND r.withdrawn_at < ").bind(end).push("))");
    Ok(sql.number(&db.read).await? > 0)
}

fn read(row: &QueryResult, then: &Then) -> Result<Past, StoreError> {
    let end = end_of(then.day);
    let (id, content): (String, String) = (row.try_get_by("id")?, row.try_get_by("content")?);
    let (number, change): (i64, i64) = (row.try_get_by("number")?, row.try_get_by("change")?);
    let published_at: DateTime<Utc> = instant(row.try_get_by("first_published_at")?);
    let updated_at = instant(row.try_get_by("published_at")?);
    let record: Record = serde_json::from_str(&content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", change, error))?;
    // Only the latest of each is stored; a later one says nothing about that day.
    let by_then = |at: Option<i64>| at.filter(|at| *at < end).map(instant);
    let standing = Standing {
        id: &id,
        version: number,
        published_at,
        updated_at,
        confirmed_at: by_then(row.try_get_by("confirmed_at")?),
        answered: by_then(row.try_get_by("answered_at")?).is_some(),
        today: then.day,
        provenance: provenance(row)?,
    };
    let projection = project(&record, &standing, &then.names.organisations, &then.names.products);
    Ok(Past {
        facets: projection.facets,
        key: public_key(
            &row.try_get_by::<String, _>("origin")?,
            row.try_get_by("redacted_at")?,
            row.try_get_by("source_key")?,
        ),
        row: Row {
            seq: row.try_get_by("seq")?,
            change,
            number,
            published_at,
            updated_at,
            card: projection.card,
            content,
            id,
        },
    })
}

/// Where a version came from. Which editions had the record then is not kept, only that of the version.
fn provenance(row: &QueryResult) -> Result<Option<Provenance>, StoreError> {
    let Some(source) = row.try_get_by("source")? else { return Ok(None) };
    let import: Option<String> = row.try_get_by("import")?;
    let import = import.as_deref();
    let edition = import.and_then(|import| serde_json::from_str::<OfEdition>(import).ok());
    Ok(Some(Provenance {
        source,
        dataset: row.try_get_by::<Option<String>, _>("dataset")?.unwrap_or_default(),
        edition: edition.and_then(|of| of.edition).filter(|edition| !edition.is_empty()),
        in_source: None,
        at_source: at_source(import),
    }))
}

/// The edition in a version's trace; older releases did not write it there.
#[derive(serde::Deserialize)]
struct OfEdition {
    edition: Option<String>,
}
