//! Imports notices. Releases are stored in batches; each batch is one transaction that also saves how far the
//! import got, and recomputes the processes its releases belong to.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use encoding_rs::Encoding;
use store::names::parties::Parties;
use store::procurement::contracts::ContractState;
use store::records::imports;
use store::{Db, StoreError, Tx};
use tokio::sync::mpsc;

use super::batch::{Batch, Ready, Tally, ready};
use super::release::{Releases, Step};
use crate::RowError;
use crate::load::{Event, ImportError, Report};
use crate::mapping::Uses;
use crate::table::{FileError, Text};

/// Releases per transaction.
const BATCH: usize = 100;
/// Bytes per batch, so that batches of long releases are smaller.
const BATCH_BYTES: usize = 512 << 10;
/// Batches that may wait for the database; bounds memory when reading is faster than writing.
const WAITING: usize = 1;
/// The name runs are kept under. Notices of all sources share one lock, because their parties are resolved
/// together.
const SOURCE: &str = "ocds";
/// Version of the reader, stored with each run.
const RULES: &str = "ocds-1";
/// How a file of notices is imported.
#[derive(Debug, Clone)]
pub struct OcdsOptions {
    /// The file's encoding, if it is neither UTF-8 nor marked as UTF-16.
    pub encoding: Option<&'static Encoding>,
    /// Country of parties that state none (ISO 3166-1). Notices from UK services always count as GB.
    pub country: Option<String>,
    /// Whether to report what would happen without writing anything.
    pub check: bool,
    /// The time of the import.
    pub now: DateTime<Utc>,
}

enum Message {
    Batch { ready: Vec<Ready>, steps: u64 },
    Error { error: RowError, last: bool },
    End { uses: Uses, unknown: BTreeMap<String, u64>, steps: u64 },
    Failed(std::io::Error),
}

/// Imports a file of notices. Errors in elements are reported, not returned; an error is returned only if the
/// file or the database cannot be used, or if another import of notices is running.
pub async fn import(
    db: &Db,
    path: &Path,
    options: &OcdsOptions,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let text = {
        let (path, encoding) = (path.to_owned(), options.encoding);
        let opening = tokio::task::spawn_blocking(move || Text::open_encoded(&path, encoding));
        opening.await.map_err(|error| ImportError::Reader(error.to_string()))??
    };
    let file = path.display().to_string();
    let mut report = Report {
        file: file.clone(),
        source: SOURCE.to_owned(),
        check: options.check,
        notices: text.notices.clone(),
        ..Report::default()
    };
    let (bytes, length, progress) = text.bytes()?;
    tell(Event::Opened { bytes: length, progress, notices: text.notices.clone() });
    let lock = if options.check { None } else { Some(imports::lock(db, SOURCE).await?) };
    let mut run = None;
    if !options.check {
        let tx = db.begin().await?;
        let file = imports::File {
            source: SOURCE,
            dataset: SOURCE,
            name: &file,
            sha256: &text.sha256,
            rule_version: RULES,
        };
        let begun = imports::begin(&tx, &file, options.now).await?;
        tx.commit().await?;
        report.resumed = begun.rows_done;
        (report.created, report.changed, report.unchanged) = (begun.created, begun.changed, begun.unchanged);
        run = Some(begun);
    }
    let skip = run.as_ref().map_or(0, |run| run.rows_done);
    let named_lines = is_named_lines(path);
    let (to, mut from) = mpsc::channel(WAITING);
    let reader = tokio::task::spawn_blocking(move || read(bytes, named_lines, skip, &to));

    // Kept only after a commit, because a rollback also undoes parties that it has learned of.
    let mut parties: Option<Parties> = None;
    let mut tally = Tally::default();
    while let Some(message) = from.recv().await {
        match message {
            Message::Error { error, last } => {
                let error = error.in_file(&file);
                report.reject(error.clone(), last);
                tell(Event::Error(error));
            }
            Message::Batch { ready, steps } => {
                let tx = db.begin().await?;
                let mut known = match parties.take() {
                    Some(known) => known,
                    None => Parties::within(&tx).await?,
                };
                let mut batch = Batch {
                    tx: &tx,
                    parties: &mut known,
                    country: options.country.as_deref(),
                    now: options.now,
                    import: run.as_ref().map(|run| run.seq),
                };
                let outcome = batch.keep(ready, &mut tally).await?;
                report.created += outcome.created;
                report.changed += outcome.changed;
                report.unchanged += outcome.unchanged;
                match &mut run {
                    Some(run) => {
                        run.rows_done = steps;
                        (run.created, run.changed, run.unchanged) =
                            (report.created, report.changed, report.unchanged);
                        imports::checkpoint(&tx, run, None).await?;
                        tx.commit().await?;
                        parties = Some(known);
                    }
                    // A check does all the work and rolls it back.
                    None => tx.rollback().await?,
                }
                tell(Event::Rows(steps));
            }
            Message::End { uses, unknown, steps } => {
                report.read = steps;
                if steps == 0 {
                    report.notices.push("there are no releases in it".to_owned());
                }
                for (rule, count) in uses {
                    *report.rules.entry(rule).or_default() += count;
                }
                for (path, count) in unknown {
                    *report.rules.entry(format!("unknown-path:{path}")).or_default() += count;
                }
            }
            Message::Failed(error) => return Err(FileError::Io { path: file, error }.into()),
        }
    }
    reader.await.map_err(|error| ImportError::Reader(error.to_string()))?;
    for (rule, count) in tally.uses {
        *report.rules.entry(rule).or_default() += count;
    }
    report.counts = tally.counts;
    if let Some(mut run) = run {
        run.rejected = report.rejected;
        let tx = db.begin().await?;
        // A truncated file is not marked as finished. The complete file has another hash, so it is another
        // import.
        let finished = report.stopped.is_none().then_some(options.now);
        imports::checkpoint(&tx, &run, finished).await?;
        tx.commit().await?;
    }
    if let Some(lock) = lock {
        lock.release().await?;
    }
    Ok(report)
}

