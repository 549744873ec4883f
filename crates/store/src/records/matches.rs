//! Records of different editions that may be one: proposed by an import, decided by a person, for good.

use chrono::{DateTime, Utc};
use domain::codes::{Code, Origin};
use domain::editions::Identity;
use domain::sent::keep_unsaid;
use domain::{Record, RecordId};
use sea_orm::{EntityTrait, QueryFilter, QueryResult};
use serde::Serialize;

use crate::ground::db::{instant, micros};
use crate::ground::entity::{record, record_version};
use crate::ground::sql::Sql;
use crate::names::Names;
use crate::records::editions::{OtherKey, keep_keys};
use crate::records::prepare::{Candidate, Prepared, SourceKey};
use crate::records::publish::{Terms, publish, withdraw};
use crate::records::sealed::whole;
use crate::{Db, StoreError, Tx};

/// The rule of a key that a person said is a record's own.
const BY_A_PERSON: &str = "decided-by-a-person";

/// A record that an import made, and one that was known and may be the same.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Public id of the record that the import made.
    pub later: String,
    /// Row number of the one that was known.
    pub earlier: i64,
    /// The rule that found them alike.
    pub rule: &'static str,
    /// What the import's edition says: body, unit and name.
    pub said: String,
    /// What was known.
    pub known: String,
}

/// Keeps proposals. Two records are proposed once, whatever became of it.
pub async fn propose(
    tx: &Tx,
    source: &str,
    import: i64,
    proposals: &[Proposal],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for one in proposals {
        let mut sql = Sql::new(
            "INSERT INTO edition_matches (import, source, later_record, earlier_record, rule, said, known, state, \
             proposed_at) SELECT ",
        );
        sql.bind(import).push(", ").bind(source).push(", r.seq, ").bind(one.earlier);
        for text in [one.rule, &one.said, &one.known, "proposed"] {
            sql.push(", ").bind(text);
        }
        sql.push(", ").bind(micros(now)).push(" FROM records r WHERE r.id = ").bind(one.later.as_str());
        sql.push(" ON CONFLICT (later_record, earlier_record) DO NOTHING").run(tx).await?;
    }
    Ok(())
}

/// Drops the proposals of a finished run whose known record turned up in its file after all, in a row of its own.
/// Returns how many are left.
pub async fn settle(tx: &Tx, import: i64) -> Result<u64, StoreError> {
    let mut sql = Sql::new(
        "DELETE FROM edition_matches WHERE state = 'proposed' AND rule <> 'taken-already' AND import = ",
    );
    sql.bind(import).push(" AND earlier_record IN (SELECT seq FROM records WHERE seen_import = ");
    sql.bind(import).push(")").run(tx).await?;
    let mut sql = Sql::new("SELECT count(*) FROM edition_matches WHERE state = 'proposed' AND import = ");
    Ok(sql.bind(import).number(tx).await?.unsigned_abs())
}

/// Two records that may be one, and what a person said.
#[derive(Debug, Clone, Serialize)]
pub struct Match {
    /// Its number, for the decision.
    pub id: i64,
    /// The source of both.
    pub source: String,
    /// The record that the import made.
    pub later: String,
    /// The one that was known.
    pub earlier: String,
    /// The rule that found them alike.
    pub rule: String,
    /// What the import's edition says: body, unit and name.
    pub said: String,
    /// What was known.
    pub known: String,
    /// `proposed`, `same` or `different`.
    pub state: String,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// When a person decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "SELECT m.seq, m.source, l.id AS later, e.id AS earlier, m.rule, m.said, m.known, m.state, \
    m.proposed_at, m.decided_at FROM edition_matches m JOIN records l ON l.seq = m.later_record \
    JOIN records e ON e.seq = m.earlier_record ";

fn read(row: &QueryResult) -> Result<Match, StoreError> {
    Ok(Match {
        id: row.try_get_by("seq")?,
        source: row.try_get_by("source")?,
        later: row.try_get_by("later")?,
        earlier: row.try_get_by("earlier")?,
        rule: row.try_get_by("rule")?,
        said: row.try_get_by("said")?,
        known: row.try_get_by("known")?,
        state: row.try_get_by("state")?,
        proposed_at: instant(row.try_get_by("proposed_at")?),
        decided_at: row.try_get_by::<Option<i64>, _>("decided_at")?.map(instant),
    })
}

/// Matches, oldest first: those to decide, or all.
pub async fn list(db: &Db, all: bool) -> Result<Vec<Match>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    if !all {
        sql.push("WHERE m.state = 'proposed' ");
    }
    sql.push("ORDER BY m.seq").all(&db.read).await?.iter().map(read).collect()
}

/// One match; `None` if there is none of this number.
pub async fn find(tx: &Tx, id: i64) -> Result<Option<Match>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE m.seq = ").bind(id).one(tx).await?.as_ref().map(read).transpose()
}

/// Keeps that two records are two.
pub async fn part(tx: &Tx, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    decided(tx, id, "different", now).await
}

