//! Uploaded tables of records: whose, when, and what was said about each row.

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
    /// The organisation it is of, by id.
    pub owner: String,
    /// Who uploaded it.
    pub person: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said about it, as JSON.
    pub report: String,
}

/// Keeps an upload's report.
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
