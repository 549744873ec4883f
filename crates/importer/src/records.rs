//! Imports a file of records: each row becomes a version of its record, if it says something new.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use domain::codes::Origin;
use domain::sent::{Sent, keep_unsaid};
use domain::{Record, RecordId};
use serde_json::Value;
use store::ground::hash::hex_sha256;
use store::names::Names;
use store::records::imports;
use store::records::projection::country;
use store::records::publish::{
    self, Asked, Candidate, Key, Outcome, Prepared, Published, SourceKey, Terms, Trace,
};
use store::{Db, StoreError, Tx};

use crate::load::{self, ImportError, Stored, Target};
use crate::report::{Event, Report, RowError, Uses, used};
use crate::sources::{Item, Opened, Source, SourceOptions, derive_from_kind, row_errors};
use crate::table::FileError;

/// Vanished keys listed in the report.
const VANISHED_KEPT: usize = 200;

/// How a file of records is imported.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the command line says about the file.
    pub source: SourceOptions,
    /// Whether to report what would happen without writing anything.
    pub check: bool,
    /// The time of the import.
    pub now: DateTime<Utc>,
}

/// Imports one file of records. Row errors are reported, not returned; an error is returned only if the file
/// or the database cannot be used, or if another import of the same source is running.
pub async fn import(
    db: &Db,
    source: Source,
    path: &Path,
    options: &Options,
    tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let (path, given) = (path.to_owned(), options.source.clone());
    let opened = load::opening(move || source.open(&path, &given)).await?;
    let origin = FileOrigin::new(&opened, options.now);
    let mut target = Records {
        own_template: source == Source::Records,
        file: origin.clone(),
        says: opened.says,
        terms: Terms::default(),
        names: None,
    };
    let terms = load::Terms { check: options.check, now: options.now };
    load::load(db, opened.file, move |item| origin.row(item), &mut target, terms, tell).await
}

/// Checks a file without a database: reports everything wrong with it, and counts missing required fields.
pub fn validate(
    source: Source,
    path: &Path,
    options: &SourceOptions,
    tell: impl FnMut(RowError),
) -> Result<Report, FileError> {
    let mut missing: HashMap<String, u64> = HashMap::new();
    let look = |item: Item| -> Result<(), Vec<RowError>> {
        for finding in domain::validate::required(&item.record?) {
            *missing.entry(finding.field).or_default() += 1;
        }
        Ok(())
    };
    let mut report = load::validate(source.open(path, options)?.file, look, tell)?;
    report.rules.extend(missing.into_iter().map(|(field, count)| (format!("missing:{field}"), count)));
    Ok(report)
}

/// What every row of a file has in common.
#[derive(Debug, Clone)]
struct FileOrigin {
    source: String,
    dataset: String,
    edition: String,
    sha256: String,
    rule_version: String,
    now: DateTime<Utc>,
}

impl FileOrigin {
    fn new(opened: &Opened, now: DateTime<Utc>) -> Self {
        let file = &opened.file;
        Self {
            source: file.source.clone(),
            dataset: file.dataset.clone(),
            edition: opened.edition.clone(),
            sha256: file.input.sha256.clone(),
            rule_version: file.rule_version.clone(),
            now,
        }
    }

    /// Prepares a row: everything about its publication that needs no database.
    fn row(&self, item: Item) -> Row {
        let Item { line, id, key, edition, record, raw, sent } = item;
        let trace = raw.map(|raw| {
            let raw = Value::Object(raw);
            Trace {
                source: self.source.clone(),
                raw_sha256: hex_sha256(raw.to_string().as_bytes()),
                raw,
                fetched_at: self.now,
                rule_version: self.rule_version.clone(),
            }
        });
        let source = key.or_else(|| id.map(|id| id.to_string())).map(|key| SourceKey {
            source: self.source.clone(),
            key,
            dataset: self.dataset.clone(),
            edition: edition.unwrap_or_else(|| self.edition.clone()),
        });
        let ready = record.map(|record| {
            let source = source.clone();
            Prepared::new(Candidate { source, id, record, trace, note: None, published_at: None })
        });
        Row { line, id, source, ready, sent }
    }
}

/// A row waiting to be published.
struct Row {
    line: u64,
    id: Option<RecordId>,
    source: Option<SourceKey>,
    /// The record the row gives on its own, or why it cannot stand on its own.
    ready: Result<Prepared, Vec<RowError>>,
    /// For a row of our own template: what it sent, to be laid over the published record.
    sent: Option<Sent>,
}

impl Row {
    fn key(&self) -> Key {
        Key::of(self.source.as_ref(), self.id)
    }

    /// Combines the row with the record already known. `says` names the fields its source covers; `None`
    /// means all. Fields that were not sent keep their known values (decision 20).
    fn over(self, known: &Record, says: Option<&HashSet<String>>) -> Result<Prepared, Vec<RowError>> {
        let record = match (&self.sent, &self.ready) {
            (Some(sent), _) => sent.over(Some(known)).map_err(|faults| row_errors(&faults, self.line))?,
            (None, Ok(prepared)) => {
                let said = |field: &str| says.is_none_or(|says| says.contains(field));
                keep_unsaid(known, &prepared.candidate().record, said).map_err(|findings| {
                    let errors = findings.into_iter().map(|one| RowError::of(one, self.line, "", ""));
                    errors.collect::<Vec<_>>()
                })?
            }
            (None, Err(_)) => return self.ready,
        };
        let candidate = match self.ready {
            Ok(prepared) => Candidate { record, ..prepared.candidate().clone() },
            Err(_) => {
                let (source, id) = (self.source, self.id);
                Candidate { source, id, record, trace: None, note: None, published_at: None }
            }
        };
        Ok(Prepared::new(candidate))
    }
}

