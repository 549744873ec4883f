//! Redactions: one person asks, another carries them out. What goes is taken out of every version and of
//! everything that was made from them, in one transaction.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::{Code, WithheldGround};
use domain::redaction::{Redacted, Redaction, Target, scrub, scrub_value};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{instant, micros};
use crate::entity::{record, record_version, sealed_content};
use crate::maintenance::project_history;
use crate::prepare::hex_sha256;
use crate::publish::Names;
use crate::sql::Sql;
use crate::{Db, StoreError, Tx};

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody asks for it.
    Asked,
    /// It was carried out.
    Done,
    /// Somebody else decided against it.
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

/// The places in one version that were taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Number of the version.
    pub version: i64,
    /// JSON pointers into the record.
    pub pointers: Vec<String>,
}

/// A redaction as asked for or carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// UUID.
    pub id: String,
    /// The record's id.
    pub record_id: String,
    /// The organisation it belongs to, by id, where that is known.
    pub owner: Option<String>,
    /// What goes; `None` for words that went.
    pub target: Option<Target>,
    /// On which ground.
    pub ground: WithheldGround,
    /// Why, for people.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// Who asked, by id.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub outcome: Option<String>,
    /// What everybody could read and was taken out, of which version; before, what would be.
    pub places: Vec<Places>,
}

impl Stored {
    /// One that is only asked for.
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
        }
    }
}

const COLUMNS: &str = "SELECT id, record_id, owner, pointer, words, ground, reason, state, asked_by, asked_at, \
    decided_at, outcome, places FROM redactions";

