//! Carrying out a redaction, in one transaction, everywhere the words are stored.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::naming::{name_key, product_key};
use domain::redaction::{MARK, Redaction, Target, scrub};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use super::asked::{State, Stored, decide, forget_answers_with, json_of};
use super::elsewhere;
use super::mention::{Mention, MentionKind, Named, Search};
use super::places::{add, known, record};
use super::taken_out;
use crate::ground::db::{count_changes, micros};
use crate::ground::entity::{record, record_version, sealed_content};
use crate::ground::hash::hex_sha256;
use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::log;
use crate::log::history;
use crate::names::Names;
use crate::people::documents;
use crate::records::relisting::project_history;
use crate::{StoreError, Tx};

/// Where else the words of a request stand, outside the record's versions. If only sealed texts have them
/// (`only_sealed`), nothing public would go. `named` are the record's documents.
pub async fn look_elsewhere(
    tx: &Tx,
    asked: &Stored,
    only_sealed: bool,
    named: &[Named],
) -> Result<Vec<Mention>, StoreError> {
    let Some(redaction) = asked.redaction() else { return Ok(Vec::new()) };
    let texts = redaction.texts();
    elsewhere::mentions(tx, &search(asked, &redaction, &texts, !only_sealed), named).await
}

fn search<'a>(
    asked: &'a Stored,
    redaction: &'a Redaction,
    texts: &'a [String],
    public_goes: bool,
) -> Search<'a> {
    Search {
        record_id: &asked.record_id,
        owner: asked.owner.as_deref(),
        redaction,
        texts,
        public_goes,
        documents: &asked.documents,
    }
}

/// Where the words still stand after a redaction. Texts of documents are not read again: those that had the
/// words, or could not be searched, are known from the request.
async fn what_is_left(
    tx: &Tx,
    asked: &Stored,
    redaction: &Redaction,
    texts: &[String],
) -> Result<Vec<Mention>, StoreError> {
    let named = elsewhere::named(tx, &asked.record_id, asked.owner.as_deref()).await?;
    let is_text = |one: &Mention| matches!(one.kind, MentionKind::Document | MentionKind::DocumentUnread);
    let mut left = elsewhere::mentions(tx, &search(asked, redaction, texts, false), &named).await?;
    left.retain(|one| !is_text(one));
    left.extend(asked.elsewhere.iter().filter(|one| is_text(one) && !one.goes).cloned());
    left.sort_by_key(|one| one.kind);
    Ok(left.into_iter().map(|one| Mention { goes: false, ..one }).collect())
}

/// Carries out a redaction in versions, sealed texts, drafts, listings, notes, remarks, reports, stored
/// answers, audit lines, file names and documents. Afterwards `elsewhere` says what still has the words. The
/// transaction must come from [`Db::begin`](crate::Db::begin); the bytes of documents are deleted after it, by
/// [`documents::erase`].
///
/// Errors: [`StoreError::Conflict`] if it was already decided, or no version contains it any more.
pub async fn carry_out(
    tx: &Tx,
    names: &Names,
    asked: &mut Stored,
    person: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(redaction) = asked.redaction() else {
        return Err(StoreError::Conflict("it was decided before".to_owned()));
    };
    let Some(mut known) = known(tx, &asked.record_id).await? else {
        return Err(StoreError::Conflict(format!("there is no record {}", asked.record_id)));
    };
    // The database's trigger lets a version change only while a redaction of its record is in hand.
    let mut sql = Sql::new("UPDATE redactions SET state = 'in_hand' WHERE id = ");
    sql.bind(asked.id.clone()).run(tx).await?;
    asked.places.clear();
    let before = log::all_said(tx, &known).await?;
    let in_sealed = sealed(tx, &known, &redaction).await?;
    let mut held = Held(versions(tx, &known, &redaction, asked).await?);
    let in_public = held.0.is_some();
    if !in_sealed && !in_public && !asked.only_elsewhere && asked.documents.is_empty() {
        return Err(StoreError::Conflict("it stands in no version of the record any more".to_owned()));
    }
    drafts(tx, &asked.record_id, &redaction, now).await?;
    // If only sealed texts had it, leave public places alone: a mark there would tell what is sealed.
    let texts = redaction.texts();
    let only_sealed = in_sealed && !in_public && !asked.only_elsewhere;
    let gone = if only_sealed { Vec::new() } else { texts.clone() };
    if !only_sealed {
        held.at(traces(tx, &known, &gone, in_public).await?);
    }
    held.at(beside(tx, &known, asked, &gone).await?);
    reports(tx, &asked.record_id, &texts).await?;
    let named = elsewhere::named(tx, &asked.record_id, asked.owner.as_deref()).await?;
    let mut told = taken_out::take_out(tx, &search(asked, &redaction, &texts, !only_sealed), &named).await?;
    for one in named.iter().filter(|one| asked.documents.contains(&one.document.sha256)) {
        documents::take_out(tx, &one.document, &asked.id, &asked.record_id).await?;
        told.push(one.document.sha256.clone());
    }
    forget_answers_with(tx, told).await?;
    let whole = crate::records::sealed::whole(tx, &asked.record_id).await?;
    // This hash decides whether a candidate says anything new, so it must follow the redacted text.
    known.full_sha256 = whole.map_or(known.full_sha256, |record| hex_sha256(json(&record).as_bytes()));
    let mut sql = Sql::new("UPDATE records SET redacted_at = ");
    sql.bind(micros(now)).push(", full_sha256 = ").bind(known.full_sha256.clone());
    let reason = known.withdrawn_reason.as_deref().map(|reason| scrub(reason, &gone));
    if reason != known.withdrawn_reason {
        held.at(withdrawn_from(tx, &known).await?);
    }
    sql.push(", withdrawn_reason = ").bind(reason).push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    if let Some(from) = held.0 {
        // Before the event: its log entry states what was left.
        let left = log::forget(tx, &known, &before).await?;
        let mut sql = Sql::new("UPDATE redactions SET places = ");
        sql.bind(json_of(&asked.places)).push(", says_now = ");
        sql.bind(serde_json::to_string(&left).expect("texts are JSON"))
            .push(", held_from = ")
            .bind(from)
            .push(" WHERE id = ")
            .bind(asked.id.clone())
            .run(tx)
            .await?;
        let change = count_changes(tx, 1, now).await?;
        log::note(tx, change, history::Kind::Redacted, &known, Some(&asked.id), now).await?;
    }
    // The old text may still be in the database's files until `maintenance::purge`.
    settings::set(tx, settings::PURGE_DUE, &asked.id).await?;
    project_history(tx, names, &known, now.date_naive()).await?;
    forget_names(tx, &redaction).await?;
    asked.elsewhere = what_is_left(tx, asked, &redaction, &texts).await?;
    decide(tx, asked, State::Done, person, now).await
}

