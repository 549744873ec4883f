//! Redactions: one person asks, another carries them out. What goes is taken out of every version and of
//! everything that was made from them, in one transaction.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::{Code, WithheldGround};
use domain::redaction::{Inseparable, MARK, Redaction, Target, scrub, value_at};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::ground::db::{count_changes, instant, micros};
use crate::ground::entity::{record, record_version, sealed_content};
use crate::ground::hash::hex_sha256;
use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::log;
use crate::log::history;
pub use crate::log::history::Places;
use crate::names::Names;
use crate::records::relisting::project_history;
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

/// A redaction as asked for or carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// UUID.
    pub id: String,
    /// The record's id.
    pub record_id: String,
    /// The organisation it belongs to, by id, where that is known.
    pub owner: Option<String>,
    /// What goes; `None` once it is decided.
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
    /// What everybody could read and was taken out, of which version; before, what would be. Empty for what stands in
    /// sealed texts only.
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
    decided_at, outcome, places, value FROM redactions";

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
        id,
    })
}

/// Keeps one that is asked for.
pub async fn insert(tx: &Tx, asked: &Stored) -> Result<(), StoreError> {
    let (pointer, value, words) = match &asked.target {
        Some(Target::Field { pointer, value }) => (Some(pointer.clone()), Some(value.to_string()), None),
        Some(Target::Words(words)) => (None, None, Some(words.clone())),
        None => (None, None, None),
    };
    let mut sql = Sql::new(
        "INSERT INTO redactions (id, record_id, owner, pointer, value, words, ground, reason, state, asked_by, asked_at, \
         places) VALUES ",
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
        json_of(&asked.places)
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

/// What waits for a second person, oldest first: of these organisations, or of all what stands in what everybody may
/// read.
pub async fn waiting(db: &Db, owners: Option<&[String]>, limit: u64) -> Result<Vec<Stored>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE state = 'asked'");
    match owners {
        Some(owners) => sql.push(" AND owner IN ").bind_list(owners.iter().cloned()),
        None => sql.push(" AND places <> '[]'"),
    };
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
    let mut sql = Sql::new("UPDATE redactions SET words = NULL, value = NULL, state = ");
    sql.bind(state.as_str()).push(", decided_by = ").bind(person);
    sql.push(", decided_at = ").bind(micros(now)).push(", outcome = ").bind(asked.outcome.clone());
    sql.push(", places = ")
        .bind(json_of(&asked.places))
        .push(" WHERE id = ")
        .bind(asked.id.clone())
        .run(tx)
        .await?;
    asked.target = None;
    forget_answers(tx, &asked.record_id).await
}

/// The value at a pointer into one version of a record, the current one if none is named; of its sealed texts too
/// for those who may read them. `None` when nothing stands there, the inner error when it must stay.
pub async fn value(
    conn: &Tx,
    record_id: &str,
    pointer: &str,
    version: Option<i64>,
    sealed: bool,
) -> Result<Result<Option<Value>, Inseparable>, StoreError> {
    let Some(known) = known(conn, record_id).await? else { return Ok(Ok(None)) };
    let version = version.unwrap_or(known.version);
    let mut found = Ok(None);
    for (_, text) in contents(conn, &known, sealed).await?.into_iter().filter(|(one, _)| *one == version) {
        match value_at(&record(record_id, &text)?, pointer) {
            Ok(None) => {}
            one => found = one,
        }
    }
    Ok(found)
}

/// Where it would be taken out: of which versions, and which pointers into them; of sealed texts too for those who
/// may read them. Empty when it stands nowhere.
pub async fn places(
    conn: &Tx,
    record_id: &str,
    redaction: &Redaction,
    sealed: bool,
) -> Result<Vec<Places>, StoreError> {
    let mut places = Vec::new();
    let Some(known) = known(conn, record_id).await? else { return Ok(places) };
    for (version, text) in contents(conn, &known, sealed).await? {
        if let Some(redacted) = redaction.of(&record(record_id, &text)?) {
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

fn record(id: &str, content: &str) -> Result<Record, StoreError> {
    serde_json::from_str(content)
        .map_err(|error| StoreError::inconsistent("record_versions", "content", id, error))
}

fn json_of(places: &[Places]) -> String {
    serde_json::to_string(places).expect("places are JSON")
}

fn json(record: &Record) -> String {
    serde_json::to_string(record).expect("a record is JSON")
}

/// Carries out what was asked for: versions, sealed texts, drafts, listings, notes, remarks, reports and kept answers
/// lose it. [`Db::begin`] began the transaction.
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
    let before = log::all_said(tx, &known).await?;
    let in_sealed = sealed(tx, &known, &redaction).await?;
    let in_public = versions(tx, &known, &redaction, asked).await?;
    if !in_sealed && !in_public {
        return Err(StoreError::Conflict("it stands in no version of the record any more".to_owned()));
    }
    drafts(tx, &asked.record_id, &redaction, now).await?;
    // What stood in sealed texts only is looked for in nothing that everybody reads: a mark would tell.
    let gone = if in_public { redaction.texts() } else { Vec::new() };
    if in_public {
        traces(tx, &known, &gone).await?;
    }
    elsewhere(tx, asked, &gone).await?;
    let whole = crate::records::sealed::whole(tx, &asked.record_id).await?;
    known.full_sha256 = whole.map_or(known.full_sha256, |record| hex_sha256(json(&record).as_bytes()));
    let mut sql = Sql::new("UPDATE records SET redacted_at = ");
    sql.bind(micros(now)).push(", full_sha256 = ").bind(known.full_sha256.clone());
    let reason = known.withdrawn_reason.as_deref().map(|reason| scrub(reason, &gone));
    sql.push(", withdrawn_reason = ").bind(reason).push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    if in_public {
        let left = log::forget(tx, &known, &before).await?;
        let mut sql = Sql::new("UPDATE redactions SET places = ");
        sql.bind(json_of(&asked.places)).push(", says_now = ");
        sql.bind(serde_json::to_string(&left).expect("texts are JSON"))
            .push(" WHERE id = ")
            .bind(asked.id.clone())
            .run(tx)
            .await?;
        let change = count_changes(tx, 1, now).await?;
        log::note(tx, change, history::Kind::Redacted, &known, Some(&asked.id), now).await?;
    }
    settings::set(tx, settings::PURGE_DUE, &asked.id).await?;
    project_history(tx, names, &known, now.date_naive()).await?;
    forget_names(tx, &redaction).await?;
    decide(tx, asked, State::Done, person, now).await
}

/// Takes it out of the published versions; says whether it stood there.
async fn versions(
    tx: &Tx,
    known: &record::Model,
    redaction: &Redaction,
    asked: &mut Stored,
) -> Result<bool, StoreError> {
    let rows = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(known.seq))
        .order_by_asc(record_version::COLUMN.number)
        .all(tx)
        .await?;
    for row in rows {
        let Some(redacted) = redaction.of(&record(&known.id, &row.content)?) else { continue };
        let mut sql = Sql::new("UPDATE record_versions SET content = ");
        sql.bind(json(&redacted.record));
        sql.push(" WHERE record_seq = ").bind(known.seq).push(" AND number = ").bind(row.number);
        sql.run(tx).await?;
        add(&mut asked.places, row.number, redacted.places);
    }
    Ok(!asked.places.is_empty())
}

/// Takes it out of the contents with sealed texts; says whether it stood there.
async fn sealed(tx: &Tx, known: &record::Model, redaction: &Redaction) -> Result<bool, StoreError> {
    let rows = sealed_content::Entity::find()
        .filter(sealed_content::Column::RecordSeq.eq(known.seq))
        .all(tx)
        .await?;
    let mut found = false;
    for row in rows {
        let Some(redacted) = redaction.of(&record(&known.id, &row.content)?) else { continue };
        let mut sql = Sql::new("UPDATE sealed_contents SET content = ");
        sql.bind(json(&redacted.record)).push(" WHERE record_seq = ").bind(known.seq);
        sql.push(" AND number = ").bind(row.number).push(" AND revision = ").bind(row.revision);
        sql.run(tx).await?;
        found = true;
    }
    Ok(found)
}

/// Takes what went out of the notes of versions, and forgets the rows they were imported from: a source writes
/// things in its own way, and nothing else would be sure to find them there.
async fn traces(tx: &Tx, known: &record::Model, gone: &[String]) -> Result<(), StoreError> {
    let rows = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(known.seq))
        .all(tx)
        .await?;
    for row in rows {
        let import = match &row.import {
            Some(text) => {
                let mut trace: Value = serde_json::from_str(text).map_err(|error| {
                    StoreError::inconsistent("record_versions", "import", &known.id, error)
                })?;
                trace["raw"] = MARK.into();
                trace["raw_sha256"] = hex_sha256(trace["raw"].to_string().as_bytes()).into();
                Some(trace.to_string())
            }
            None => None,
        };
        let mut sql = Sql::new("UPDATE record_versions SET note = ");
        sql.bind(row.note.as_deref().map(|note| scrub(note, gone))).push(", import = ").bind(import);
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
        let Some(mut submission) = crate::people::submissions::find(tx, &id).await? else { continue };
        let note = submission.note.as_deref().map(|note| scrub(note, &redaction.texts()));
        match redaction.of(&submission.record) {
            Some(redacted) => submission.record = redacted.record,
            None if note == submission.note => continue,
            None => {}
        }
        submission.note = note;
        crate::people::submissions::replace(tx, &submission, now).await?;
    }
    Ok(())
}

/// Takes what went out of remarks beside the record, of its links and gaps, and of reports of uploads.
async fn elsewhere(tx: &Tx, asked: &Stored, gone: &[String]) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT id, text, outcome, reply, evidence FROM remarks WHERE record_id = ");
    for row in sql.bind(asked.record_id.clone()).all(tx).await? {
        let text: String = row.try_get_by_index(1)?;
        let other = |place| -> Result<Option<String>, StoreError> {
            Ok(row.try_get_by_index::<Option<String>>(place)?.map(|text| scrub(&text, gone)))
        };
        let mut sql = Sql::new("UPDATE remarks SET text = ");
        sql.bind(scrub(&text, gone)).push(", outcome = ").bind(other(2)?).push(", reply = ").bind(other(3)?);
        sql.push(", evidence = ").bind(other(4)?);
        sql.push(" WHERE id = ").bind(row.try_get_by_index::<String>(0)?).run(tx).await?;
    }
    // Why something was taken out before is public as well.
    let mut sql = Sql::new("SELECT id, reason, outcome FROM redactions WHERE record_id = ");
    for row in sql.bind(asked.record_id.clone()).all(tx).await? {
        let (reason, outcome): (String, Option<String>) =
            (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let mut sql = Sql::new("UPDATE redactions SET reason = ");
        sql.bind(scrub(&reason, gone)).push(", outcome = ").bind(outcome.map(|text| scrub(&text, gone)));
        sql.push(" WHERE id = ").bind(row.try_get_by_index::<String>(0)?).run(tx).await?;
    }
    crate::procurement::links::scrub(tx, &asked.record_id, |text| scrub(text, gone)).await?;
    crate::procurement::gaps::scrub(tx, &asked.record_id, |text| scrub(text, gone)).await?;
    let mut sql =
        Sql::new("SELECT DISTINCT upload FROM submissions WHERE upload IS NOT NULL AND record_id = ");
    for row in sql.bind(asked.record_id.clone()).all(tx).await? {
        let upload: String = row.try_get_by_index(0)?;
        let mut sql = Sql::new("SELECT report FROM uploads WHERE id = ");
        let Some(row) = sql.bind(upload.clone()).one(tx).await? else { continue };
        let report: String = row.try_get_by_index(0)?;
        let mut report: Value = serde_json::from_str(&report)
            .map_err(|error| StoreError::inconsistent("uploads", "report", &upload, error))?;
        for (list, texts) in [("drafts", &["title"][..]), ("errors", &["detail", "hint"])] {
            for item in report[list].as_array_mut().into_iter().flatten() {
                for text in texts {
                    if let Some(Value::String(text)) = item.get_mut(*text) {
                        *text = scrub(text, gone);
                    }
                }
            }
        }
        let mut sql = Sql::new("UPDATE uploads SET report = ");
        sql.bind(report.to_string()).push(" WHERE id = ").bind(upload).run(tx).await?;
    }
    Ok(())
}

/// Forgets the answers that were kept about a record and its drafts.
async fn forget_answers(tx: &Tx, record_id: &str) -> Result<(), StoreError> {
    let mut told = vec![record_id.to_owned()];
    let mut sql = Sql::new("SELECT id FROM submissions WHERE record_id = ");
    for row in sql.bind(record_id).all(tx).await? {
        told.push(row.try_get_by_index(0)?);
    }
    for id in told {
        let mut sql = Sql::new("UPDATE idempotency_keys SET body = ");
        sql.bind(FORGOTTEN).push(" WHERE body LIKE ").bind(format!("%{id}%")).run(tx).await?;
    }
    Ok(())
}

/// Forgets bodies and products that only a name in this record was, once no listing names them any more.
async fn forget_names(tx: &Tx, redaction: &Redaction) -> Result<(), StoreError> {
    if !matches!(redaction.target, Target::Field { .. }) {
        return Ok(());
    }
    for name in redaction.strings() {
        let key = domain::text::name_key(&name);
        let mut sql = Sql::new(
            "DELETE FROM organisation_identifiers WHERE organisation_seq IN \
             (SELECT seq FROM organisations WHERE resolution = 'unresolved' AND name_key = ",
        );
        sql.bind(key.clone());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM listed_parties p WHERE p.slug = organisations.slug)");
        sql.push(" AND NOT EXISTS (SELECT 1 FROM contract_parties x WHERE x.slug = organisations.slug))");
        sql.run(tx).await?;
        let mut sql = Sql::new("DELETE FROM organisations WHERE resolution = 'unresolved' AND name_key = ");
        sql.bind(key.clone());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM listed_parties p WHERE p.slug = organisations.slug)");
        // What a public notice names, it goes on naming.
        sql.push(" AND NOT EXISTS (SELECT 1 FROM contract_parties x WHERE x.slug = organisations.slug)");
        let forgotten = sql.run(tx).await?;
        let mut sql = Sql::new("DELETE FROM products WHERE name_key = ");
        sql.bind(key.clone());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.facets LIKE '%product=' || products.slug || '%')");
        if sql.run(tx).await? > 0 {
            let orphans = "DELETE FROM links WHERE target_kind = 'product' \
                AND NOT EXISTS (SELECT 1 FROM products p WHERE p.slug = links.target)";
            Sql::new(orphans).run(tx).await?;
        }
        if forgotten > 0 {
            crate::names::products::forget_supplier(tx, &key).await?;
        }
    }
    Ok(())
}

/// Stands in the place of an answer that was kept.
const FORGOTTEN: &str = r#"{"detail":"this was done before; its answer was forgotten when something was taken out of its record"}"#;
