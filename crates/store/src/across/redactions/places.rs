//! Where a redaction would remove something from a record's versions.

use domain::Record;
use domain::redaction::{Inseparable, Redaction, value_at};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;

use crate::ground::entity::record;
use crate::ground::sql::Sql;
use crate::log::history::Places;
use crate::{StoreError, Tx};

/// The value at a pointer into one version (the current one by default), including sealed texts for those who
/// may read them. `None` if nothing is there; the inner error if it must stay.
pub async fn value(
    conn: &Tx,
    record_id: &str,
    pointer: &str,
    version: Option<i64>,
    sealed: bool,
) -> Result<Result<Option<Value>, Inseparable>, StoreError> {
    let Some(known) = known(conn, record_id).await? else { return Ok(Ok(None)) };
    let version = version.unwrap_or(known.version);
    let mut found = Ok(None);
    for (_, text) in contents(conn, &known, sealed).await?.into_iter().filter(|(one, _)| *one == version) {
        match value_at(&record(record_id, &text)?, pointer) {
            Ok(None) => {}
            one => found = one,
        }
    }
    Ok(found)
}

/// Versions and pointers that a redaction would remove, including sealed texts for those who may read them.
/// Empty if it matches nothing.
pub async fn places(
    conn: &Tx,
    record_id: &str,
    redaction: &Redaction,
    sealed: bool,
) -> Result<Vec<Places>, StoreError> {
    let mut places = Vec::new();
    let Some(known) = known(conn, record_id).await? else { return Ok(places) };
    for (version, text) in contents(conn, &known, sealed).await? {
        if let Some(redacted) = redaction.of(&record(record_id, &text)?) {
            add(&mut places, version, redacted.places);
        }
    }
    Ok(places)
}

pub(super) fn add(places: &mut Vec<Places>, version: i64, pointers: Vec<String>) {
    match places.iter_mut().find(|one| one.version == version) {
        Some(known) => {
            for pointer in pointers {
                if !known.pointers.contains(&pointer) {
                    known.pointers.push(pointer);
                }
            }
        }
        None => places.push(Places { version, pointers }),
    }
}

pub(super) async fn known(
    conn: &impl ConnectionTrait,
    record_id: &str,
) -> Result<Option<record::Model>, StoreError> {
    Ok(record::Entity::find().filter(record::COLUMN.id.eq(record_id)).one(conn).await?)
}

/// Contents of every version, by number.
async fn contents(
    conn: &impl ConnectionTrait,
    known: &record::Model,
    sealed: bool,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut sql = Sql::new("SELECT number, content FROM record_versions WHERE record_seq = ");
    sql.bind(known.seq);
    if sealed {
        sql.push(" UNION ALL SELECT number, content FROM sealed_contents WHERE record_seq = ")
            .bind(known.seq);
    }
    let rows = sql.push(" ORDER BY number").all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get_by("number")?, row.try_get_by("content")?))).collect()
}

pub(super) fn record(id: &str, content: &str) -> Result<Record, StoreError> {
    serde_json::from_str(content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", id, error))
}