fn read(row: &QueryResult) -> Result<Stored, StoreError> {
    let id: String = row.try_get_by_index(0)?;
    let wrong = |column, reason: String| StoreError::inconsistent("redactions", column, &id, reason);
    let (pointer, words): (Option<String>, Option<String>) =
        (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
    let ground: String = row.try_get_by_index(5)?;
    let state: String = row.try_get_by_index(7)?;
    let places: Option<String> = row.try_get_by_index(12)?;
    Ok(Stored {
        record_id: row.try_get_by_index(1)?,
        owner: row.try_get_by_index(2)?,
        target: pointer.map(Target::Field).or(words.map(Target::Words)),
        ground: WithheldGround::parse(&ground).map_err(|error| wrong("ground", error.to_string()))?,
        reason: row.try_get_by_index(6)?,
        state: [State::Asked, State::Done, State::Refused]
            .into_iter()
            .find(|one| one.as_str() == state)
            .ok_or_else(|| wrong("state", state))?,
        asked_by: row.try_get_by_index(8)?,
        asked_at: instant(row.try_get_by_index(9)?),
        decided_at: row.try_get_by_index::<Option<i64>>(10)?.map(instant),
        outcome: row.try_get_by_index(11)?,
        places: match places {
            Some(places) => {
                serde_json::from_str(&places).map_err(|error| wrong("places", error.to_string()))?
            }
            None => Vec::new(),
        },
        id,
    })
}

/// Keeps one that is asked for.
pub async fn insert(tx: &Tx, asked: &Stored) -> Result<(), StoreError> {
    let (pointer, words) = match &asked.target {
        Some(Target::Field(pointer)) => (Some(pointer.clone()), None),
        Some(Target::Words(words)) => (None, Some(words.clone())),
        None => (None, None),
    };
    let mut sql = Sql::new(
        "INSERT INTO redactions (id, record_id, owner, pointer, words, ground, reason, state, asked_by, asked_at) VALUES ",
    );
    sql.bind_list(values![
        asked.id.clone(),
        asked.record_id.clone(),
        asked.owner.clone(),
        pointer,
        words,
        asked.ground.as_str(),
        asked.reason.clone(),
        asked.state.as_str(),
        asked.asked_by.clone(),
        micros(asked.asked_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Finds one of a record.
pub async fn find(tx: &Tx, record_id: &str, id: &str) -> Result<Option<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE id = ").bind(id).push(" AND record_id = ").bind(record_id);
    sql.one(tx).await?.as_ref().map(read).transpose()
}

/// What was taken out of what everybody could read of a record, oldest first: this is public. What was taken out of
/// sealed texts only is not told, since that it stood there would be.
pub async fn done(db: &Db, record_id: &str) -> Result<Vec<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = 'done' AND places <> '[]' AND record_id = ").bind(record_id);
    sql.push(" ORDER BY decided_at, seq").all(&db.read).await?.iter().map(read).collect()
}

/// What waits for a second person, oldest first: of these organisations, or of all.
pub async fn waiting(db: &Db, owners: Option<&[String]>, limit: u64) -> Result<Vec<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = 'asked'");
    if let Some(owners) = owners {
        sql.push(" AND owner IN ").bind_list(owners.iter().cloned());
    }
    sql.push(" ORDER BY seq LIMIT ").bind(limit.cast_signed());
    sql.all(&db.read).await?.iter().map(read).collect()
}

/// Decides against one; its words are forgotten.
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

async fn decide(
    tx: &Tx,
    asked: &mut Stored,
    state: State,
    person: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    asked.state = state;
    asked.decided_at = Some(instant(micros(now)));
    let mut sql = Sql::new("UPDATE redactions SET words = NULL, state = ");
    sql.bind(state.as_str()).push(", decided_by = ").bind(person);
    sql.push(", decided_at = ").bind(micros(now)).push(", outcome = ").bind(asked.outcome.clone());
    let places = serde_json::to_string(&asked.places).expect("places are JSON");
    sql.push(", places = ").bind(places).push(" WHERE id = ").bind(asked.id.clone()).run(tx).await?;
    if matches!(asked.target, Some(Target::Words(_))) {
        asked.target = None;
    }
    Ok(())
}

/// Where it would be taken out: of which versions, and which pointers into them; with sealed texts only for whoever
/// may read them. Empty when it stands nowhere.
///
/// Errors: [`StoreError::Conflict`] when it cannot go by itself.
pub async fn places(
    conn: &impl ConnectionTrait,
    record_id: &str,
    redaction: &Redaction,
    sealed: bool,
) -> Result<Vec<Places>, StoreError> {
    let mut places = Vec::new();
    let Some(known) = known(conn, record_id).await? else { return Ok(places) };
    for (version, text) in contents(conn, &known, sealed).await? {
        if let Some(redacted) = redacted(record_id, &text, redaction)? {
            add(&mut places, version, redacted.places);
        }
    }
    Ok(places)
}

fn add(places: &mut Vec<Places>, version: i64, pointers: Vec<String>) {
    match places.iter_mut().find(|one| one.version == version) {
        Some(known) => {
            for pointer in pointers {
                if !known.pointers.contains(&pointer) {
                    known.pointers.push(pointer);
                }
            }
        }
        None => places.push(Places { version, pointers }),
    }
}

async fn known(conn: &impl ConnectionTrait, record_id: &str) -> Result<Option<record::Model>, StoreError> {
    Ok(record::Entity::find().filter(record::COLUMN.id.eq(record_id)).one(conn).await?)
}

/// Everything a record says and said, by version.
async fn contents(
    conn: &impl ConnectionTrait,
    known: &record::Model,
    sealed: bool,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut sql = Sql::new("SELECT number, content FROM record_versions WHERE record_seq = ");
    sql.bind(known.seq);
    if sealed {
        sql.push(" UNION ALL SELECT number, content FROM sealed_contents WHERE record_seq = ")
            .bind(known.seq);
    }
    let rows = sql.push(" ORDER BY number").all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

fn redacted(id: &str, content: &str, redaction: &Redaction) -> Result<Option<Redacted>, StoreError> {
    let record: Record = serde_json::from_str(content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", id, error))?;
    redaction.of(&record).map_err(|error| StoreError::Conflict(format!("{error}: name what it is part of")))
}

fn json(record: &Record) -> String {
    serde_json::to_string(record).expect("a record is JSON")
}

/// Carries out what was asked for: versions, sealed texts, drafts, listings, remarks and kept answers lose it.
/// [`Db::begin`] began the transaction.
///
/// Errors: [`StoreError::Conflict`] when it stands nowhere any more.
pub async fn carry_out(
    tx: &Tx,
    names: &Names,
    asked: &mut Stored,
    person: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(target) = asked.target.clone() else {
        return Err(StoreError::Conflict("it was decided before".to_owned()));
    };
    let redaction = Redaction { target, ground: asked.ground, reason: asked.reason.clone() };
    let Some(mut known) = known(tx, &asked.record_id).await? else {
        return Err(StoreError::Conflict(format!("there is no record {}", asked.record_id)));
    };
    let mut sql = Sql::new("UPDATE redactions SET state = 'in_hand' WHERE id = ");
    sql.bind(asked.id.clone()).run(tx).await?;
    asked.places.clear();
    let mut found = sealed(tx, &known, &redaction).await?;
    found.extend(versions(tx, &known, &redaction, asked).await?);
    if found.is_empty() {
        return Err(StoreError::Conflict("it stands in no version of the record any more".to_owned()));
    }
    let mut gone: Vec<String> = found.into_iter().flatten().collect();
    gone.sort_by(|one, other| (other.len(), other).cmp(&(one.len(), one)));
    gone.dedup();
    traces(tx, &known, &gone).await?;
    drafts(tx, &asked.record_id, &redaction, now).await?;
    elsewhere(tx, asked, &gone).await?;
    let whole = crate::submissions::whole(tx, &asked.record_id).await?;
    known.full_sha256 = whole.map_or(known.full_sha256, |record| hex_sha256(json(&record).as_bytes()));
    let mut sql = Sql::new("UPDATE records SET redacted_at = ");
    sql.bind(micros(now)).push(", full_sha256 = ").bind(known.full_sha256.clone());
    let reason = known.withdrawn_reason.as_deref().map(|reason| scrub(reason, &gone));
    sql.push(", withdrawn_reason = ").bind(reason).push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    project_history(tx, names, &known, now.date_naive()).await?;
    decide(tx, asked, State::Done, person, now).await
}

/// Takes it out of the published versions; returns the texts that went, of each.
async fn versions(
    tx: &Tx,
    known: &record::Model,
    redaction: &Redaction,
    asked: &mut Stored,
) -> Result<Vec<Vec<String>>, StoreError> {
    let rows = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(known.seq))
        .order_by_asc(record_version::COLUMN.number)
        .all(tx)
        .await?;
    let mut gone = Vec::new();
    for row in rows {
        let Some(redacted) = redacted(&known.id, &row.content, redaction)? else { continue };
        let content = json(&redacted.record);
        let mut sql = Sql::new("UPDATE record_versions SET content_sha256 = ");
        sql.bind(hex_sha256(content.as_bytes())).push(", content = ").bind(content);
        sql.push(" WHERE record_seq = ").bind(known.seq).push(" AND number = ").bind(row.number);
        sql.run(tx).await?;
        add(&mut asked.places, row.number, redacted.places);
        gone.push(redacted.gone);
    }
    Ok(gone)
}

/// Takes it out of the contents with sealed texts; returns the texts that went, of each.
async fn sealed(
    tx: &Tx,
    known: &record::Model,
    redaction: &Redaction,
) -> Result<Vec<Vec<String>>, StoreError> {
    let rows = sealed_content::Entity::find()
        .filter(sealed_content::Column::RecordSeq.eq(known.seq))
        .all(tx)
        .await?;
    let mut gone = Vec::new();
    for row in rows {
        let Some(redacted) = redacted(&known.id, &row.content, redaction)? else { continue };
        let mut sql = Sql::new("UPDATE sealed_contents SET content = ");
        sql.bind(json(&redacted.record)).push(" WHERE record_seq = ").bind(known.seq);
        sql.push(" AND number = ").bind(row.number).push(" AND revision = ").bind(row.revision);
        sql.run(tx).await?;
        gone.push(redacted.gone);
    }
    Ok(gone)
}

/// Takes what went out of the notes of versions and of the rows they were imported from.
async fn traces(tx: &Tx, known: &record::Model, gone: &[String]) -> Result<(), StoreError> {
    let rows = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(known.seq))
        .all(tx)
        .await?;
    for row in rows {
        let note = row.note.as_deref().map(|note| scrub(note, gone));
        let import = match &row.import {
            Some(text) => {
                let mut trace: serde_json::Value = serde_json::from_str(text).map_err(|error| {
                    StoreError::inconsistent("record_versions", "import", &known.id, error)
                })?;
                let before = trace.clone();
                scrub_value(&mut trace["raw"], gone);
                if trace != before {
                    // The hash of the whole row would tell what went.
                    trace["raw_sha256"] = hex_sha256(trace["raw"].to_string().as_bytes()).into();
                }
                Some(trace.to_string())
            }
            None => None,
        };
        if note == row.note && import == row.import {
            continue;
        }
        let mut sql = Sql::new("UPDATE record_versions SET note = ");
        sql.bind(note).push(", import = ").bind(import);
        sql.push(" WHERE record_seq = ").bind(known.seq).push(" AND number = ").bind(row.number);
        sql.run(tx).await?;
    }
    Ok(())
}

/// Takes it out of the drafts of the record, whatever became of them.
async fn drafts(
    tx: &Tx,
    record_id: &str,
    redaction: &Redaction,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT id FROM submissions WHERE record_id = ");
    for row in sql.bind(record_id).all(tx).await? {
        let id: String = row.try_get_by_index(0)?;
        let Some(mut submission) = crate::submissions::find(tx, &id).await? else { continue };
        let redacted = redaction
            .of(&submission.record)
            .map_err(|error| StoreError::Conflict(format!("{error}: name what it is part of")))?;
        let Some(redacted) = redacted else { continue };
        submission.note = submission.note.map(|note| scrub(&note, &redacted.gone));
        submission.record = redacted.record;
        crate::submissions::replace(tx, &submission, now).await?;
    }
    Ok(())
}

/// Takes what went out of remarks beside the record, and out of answers and reports that were kept.
async fn elsewhere(tx: &Tx, asked: &Stored, gone: &[String]) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT id, text, outcome, reply FROM remarks WHERE record_id = ");
    for row in sql.bind(asked.record_id.clone()).all(tx).await? {
        let text: String = row.try_get_by_index(1)?;
        let other = |place| -> Result<Option<String>, StoreError> {
            Ok(row.try_get_by_index::<Option<String>>(place)?.map(|text| scrub(&text, gone)))
        };
        let mut sql = Sql::new("UPDATE remarks SET text = ");
        sql.bind(scrub(&text, gone)).push(", outcome = ").bind(other(2)?).push(", reply = ").bind(other(3)?);
        sql.push(" WHERE id = ").bind(row.try_get_by_index::<String>(0)?).run(tx).await?;
    }
    for one in gone {
        // As it stands inside JSON.
        let quoted = serde_json::to_string(one).expect("a text is JSON");
        let inside = quoted[1..quoted.len() - 1].to_owned();
        for (table, column, owner) in
            [("uploads", "report", asked.owner.as_ref()), ("idempotency_keys", "body", None)]
        {
            let mut sql = Sql::new(&format!("UPDATE {table} SET {column} = replace({column}, "));
            sql.bind(inside.clone()).push(", ").bind(domain::redaction::MARK).push(")");
            sql.push(&format!(" WHERE replace({column}, "))
                .bind(inside.clone())
                .push(&format!(", '') <> {column}"));
            if let Some(owner) = owner {
                sql.push(" AND owner = ").bind(owner.clone());
            }
            sql.run(tx).await?;
        }
    }
    Ok(())
}
