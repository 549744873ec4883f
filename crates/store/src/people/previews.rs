//! Preview links: a draft as the public would see it, for people without an account, until it is published,
//! discarded or withdrawn.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::people::submissions::{self, Submission};
use crate::{Db, StoreError, Tx};

/// A preview link without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLink {
    /// Its id, which does not open it.
    pub id: String,
    /// Id of the submission it shows.
    pub submission: String,
    /// Id of the person who made it.
    pub made_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

const LINK: &str = "SELECT l.id, l.submission, l.created_by, l.created_at, l.expires_at FROM preview_links l \
    JOIN submissions s ON s.id = l.submission LEFT JOIN records r ON r.id = s.record_id";

/// Restricts links to those that work: not expired, and their draft is still one. None of its ends is ever
/// undone, so a link that ended never works again.
fn working(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push(" AND l.expires_at > ").bind(micros(now));
    sql.push(" AND s.state NOT IN ('published', 'discarded') AND r.withdrawn_at IS NULL")
}

fn link(row: &QueryResult) -> Result<PreviewLink, StoreError> {
    Ok(PreviewLink {
        id: row.try_get_by("id")?,
        submission: row.try_get_by("submission")?,
        made_by: row.try_get_by("created_by")?,
        created_at: instant(row.try_get_by("created_at")?),
        expires_at: instant(row.try_get_by("expires_at")?),
    })
}

/// Stores a preview link under the SHA-256 of its secret, hex.
pub async fn keep(tx: &Tx, new: &PreviewLink, sha256: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO preview_links (sha256, id, submission, created_by, created_at, expires_at) VALUES ",
    );
    sql.bind_list(values![
        sha256,
        new.id.clone(),
        new.submission.clone(),
        new.made_by.clone(),
        micros(new.created_at),
        micros(new.expires_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// The submission behind a preview link, and when the link expires; `None` if it ended or never existed.
pub async fn previewed(
    db: &Db,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Submission, DateTime<Utc>)>, StoreError> {
    let mut sql = Sql::new(LINK);
    sql.push(" WHERE l.sha256 = ").bind(sha256);
    let Some(row) = working(&mut sql, now).one(&db.read).await? else { return Ok(None) };
    let link = link(&row)?;
    let found = submissions::find(&db.read, &link.submission).await?;
    Ok(found.map(|submission| (submission, link.expires_at)))
}

/// The working links of a submission, latest first.
pub async fn of(
    conn: &impl ConnectionTrait,
    submission: &str,
    now: DateTime<Utc>,
) -> Result<Vec<PreviewLink>, StoreError> {
    let mut sql = Sql::new(LINK);
    sql.push(" WHERE l.submission = ").bind(submission);
    let rows = working(&mut sql, now).push(" ORDER BY l.created_at DESC, l.id").all(conn).await?;
    rows.iter().map(link).collect()
}

/// Finds a link by its id, even one that ended.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<PreviewLink>, StoreError> {
    let mut sql = Sql::new(LINK);
    sql.push(" WHERE l.id = ").bind(id).one(conn).await?.as_ref().map(link).transpose()
}

/// Revokes a link; `false` if there is none.
pub async fn revoke(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(Sql::new("DELETE FROM preview_links WHERE id = ").bind(id).run(tx).await? > 0)
}

/// Revokes all links that a person made.
pub(crate) async fn revoke_of(tx: &Tx, person: &str) -> Result<u64, StoreError> {
    Sql::new("DELETE FROM preview_links WHERE created_by = ").bind(person).run(tx).await
}
