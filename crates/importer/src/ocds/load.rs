//! Imports notices: each release is stored, and the processes it belongs to are computed from all their
//! releases.

use std::path::Path;

use chrono::{DateTime, Utc};
use encoding_rs::Encoding;
use store::names::parties::Parties;
use store::procurement::contracts::ContractState;
use store::{Db, StoreError, Tx};

use super::batch::{Batch, Ready, count, ready};
use super::release::{Element, Releases};
use crate::load::{self, File, ImportError, Stored, Target};
use crate::report::{Event, Report, RowError, Tally};
use crate::table::{FileError, Text};

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

/// Imports a file of notices. Errors in elements are reported, not returned; an error is returned only if the
/// file or the database cannot be used, or if another import of notices is running.
pub async fn import(
    db: &Db,
    path: &Path,
    options: &OcdsOptions,
    tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let (path, encoding) = (path.to_owned(), options.encoding);
    let file = load::opening(move || open(&path, encoding)).await?;
    let mut target = Notices::new(options.country.clone(), options.now);
    let terms = load::Terms { check: options.check, now: options.now };
    let mut report = load::load(db, file, ready, &mut target, terms, tell).await?;
    if report.read == 0 {
        report.notices.push("there are no releases in it".to_owned());
    }
    Ok(report)
}

/// Checks a file of notices without a database: reports everything wrong with it, and counts what each
/// release amounts to on its own. Errors: the file cannot be used.
pub fn validate(
    path: &Path,
    encoding: Option<&'static Encoding>,
    tell: impl FnMut(RowError),
) -> Result<Report, FileError> {
    let mut tally = Tally::default();
    let look = |element: Element| {
        let (process, contracts) = ready(element).alone;
        let contracts: Vec<ContractState> =
            contracts.into_iter().map(|contract| ContractState { contract, hit: None }).collect();
        count(&mut tally, &process, &contracts);
        Ok(())
    };
    let mut report = load::validate(open(path, encoding)?, look, tell)?;
    report.count(tally);
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
    let mut target = Notices::new(Some(country.to_owned()), now);
    target.store(tx, elements.into_iter().map(ready).collect()).await?;
    Ok(())
}

/// Opens a file of notices. Errors: it cannot be used.
fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<File<Element>, FileError> {
    let name = path.display().to_string();
    let (bytes, input) = Text::open_encoded(path, encoding)?.bytes()?;
    let releases = Releases::new(bytes, is_named_lines(path))
        .map_err(|error| FileError::Io { path: name.clone(), error })?;
    Ok(File {
        name,
        source: SOURCE.to_owned(),
        dataset: SOURCE.to_owned(),
        rule_version: RULES.to_owned(),
        input,
        items: Box::new(releases),
    })
}

/// Whether the file's name promises one value per line.
fn is_named_lines(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".jsonl", ".ndjson", ".jsonlines"].iter().any(|end| name.ends_with(end))
}

/// What releases do to the store.
struct Notices {
    country: Option<String>,
    now: DateTime<Utc>,
    import: Option<i64>,
    /// The parties known so far. A rollback also undoes those that a batch added, so they are read again then.
    parties: Option<Parties>,
}

impl Notices {
    fn new(country: Option<String>, now: DateTime<Utc>) -> Self {
        Self { country, now, import: None, parties: None }
    }
}

impl Target for Notices {
    type Item = Ready;
    const BATCH: usize = 100;
    const BATCH_BYTES: usize = 512 << 10;

    fn bytes(ready: &Ready) -> usize {
        ready.bytes()
    }

    async fn begin(&mut self, _: &Db, import: Option<i64>) -> Result<(), StoreError> {
        self.import = import;
        Ok(())
    }

    /// Stores the releases the register does not have yet, and recomputes their processes.
    async fn store(&mut self, tx: &Tx, ready: Vec<Ready>) -> Result<Stored, StoreError> {
        let mut parties = match self.parties.take() {
            Some(parties) => parties,
            None => Parties::within(tx).await?,
        };
        let country = self.country.as_deref();
        let mut batch = Batch { tx, parties: &mut parties, country, now: self.now, import: self.import };
        let stored = batch.keep(ready).await?;
        self.parties = Some(parties);
        Ok(stored)
    }

    async fn undone(&mut self, _: &Db) -> Result<(), StoreError> {
        self.parties = None;
        Ok(())
    }
}
