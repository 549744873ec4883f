//! Redactions as requested and decided.

use chrono::{DateTime, Utc};
use domain::codes::{Code, WithheldGround};
use domain::redaction::{Redaction, Target};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::mention::Mention;
use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::log::history::Places;
use crate::{Db, StoreError, Tx};

/// Where the request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Requested.
    Asked,
    /// Carried out.
    Done,
    /// Refused by a second person.
    Refused,
}

impl State {
    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// A stored redaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// UUID.
    pub id: String,
    /// The record's id.
    pub record_id: String,
    /// Id of the organisation that owns the record, if known.
    pub owner: Option<String>,
    /// What goes; `None` once decided, because the words are deleted then.
    pub target: Option<Target>,
    /// Its ground.
    pub ground: WithheldGround,
    /// Why, for people.
    pub reason: String,
    /// Where the request stands.
    pub state: State,
    /// Id of the person who asked.
    pub asked_by: String,
    /// When they asked.
    pub asked_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub outcome: Option<String>,
    /// Public places removed, by version; until it is carried out, those that would be. Empty if it concerns
    /// sealed texts only.
    pub places: Vec<Places>,
    /// SHA-256 of the documents that go with it.
    pub documents: Vec<String>,
    /// Where else the words were found: when it was asked for, or, once decided, what still has them.
    pub elsewhere: Vec<Mention>,
    /// Whether the person who asked found the words in no version, only elsewhere.
    pub only_elsewhere: bool,
}

impl Stored {
    /// A new request.
    pub fn asked(
        record_id: &str,
        owner: Option<&str>,
        redaction: Redaction,
        person: &str,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            record_id: record_id.to_owned(),
            owner: owner.map(str::to_owned),
            target: Some(redaction.target),
            ground: redaction.ground,
            reason: redaction.reason,
            state: State::Asked,
            asked_by: person.to_owned(),
            asked_at: instant(micros(now)),
            decided_at: None,
            outcome: None,
            places: Vec::new(),
            documents: Vec::new(),
            elsewhere: Vec::new(),
            only_elsewhere: false,
        }
    }

    /// The redaction itself; `None` once it is decided.
    pub fn redaction(&self) -> Option<Redaction> {
        let target = self.target.clone()?;
        Some(Redaction { target, ground: self.ground, reason: self.reason.clone() })
    }
}

const COLUMNS: &str = "SELECT id, record_id, owner, pointer, words, ground, reason, state, asked_by, asked_at, \
    decided_at, outcome, places, value, documents, elsewhere, only_elsewhere FROM redactions";

fn read(row: &QueryResult) -> Result<Stored, StoreError> {
    let id: String = row.try_get_by("id")?;
    let wrong = |column, reason: String| StoreError::inconsistent("redactions", column, &id, reason);
    let (pointer, words): (Option<String>, Option<String>) =
        (row.try_get_by("pointer")?, row.try_get_by("words")?);
    let value: Option<String> = row.try_get_by("value")?;
    let value = value.as_deref().map(serde_json::from_str).transpose();
    let value = value.map_err(|error| wrong("value", error.to_string()))?;
    let field = pointer.zip(value).map(|(pointer, value)| Target::Field { pointer, value });
    let ground: String = row.try_get_by("ground")?;
    let state: String = row.try_get_by("state")?;
    let places: Option<String> = row.try_get_by("places")?;
    let (documents, elsewhere): (Option<String>, Option<String>) =
        (row.try_get_by("documents")?, row.try_get_by("elsewhere")?);
    let documents = documents.map_or(Ok(Vec::new()), |list| serde_json::from_str(&list));
    let elsewhere = elsewhere.map_or(Ok(Vec::new()), |list| serde_json::from_str(&list));
    Ok(Stored {
        record_id: row.try_get_by("record_id")?,
        owner: row.try_get_by("owner")?,
        target: field.or(words.map(Target::Words)),
        ground: WithheldGround::parse(&ground).map_err(|error| wrong("ground", error.to_string()))?,
        reason: row.try_get_by("reason")?,
        state: [State::Asked, State::Done, State::Refused]
            .into_iter()
            .find(|one| one.as_str() == state)
            .ok_or_else(|| wrong("state", state))?,
        asked_by: row.try_get_by("asked_by")?,
        asked_at: instant(row.try_get_by("asked_at")?),
        decided_at: row.try_get_by::<Option<i64>, _>("decided_at")?.map(instant),
        outcome: row.try_get_by("outcome")?,
        places: match places {
            Some(places) => {
                serde_json::from_str(&places).map_err(|error| wrong("places", error.to_string()))?
            }
            None => Vec::new(),
        },
        documents: documents.map_err(|error| wrong("documents", error.to_string()))?,
        elsewhere: elsewhere.map_err(|error| wrong("elsewhere", error.to_string()))?,
        only_elsewhere: row.try_get_by("only_elsewhere")?,
        id,
    })
}