/// Joins two records that are one. The earlier lives on, with the later's text as its next version if that is of
/// a later edition; the later is withdrawn, and its reason leads to the other. Its keys lead there from now on.
///
/// Errors: [`StoreError::Conflict`] if one of them is withdrawn, or their assessments cannot be joined.
pub async fn join(tx: &Tx, found: &Match, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (earlier, later) = (published(tx, &found.earlier).await?, published(tx, &found.later).await?);
    // The text first: a withdrawn record still has it, but its assessments are gone from their table.
    let text = if takes_over(&earlier, &later) { Some(joined(tx, &earlier, &later).await?) } else { None };
    lead_keys(tx, found, &earlier, &later).await?;
    let reason = format!("the same tool as {}, which has its history", earlier.id);
    let id: RecordId = later.id.parse().map_err(|error: domain::id::BadRecordId| {
        StoreError::inconsistent("records", "id", &later.id, error)
    })?;
    withdraw(tx, id, &reason, now, now).await?;
    if let Some(prepared) = text {
        let mut names = Names::within(tx).await?;
        let terms = Terms { import: later.seen_import, repeated: false };
        Box::pin(publish(tx, &mut names, &[prepared], &terms, now)).await?;
    }
    let mut sql = Sql::new("DELETE FROM edition_matches WHERE state = 'proposed' AND seq <> ");
    sql.bind(found.id).push(" AND (later_record = ").bind(later.seq);
    sql.push(" OR earlier_record = ").bind(later.seq).push(")").run(tx).await?;
    decided(tx, found.id, "same", now).await
}

async fn decided(tx: &Tx, id: i64, state: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE edition_matches SET state = ");
    sql.bind(state).push(", decided_at = ").bind(micros(now)).push(" WHERE seq = ").bind(id);
    sql.run(tx).await.map(|_| ())
}

/// A published record. Errors: [`StoreError::Conflict`] if it was withdrawn, or there is none.
pub(crate) async fn published(tx: &Tx, id: &str) -> Result<record::Model, StoreError> {
    let known = record::Entity::find().filter(record::COLUMN.id.eq(id)).one(tx).await?;
    known
        .filter(|known| known.state == record::State::Published)
        .ok_or_else(|| StoreError::Conflict(format!("the record {id} was withdrawn")))
}

/// Whether the later text is also the newer one, and no person's word or redaction stands against it.
fn takes_over(earlier: &record::Model, later: &record::Model) -> bool {
    later.edition >= earlier.edition
        && earlier.origin == Origin::Imported.as_str()
        && earlier.redacted_at.is_none()
        && later.redacted_at.is_none()
}

/// The next version of the earlier record: what the later says, and what only the earlier said.
async fn joined(tx: &Tx, earlier: &record::Model, later: &record::Model) -> Result<Prepared, StoreError> {
    let (known, mut said) = (text_of(tx, &earlier.id).await?, text_of(tx, &later.id).await?);
    // Their ids are of the other record.
    said.assessments.iter_mut().for_each(|one| one.id = None);
    let record = keep_unsaid(&known, &said, |_| false).map_err(|findings| {
        let first = findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
        StoreError::Conflict(format!("the assessments of {} and {} differ: {first}", earlier.id, later.id))
    })?;
    let version = record_version::Entity::find_by_id((later.seq, later.version)).one(tx).await?;
    let trace = version.and_then(|version| version.import).and_then(|json| serde_json::from_str(&json).ok());
    let text = |column: &Option<String>| column.clone().unwrap_or_default();
    let identity = later.source_name.clone().map(|name| Identity {
        body: text(&later.source_body),
        unit: text(&later.source_unit),
        name,
        ..Identity::default()
    });
    let source = SourceKey {
        source: text(&later.source),
        key: text(&later.source_key),
        dataset: text(&later.dataset),
        edition: text(&later.edition),
        identity,
    };
    let note = Some(format!("until now the record {}; a person found both to be one tool", later.id));
    Ok(Prepared::new(Candidate { source: Some(source), id: None, record, trace, note, published_at: None }))
}

async fn text_of(tx: &Tx, id: &str) -> Result<Record, StoreError> {
    let missing = || StoreError::inconsistent("records", "version", id, "the version is missing");
    whole(tx, id).await?.ok_or_else(missing)
}

/// Makes the keys of the later record lead to the earlier one.
async fn lead_keys(
    tx: &Tx,
    found: &Match,
    earlier: &record::Model,
    later: &record::Model,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE source_keys SET record_seq = ");
    sql.bind(earlier.seq).push(" WHERE record_seq = ").bind(later.seq).run(tx).await?;
    Sql::new("UPDATE records SET source_key = NULL WHERE seq = ").bind(later.seq).run(tx).await?;
    let keys = [later, earlier].into_iter().filter_map(|one| {
        Some(OtherKey {
            key: one.source_key.clone()?,
            record: earlier.seq,
            edition: one.edition.clone().unwrap_or_default(),
            rule: BY_A_PERSON,
            said: found.said.clone(),
            known: found.known.clone(),
        })
    });
    keep_keys(tx, &found.source, &keys.collect::<Vec<_>>()).await
}
