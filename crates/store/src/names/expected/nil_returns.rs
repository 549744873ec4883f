//! Nil returns: bodies declare that they use nothing that belongs in the register.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::expected::NilReturn;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::rows::{day, follow, maybe_day, seq_of};
use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// A nil return to file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNilReturn {
    /// The day it was declared.
    pub declared_on: NaiveDate,
    /// The last day it holds.
    pub holds_until: NaiveDate,
    /// What was declared.
    pub statement: String,
    /// Where it can be read.
    pub evidence_url: Option<String>,
    /// Whether the body files it itself.
    pub by_body: bool,
}

const COLUMNS: &str = "n.seq, o.slug, n.id, n.declared_on, n.holds_until, n.statement, n.evidence_url, n.by_body, \
    n.filed_at, n.withdrawn_on, n.withdrawal_reason FROM nil_returns n JOIN organisations o ON o.seq = n.organisation_seq";

fn read(row: &QueryResult) -> Result<NilReturn, StoreError> {
    let id: String = row.try_get_by("id")?;
    let (declared, until): (String, String) =
        (row.try_get_by("declared_on")?, row.try_get_by("holds_until")?);
    Ok(NilReturn {
        declared_on: day(&declared, "nil_returns", "declared_on", &id)?,
        holds_until: day(&until, "nil_returns", "holds_until", &id)?,
        statement: row.try_get_by("statement")?,
        evidence_url: row.try_get_by("evidence_url")?,
        by_body: row.try_get_by("by_body")?,
        filed_at: row.try_get_by::<Option<i64>, _>("filed_at")?.map(instant),
        withdrawn_on: maybe_day(row, "nil_returns", "withdrawn_on", &id)?,
        withdrawal_reason: row.try_get_by("withdrawal_reason")?,
        id,
    })
}

/// Files a nil return and returns its id. Earlier ones stay.
///
/// `organisation` is the body's id, `by` the id of the person; `None` for the command line.
pub async fn file(
    tx: &Tx,
    organisation: &str,
    new: &NewNilReturn,
    by: Option<&str>,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let seq = seq_of(tx, organisation).await?;
    let id = Uuid::now_v7().to_string();
    let mut sql = Sql::new(
        "INSERT INTO nil_returns (id, organisation_seq, declared_on, holds_until, statement, evidence_url, by_body, \
         filed_by, filed_at) VALUES ",
    );
    sql.bind_list(values![
        id.clone(),
        seq,
        new.declared_on.to_string(),
        new.holds_until.to_string(),
        new.statement.clone(),
        new.evidence_url.clone(),
        new.by_body,
        by.map(str::to_owned),
        micros(now)
    ]);
    sql.run(tx).await?;
    follow(tx, seq).await?;
    Ok(id)
}

/// Withdraws a nil return; `false` if it was withdrawn before. `why` stays public.
pub async fn withdraw(
    tx: &Tx,
    organisation: &str,
    id: &str,
    why: &str,
    by: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let seq = seq_of(tx, organisation).await?;
    let mut sql = Sql::new("UPDATE nil_returns SET withdrawn_on = ");
    sql.bind(now.date_naive().to_string()).push(", withdrawn_by = ").bind(by.map(str::to_owned));
    sql.push(", withdrawal_reason = ").bind(why).push(" WHERE withdrawn_on IS NULL AND id = ").bind(id);
    sql.push(" AND organisation_seq = ").bind(seq);
    let withdrawn = sql.run(tx).await? > 0;
    if withdrawn {
        follow(tx, seq).await?;
    }
    Ok(withdrawn)
}

/// Finds a body's nil return by its id.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: &str,
    id: &str,
) -> Result<Option<NilReturn>, StoreError> {
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} WHERE n.id = "));
    sql.bind(id).push(" AND o.id = ").bind(organisation).one(conn).await?.as_ref().map(read).transpose()
}

/// The nil returns of these bodies by slug, the latest first; those that lapsed or were withdrawn too.
pub async fn nil_returns_of(
    conn: &impl ConnectionTrait,
    slugs: &[String],
) -> Result<BTreeMap<String, Vec<NilReturn>>, StoreError> {
    let mut found: BTreeMap<String, Vec<NilReturn>> = BTreeMap::new();
    if slugs.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} WHERE o.slug IN "));
    sql.bind_list(slugs.iter().cloned()).push(" ORDER BY n.declared_on DESC, n.seq DESC");
    for row in sql.all(conn).await? {
        found.entry(row.try_get_by("slug")?).or_default().push(read(&row)?);
    }
    Ok(found)
}

/// At most `limit` nil returns after a row number, with that number and the body's slug.
pub async fn nil_returns_after(
    db: &Db,
    seq: i64,
    limit: u64,
) -> Result<Vec<(i64, String, NilReturn)>, StoreError> {
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} WHERE n.seq > "));
    sql.bind(seq).push(" ORDER BY n.seq LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(&db.read).await?;
    rows.iter().map(|row| Ok((row.try_get_by("seq")?, row.try_get_by("slug")?, read(row)?))).collect()
}

/// Notes a nil return that a list of bodies names; `false` if one of that day is known.
pub(super) async fn note(tx: &Tx, seq: i64, declared_on: NaiveDate) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM nil_returns WHERE declared_on = ");
    sql.bind(declared_on.to_string()).push(" AND organisation_seq = ").bind(seq);
    if sql.number(tx).await? > 0 {
        return Ok(false);
    }
    let mut sql =
        Sql::new("INSERT INTO nil_returns (id, organisation_seq, declared_on, holds_until, by_body) VALUES ");
    sql.bind_list(values![
        Uuid::now_v7().to_string(),
        seq,
        declared_on.to_string(),
        NilReturn::at_most_until(declared_on).to_string(),
        false
    ]);
    sql.run(tx).await?;
    Ok(true)
}

/// Moves the nil returns of a body that was merged to the one that stayed.
pub(super) async fn hand_over(tx: &Tx, from: i64, into: i64) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE nil_returns SET organisation_seq = ");
    sql.bind(into).push(" WHERE organisation_seq = ").bind(from).run(tx).await?;
    Ok(())
}
