//! Imports a file of records: each row becomes a version of its record, if it says something new.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use domain::codes::Origin;
use store::names::Names;
use store::records::matches;
use store::records::projection::country;
use store::records::publish::{self, Asked, Candidate, Key, Outcome, Prepared, Published, Terms};
use store::records::{editions, imports, presence, same_texts};
use store::{Db, StoreError, Tx};

use crate::editions::{Recognised, Recogniser, propose};
use crate::load::{self, ImportError, Stored, Target};
use crate::report::{Event, Report, RowError, Uses, used};
use crate::row::{FileOrigin, Row, rounds};
use crate::sources::{Item, Source, SourceOptions, derive_from_kind};
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
    let path = path.to_owned();
    let given = SourceOptions { today: Some(options.now.date_naive()), ..options.source.clone() };
    let opened = load::opening(move || source.open(&path, &given)).await?;
    let origin = FileOrigin::new(&opened, options.now);
    let mut target = Records {
        kind: source,
        recogniser: None,
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

/// What rows do to the store: each is published as a version of its record.
struct Records {
    kind: Source,
    /// Finds records under other keys, where the source changes its keys.
    recogniser: Option<Recogniser>,
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
        let repeated = self.kind != Source::Records
            && imports::was_finished(db, &file.source, &file.sha256, &file.rule_version).await?;
        self.terms = Terms { import, repeated };
        let names = Names::of(db).await?;
        self.recogniser = Recogniser::new(db, (self.kind, &self.file.source), import, &names).await?;
        self.names = Some(names);
        Ok(())
    }

    async fn store(&mut self, tx: &Tx, mut rows: Vec<Row>) -> Result<Stored, StoreError> {
        let mut names = match self.names.take() {
            Some(names) => names,
            None => Names::within(tx).await?,
        };
        let mut stored = Stored::default();
        self.recognise(tx, &names, &mut rows, &mut stored).await?;
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
        if self.recogniser.is_some() {
            same_texts::propose(db, &self.file.source, import, self.file.now).await?;
            let tx = db.begin_quietly().await?;
            let proposed = matches::settle(&tx, import).await?;
            tx.commit().await?;
            if proposed > 0 {
                report.counts.insert("matches_to_decide".to_owned(), proposed);
            }
        }
        // A file cut short does not say what it lacks, nor one with rows that cannot be read. A row without name
        // or body is no entry of anything.
        let is_whole = report.stopped.is_none()
            && report.errors.len() as u64 == report.error_count
            && report.errors.iter().all(|error| error.code == "required");
        let FileOrigin { source, dataset, edition, .. } = &self.file;
        let run = (import, edition.as_str());
        let vanished = if self.kind != Source::Records && is_whole {
            presence::leave(db, source, dataset, run).await?
        } else {
            presence::unseen(db, source, dataset, run).await?
        };
        report.vanished_count = vanished.len() as u64;
        report.vanished =
            vanished.into_iter().take(VANISHED_KEPT).map(|(id, key)| format!("{id} {key}")).collect();
        Ok(())
    }
}

impl Records {
    /// Finds the records of rows under other keys: those of other editions, and those that older releases made.
    async fn recognise(
        &mut self,
        tx: &Tx,
        names: &Names,
        rows: &mut [Row],
        stored: &mut Stored,
    ) -> Result<(), StoreError> {
        if let Some(recogniser) = &mut self.recogniser {
            let mut found = Recognised::default();
            recogniser.learn(rows, names);
            for row in rows.iter_mut() {
                recogniser.recognise(row, names, &mut found, &mut stored.tally.uses);
            }
            recogniser.keep(tx, found).await?;
        }
        let keys: Vec<(&str, &str)> = rows.iter().filter_map(Row::key_alone).collect();
        if keys.iter().any(|(key, former)| key != former) {
            editions::renew_keys(tx, &self.file.source, &keys).await?;
        }
        Ok(())
    }

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
            let mut like = Vec::with_capacity(round.len());
            for (mut row, known) in round.into_iter().zip(known) {
                let proposals = std::mem::take(&mut row.like);
                let ready = match known {
                    Some(known) => row.over(&known, says, self.file.now.date_naive()),
                    None => row.ready,
                };
                match ready {
                    Ok(prepared) => {
                        batch.push(with_sector(prepared, names, uses));
                        like.push(proposals);
                    }
                    Err(errors) => refused.push(errors),
                }
            }
            let done = publish::publish(tx, names, &batch, &self.terms, self.file.now).await?;
            propose(tx, &self.file.source, self.terms.import, &done, like, self.file.now).await?;
            answers.extend(done);
        }
        Ok((answers, refused))
    }
}
