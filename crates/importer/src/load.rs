//! Imports a file of records. Rows are published in batches; each batch is one transaction that also saves
//! how far the import got, so an interrupted import can resume.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use domain::sent::{Sent, keep_unsaid};
use domain::{Record, RecordId};
use serde::Serialize;
use serde_json::Value;
use store::ground::hash::hex_sha256;
use store::names::Names;
use store::records::imports::{self, Run};
use store::records::publish::{
    self, Asked, Candidate, Key, Outcome, Prepared, Published, SourceKey, Terms, Trace,
};
use store::{Db, StoreError, Tx};
use tokio::sync::mpsc;

use crate::RowError;
use crate::mapping::Uses;
use crate::sources::{Opened, Source, SourceOptions, Step, row_errors};
use crate::table::{FileError, Progress};

/// Rows per transaction.
const BATCH: usize = 500;
/// Batches that may wait for the database; bounds memory when reading is faster than writing.
const WAITING: usize = 1;
/// Row errors kept in the report. The caller is told about every error as it occurs.
const ERRORS_KEPT: usize = 1_000;
/// Vanished keys listed in the report.
const VANISHED_KEPT: usize = 200;

/// How a file is imported.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the command line says about the file.
    pub source: SourceOptions,
    /// Whether to report what would happen without writing anything.
    pub check: bool,
    /// The time of the import.
    pub now: DateTime<Utc>,
}

/// Progress of an import, as told to the caller.
#[derive(Debug)]
pub enum Event {
    /// The file is open.
    Opened {
        /// How much there is to read, in the unit of `progress`.
        bytes: u64,
        /// How much has been read.
        progress: Progress,
        /// Notices about how the file was read.
        notices: Vec<String>,
    },
    /// A row error.
    Error(RowError),
    /// A batch is done; the total of rows so far.
    Rows(u64),
}

/// What an import did; its JSON is what `--json` prints.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// The source.
    pub source: String,
    /// Whether this was a check, which writes nothing.
    pub check: bool,
    /// Rows read, not counting blank ones.
    pub read: u64,
    /// New records.
    pub created: u64,
    /// New versions of known records.
    pub changed: u64,
    /// Rows that changed nothing, including rows that state there is nothing to record.
    pub unchanged: u64,
    /// Rows rejected because of errors.
    pub rejected: u64,
    /// Rows already done by an earlier run that was interrupted.
    pub resumed: u64,
    /// The first errors; the total is `error_count`.
    pub errors: Vec<RowError>,
    /// Number of errors.
    pub error_count: u64,
    /// How often each normalisation was used.
    pub rules: Uses,
    /// Notices about how the file was read.
    pub notices: Vec<String>,
    /// Keys that earlier files had and this one has not. Their records stay published.
    pub vanished: Vec<String>,
    /// Number of vanished keys.
    pub vanished_count: u64,
    /// For a file of notices: how many processes, contracts and parties it has, and how many parties are
    /// known.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub counts: std::collections::BTreeMap<String, u64>,
    /// Why the file was not read to its end. Everything read before that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

impl Report {
    /// Counts an unusable element and its error. After a `last` one, nothing more of the file can be read.
    pub(crate) fn reject(&mut self, error: RowError, last: bool) {
        self.rejected += 1;
        if last {
            self.stopped = Some(error.to_string());
        }
        self.note(error);
    }

    fn note(&mut self, error: RowError) {
        self.error_count += 1;
        if self.errors.len() < ERRORS_KEPT {
            self.errors.push(error);
        }
    }
}

/// Why an import failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reading thread ended unexpectedly.
    #[error("reading stopped: {0}")]
    Reader(String),
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