/// Gives a row of another register the sector of its body's kind, if it has none and the register knows the body.
fn with_sector(prepared: Prepared, names: &Names, uses: &mut Uses) -> Prepared {
    let Candidate { record, trace, .. } = prepared.candidate();
    if trace.is_none() || record.origin != Origin::Imported || !record.sectors.is_empty() {
        return prepared;
    }
    let home = country(&record.jurisdiction);
    let kind = names.organisations.resolve(&record.publisher.name, home).and_then(|body| body.kind);
    let mut candidate = prepared.candidate().clone();
    match kind {
        Some(kind) if derive_from_kind(&mut candidate.record, kind, uses) => Prepared::new(candidate),
        _ => prepared,
    }
}

/// Splits rows into rounds that name no record twice, so that a second row about a record is laid over the
/// first one's result.
fn rounds(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut rounds = vec![Vec::new()];
    let mut seen = HashSet::new();
    for row in rows {
        let key = row.key();
        if key != Key::None && !seen.insert(key.clone()) {
            seen = HashSet::from([key]);
            rounds.push(Vec::new());
        }
        if let Some(round) = rounds.last_mut() {
            round.push(row);
        }
    }
    rounds
}

/// What rows do to the store: each is published as a version of its record.
struct Records {
    /// Whether this is a file of our own template.
    own_template: bool,
    file: FileOrigin,
    says: Option<HashSet<String>>,
    terms: Terms,
    /// What names mean, with the bodies that earlier batches added.
    names: Option<Names>,
}

impl Target for Records {
    type Item = Row;
    const BATCH: usize = 500;

    async fn begin(&mut self, db: &Db, import: Option<i64>) -> Result<(), StoreError> {
        let file = &self.file;
        // A row of our own template is the author's word every time; another source's file has nothing new to
        // say the second time.
        let repeated = !self.own_template
            && imports::was_finished(db, &file.source, &file.sha256, &file.rule_version).await?;
        self.terms = Terms { import, repeated };
        self.names = Some(Names::of(db).await?);
        Ok(())
    }

    async fn store(&mut self, tx: &Tx, rows: Vec<Row>) -> Result<Stored, StoreError> {
        let mut names = match self.names.take() {
            Some(names) => names,
            None => Names::within(tx).await?,
        };
        let mut stored = Stored::default();
        let (answers, refused) = self.publish(tx, &mut names, rows, &mut stored.tally.uses).await?;
        self.names = Some(names);
        stored.refused = refused;
        for answer in answers {
            match answer.outcome {
                Outcome::Created => stored.created += 1,
                Outcome::Changed => stored.changed += 1,
                Outcome::Unchanged => stored.unchanged += 1,
                Outcome::Kept => {
                    stored.unchanged += 1;
                    used(&mut stored.tally.uses, "own-or-newer-record-kept");
                }
                Outcome::Withdrawn => {
                    stored.unchanged += 1;
                    used(&mut stored.tally.uses, "withdrawn-record-left");
                }
            }
        }
        Ok(stored)
    }

    async fn undone(&mut self, db: &Db) -> Result<(), StoreError> {
        // The rollback also undid bodies that the names had learned of.
        self.names = Some(Names::of(db).await?);
        Ok(())
    }

    async fn end(&mut self, db: &Db, import: i64, report: &mut Report) -> Result<(), StoreError> {
        let vanished = imports::vanished(db, &self.file.source, &self.file.dataset, import).await?;
        report.vanished_count = vanished.len() as u64;
        report.vanished =
            vanished.into_iter().take(VANISHED_KEPT).map(|(id, key)| format!("{id} {key}")).collect();
        Ok(())
    }
}

impl Records {
    /// Publishes a batch, each row laid over the known version of its record. Returns the outcomes, and the
    /// errors of rows that were refused.
    async fn publish(
        &self,
        tx: &Tx,
        names: &mut Names,
        rows: Vec<Row>,
        uses: &mut Uses,
    ) -> Result<(Vec<Published>, Vec<Vec<RowError>>), StoreError> {
        let says = self.says.as_ref();
        let (mut answers, mut refused) = (Vec::new(), Vec::new());
        for round in rounds(rows) {
            let keys: Vec<Key> = round.iter().map(Row::key).collect();
            // Only a row that may cover just part of a record needs the known one.
            let partial = says.is_some() || round.iter().any(|row| row.sent.is_some());
            let known = if partial && !self.terms.repeated {
                let asked: Vec<Asked<'_>> = round
                    .iter()
                    .zip(&keys)
                    .map(|(row, key)| row.ready.as_ref().map_or(Asked::Named(key), Asked::Candidate))
                    .collect();
                publish::known(tx, &asked).await?
            } else {
                vec![None; round.len()]
            };
            let mut batch = Vec::with_capacity(round.len());
            for (row, known) in round.into_iter().zip(known) {
                let ready = match known {
                    Some(known) => row.over(&known, says),
                    None => row.ready,
                };
                match ready {
                    Ok(prepared) => batch.push(with_sector(prepared, names, uses)),
                    Err(errors) => refused.push(errors),
                }
            }
            answers.extend(publish::publish(tx, names, &batch, &self.terms, self.file.now).await?);
        }
        Ok((answers, refused))
    }
}
