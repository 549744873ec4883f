//! Publishing: one transaction inserts versions, numbers the changes and renews listings.
//!
//! Versions are only ever inserted. A superseded listing stays readable for walks that began before.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::{Code, Origin};
use domain::{Record, RecordId};
use sea_orm::{ActiveValue, Condition, EntityTrait, QueryFilter};

use crate::ground::db::{count_changes, micros};
use crate::ground::entity::record;
use crate::ground::settings;
use crate::ground::sql::{BOUND_VALUES, Sql};
use crate::log;
use crate::log::history::Kind;
use crate::names::Names;
use crate::records::editions;
pub use crate::records::prepare::{Candidate, Key, Prepared, SourceKey, Trace};
use crate::records::presence;
use crate::records::projection::country;
use crate::records::relisting::project_on;
use crate::records::rows::{Place, Rows, drop_lists, end_listing, listed_under};
use crate::{StoreError, Tx};

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new record.
    Created,
    /// A new version.
    Changed,
    /// The record already says exactly this.
    Unchanged,
    /// Left as it is: an import met a record that is its publisher's own, newer, or redacted.
    Kept,
    /// The record is withdrawn, and an import does not bring it back.
    Withdrawn,
}

/// The result for one candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The record.
    pub id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Number of its current version.
    pub version: i64,
}

/// Options for publishing a batch.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The import run it belongs to.
    pub import: Option<i64>,
    /// This file was imported before, so known records are unchanged.
    pub repeated: bool,
}

/// Publishes a batch inside a transaction: all of it becomes visible at once, or nothing.
///
/// Results are in the order of the batch. After an error, reload the names: they may include rows that were
/// rolled back.
pub async fn publish(
    tx: &Tx,
    names: &mut Names,
    batch: &[Prepared],
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Vec<Published>, StoreError> {
    let mut answers = Vec::with_capacity(batch.len());
    let mut rest = batch;
    while !rest.is_empty() {
        // A key that occurs twice is published twice, in turn: the second must meet what the first wrote.
        let mut seen = HashSet::new();
        let end = rest
            .iter()
            .position(|prepared| {
                let key = prepared.key();
                key != Key::None && !seen.insert(key)
            })
            .unwrap_or(rest.len());
        let (round, later) = rest.split_at(end);
        answers.extend(publish_round(tx, names, round, terms, now).await?);
        rest = later;
    }
    Ok(answers)
}

async fn publish_round(
    tx: &Tx,
    names: &mut Names,
    round: &[Prepared],
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Vec<Published>, StoreError> {
    let import = terms.import;
    let keys: Vec<Key> = round.iter().map(Prepared::key).collect();
    let known = find_known(tx, &keys).await?;
    let outcomes: Vec<Outcome> = round
        .iter()
        .map(|prepared| match known.get(&prepared.key()) {
            None => Outcome::Created,
            Some(known) if terms.repeated && known.state == record::State::Published => Outcome::Unchanged,
            Some(known) => judge_known(prepared, known),
        })
        .collect();
    let writes =
        outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Created | Outcome::Changed)).count();
    let mut answers = Vec::with_capacity(round.len());
    let mut rows = Rows::default();
    if writes > 0 {
        // The counter first: its row lock serialises publications on PostgreSQL before any number is taken.
        let first_change = count_changes(tx, writes, now).await?;
        keep_names(tx, names, round).await?;
        let created = outcomes.iter().filter(|outcome| **outcome == Outcome::Created).count();
        let mut ids = new_ids(tx, round, &known, created).await?.into_iter();
        for (change, (prepared, outcome)) in (first_change..).zip(
            round
                .iter()
                .zip(&outcomes)
                .filter(|(_, outcome)| matches!(outcome, Outcome::Created | Outcome::Changed)),
        ) {
            match (outcome, known.get(&prepared.key())) {
                (Outcome::Changed, Some(known)) => {
                    rows.supersede(tx, known, change).await?;
                    rows.add(prepared, Place::after(known, change), names, import, now);
                    let mut row = rows.records.pop().expect("`add` pushed a row");
                    if prepared.candidate.source.is_none() || prepared.candidate.id.is_some() {
                        // A version from its publisher, or for a record named by id: the source key stays, so
                        // that the next file from that source still finds the record.
                        keep_source(&mut row);
                    }
                    if import.is_none() {
                        row.seen_import = ActiveValue::NotSet;
                    }
                    record::Entity::update(row).exec(tx).await?;
                }
                _ => {
                    let (seq, id) = ids.next().expect("there is an id for each created record");
                    rows.add(
                        prepared,
                        Place { seq, id, number: 1, change, first: None, answered: false, provenance: None },
                        names,
                        import,
                        now,
                    );
                }
            }
        }
    }
    let mut created = rows.records.iter().map(|row| match &row.id {
        ActiveValue::Set(id) | ActiveValue::Unchanged(id) => id.clone(),
        ActiveValue::NotSet => String::new(),
    });
    let mut same = Vec::new();
    for (prepared, outcome) in round.iter().zip(&outcomes) {
        let (id, version) = match known.get(&prepared.key()) {
            Some(known) => {
                if matches!(outcome, Outcome::Unchanged | Outcome::Kept) {
                    same.push((known, prepared.candidate.source.as_ref()));
                }
                (known.id.clone(), known.version + i64::from(*outcome == Outcome::Changed))
            }
            None => (created.next().expect("each created record has a row"), 1),
        };
        answers.push(Published { id, outcome: *outcome, version });
    }
    drop(created);
    rows.insert(tx).await?;
    if let Some(import) = import {
        Box::pin(presence::seen(tx, &same, import)).await?;
    }
    Ok(answers)
}