fn json(record: &Record) -> String {
    serde_json::to_string(record).expect("a record is JSON")
}

/// The first change whose state, as published and dumped, holds something of what is redacted.
struct Held(Option<i64>);

impl Held {
    /// Something was public from this change on.
    fn at(&mut self, change: Option<i64>) {
        self.0 = match (self.0, change) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

/// Redacts the published versions. Returns the change of the first that had it.
async fn versions(
    tx: &Tx,
    known: &record::Model,
    redaction: &Redaction,
    asked: &mut Stored,
) -> Result<Option<i64>, StoreError> {
    let mut held = Held(None);
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
        held.at(Some(row.change));
    }
    Ok(held.0)
}

/// Redacts contents with sealed texts; `true` if anything matched.
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

/// Redacts version notes and, if a version had it, deletes the imported rows whole: each source writes things
/// its own way, and nothing less would be sure to remove the words. Returns the change of the first note that
/// had them.
async fn traces(
    tx: &Tx,
    known: &record::Model,
    gone: &[String],
    rows_too: bool,
) -> Result<Option<i64>, StoreError> {
    let mut held = Held(None);
    let rows = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.eq(known.seq))
        .all(tx)
        .await?;
    for row in rows {
        let import = match &row.import {
            Some(text) if rows_too || gone.iter().any(|words| text.contains(words.as_str())) => {
                let mut trace: Value = serde_json::from_str(text).map_err(|error| {
                    StoreError::inconsistent("record_versions", "import", &known.id, error)
                })?;
                trace["raw"] = MARK.into();
                trace["raw_sha256"] = hex_sha256(trace["raw"].to_string().as_bytes()).into();
                Some(trace.to_string())
            }
            kept => kept.clone(),
        };
        let note = row.note.as_deref().map(|note| scrub(note, gone));
        if note != row.note {
            held.at(Some(row.change));
        }
        let mut sql = Sql::new("UPDATE record_versions SET note = ");
        sql.bind(note).push(", import = ").bind(import);
        sql.push(" WHERE record_seq = ").bind(known.seq).push(" AND number = ").bind(row.number);
        sql.run(tx).await?;
    }
    Ok(held.0)
}

/// The change of a record's first withdrawal.
async fn withdrawn_from(tx: &Tx, known: &record::Model) -> Result<Option<i64>, StoreError> {
    let mut sql =
        Sql::new("SELECT coalesce(min(change), 0) FROM events WHERE kind = 'withdrawn' AND record_seq = ");
    Ok(Some(sql.bind(known.seq).number(tx).await?))
}