/// Stores a request.
pub async fn insert(tx: &Tx, asked: &Stored) -> Result<(), StoreError> {
    let (pointer, value, words) = match &asked.target {
        Some(Target::Field { pointer, value }) => (Some(pointer.clone()), Some(value.to_string()), None),
        Some(Target::Words(words)) => (None, None, Some(words.clone())),
        None => (None, None, None),
    };
    let mut sql = Sql::new(
        "INSERT INTO redactions (id, record_id, owner, pointer, value, words, ground, reason, state, asked_by, asked_at, \
         places, documents, elsewhere, only_elsewhere) VALUES ",
    );
    sql.bind_list(values![
        asked.id.clone(),
        asked.record_id.clone(),
        asked.owner.clone(),
        pointer,
        value,
        words,
        asked.ground.as_str(),
        asked.reason.clone(),
        asked.state.as_str(),
        asked.asked_by.clone(),
        micros(asked.asked_at),
        json_of(&asked.places),
        json_of(&asked.documents),
        json_of(&asked.elsewhere),
        asked.only_elsewhere
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Finds a redaction of a record.
pub async fn find(tx: &Tx, record_id: &str, id: &str) -> Result<Option<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE id = ").bind(id).push(" AND record_id = ").bind(record_id);
    sql.one(tx).await?.as_ref().map(read).transpose()
}

/// Requests for the same redaction by the same person that still wait.
pub async fn waiting_for_same(tx: &Tx, asked: &Stored) -> Result<Vec<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = 'asked' AND record_id = ").bind(asked.record_id.clone());
    sql.push(" AND asked_by = ").bind(asked.asked_by.clone()).push(" ORDER BY seq");
    let rows = sql.all(tx).await?;
    let waiting = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(waiting.into_iter().filter(|one| one.target == asked.target).collect())
}

/// Redactions carried out on a record's public text, oldest first: this list is public. Those of sealed texts
/// only are left out, because they would reveal what was there.
pub async fn done(db: &Db, record_id: &str) -> Result<Vec<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = 'done' AND (places <> '[]' OR held_from IS NOT NULL) AND record_id = ")
        .bind(record_id);
    sql.push(" ORDER BY decided_at, seq").all(&db.read).await?.iter().map(read).collect()
}

/// Requests awaiting a second person, oldest first: those of these organisations, or, with `None`, those that
/// touch public text of any.
pub async fn waiting(db: &Db, owners: Option<&[String]>, limit: u64) -> Result<Vec<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = 'asked'");
    match owners {
        Some(owners) => sql.push(" AND owner IN ").bind_list(owners.iter().cloned()),
        None => sql.push(" AND (places <> '[]' OR only_elsewhere = TRUE)"),
    };
    sql.push(" ORDER BY seq LIMIT ").bind(limit.cast_signed());
    sql.all(&db.read).await?.iter().map(read).collect()
}

/// Refuses a request; its words are deleted.
pub async fn refuse(
    tx: &Tx,
    asked: &mut Stored,
    person: &str,
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    asked.outcome = Some(outcome.to_owned());
    decide(tx, asked, State::Refused, person, now).await
}

pub(super) async fn decide(
    tx: &Tx,
    asked: &mut Stored,
    state: State,
    person: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    asked.state = state;
    asked.decided_at = Some(instant(micros(now)));
    // This also ends `in_hand`: from here on the triggers protect the versions again.
    let mut sql = Sql::new("UPDATE redactions SET words = NULL, value = NULL, state = ");
    sql.bind(state.as_str()).push(", decided_by = ").bind(person);
    sql.push(", decided_at = ").bind(micros(now)).push(", outcome = ").bind(asked.outcome.clone());
    sql.push(", places = ")
        .bind(json_of(&asked.places))
        .push(", elsewhere = ")
        .bind(json_of(&asked.elsewhere))
        .push(" WHERE id = ")
        .bind(asked.id.clone())
        .run(tx)
        .await?;
    asked.target = None;
    forget_answers(tx, &asked.record_id).await
}

/// Blanks stored answers about a record and what belongs to it: they may quote the words. The keys stay, so a
/// repeated request still does nothing.
async fn forget_answers(tx: &Tx, record_id: &str) -> Result<(), StoreError> {
    let mut told = vec![record_id.to_owned()];
    for belonging in [
        "SELECT id AS id FROM submissions WHERE record_id = ",
        "SELECT DISTINCT upload AS id FROM submissions WHERE upload IS NOT NULL AND record_id = ",
        "SELECT id AS id FROM remarks WHERE record_id = ",
        "SELECT id AS id FROM links WHERE target_kind = 'record' AND target = ",
        "SELECT g.id AS id FROM gaps g JOIN gap_replies p ON p.gap_seq = g.seq WHERE p.record_id = ",
        "SELECT id AS id FROM gaps WHERE record_id = ",
        "SELECT a.id AS id FROM assessments a JOIN records r ON r.seq = a.record_seq WHERE r.id = ",
    ] {
        for row in Sql::new(belonging).bind(record_id).all(tx).await? {
            told.push(row.try_get_by("id")?);
        }
    }
    forget_answers_with(tx, told).await
}

/// Blanks stored answers that have one of these ids.
pub(super) async fn forget_answers_with(
    tx: &Tx,
    ids: impl IntoIterator<Item = String>,
) -> Result<(), StoreError> {
    for id in ids {
        let mut sql = Sql::new("UPDATE idempotency_keys SET body = ");
        sql.bind(FORGOTTEN).push(" WHERE body LIKE ").bind(format!("%{id}%")).run(tx).await?;
    }
    Ok(())
}

/// Replaces a stored answer.
const FORGOTTEN: &str = r#"{"detail":"this was done before; its answer was forgotten when something was taken out of its record"}"#;

pub(super) fn json_of<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).expect("places, hashes and mentions are JSON")
}
