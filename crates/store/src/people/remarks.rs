//! Remarks: annotations, corrections and replies beside a record. Public code reads only published ones.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// Kinds of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemarkKind {
    /// What an observer, oversight body or regulator says beside a record.
    Annotation,
    /// Anybody's report that something is wrong.
    Correction,
    /// The record's own body answering.
    Reply,
}

impl RemarkKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Annotation, Self::Correction, Self::Reply];

    /// The word for it in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annotation => "annotation",
            Self::Correction => "correction",
            Self::Reply => "reply",
        }
    }
}

/// What became of a remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemarkState {
    /// Awaiting a decision.
    Pending,
    /// Shown beside the record.
    Published,
    /// A correction that is right.
    Accepted,
    /// Neither shown nor right.
    Declined,
}

impl RemarkState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Published, Self::Accepted, Self::Declined];

    /// The word for it in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Published => "published",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// UUID.
    pub id: String,
    /// The record's id.
    pub record_id: String,
    /// Its kind.
    pub kind: RemarkKind,
    /// Id of the organisation that made it; `None` for the public.
    pub organisation: Option<String>,
    /// What became of it.
    pub state: RemarkState,
    /// Its text.
    pub text: String,
    /// Where the evidence is.
    pub evidence: Option<String>,
    /// The decision, in words.
    pub outcome: Option<String>,
    /// The reply of the record's body.
    pub reply: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}

impl Remark {
    /// A new remark, awaiting a decision.
    pub fn pending(
        record_id: &str,
        kind: RemarkKind,
        organisation: Option<&str>,
        text: String,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            record_id: record_id.to_owned(),
            kind,
            organisation: organisation.map(str::to_owned),
            state: RemarkState::Pending,
            text,
            evidence: None,
            outcome: None,
            reply: None,
            created_at: instant(micros(now)),
            decided_at: None,
        }
    }
}

const COLUMNS: &str = "SELECT id, record_id, kind, organisation, state, text, evidence, outcome, reply, created_at, \
    decided_at, seq FROM remarks";

fn read(row: &QueryResult) -> Result<Remark, StoreError> {
    let id: String = row.try_get_by("id")?;
    let (kind, state): (String, String) = (row.try_get_by("kind")?, row.try_get_by("state")?);
    let unknown = |column, word: &str| {
        StoreError::inconsistent("remarks", column, &id, format!("'{word}' is not one of its words"))
    };
    let known_kind = RemarkKind::ALL.into_iter().find(|one| one.as_str() == kind);
    let known_state = RemarkState::ALL.into_iter().find(|one| one.as_str() == state);
    Ok(Remark {
        kind: known_kind.ok_or_else(|| unknown("kind", &kind))?,
        state: known_state.ok_or_else(|| unknown("state", &state))?,
        id,
        record_id: row.try_get_by("record_id")?,
        organisation: row.try_get_by("organisation")?,
        text: row.try_get_by("text")?,
        evidence: row.try_get_by("evidence")?,
        outcome: row.try_get_by("outcome")?,
        reply: row.try_get_by("reply")?,
        created_at: instant(row.try_get_by("created_at")?),
        decided_at: row.try_get_by::<Option<i64>, _>("decided_at")?.map(instant),
    })
}

/// Stores a remark; of a correction's reference only the SHA-256, hex.
pub async fn insert(tx: &Tx, remark: &Remark, reference: Option<&str>) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO remarks (id, reference, record_id, kind, organisation, state, text, evidence, created_at, decided_at) VALUES ",
    );
    sql.bind_list(values![
        remark.id.clone(),
        reference.map(str::to_owned),
        remark.record_id.clone(),
        remark.kind.as_str(),
        remark.organisation.clone(),
        remark.state.as_str(),
        remark.text.clone(),
        remark.evidence.clone(),
        micros(remark.created_at),
        remark.decided_at.map(micros)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Stores a decision or reply.
pub async fn update(tx: &Tx, remark: &Remark) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE remarks SET state = ");
    sql.bind(remark.state.as_str()).push(", outcome = ").bind(remark.outcome.clone());
    sql.push(", reply = ").bind(remark.reply.clone());
    sql.push(", decided_at = ").bind(remark.decided_at.map(micros));
    sql.push(" WHERE id = ").bind(remark.id.clone()).run(tx).await?;
    Ok(())
}

/// Finds a remark.
pub async fn find(tx: &Tx, id: &str) -> Result<Option<Remark>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE id = ").bind(id).one(tx).await?.as_ref().map(read).transpose()
}

