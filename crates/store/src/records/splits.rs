//! Splitting a record that an import joined by mistake: its later versions are about another tool, which gets a
//! record of its own. Versions are never changed, so the old record says again, in its next version, what it said
//! before.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::codes::{Code, Origin};
use domain::editions::{Identity, edition_key};
use domain::sent::without_kept;
use domain::{Record, RecordId};
use sea_orm::EntityTrait;

use crate::ground::db::micros;
use crate::ground::entity::{record, record_version};
use crate::ground::sql::Sql;
use crate::names::Names;
use crate::records::editions::free_keys;
use crate::records::matches::published;
use crate::records::prepare::{Candidate, Prepared, SourceKey, Trace};
use crate::records::presence;
use crate::records::publish::{Terms, publish};
use crate::{StoreError, Tx};

/// The rule of two records that a person split.
const BY_A_PERSON: &str = "split-by-a-person";

/// The fields that a source's columns cover; `None` for all. The first text is the source, the others its columns.
pub type Covers = fn(&str, &[String]) -> Option<HashSet<String>>;

/// The two records that one became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The record that there was.
    pub earlier: String,
    /// The new one.
    pub later: String,
}

/// What a version says, and where it was read from.
#[derive(Debug)]
struct Said {
    record: Record,
    trace: Trace,
}

/// What the record said before the split, and what it says now.
#[derive(Debug)]
struct Sides {
    before: Said,
    after: Said,
    /// The edition of the first version about the other tool.
    missing_from: String,
}

/// The key that the record has now, which the new one gets, and the one that it had before.
#[derive(Debug)]
struct Keys {
    now: String,
    own: String,
}

/// Splits a record before the version `from`. What its later versions say becomes a record of its own, which has the
/// key of the latest edition; the record itself says again what the version before said, under the key that it had
/// then, and is not in its source any more. The two are never proposed as one.
///
/// Errors: [`StoreError::Conflict`] if the record is withdrawn, redacted or not imported, or the version is not one
/// that an import of a later edition made.
pub async fn split(
    tx: &Tx,
    id: RecordId,
    from: i64,
    covers: Covers,
    now: DateTime<Utc>,
) -> Result<Split, StoreError> {
    let known = published(tx, &id.to_string()).await?;
    let sides = both_sides(tx, &known, from).await?;
    let source = known.source.clone().unwrap_or_default();
    let keys = keys(tx, &known, &source, &sides.before.trace.edition).await?;
    free_keys(tx, &source, &[&keys.now, &keys.own]).await?;
    let mut sql = Sql::new("UPDATE records SET source_key = ");
    sql.bind(keys.own.as_str()).push(", edition = ").bind(sides.before.trace.edition.as_str());
    sql.push(" WHERE seq = ").bind(known.seq).run(tx).await?;

    let missing_from = sides.missing_from.clone();
    let (earlier, later) = candidates(&known, from, sides, keys, covers);
    let mut names = Names::within(tx).await?;
    // The earlier first: ids of assessments are made of keys, and until then it has those of the later.
    Box::pin(publish(tx, &mut names, &[Prepared::new(earlier)], &Terms::default(), now)).await?;
    presence::gone(tx, known.seq, &missing_from).await?;
    let terms = Terms { import: known.seen_import, repeated: false };
    let later = Box::pin(publish(tx, &mut names, &[Prepared::new(later)], &terms, now)).await?;
    let later = later.into_iter().next().map(|one| one.id).unwrap_or_default();
    keep(tx, &known, &later, now).await?;
    Ok(Split { earlier: known.id, later })
}

/// What both records say next: the earlier as before, the later for the first time.
fn candidates(
    known: &record::Model,
    from: i64,
    sides: Sides,
    keys: Keys,
    covers: Covers,
) -> (Candidate, Candidate) {
    let Sides { before, after, .. } = sides;
    let source = known.source.clone().unwrap_or_default();
    let text = |column: &Option<String>| column.clone().unwrap_or_default();
    let (id, last) = (&known.id, known.version);
    let later = Candidate {
        source: Some(SourceKey {
            source: source.clone(),
            key: keys.now,
            dataset: text(&known.dataset),
            edition: text(&known.edition),
            identity: known.source_name.clone().map(|name| Identity {
                body: text(&known.source_body),
                unit: text(&known.source_unit),
                name,
                ..Identity::default()
            }),
        }),
        id: None,
        record: own_text(&source, &before, &after, covers),
        trace: Some(after.trace),
        note: Some(format!(
            "until now versions {from} to {last} of {id}; a person found it to be another tool"
        )),
        published_at: None,
    };
    let earlier = Candidate {
        source: Some(SourceKey {
            source,
            key: keys.own,
            dataset: before.trace.dataset.clone(),
            edition: before.trace.edition.clone(),
            identity: Some(identity_of(&before.record, known)),
        }),
        id: None,
        record: before.record,
        trace: Some(before.trace),
        note: Some(format!(
            "as version {} again; a person found versions {from} to {last} to be another tool",
            from - 1
        )),
        published_at: None,
    };
    (earlier, later)
}