/// Leaves the columns of the source as they are.
fn keep_source(row: &mut record::ActiveModel) {
    let texts = [&mut row.source, &mut row.source_key, &mut row.dataset, &mut row.edition];
    let said = [&mut row.source_body, &mut row.source_unit, &mut row.source_name];
    for column in texts.into_iter().chain(said) {
        *column = ActiveValue::NotSet;
    }
    (row.in_source, row.missing_from) = (ActiveValue::NotSet, ActiveValue::NotSet);
}

fn judge_known(prepared: &Prepared, known: &record::Model) -> Outcome {
    // Only editions of one source can be compared.
    let same = |source: &&SourceKey| known.source.as_ref() == Some(&source.source);
    let edition = prepared.candidate.source.as_ref().filter(same).map(|source| source.edition.as_str());
    if known.state == record::State::Withdrawn {
        Outcome::Withdrawn
    } else if known.full_sha256 == prepared.full_sha256 {
        Outcome::Unchanged
    } else if known.redacted_at.is_some() && prepared.candidate.source.is_some() {
        // The source would bring back what was redacted.
        Outcome::Kept
    } else if known.origin == Origin::SelfDeclared.as_str()
        && prepared.candidate.record.origin == Origin::Imported
        || edition.zip(known.edition.as_deref()).is_some_and(|(new, old)| new < old)
    {
        Outcome::Kept
    } else {
        Outcome::Changed
    }
}

/// A reference to a record that may be known.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A candidate: the known record is wanted only if this would become another version.
    Candidate(&'a Prepared),
    /// A key alone, where the data are not a whole record.
    Named(&'a Key),
}

impl Asked<'_> {
    fn key(&self) -> Key {
        match self {
            Self::Candidate(prepared) => prepared.key(),
            Self::Named(key) => (*key).clone(),
        }
    }
}

