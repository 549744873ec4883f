//! Expectations: each says why a body is expected to publish, and since when. At most one of a body is in force.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::expected::Expectation;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::rows::{follow, maybe_day, seq_of};
use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// An expectation to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExpectation {
    /// First day on which the body was expected to publish.
    pub since: NaiveDate,
    /// Which law, policy or rule says so.
    pub why: String,
    /// Where that can be read.
    pub evidence_url: String,
}

/// What [`expect`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing was expected of the body before.
    Added,
    /// It was expected to for another reason, since another day or on other evidence; that one ended.
    Changed,
    /// The same was in force already.
    Unchanged,
}

const COLUMNS: &str = "x.seq, o.slug, x.id, x.since, x.why, x.evidence_url, x.set_at, x.ended_on, \
    x.end_reason FROM expectations x JOIN organisations o ON o.seq = x.organisation_seq";

fn read(row: &QueryResult) -> Result<Expectation, StoreError> {
    let id: String = row.try_get_by("id")?;
    Ok(Expectation {
        since: maybe_day(row, "expectations", "since", &id)?,
        why: row.try_get_by("why")?,
        evidence_url: row.try_get_by("evidence_url")?,
        set_at: row.try_get_by::<Option<i64>, _>("set_at")?.map(instant),
        ended_on: maybe_day(row, "expectations", "ended_on", &id)?,
        end_reason: row.try_get_by("end_reason")?,
        id,
    })
}

/// Sets why a body is expected to publish. What was in force before and differs ends on this day.
///
/// `organisation` is the body's id, `by` the id of the person; `None` for the command line.
pub async fn expect(
    tx: &Tx,
    organisation: &str,
    new: &NewExpectation,
    by: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Expected, StoreError> {
    let seq = seq_of(tx, organisation).await?;
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} WHERE x.ended_on IS NULL AND x.organisation_seq = "));
    let known = sql.bind(seq).one(tx).await?.as_ref().map(read).transpose()?;
    let done = match &known {
        Some(known)
            if (known.since, known.why.as_deref(), known.evidence_url.as_deref())
                == (Some(new.since), Some(new.why.as_str()), Some(new.evidence_url.as_str())) =>
        {
            return Ok(Expected::Unchanged);
        }
        Some(_) => {
            finish(tx, seq, now.date_naive(), by, "replaced").await?;
            Expected::Changed
        }
        None => Expected::Added,
    };
    let mut sql = Sql::new(
        "INSERT INTO expectations (id, organisation_seq, since, why, evidence_url, set_by, set_at) VALUES ",
    );
    sql.bind_list(values![
        Uuid::now_v7().to_string(),
        seq,
        new.since.to_string(),
        new.why.clone(),
        new.evidence_url.clone(),
        by.map(str::to_owned),
        micros(now)
    ]);
    sql.run(tx).await?;
    follow(tx, seq).await?;
    Ok(done)
}

/// Ends what is expected of a body; `false` if nothing was. `why` stays public.
pub async fn end(
    tx: &Tx,
    organisation: &str,
    why: &str,
    by: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let seq = seq_of(tx, organisation).await?;
    let ended = finish(tx, seq, now.date_naive(), by, why).await?;
    if ended {
        follow(tx, seq).await?;
    }
    Ok(ended)
}

/// Ends the expectation in force, if there is one.
async fn finish(tx: &Tx, seq: i64, on: NaiveDate, by: Option<&str>, why: &str) -> Result<bool, StoreError> {
    let mut sql = Sql::new("UPDATE expectations SET ended_on = ");
    sql.bind(on.to_string()).push(", ended_by = ").bind(by.map(str::to_owned));
    sql.push(", end_reason = ").bind(why).push(" WHERE ended_on IS NULL AND organisation_seq = ").bind(seq);
    Ok(sql.run(tx).await? > 0)
}

/// The expectations of these bodies by slug, the latest first; those that ended too.
pub async fn expectations_of(
    conn: &impl ConnectionTrait,
    slugs: &[String],
) -> Result<BTreeMap<String, Vec<Expectation>>, StoreError> {
    let mut found: BTreeMap<String, Vec<Expectation>> = BTreeMap::new();
    if slugs.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} WHERE o.slug IN "));
    sql.bind_list(slugs.iter().cloned()).push(" ORDER BY x.seq DESC");
    for row in sql.all(conn).await? {
        found.entry(row.try_get_by("slug")?).or_default().push(read(&row)?);
    }
    Ok(found)
}

/// At most `limit` expectations after a row number, with that number and the body's slug.
pub async fn expectations_after(
    db: &Db,
    seq: i64,
    limit: u64,
) -> Result<Vec<(i64, String, Expectation)>, StoreError> {
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} WHERE x.seq > "));
    sql.bind(seq).push(" ORDER BY x.seq LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(&db.read).await?;
    rows.iter().map(|row| Ok((row.try_get_by("seq")?, row.try_get_by("slug")?, read(row)?))).collect()
}

/// Notes that a list of bodies expects one to publish; `false` if that is known.
pub(super) async fn note(tx: &Tx, seq: i64, why: Option<&str>) -> Result<bool, StoreError> {
    let mut sql =
        Sql::new("SELECT count(*) FROM expectations WHERE ended_on IS NULL AND organisation_seq = ");
    if sql.bind(seq).number(tx).await? > 0 {
        return Ok(false);
    }
    let mut sql = Sql::new("INSERT INTO expectations (id, organisation_seq, why) VALUES ");
    sql.bind_list(values![Uuid::now_v7().to_string(), seq, why.map(str::to_owned)]);
    sql.run(tx).await?;
    Ok(true)
}

/// Moves the expectations of a body that was merged to the one that stayed. Only one may be in force: that of the
/// body that stayed.
pub(super) async fn hand_over(tx: &Tx, from: i64, into: i64, on: NaiveDate) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("SELECT count(*) FROM expectations WHERE ended_on IS NULL AND organisation_seq = ");
    if sql.bind(into).number(tx).await? > 0 {
        finish(tx, from, on, None, "merged into a body that is expected to publish already").await?;
    }
    let mut sql = Sql::new("UPDATE expectations SET organisation_seq = ");
    sql.bind(into).push(" WHERE organisation_seq = ").bind(from).run(tx).await?;
    Ok(())
}
