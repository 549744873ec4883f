//! Uploaded tables of records, and the report on each.

use chrono::{DateTime, Utc};
use domain::Code;
use domain::codes::SubmissionState;
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
    /// SHA-256 of the file, in hex; `None` if an earlier release took it.
    pub sha256: Option<String>,
}

/// An earlier upload of the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// UUID.
    pub id: String,
    /// When it was uploaded.
    pub at: DateTime<Utc>,
    /// How many of its drafts are in each state now.
    pub drafts: Vec<(SubmissionState, u64)>,
}

/// Stores an upload with its report.
pub async fn keep(tx: &Tx, upload: &Upload) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO uploads (id, owner, person, at, report, sha256) VALUES ");
    sql.bind_list(values![
        upload.id.clone(),
        upload.owner.clone(),
        upload.person.clone(),
        micros(upload.at),
        upload.report.clone(),
        upload.sha256.clone()
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Finds an upload.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Upload>, StoreError> {
    let mut sql = Sql::new("SELECT id, owner, person, at, report, sha256 FROM uploads WHERE id = ");
    let Some(row) = sql.bind(id).one(conn).await? else { return Ok(None) };
    Ok(Some(Upload {
        id: row.try_get_by("id")?,
        owner: row.try_get_by("owner")?,
        person: row.try_get_by("person")?,
        at: instant(row.try_get_by("at")?),
        report: row.try_get_by("report")?,
        sha256: row.try_get_by("sha256")?,
    }))
}

/// The last upload of a file by an organisation, and what became of its drafts; `None` if there was none.
pub async fn earlier(
    conn: &impl ConnectionTrait,
    owner: &str,
    sha256: &str,
) -> Result<Option<Earlier>, StoreError> {
    let mut sql = Sql::new("SELECT id, at FROM uploads WHERE owner = ");
    sql.bind(owner).push(" AND sha256 = ").bind(sha256).push(" ORDER BY at DESC, id DESC LIMIT 1");
    let Some(row) = sql.one(conn).await? else { return Ok(None) };
    let (id, at): (String, i64) = (row.try_get_by("id")?, row.try_get_by("at")?);
    let mut sql = Sql::new("SELECT state, COUNT(*) AS drafts FROM submissions WHERE upload = ");
    sql.bind(id.clone()).push(" GROUP BY state");
    let mut drafts = Vec::new();
    for row in sql.all(conn).await? {
        let (state, count): (String, i64) = (row.try_get_by("state")?, row.try_get_by("drafts")?);
        let state = SubmissionState::parse(&state)
            .map_err(|error| StoreError::inconsistent("submissions", "state", &id, error))?;
        drafts.push((state, u64::try_from(count).unwrap_or_default()));
    }
    drafts.sort_by_key(|(state, _)| *state);
    Ok(Some(Earlier { id, at: instant(at), drafts }))
}