/// The known records for these references, with sealed texts, in the same order, so that what was not sent can
/// be kept (decision 20). `None` where nothing is known, or nothing would change.
pub async fn known(tx: &Tx, asked: &[Asked<'_>]) -> Result<Vec<Option<Record>>, StoreError> {
    let keys: Vec<Key> = asked.iter().map(Asked::key).collect();
    let known = find_known(tx, &keys).await?;
    let wanted = |asked: &Asked<'_>, known: &record::Model| match asked {
        Asked::Candidate(prepared) => judge_known(prepared, known) == Outcome::Changed,
        Asked::Named(_) => known.state != record::State::Withdrawn,
    };
    let found: Vec<Option<&record::Model>> = asked
        .iter()
        .zip(&keys)
        .map(|(asked, key)| known.get(key).filter(|known| wanted(asked, known)))
        .collect();
    let mut whole: HashMap<i64, Record> = HashMap::new();
    let seqs: Vec<i64> = found.iter().flatten().map(|known| known.seq).collect();
    for chunk in seqs.chunks(BOUND_VALUES) {
        let mut sql = Sql::new(
            "SELECT r.seq, r.id, coalesce(s.content, v.content) AS content FROM records r \
             JOIN record_versions v ON v.record_seq = r.seq AND v.number = r.version \
             LEFT JOIN sealed_contents s ON s.record_seq = r.seq AND s.number = r.version WHERE r.seq IN ",
        );
        // Ordered so that the latest sealed revision is inserted last and wins.
        for row in sql.bind_list(chunk.iter().copied()).push(" ORDER BY s.revision").all(tx).await? {
            let (seq, id, content): (i64, String, String) =
                (row.try_get_by("seq")?, row.try_get_by("id")?, row.try_get_by("content")?);
            let record = serde_json::from_str(&content)
                .map_err(|error| StoreError::inconsistent("record_versions", "content", &id, error))?;
            whole.insert(seq, record);
        }
    }
    Ok(found.into_iter().map(|known| whole.get(&known?.seq).cloned()).collect())
}

async fn find_known(tx: &Tx, keys: &[Key]) -> Result<HashMap<Key, record::Model>, StoreError> {
    let mut ids = Vec::new();
    let mut by_source: HashMap<&str, Vec<&str>> = HashMap::new();
    for key in keys {
        match key {
            Key::Id(id) => ids.push(id.clone()),
            Key::Source(source, key) => by_source.entry(source).or_default().push(key),
            Key::None => {}
        }
    }
    let mut known = HashMap::new();
    for chunk in ids.chunks(BOUND_VALUES) {
        for row in
            record::Entity::find().filter(record::COLUMN.id.is_in(chunk.iter().cloned())).all(tx).await?
        {
            known.insert(Key::Id(row.id.clone()), row);
        }
    }
    for (source, keys) in by_source {
        for chunk in keys.chunks(BOUND_VALUES) {
            let rows = record::Entity::find()
                .filter(
                    Condition::all()
                        .add(record::COLUMN.source.eq(source))
                        .add(record::COLUMN.source_key.is_in(chunk.iter().copied())),
                )
                .all(tx)
                .await?;
            for row in rows {
                let key = row.source_key.clone().unwrap_or_default();
                known.insert(Key::Source(source.to_owned(), key), row);
            }
        }
        let missing = keys
            .iter()
            .copied()
            .filter(|key| !known.contains_key(&Key::Source(source.to_owned(), (*key).to_owned())));
        for (key, row) in editions::by_other_keys(tx, source, &missing.collect::<Vec<_>>()).await? {
            known.insert(Key::Source(source.to_owned(), key), row);
        }
    }
    Ok(known)
}

/// Row numbers and ids for new records, avoiding ids already in use. A record may bring its own.
async fn new_ids(
    tx: &Tx,
    round: &[Prepared],
    known: &HashMap<Key, record::Model>,
    n: usize,
) -> Result<Vec<(i64, String)>, StoreError> {
    if n == 0 {
        return Ok(Vec::new());
    }
    // Nobody else takes numbers meanwhile: the counter's row is locked.
    let mut next = Sql::new("SELECT coalesce(max(seq), 0) FROM records").number(tx).await? + 1;
    let brought: Vec<Option<String>> = round
        .iter()
        .filter(|prepared| !known.contains_key(&prepared.key()))
        .map(|prepared| prepared.candidate.id.map(|id| id.to_string()))
        .collect();
    let mut taken: HashSet<String> = brought.iter().flatten().cloned().collect();
    let numbered = |seq: i64| RecordId::from_sequence(seq.unsigned_abs()).to_string();
    // Some spare ones, for ids already taken.
    let candidates: Vec<String> = (next..).take(n + taken.len() + 100).map(numbered).collect();
    for chunk in candidates.chunks(BOUND_VALUES) {
        let mut sql = Sql::new("SELECT id FROM records WHERE id IN ");
        for row in sql.bind_list(chunk.iter().cloned()).all(tx).await? {
            taken.insert(row.try_get_by("id")?);
        }
    }
    let mut ids = Vec::with_capacity(n);
    for brought in brought {
        let mut seq = next;
        let id = match brought {
            Some(id) => id,
            None => loop {
                let id = numbered(seq);
                if !taken.contains(&id) {
                    break id;
                }
                seq += 1;
            },
        };
        ids.push((seq, id));
        next = seq + 1;
    }
    Ok(ids)
}