/// The version before the split, and the current one.
async fn both_sides(tx: &Tx, known: &record::Model, from: i64) -> Result<Sides, StoreError> {
    let refused = |reason: String| Err(StoreError::Conflict(format!("the record {} {reason}", known.id)));
    if known.redacted_at.is_some() {
        return refused("was redacted".to_owned());
    }
    if known.origin != Origin::Imported.as_str() || known.source_key.is_none() {
        return refused("is not an import's any more: only what an import joined can be split".to_owned());
    }
    if from < 2 || from > known.version {
        let all = known.version;
        return refused(format!("has {all} versions: name the first about the other tool, from 2 on"));
    }
    let (before, first) = (said(tx, known, from - 1).await?, said(tx, known, from).await?);
    let after = said(tx, known, known.version).await?;
    let (Some(before), Some(first), Some(after)) = (before, first, after) else {
        return refused(
            "has versions that were not imported: only what an import joined can be split".to_owned(),
        );
    };
    if before.trace.source != first.trace.source || before.trace.edition >= first.trace.edition {
        return refused(format!("was not joined with another edition in version {from}"));
    }
    Ok(Sides { before, after, missing_from: first.trace.edition })
}

/// What a version says; `None` if no import made it.
async fn said(tx: &Tx, known: &record::Model, number: i64) -> Result<Option<Said>, StoreError> {
    let wrong = |column: &'static str, error: serde_json::Error| {
        StoreError::inconsistent("record_versions", column, &known.id, error)
    };
    let version = record_version::Entity::find_by_id((known.seq, number)).one(tx).await?;
    let Some((content, Some(trace))) = version.map(|version| (version.content, version.import)) else {
        return Ok(None);
    };
    let mut sql = Sql::new("SELECT content FROM sealed_contents WHERE record_seq = ");
    sql.bind(known.seq).push(" AND number = ").bind(number).push(" ORDER BY revision DESC LIMIT 1");
    let sealed: Option<String> = sql.one(tx).await?.map(|row| row.try_get_by("content")).transpose()?;
    let record = serde_json::from_str(sealed.as_deref().unwrap_or(&content));
    Ok(Some(Said {
        record: record.map_err(|error| wrong("content", error))?,
        trace: serde_json::from_str(&trace).map_err(|error| wrong("import", error))?,
    }))
}

/// The key that the record has now, and the one it had in an edition.
async fn keys(tx: &Tx, known: &record::Model, source: &str, edition: &str) -> Result<Keys, StoreError> {
    let now = known.source_key.clone().unwrap_or_default();
    let mut sql = Sql::new("SELECT source_key FROM source_keys WHERE source = ");
    sql.bind(source).push(" AND record_seq = ").bind(known.seq).push(" AND edition = ").bind(edition);
    let row = sql.push(" ORDER BY source_key LIMIT 1").one(tx).await?;
    let own: Option<String> = row.map(|row| row.try_get_by("source_key")).transpose()?;
    let own = own.filter(|own| *own != now).unwrap_or_else(|| edition_key(&now, edition));
    Ok(Keys { now, own })
}

/// What the source of the later versions says, without what they kept of the earlier ones.
fn own_text(source: &str, before: &Said, after: &Said, covers: Covers) -> Record {
    let columns: Vec<String> =
        after.trace.raw.as_object().map(|raw| raw.keys().cloned().collect()).unwrap_or_default();
    let covered = covers(source, &columns);
    let says = |field: &str| covered.as_ref().is_none_or(|covered| covered.contains(field));
    let mut record = without_kept(&before.record, &after.record, says);
    // Their ids are made of the key of the other record.
    record.assessments.iter_mut().for_each(|one| one.id = None);
    record
}

/// By which names the editions before the split know the record.
fn identity_of(before: &Record, known: &record::Model) -> Identity {
    let has_unit = known.source_unit.as_ref().is_some_and(|unit| !unit.is_empty());
    let unit = before.team.clone().filter(|_| has_unit).unwrap_or_default();
    Identity { body: before.publisher.name.clone(), unit, name: before.name.clone(), ..Identity::default() }
}

/// Makes the keys of later editions lead to the new record, and keeps that the two are two.
async fn keep(tx: &Tx, known: &record::Model, later: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let source = known.source.clone().unwrap_or_default();
    let mut sql = Sql::new("UPDATE source_keys SET record_seq = (SELECT seq FROM records WHERE id = ");
    sql.bind(later).push(") WHERE record_seq = ").bind(known.seq);
    sql.push(" AND edition > (SELECT edition FROM records WHERE seq = ").bind(known.seq).push(")");
    sql.run(tx).await?;
    let mut sql = Sql::new(
        "INSERT INTO edition_matches (import, source, later_record, earlier_record, rule, said, known, state, \
         proposed_at, decided_at) SELECT ",
    );
    sql.bind(known.seen_import.unwrap_or_default()).push(", ").bind(source).push(", l.seq, e.seq");
    sql.push(", ").bind(BY_A_PERSON);
    sql.push(", coalesce(l.source_name, ''), coalesce(e.source_name, ''), 'different', ")
        .bind(micros(now))
        .push(", ")
        .bind(micros(now));
    sql.push(" FROM records l JOIN records e ON e.seq = ").bind(known.seq).push(" WHERE l.id = ").bind(later);
    sql.push(" ON CONFLICT (later_record, earlier_record) DO NOTHING").run(tx).await.map(|_| ())
}
