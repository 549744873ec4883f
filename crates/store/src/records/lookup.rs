//! Looking up many records by their ids at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::RecordId;
use sea_orm::QueryResult;
use serde::Deserialize;

use crate::ground::db::instant;
use crate::ground::sql::{BOUND_VALUES, Sql};
use crate::{Db, StoreError};

/// A record, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is published; its listing has this change number.
    Published(i64),
    /// It was withdrawn.
    Withdrawn {
        /// Its last title.
        title: String,
        /// When its first version was published.
        published_at: DateTime<Utc>,
        /// When it was withdrawn.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
}

/// The records with these ids; ids of none are missing.
pub async fn look_up(db: &Db, ids: &[RecordId]) -> Result<HashMap<RecordId, Found>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new(
        "SELECT r.id, r.change, r.first_published_at, r.withdrawn_at, r.withdrawn_reason, \
         CASE WHEN r.state = 'withdrawn' THEN v.content END AS content FROM records r \
         JOIN record_versions v ON v.record_seq = r.seq AND v.number = r.version WHERE r.id IN ",
    );
    for row in sql.bind_list(ids.iter().map(RecordId::to_string)).all(&db.read).await? {
        found.insert(id_of(&row)?, read(&row)?);
    }
    Ok(found)
}

fn id_of(row: &QueryResult) -> Result<RecordId, StoreError> {
    let id: String = row.try_get_by("id")?;
    id.parse().map_err(|error| StoreError::inconsistent("records", "id", &id, error))
}

fn read(row: &QueryResult) -> Result<Found, StoreError> {
    #[derive(Deserialize)]
    struct Titled {
        title: String,
    }
    let Some(content) = row.try_get_by::<Option<String>, _>("content")? else {
        return Ok(Found::Published(row.try_get_by("change")?));
    };
    let Titled { title } = serde_json::from_str(&content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", "", error))?;
    Ok(Found::Withdrawn {
        title,
        published_at: instant(row.try_get_by("first_published_at")?),
        at: instant(row.try_get_by::<Option<i64>, _>("withdrawn_at")?.unwrap_or_default()),
        reason: row.try_get_by::<Option<String>, _>("withdrawn_reason")?.unwrap_or_default(),
    })
}

/// Which of these ids the register has, published or withdrawn.
pub async fn which_exist(db: &Db, ids: &[RecordId]) -> Result<Vec<RecordId>, StoreError> {
    let mut known = Vec::new();
    for chunk in ids.chunks(BOUND_VALUES) {
        let mut sql = Sql::new("SELECT r.id FROM records r WHERE r.id IN ");
        for row in sql.bind_list(chunk.iter().map(RecordId::to_string)).all(&db.read).await? {
            known.push(id_of(&row)?);
        }
    }
    Ok(known)
}
