//! Uploaded tables of records, and the report on each.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{StoreError, Tx};

/// An upload with its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// UUID.
    pub id: String,
    /// Id of the organisation it belongs to.
    pub owner: String,
    /// Id of the person who uploaded it.
    pub person: String,
    /// When it was uploaded.
    pub at: DateTime<Utc>,
    /// The report on its rows, as JSON.
    pub report: String,
}

/// Stores an upload with its report.
pub async fn keep(tx: &Tx, upload: &Upload) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO uploads (id, owner, person, at, report) VALUES ");
    sql.bind_list(values![
        upload.id.clone(),
        upload.owner.clone(),
        upload.person.clone(),
        micros(upload.at),
        upload.report.clone()
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Finds an upload.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Upload>, StoreError> {
    let mut sql = Sql::new("SELECT id, owner, person, at, report FROM uploads WHERE id = ");
    let Some(row) = sql.bind(id).one(conn).await? else { return Ok(None) };
    Ok(Some(Upload {
        id: row.try_get_by("id")?,
        owner: row.try_get_by("owner")?,
        person: row.try_get_by("person")?,
        at: instant(row.try_get_by("at")?),
        report: row.try_get_by("report")?,
    }))
}