/// Checks a file of notices without a database: reports everything wrong with it, and counts what each
/// release amounts to on its own. Errors: the file cannot be used.
pub fn validate(
    path: &Path,
    encoding: Option<&'static Encoding>,
    mut tell: impl FnMut(RowError),
) -> Result<Report, FileError> {
    let text = Text::open_encoded(path, encoding)?;
    let file = path.display().to_string();
    let io = |error| FileError::Io { path: path.display().to_string(), error };
    let mut report =
        Report { file: file.clone(), source: SOURCE.to_owned(), check: true, ..Report::default() };
    report.notices.clone_from(&text.notices);
    let (mut uses, mut tally) = (Uses::new(), Tally::default());
    let mut releases = Releases::new(text.bytes()?.0, is_named_lines(path)).map_err(io)?;
    while let Some(step) = releases.next(&mut uses).map_err(io)? {
        report.read += 1;
        let (error, last) = match step {
            Step::Release(element) => {
                let (process, contracts) = ready(*element).alone;
                let contracts: Vec<ContractState> =
                    contracts.into_iter().map(|contract| ContractState { contract, hit: None }).collect();
                tally.process(&process, &contracts);
                continue;
            }
            Step::Rejected(error) => (error.in_file(&file), false),
            Step::Stopped(error) => (error.in_file(&file), true),
        };
        report.reject(error.clone(), last);
        tell(error);
    }
    report.rules = uses;
    report
        .rules
        .extend(releases.unknown.into_iter().map(|(path, count)| (format!("unknown-path:{path}"), count)));
    for (rule, count) in tally.uses {
        *report.rules.entry(rule).or_default() += count;
    }
    report.counts = tally.counts;
    Ok(report)
}

/// Stores our own notices inside a transaction. Errors: [`StoreError::Inconsistent`] with the first element
/// that is not a release; tests read all the notices we ship.
pub(crate) async fn keep(
    tx: &Tx,
    notices: &str,
    country: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let elements = super::read_all(notices.as_bytes())
        .map_err(|error| StoreError::inconsistent("releases", "raw", error.line, error))?;
    let mut parties = Parties::within(tx).await?;
    let mut batch = Batch { tx, parties: &mut parties, country: Some(country), now, import: None };
    batch.keep(elements.into_iter().map(ready).collect(), &mut Tally::default()).await?;
    Ok(())
}

/// Whether the file's name promises one value per line.
fn is_named_lines(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".jsonl", ".ndjson", ".jsonlines"].iter().any(|end| name.ends_with(end))
}

/// Reads elements and sends them on, on a blocking thread while the database writes. The first `skip` steps
/// were done by an earlier run.
fn read(bytes: impl std::io::Read, named_lines: bool, skip: u64, to: &mpsc::Sender<Message>) {
    let mut uses = Uses::new();
    let mut steps = 0_u64;
    let mut batch = Vec::with_capacity(BATCH);
    let mut size = 0;
    let mut releases = match Releases::new(bytes, named_lines) {
        Ok(releases) => releases,
        Err(error) => return drop(to.blocking_send(Message::Failed(error))),
    };
    loop {
        let step = match releases.next(&mut uses) {
            Ok(Some(step)) => step,
            Ok(None) => break,
            Err(error) => return drop(to.blocking_send(Message::Failed(error))),
        };
        steps += 1;
        let error = match step {
            Step::Release(element) if steps > skip => {
                size += element.raw.len();
                batch.push(ready(*element));
                None
            }
            Step::Release(_) => None,
            Step::Rejected(error) => Some((error, false)),
            Step::Stopped(error) => Some((error, true)),
        };
        if let Some((error, last)) = error
            && to.blocking_send(Message::Error { error, last }).is_err()
        {
            return;
        }
        if batch.len() >= BATCH || size >= BATCH_BYTES {
            let ready = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            size = 0;
            if to.blocking_send(Message::Batch { ready, steps }).is_err() {
                return;
            }
        }
    }
    let sent = batch.is_empty() || to.blocking_send(Message::Batch { ready: batch, steps }).is_ok();
    if sent {
        // If the database failed, the receiver is gone and there is nobody to tell.
        let _ = to.blocking_send(Message::End { uses, unknown: releases.unknown, steps });
    }
}
