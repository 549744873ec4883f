//! Replies of bodies that wait for a second person: to what is said about a record, and to gaps. Public code
//! reads none of this.

use chrono::{DateTime, Utc};
use domain::codes::{Code, GapStatus};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{StoreError, Tx};

/// A reply that is not public yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingReply {
    /// UUID.
    pub id: String,
    /// Id of the organisation that replies.
    pub organisation: String,
    /// What it replies to.
    pub to: RepliesTo,
    /// Its text.
    pub text: String,
    /// Where the evidence is.
    pub evidence: Option<String>,
    /// Id of the person who wrote it.
    pub written_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What a reply is to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepliesTo {
    /// What is said about the record with this id.
    Record(String),
    /// A gap.
    Gap {
        /// Id of the gap.
        id: String,
        /// The status it is to have.
        status: GapStatus,
        /// Id of the record that accounts for the purchase.
        record_id: Option<String>,
    },
}

const COLUMNS: &str = "SELECT id, organisation, record_id, gap, status, named_record, text, evidence, written_by, \
    created_at FROM pending_replies";

fn read(row: &QueryResult) -> Result<PendingReply, StoreError> {
    let id: String = row.try_get_by("id")?;
    let (record, gap, status): (Option<String>, Option<String>, Option<String>) =
        (row.try_get_by("record_id")?, row.try_get_by("gap")?, row.try_get_by("status")?);
    let to = match (record, gap, status) {
        (Some(record), None, None) => RepliesTo::Record(record),
        (None, Some(gap), Some(status)) => RepliesTo::Gap {
            id: gap,
            status: GapStatus::parse(&status)
                .map_err(|error| StoreError::inconsistent("pending_replies", "status", &id, error))?,
            record_id: row.try_get_by("named_record")?,
        },
        _ => return Err(StoreError::inconsistent("pending_replies", "gap", &id, "it is a reply to nothing")),
    };
    Ok(PendingReply {
        id,
        organisation: row.try_get_by("organisation")?,
        to,
        text: row.try_get_by("text")?,
        evidence: row.try_get_by("evidence")?,
        written_by: row.try_get_by("written_by")?,
        created_at: instant(row.try_get_by("created_at")?),
    })
}

/// Stores a reply until it is decided.
pub async fn insert(tx: &Tx, reply: &PendingReply) -> Result<(), StoreError> {
    let (record, gap, status, named) = match &reply.to {
        RepliesTo::Record(record) => (Some(record.clone()), None, None, None),
        RepliesTo::Gap { id, status, record_id } => {
            (None, Some(id.clone()), Some(status.as_str()), record_id.clone())
        }
    };
    let mut sql = Sql::new(
        "INSERT INTO pending_replies (id, organisation, record_id, gap, status, named_record, text, evidence, \
         written_by, created_at) VALUES ",
    );
    sql.bind_list(values![
        reply.id.clone(),
        reply.organisation.clone(),
        record,
        gap,
        status.map(str::to_owned),
        named,
        reply.text.clone(),
        reply.evidence.clone(),
        reply.written_by.clone(),
        micros(reply.created_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Finds a reply that waits.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<PendingReply>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE id = ").bind(id).one(conn).await?.as_ref().map(read).transpose()
}

/// How many replies of a body wait.
pub async fn count_of(conn: &impl ConnectionTrait, organisation: &str) -> Result<i64, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM pending_replies WHERE organisation = ");
    sql.bind(organisation).number(conn).await
}

/// The replies of these organisations that wait, oldest first.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    organisations: &[String],
    limit: u64,
) -> Result<Vec<PendingReply>, StoreError> {
    if organisations.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE organisation IN ").bind_list(organisations.iter().cloned());
    sql.push(" ORDER BY seq LIMIT ").bind(limit.cast_signed());
    sql.all(conn).await?.iter().map(read).collect()
}

/// Takes a reply from those that wait; `false` if it was decided meanwhile.
pub async fn remove(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(Sql::new("DELETE FROM pending_replies WHERE id = ").bind(id).run(tx).await? > 0)
}