enum Message {
    Batch { batch: Vec<Row>, rows: u64, nothing: u64 },
    Errors(Vec<RowError>),
    End { uses: Uses, read: u64, rejected: u64 },
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

/// Publishes a batch, each row laid over the known version of its record. Returns the outcomes, and the
/// errors of rows that were refused.
async fn publish_rows(
    tx: &Tx,
    names: &mut Names,
    rows: Vec<Row>,
    says: Option<&HashSet<String>>,
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<(Vec<Published>, Vec<Vec<RowError>>), StoreError> {
    let (mut answers, mut refused) = (Vec::new(), Vec::new());
    for round in rounds(rows) {
        let keys: Vec<Key> = round.iter().map(Row::key).collect();
        // Only a row that may cover just part of a record needs the known one.
        let partial = says.is_some() || round.iter().any(|row| row.sent.is_some());
        let known = if partial && !terms.repeated {
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
                Ok(prepared) => batch.push(prepared),
                Err(errors) => refused.push(errors),
            }
        }
        answers.extend(publish::publish(tx, names, &batch, terms, now).await?);
    }
    Ok((answers, refused))
}

/// Imports one file. Row errors are reported, not returned; an error is returned only if the file or the
/// database cannot be used, or if another import of the same source is running.
pub async fn import(
    db: &Db,
    source: Source,
    path: &Path,
    options: &Options,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let opened = {
        let (path, options) = (path.to_owned(), options.source.clone());
        let opening = tokio::task::spawn_blocking(move || source.open(&path, &options));
        opening.await.map_err(|error| ImportError::Reader(error.to_string()))??
    };
    let mut report = Report {
        file: path.display().to_string(),
        source: opened.source.clone(),
        check: options.check,
        notices: opened.notices.clone(),
        ..Report::default()
    };
    tell(Event::Opened {
        bytes: opened.bytes,
        progress: opened.progress.clone(),
        notices: opened.notices.clone(),
    });
    let lock = if options.check { None } else { Some(imports::lock(db, &opened.source).await?) };
    let mut run = None;
    if !options.check {
        let tx = db.begin().await?;
        let file = imports::File {
            source: &opened.source,
            dataset: &opened.dataset,
            name: &report.file,
            sha256: &opened.sha256,
            rule_version: &opened.rule_version,
        };
        let begun = imports::begin(&tx, &file, options.now).await?;
        tx.commit().await?;
        report.resumed = begun.rows_done;
        (report.created, report.changed, report.unchanged) = (begun.created, begun.changed, begun.unchanged);
        run = Some(begun);
    }
    // A row of our own template is the author's word every time; another source's file has nothing new to say
    // the second time.
    let terms = Terms {
        import: run.as_ref().map(|run: &Run| run.seq),
        repeated: source != Source::Records
            && imports::was_finished(db, &opened.source, &opened.sha256, &opened.rule_version).await?,
    };
    let says = opened.says.clone();
    let (source_name, dataset) = (opened.source.clone(), opened.dataset.clone());
    let skip = run.as_ref().map_or(0, |run: &Run| run.rows_done);
    let (to, mut from) = mpsc::channel(WAITING);
    let (file, now) = (report.file.clone(), options.now);
    let reader = tokio::task::spawn_blocking(move || read(opened, &file, skip, now, &to));

    let mut names = Names::of(db).await?;
    while let Some(message) = from.recv().await {
        match message {
            Message::Errors(errors) => {
                for error in errors {
                    report.note(error.clone());
                    tell(Event::Error(error));
                }
            }
            Message::Batch { batch, rows, nothing } => {
                let tx = db.begin().await?;
                let published = publish_rows(&tx, &mut names, batch, says.as_ref(), &terms, options.now);
                let (answers, refused) = Box::pin(published).await?;
                for errors in refused {
                    report.rejected += 1;
                    for error in errors {
                        let error = error.in_file(&report.file);
                        report.note(error.clone());
                        tell(Event::Error(error));
                    }
                }
                for answer in &answers {
                    match answer.outcome {
                        Outcome::Created => report.created += 1,
                        Outcome::Changed => report.changed += 1,
                        Outcome::Unchanged => report.unchanged += 1,
                        Outcome::Kept => {
                            report.unchanged += 1;
                            crate::mapping::used(&mut report.rules, "own-or-newer-record-kept");
                        }
                        Outcome::Withdrawn => {
                            report.unchanged += 1;
                            crate::mapping::used(&mut report.rules, "withdrawn-record-left");
                        }
                    }
                }
                report.unchanged += nothing;
                match &mut run {
                    Some(run) => {
                        run.rows_done = rows;
                        (run.created, run.changed, run.unchanged) =
                            (report.created, report.changed, report.unchanged);
                        imports::checkpoint(&tx, run, None).await?;
                        tx.commit().await?;
                    }
                    None => {
                        // A check does all the work and rolls it back.
                        // The rollback also undoes bodies that `names` has learned of, so it is loaded again.
                        tx.rollback().await?;
                        names = Names::of(db).await?;
                    }
                }
                tell(Event::Rows(rows));
            }
            Message::End { uses, read, rejected } => {
                report.read = read;
                report.rejected += rejected;
                for (rule, count) in uses {
                    *report.rules.entry(rule).or_default() += count;
                }
            }
        }
    }
    reader.await.map_err(|error| ImportError::Reader(error.to_string()))?;
    if let Some(mut run) = run {
        run.rejected = report.rejected;
        let tx = db.begin().await?;
        imports::checkpoint(&tx, &run, Some(options.now)).await?;
        tx.commit().await?;
        let vanished = imports::vanished(db, &source_name, &dataset, run.seq).await?;
        report.vanished_count = vanished.len() as u64;
        report.vanished =
            vanished.into_iter().take(VANISHED_KEPT).map(|(id, key)| format!("{id} {key}")).collect();
    }
    if let Some(lock) = lock {
        lock.release().await?;
    }
    Ok(report)
}

/// Reads and prepares rows on a blocking thread while the database writes. Rows up to `skip` were done by an
/// earlier run.
fn read(mut opened: Opened, file: &str, skip: u64, now: DateTime<Utc>, to: &mpsc::Sender<Message>) {
    let mut uses = Uses::new();
    let (mut rows, mut rejected, mut nothing) = (0_u64, 0_u64, 0_u64);
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(step) = opened.rows.next(&mut uses) {
        rows += 1;
        match step {
            Step::Nothing if rows > skip => nothing += 1,
            Step::Nothing => {}
            Step::Rejected(errors) => {
                rejected += 1;
                let errors = errors.into_iter().map(|error| error.in_file(file)).collect();
                if to.blocking_send(Message::Errors(errors)).is_err() {
                    return;
                }
            }
            Step::Item(item) if rows > skip => {
                let item = *item;
                let trace = item.raw.map(|raw| {
                    let raw = Value::Object(raw);
                    Trace {
                        source: opened.source.clone(),
                        raw_sha256: hex_sha256(raw.to_string().as_bytes()),
                        raw,
                        fetched_at: now,
                        rule_version: opened.rule_version.clone(),
                    }
                });
                let key = item.key.or_else(|| item.id.map(|id| id.to_string())).map(|key| SourceKey {
                    source: opened.source.clone(),
                    key,
                    dataset: opened.dataset.clone(),
                    edition: item.edition.unwrap_or_else(|| opened.edition.clone()),
                });
                let (source, id) = (key, item.id);
                let ready = item.record.map(|record| {
                    let source = source.clone();
                    Prepared::new(Candidate { source, id, record, trace, note: None, published_at: None })
                });
                let ready = ready.map_err(|errors| errors.into_iter().map(|one| one.in_file(file)).collect());
                batch.push(Row { line: item.line, id, source, ready, sent: item.sent });
            }
            Step::Item(_) => {}
        }
        if batch.len() >= BATCH {
            let batch = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            let nothing = std::mem::take(&mut nothing);
            if to.blocking_send(Message::Batch { batch, rows, nothing }).is_err() {
                return;
            }
        }
    }
    let last = if batch.is_empty() && nothing == 0 {
        Ok(())
    } else {
        to.blocking_send(Message::Batch { batch, rows, nothing })
    };
    if last.is_ok() {
        // If the database failed, the receiver is gone and there is nobody to tell.
        let _ = to.blocking_send(Message::End { uses, read: rows, rejected });
    }
}

/// Checks a file without a database: reports everything wrong with it, and counts missing required fields.
pub fn validate(
    source: Source,
    path: &Path,
    options: &SourceOptions,
    mut tell: impl FnMut(RowError),
) -> Result<Report, FileError> {
    let mut opened = source.open(path, options)?;
    let file = path.display().to_string();
    let mut report =
        Report { file: file.clone(), source: opened.source.clone(), check: true, ..Report::default() };
    report.notices = opened.notices.clone();
    let mut uses = Uses::new();
    let mut missing: HashMap<String, u64> = HashMap::new();
    while let Some(step) = opened.rows.next(&mut uses) {
        report.read += 1;
        match step {
            Step::Nothing => report.unchanged += 1,
            Step::Rejected(errors) => {
                report.rejected += 1;
                for error in errors {
                    let error = error.in_file(&file);
                    report.note(error.clone());
                    tell(error);
                }
            }
            Step::Item(item) => match item.record {
                Ok(record) => {
                    for finding in domain::validate::required(&record) {
                        *missing.entry(finding.field).or_default() += 1;
                    }
                }
                Err(errors) => {
                    report.rejected += 1;
                    for error in errors {
                        let error = error.in_file(&file);
                        report.note(error.clone());
                        tell(error);
                    }
                }
            },
        }
    }
    for (field, count) in missing {
        report.rules.insert(format!("missing:{field}"), count);
    }
    report.rules.extend(uses);
    Ok(report)
}
