//! Sealed texts: whole records for their authors, assessments for regulators. Public reads never come here.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::assessment::Assessment;
use domain::authorisation::Remit;
use domain::codes::{Code, Sector};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// A record's current content, sealed texts included.
pub async fn whole(conn: &impl ConnectionTrait, record_id: &str) -> Result<Option<Record>, StoreError> {
    let mut sql = Sql::new(
        "SELECT coalesce(s.content, v.content) AS content FROM records r \
         JOIN record_versions v ON v.record_seq = r.seq AND v.number = r.version \
         LEFT JOIN sealed_contents s ON s.record_seq = r.seq AND s.number = r.version WHERE r.id = ",
    );
    let Some(row) = sql.bind(record_id).push(" ORDER BY s.revision DESC LIMIT 1").one(conn).await? else {
        return Ok(None);
    };
    let content: String = row.try_get_by("content")?;
    let record = serde_json::from_str(&content);
    record.map(Some).map_err(|error| StoreError::inconsistent("record_versions", "content", record_id, error))
}

/// An assessment with its sealed text and its record.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Its row number.
    pub place: i64,
    /// The record's id.
    pub record_id: String,
    /// The record.
    pub record: Record,
    /// Id of the organisation that owns the record, if known.
    pub owner: Option<String>,
    /// The assessment, sealed text included.
    pub assessment: Assessment,
}

fn remits(sql: &mut Sql, remits: &[Remit]) {
    sql.push(" WHERE (");
    for (place, remit) in remits.iter().enumerate() {
        sql.push(if place > 0 { " OR (" } else { "(" }).push("1 = 1");
        if !remit.assessment_types.is_empty() {
            sql.push(" AND a.type IN ").bind_list(remit.assessment_types.iter().map(|one| one.as_str()));
        }
        if !remit.sectors.is_empty() {
            sql.push(" AND (1 = 0");
            for sector in &remit.sectors {
                sql.push(" OR a.sectors LIKE ").bind(format!("%;{sector};%"));
            }
            sql.push(")");
        }
        sql.push(")");
    }
    // No remit, no rows.
    sql.push(if remits.is_empty() { "1 = 0)" } else { ")" });
}

/// Assessments of current records within any of these remits, in order of publication, and the total.
pub async fn list(
    tx: &Tx,
    within: &[Remit],
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Sealed>, u64), StoreError> {
    let mut count = Sql::new("SELECT count(*) FROM assessments a");
    remits(&mut count, within);
    let total = count.number(tx).await?.unsigned_abs();
    let mut sql = Sql::new(
        "SELECT a.seq, a.id AS assessment, r.id AS record, r.owner \
         FROM assessments a JOIN records r ON r.seq = a.record_seq",
    );
    remits(&mut sql, within);
    sql.push(" AND a.seq > ").bind(after.unwrap_or_default());
    sql.push(" ORDER BY a.seq LIMIT ").bind(limit.cast_signed());
    let mut found = Vec::new();
    for row in sql.all(tx).await? {
        let (place, id): (i64, String) = (row.try_get_by("seq")?, row.try_get_by("assessment")?);
        if let Some(sealed) =
            unsealed(tx, place, &id, row.try_get_by("record")?, row.try_get_by("owner")?).await?
        {
            found.push(sealed);
        }
    }
    Ok((found, total))
}

/// One assessment of a current record, sealed text included.
pub async fn find(tx: &Tx, id: Uuid) -> Result<Option<Sealed>, StoreError> {
    let mut sql = Sql::new(
        "SELECT a.seq, r.id AS record, r.owner FROM assessments a JOIN records r ON r.seq = a.record_seq WHERE a.id = ",
    );
    let Some(row) = sql.bind(id.to_string()).one(tx).await? else { return Ok(None) };
    unsealed(tx, row.try_get_by("seq")?, &id.to_string(), row.try_get_by("record")?, row.try_get_by("owner")?)
        .await
}

async fn unsealed(
    tx: &Tx,
    place: i64,
    id: &str,
    record_id: String,
    owner: Option<String>,
) -> Result<Option<Sealed>, StoreError> {
    let Some(record) = whole(tx, &record_id).await? else { return Ok(None) };
    let found =
        record.assessments.iter().find(|one| one.id.is_some_and(|own| own.to_string() == id)).cloned();
    Ok(found.map(|assessment| Sealed { place, record_id, record, owner, assessment }))
}

impl Sealed {
    /// Sectors of the record.
    pub fn sectors(&self) -> &[Sector] {
        &self.record.sectors
    }
}

/// A regulator's receipt for an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// UUID.
    pub id: String,
    /// The regulator, by id.
    pub regulator: String,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// The regulator's note.
    pub note: Option<String>,
}

/// Gives a receipt. A regulator's first receipt for an assessment stays; later ones change nothing.
pub async fn leave_receipt(
    tx: &Tx,
    assessment: Uuid,
    regulator: &str,
    person: &str,
    note: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Receipt, StoreError> {
    let mut sql = Sql::new("INSERT INTO receipts (assessment, regulator, id, person, at, note) VALUES ");
    sql.bind_list(values![
        assessment.to_string(),
        regulator,
        Uuid::now_v7().to_string(),
        person,
        micros(now),
        note.map(str::to_owned)
    ]);
    sql.push(" ON CONFLICT (assessment, regulator) DO NOTHING").run(tx).await?;
    let left = receipts(tx, assessment).await?.into_iter().find(|receipt| receipt.regulator == regulator);
    left.ok_or_else(|| {
        StoreError::inconsistent("receipts", "assessment", assessment, "the receipt is missing")
    })
}

/// The receipts for an assessment.
pub async fn receipts(conn: &impl ConnectionTrait, assessment: Uuid) -> Result<Vec<Receipt>, StoreError> {
    let mut sql = Sql::new("SELECT id, regulator, at, note FROM receipts WHERE assessment = ");
    let rows = sql.bind(assessment.to_string()).push(" ORDER BY at").all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Receipt {
                id: row.try_get_by("id")?,
                regulator: row.try_get_by("regulator")?,
                at: instant(row.try_get_by("at")?),
                note: row.try_get_by("note")?,
            })
        })
        .collect()
}

/// Receipts, read from the pool.
pub async fn receipts_of(db: &Db, assessment: Uuid) -> Result<Vec<Receipt>, StoreError> {
    receipts(&db.read, assessment).await
}