/// Redacts the record's submissions, in every state.
async fn drafts(
    tx: &Tx,
    record_id: &str,
    redaction: &Redaction,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT id FROM submissions WHERE record_id = ");
    for row in sql.bind(record_id).all(tx).await? {
        let id: String = row.try_get_by("id")?;
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

/// Redacts remarks, replies that wait, earlier redactions, links and gaps. Returns the change from which a dump
/// has had any of it.
async fn beside(
    tx: &Tx,
    known: &record::Model,
    asked: &Stored,
    gone: &[String],
) -> Result<Option<i64>, StoreError> {
    let mut held = Held(None);
    let mut sql = Sql::new("SELECT id, text, outcome, reply, evidence FROM remarks WHERE record_id = ");
    for row in sql.bind(asked.record_id.clone()).all(tx).await? {
        let text: String = row.try_get_by("text")?;
        let other = |column| -> Result<Option<String>, StoreError> {
            Ok(row.try_get_by::<Option<String>, _>(column)?.map(|text| scrub(&text, gone)))
        };
        let mut sql = Sql::new("UPDATE remarks SET text = ");
        sql.bind(scrub(&text, gone))
            .push(", outcome = ")
            .bind(other("outcome")?)
            .push(", reply = ")
            .bind(other("reply")?);
        sql.push(", evidence = ").bind(other("evidence")?);
        sql.push(" WHERE id = ").bind(row.try_get_by::<String, _>("id")?).run(tx).await?;
    }
    let mut sql = Sql::new("SELECT id, text, evidence FROM pending_replies WHERE record_id = ");
    sql.bind(asked.record_id.clone()).push(" OR named_record = ").bind(asked.record_id.clone());
    sql.push(" OR gap IN (SELECT id FROM gaps WHERE record_id = ").bind(asked.record_id.clone()).push(")");
    for row in sql.all(tx).await? {
        let text: String = row.try_get_by("text")?;
        let evidence: Option<String> = row.try_get_by("evidence")?;
        let mut sql = Sql::new("UPDATE pending_replies SET text = ");
        sql.bind(scrub(&text, gone)).push(", evidence = ").bind(evidence.map(|text| scrub(&text, gone)));
        sql.push(" WHERE id = ").bind(row.try_get_by::<String, _>("id")?).run(tx).await?;
    }
    // The reasons of earlier redactions are public too.
    let mut sql = Sql::new("SELECT id, reason, outcome FROM redactions WHERE record_id = ");
    for row in sql.bind(asked.record_id.clone()).all(tx).await? {
        let id: String = row.try_get_by("id")?;
        let (reason, outcome): (String, Option<String>) =
            (row.try_get_by("reason")?, row.try_get_by("outcome")?);
        let without = scrub(&reason, gone);
        if without != reason {
            // Only those of public text have an event.
            let mut sql = Sql::new("SELECT change FROM events WHERE redaction = ");
            if let Some(row) = sql.bind(id.clone()).one(tx).await? {
                held.at(Some(row.try_get_by("change")?));
            }
        }
        let mut sql = Sql::new("UPDATE redactions SET reason = ");
        sql.bind(without).push(", outcome = ").bind(outcome.map(|text| scrub(&text, gone)));
        sql.push(" WHERE id = ").bind(id).run(tx).await?;
    }
    let links = crate::procurement::links::scrub(tx, &asked.record_id, |text| scrub(text, gone)).await?;
    let gaps = crate::procurement::gaps::scrub(tx, &asked.record_id, |text| scrub(text, gone)).await?;
    if links || gaps {
        // These have no change number; nobody wrote of the record before it was there.
        let mut sql = Sql::new("SELECT coalesce(min(change), 0) FROM record_versions WHERE record_seq = ");
        held.at(Some(sql.bind(known.seq).number(tx).await?));
    }
    Ok(held.0)
}

/// Redacts the reports on uploaded tables, which only the record's own body reads.
async fn reports(tx: &Tx, record_id: &str, gone: &[String]) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("SELECT DISTINCT upload FROM submissions WHERE upload IS NOT NULL AND record_id = ");
    for row in sql.bind(record_id).all(tx).await? {
        let upload: String = row.try_get_by("upload")?;
        let mut sql = Sql::new("SELECT report FROM uploads WHERE id = ");
        let Some(row) = sql.bind(upload.clone()).one(tx).await? else { continue };
        let report: String = row.try_get_by("report")?;
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
        for notice in report["notices"].as_array_mut().into_iter().flatten() {
            if let Value::String(text) = notice {
                *text = scrub(text, gone);
            }
        }
        let mut sql = Sql::new("UPDATE uploads SET report = ");
        sql.bind(report.to_string()).push(" WHERE id = ").bind(upload).run(tx).await?;
    }
    Ok(())
}

/// Deletes unresolved bodies and products of that name, unless a listing or notice still names them.
async fn forget_names(tx: &Tx, redaction: &Redaction) -> Result<(), StoreError> {
    if !matches!(redaction.target, Target::Field { .. }) {
        return Ok(());
    }
    for name in redaction.strings() {
        let key = name_key(&name);
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
        // Keep what a public notice names.
        sql.push(" AND NOT EXISTS (SELECT 1 FROM contract_parties x WHERE x.slug = organisations.slug)");
        let forgotten = sql.run(tx).await?;
        let mut sql = Sql::new("DELETE FROM products WHERE name_key = ");
        sql.bind(product_key(&name));
        // A facet is a line, so its whole value is compared: another slug may begin with this one.
        sql.push(" AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.facets LIKE ");
        sql.push("'%\nproduct=' || products.slug || '\n%')");
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