async fn keep_names(tx: &Tx, names: &mut Names, round: &[Prepared]) -> Result<(), StoreError> {
    let mut unknown = Vec::new();
    let mut products = Vec::new();
    for prepared in round {
        let record = prepared.public();
        let home = country(&record.jurisdiction);
        for party in std::iter::once(&record.publisher).chain(&record.joint_publishers) {
            if names.organisations.resolve(&party.name, home).is_none() {
                unknown.push((party.name.clone(), home.to_owned()));
            }
        }
        for part in &record.supplier_involvement {
            if let Some(supplier) = &part.supplier
                && names.organisations.resolve_supplier(&supplier.name, home).is_none()
            {
                unknown.push((supplier.name.clone(), home.to_owned()));
            }
            if let Some(product) = &part.product {
                products
                    .push((product.clone(), part.supplier.as_ref().map(|supplier| supplier.name.clone())));
            }
        }
    }
    names.keep(tx, unknown, products).await
}

/// Withdraws a record from the lists; its id, title, dates, reason and last public text stay. Withdrawing twice
/// changes nothing. Errors: [`StoreError::Conflict`] if there is no such record.
pub async fn withdraw(
    tx: &Tx,
    id: RecordId,
    reason: &str,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known = record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(tx).await?;
    let known = known.ok_or_else(|| StoreError::Conflict(format!("there is no record {id}")))?;
    if known.state == record::State::Withdrawn {
        return Ok(());
    }
    let change = count_changes(tx, 1, now).await?;
    let facets = listed_under(tx, known.change).await?;
    end_listing(tx, known.change, change).await?;
    drop_lists(tx, [known.seq]).await?;
    let mut sql = Sql::new("UPDATE records SET state = 'withdrawn', withdrawn_at = ");
    sql.bind(micros(at)).push(", withdrawn_reason = ").bind(reason);
    sql.push(", withdrawn_facets = ").bind(facets).push(", change = ").bind(change);
    sql.push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    log::note(tx, change, Kind::Withdrawn, &known, None, now).await
}

/// Notes that the owner confirmed a published record, and asks the rules again.
pub async fn confirm(tx: &Tx, id: RecordId, now: DateTime<Utc>) -> Result<(), StoreError> {
    mark(tx, id, "confirmed_at", now).await
}

/// Notes that a body replied to an observer's record about it, and asks the rules again.
pub async fn answered(tx: &Tx, id: RecordId, now: DateTime<Utc>) -> Result<(), StoreError> {
    mark(tx, id, "answered_at", now).await
}

async fn mark(tx: &Tx, id: RecordId, column: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let known = record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(tx).await?;
    let known = known.ok_or_else(|| StoreError::Conflict(format!("there is no record {id}")))?;
    let mut sql = Sql::new(&format!("UPDATE records SET {column} = "));
    sql.bind(micros(now)).push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    let names = Names::load(tx).await?;
    project_on(tx, &names.organisations, &names.products, &[known.seq], now.date_naive()).await
}

/// Marks the register as demonstration data, in the transaction that loads it.
pub async fn mark_demonstration(tx: &Tx) -> Result<(), StoreError> {
    settings::set(tx, settings::DEMONSTRATION, "true").await
}