/// The correction with this reference (SHA-256, hex).
pub async fn referred(db: &Db, reference: &str) -> Result<Option<Remark>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE reference = ").bind(reference).one(&db.read).await?.as_ref().map(read).transpose()
}

/// The published remarks beside a record, oldest first.
pub async fn shown(db: &Db, record_id: &str) -> Result<Vec<Remark>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE record_id = ").bind(record_id);
    sql.push(" AND state = ").bind(RemarkState::Published.as_str());
    let rows = sql.push(" ORDER BY seq").all(&db.read).await?;
    rows.iter().map(read).collect()
}

/// Remarks awaiting a decision, oldest first.
pub async fn waiting(db: &Db, limit: u64) -> Result<Vec<Remark>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = ").bind(RemarkState::Pending.as_str());
    sql.push(" ORDER BY seq LIMIT ").bind(limit.cast_signed());
    sql.all(&db.read).await?.iter().map(read).collect()
}

/// The accepted corrections and published annotations that wait for one of these organisations: about records it owns
/// (ids) or that name it as publisher (slugs), until a new version is published or the body replies; those decided
/// first come first.
///
/// Which of them are for which organisation is for the caller to say: publishers are joint ones too.
pub async fn to_answer(
    conn: &impl ConnectionTrait,
    ids: &[String],
    slugs: &[String],
    limit: u64,
) -> Result<Vec<Remark>, StoreError> {
    if ids.is_empty() || slugs.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(
        " WHERE id IN (SELECT m.id FROM remarks m JOIN records r ON r.id = m.record_id WHERE r.state = 'published' \
         AND (m.kind = 'correction' AND m.state = 'accepted' OR m.kind = 'annotation' AND m.state = 'published') \
         AND (r.owner IN ",
    );
    sql.bind_list(ids.iter().cloned());
    sql.push(
        " OR EXISTS (SELECT 1 FROM listed_parties p WHERE p.change = r.change AND p.role = 'publisher' AND p.slug IN ",
    );
    sql.bind_list(slugs.iter().cloned());
    sql.push(
        ")) AND NOT EXISTS (SELECT 1 FROM events e WHERE e.record_seq = r.seq AND e.kind = 'published' \
         AND e.at > m.decided_at) AND NOT EXISTS (SELECT 1 FROM remarks a WHERE a.record_id = m.record_id \
         AND a.kind = 'reply' AND a.state = 'published' AND a.decided_at > m.decided_at)) \
         ORDER BY decided_at, seq LIMIT ",
    );
    sql.bind(limit.cast_signed()).all(conn).await?.iter().map(read).collect()
}

/// How many corrections of a record are pending, and how many the whole register received since a moment.
pub async fn corrections(tx: &Tx, record_id: &str, since: DateTime<Utc>) -> Result<(i64, i64), StoreError> {
    let mut of_record = Sql::new("SELECT count(*) FROM remarks WHERE kind = ");
    of_record.bind(RemarkKind::Correction.as_str()).push(" AND state = ");
    of_record.bind(RemarkState::Pending.as_str()).push(" AND record_id = ").bind(record_id);
    let mut of_all = Sql::new("SELECT count(*) FROM remarks WHERE kind = ");
    of_all.bind(RemarkKind::Correction.as_str()).push(" AND created_at > ").bind(micros(since));
    Ok((of_record.number(tx).await?, of_all.number(tx).await?))
}
