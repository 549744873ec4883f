//! Dumps: everything public, in one state, in one folder; complete or not there at all.
//!
//! A dump is written to a temporary folder whose name begins with a dot, flushed to disk, and renamed once
//! complete. It never changes after that. Apart from its day it records neither when nor where it was
//! written, so the same state of the register gives the same bytes. With a signing key it holds a checkpoint
//! of its public log.

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use store::ground::lease::Leases;
use store::ground::settings;
use store::log::still::{Signing, Still};
use store::records::export::Row;
use store::{Db, FileLock};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::describe::{self, About, Sum};
use crate::error::Named;
use crate::files::{Sink, csv, ndjson, parquet, sqlite, xlsx};
use crate::going::Going;
use crate::tables::{self, Beside, TABLES};
use crate::walk::{Visit, Walk};
use crate::{Cell, ExportError, Table, compressed};

/// The list of all other files with their sums. Written last: a dump that has it is complete.
pub const SUMS: &str = "SHA256SUMS";
/// The checkpoint of the public log. It signs the entries in the table `log`.
pub const CHECKPOINT: &str = "checkpoint";
/// Lets only one process at a time write to a folder of dumps.
const LOCK: &str = ".lock";
/// Prefix of temporary folders.
const UNFINISHED: &str = ".unfinished-";

/// A finished dump.
#[derive(Debug, Clone)]
pub struct Written {
    /// Where it is.
    pub folder: PathBuf,
    /// Its name.
    pub name: DumpName,
    /// When its data last changed.
    pub changed_at: DateTime<Utc>,
    /// Each table's name and number of rows.
    pub rows: Vec<(&'static str, u64)>,
    /// Number of files, and their total length in bytes.
    pub files: (u64, u64),
    /// Entries of the public log in it, and how many of them its checkpoint signs. `None` for a past day:
    /// those dumps have no log.
    pub log: Option<(u64, u64)>,
}

/// What it takes to write a dump.
pub struct Job<'a> {
    /// Runs database queries from blocking code.
    pub handle: &'a Handle,
    /// The database, the clock and the leases.
    pub leases: &'a Leases,
    /// Signs the public log before it is read.
    pub signing: &'a Signing,
    /// The register's address, which begins every link in the dump.
    pub base_url: &'a str,
    /// Stops the dump before it is complete; nothing of it is left.
    pub stop: &'a CancellationToken,
    /// Told how many items are written, out of how many.
    pub progress: &'a mut dyn FnMut(u64, u64),
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A dump's name, which is also that of its folder and part of its address: its day, and which of that day's
/// dumps it is. `2026-11-21` is the first; after that was taken back, `2026-11-21.2` is the second. A name is
/// used once, so that no address ever has two contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DumpName {
    /// The day.
    pub date: NaiveDate,
    /// 1 for the first dump of the day.
    pub edition: u32,
}

impl From<NaiveDate> for DumpName {
    /// The first dump of a day.
    fn from(date: NaiveDate) -> Self {
        Self { date, edition: 1 }
    }
}

impl fmt::Display for DumpName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.edition {
            1 => self.date.fmt(f),
            edition => write!(f, "{}.{edition}", self.date),
        }
    }
}

/// A text that is no name of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a dump, such as 2026-11-21 or 2026-11-21.2")]
pub struct NotADump;

impl FromStr for DumpName {
    type Err = NotADump;

    /// Accepts only the form that is displayed, so that a dump has one address.
    fn from_str(text: &str) -> Result<Self, NotADump> {
        let (date, edition) = text.split_once('.').unwrap_or((text, "1"));
        let date = date.parse().map_err(|_| NotADump)?;
        let edition = edition.parse().map_err(|_| NotADump)?;
        let name = Self { date, edition };
        if edition > 0 && name.to_string() == text { Ok(name) } else { Err(NotADump) }
    }
}

/// Which state a dump holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Everything public now, filed under this name.
    Now(DumpName),
    /// The tables that have a history, as they stood at the end of this day, to the best of today's
    /// knowledge.
    Then(NaiveDate),
}

impl Of {
    /// The day it is filed under.
    pub fn date(self) -> NaiveDate {
        self.name().date
    }

    /// The name of its folder.
    pub fn name(self) -> DumpName {
        match self {
            Self::Now(name) => name,
            Self::Then(date) => date.into(),
        }
    }
}

/// Writes a dump to `out/{name}`, which must not exist. Removes what earlier attempts left unfinished.
///
/// Blocks on the database and the disk. Errors: [`ExportError::Exists`], [`ExportError::Busy`] while another
/// process writes to the same folder, [`ExportError::Unsigned`], [`ExportError::Stopped`].
pub fn write(job: &mut Job<'_>, out: &Path, of: Of) -> Result<Written, ExportError> {
    let stop = job.stop;
    write_while(job, out, of, &Going::new(stop, None))
}

/// As `write`, giving up when `going` says so.
pub(crate) fn write_while(
    job: &mut Job<'_>,
    out: &Path,
    of: Of,
    going: &Going<'_>,
) -> Result<Written, ExportError> {
    fs::create_dir_all(out).named(out)?;
    let busy = || ExportError::Busy(out.display().to_string());
    let _lock = FileLock::take(&out.join(LOCK)).named(out)?.ok_or_else(busy)?;
    remove_unfinished(out)?;
    let folder = out.join(of.name().to_string());
    if folder.exists() {
        return Err(ExportError::Exists(of.name().to_string()));
    }
    let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(out).named(out)?;
    let still = still(job, of, going)?;
    let written = fill(job, &still, unfinished.path(), of, going);
    job.handle.block_on(still.db.close());
    // When the dump was stopped in the middle of a file, report that rather than the read error it caused.
    let (about, files) = written.map_err(|error| going.on().err().unwrap_or(error))?;
    going.decide(job.handle)?;
    fs::rename(unfinished.path(), &folder).named(&folder)?;
    File::open(out).and_then(|out| out.sync_all()).named(out)?;
    Ok(Written {
        folder,
        name: of.name(),
        changed_at: about.changed_at,
        rows: about.rows,
        files,
        log: about.log,
    })
}

/// A snapshot to dump from. A past day has no checkpoint: none was signed at its end.
fn still(job: &Job<'_>, of: Of, going: &Going<'_>) -> Result<Still, ExportError> {
    match of {
        Of::Now(_) => Ok(going.wait(job.handle, job.signing.still(job.leases))??),
        Of::Then(_) => {
            let db = job.handle.block_on(job.leases.db().still())?;
            Ok(Still { db, entries: 0, signed: 0, checkpoint: None })
        }
    }
}

/// Removes temporary folders that killed processes left. The lock makes sure that nobody is writing to them.
fn remove_unfinished(out: &Path) -> Result<(), ExportError> {
    for entry in fs::read_dir(out).named(out)? {
        let path = entry.named(out)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(UNFINISHED) {
            fs::remove_dir_all(&path).named(&path)?;
        }
    }
    Ok(())
}

/// Writes every file of a dump to its temporary folder. Returns its description, number of files and length
/// in bytes.
fn fill(
    job: &mut Job<'_>,
    still: &Still,
    folder: &Path,
    of: Of,
    going: &Going<'_>,
) -> Result<(About, (u64, u64)), ExportError> {
    let (handle, db) = (job.handle, &still.db);
    let state = handle.block_on(db.state())?;
    let (tables, as_of) = match of {
        Of::Now(_) => (TABLES.to_vec(), None),
        Of::Then(day) => (tables::with_history(), Some(day)),
    };
    let rows = rows(job, db, folder, &tables, as_of, state.changed_at, going)?;
    // Tables from different states would not fit together.
    if handle.block_on(db.state())? != state {
        return Err(ExportError::Moved);
    }
    let about = About {
        base_url: job.base_url.to_owned(),
        of,
        changed_at: state.changed_at,
        change: state.change,
        invented: handle.block_on(settings::read(db, settings::DEMONSTRATION))?.is_some(),
        log: as_of.is_none().then_some((still.entries, still.signed)),
        rows: tables.iter().map(|table| table.name).zip(rows).collect(),
        tables,
    };
    if let Some(signed) = &still.checkpoint {
        let path = folder.join(CHECKPOINT);
        fs::write(&path, signed).named(&path)?;
    }
    let files = describe_and_flush(&about, folder, going)?;
    Ok((about, files))
}

/// Writes every table's rows in every format. Returns the number of rows in each table.
fn rows(
    job: &mut Job<'_>,
    db: &Db,
    folder: &Path,
    tables: &[&'static Table],
    as_of: Option<NaiveDate>,
    changed_at: DateTime<Utc>,
    going: &Going<'_>,
) -> Result<Vec<u64>, ExportError> {
    let walk = Walk { db, handle: job.handle, base_url: job.base_url, as_of };
    let lines = folder.join("records.ndjson");
    let beside = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder).named(folder)?;
    let xlsx = folder.join("register.xlsx");
    let mut files = Files {
        sinks: vec![
            Box::new(csv::Files::begin(folder, tables)?),
            Box::new(parquet::Files::begin(folder, tables)?),
            Box::new(sqlite::Database::begin(folder.join("register.sqlite"), tables)?),
            Box::new(xlsx::Sheets::begin(xlsx, beside.path(), changed_at, tables)?),
        ],
        lines: BufWriter::new(File::create_new(&lines).named(&lines)?),
        lines_path: lines,
        line: Vec::new(),
        rows: vec![0; tables.len()],
        tables,
        base_url: job.base_url,
        met: 0,
        all: walk.length()?,
        progress: job.progress,
        going,
    };
    walk.run(&mut files)?;
    files.finish()
}

/// Adds the descriptions, the compressed copies and, last, the list of sums. Returns the number of files and
/// their total length in bytes. Everything is on disk on return.
fn describe_and_flush(about: &About, folder: &Path, going: &Going<'_>) -> Result<(u64, u64), ExportError> {
    let mut sums = sums(folder, going)?;
    for (name, bytes) in describe::files(about, &sums) {
        let path = folder.join(&name);
        fs::write(&path, &bytes).named(&path)?;
        sums.push(Sum::of(name, &path)?);
    }
    sums.extend(compressed::files(folder, &sums, going)?);
    sums.sort_by(|a, b| a.name.cmp(&b.name));
    let list: String = sums.iter().map(|sum| format!("{}  {}\n", sum.sha256, sum.name)).collect();
    let path = folder.join(SUMS);
    fs::write(&path, &list).named(&path)?;
    for entry in fs::read_dir(folder).named(folder)? {
        going.on()?;
        let path = entry.named(folder)?.path();
        File::open(&path).and_then(|file| file.sync_all()).named(&path)?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).named(folder)?;
    let bytes: u64 = sums.iter().map(|sum| sum.bytes).sum();
    Ok((sums.len() as u64 + 1, bytes + list.len() as u64))
}

/// The sums of all files in a folder, sorted by name.
fn sums(folder: &Path, going: &Going<'_>) -> Result<Vec<Sum>, ExportError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).named(folder)? {
        names.push(entry.named(folder)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    names.into_iter().map(|name| Sum::of_while(name.clone(), &folder.join(name), going)).collect()
}

/// All formats of a dump, written during one walk.
struct Files<'a> {
    sinks: Vec<Box<dyn Sink>>,
    lines: BufWriter<File>,
    lines_path: PathBuf,
    line: Vec<u8>,
    tables: &'a [&'static Table],
    rows: Vec<u64>,
    base_url: &'a str,
    met: u64,
    all: u64,
    progress: &'a mut dyn FnMut(u64, u64),
    going: &'a Going<'a>,
}

impl Files<'_> {
    fn finish(mut self) -> Result<Vec<u64>, ExportError> {
        self.sinks.iter_mut().try_for_each(|sink| self.going.on().and_then(|()| sink.finish()))?;
        self.lines.flush().named(&self.lines_path)?;
        Ok(self.rows)
    }
}

impl Visit for Files<'_> {
    fn row(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        self.going.on()?;
        let table = tables::place(self.tables, table);
        self.rows[table] += 1;
        self.sinks.iter_mut().try_for_each(|sink| sink.row(table, cells))
    }

    fn record(&mut self, row: &Row, beside: &Beside<'_>) -> Result<(), ExportError> {
        self.line.clear();
        ndjson::record(&mut self.line, row, beside, self.base_url);
        self.lines.write_all(&self.line).named(&self.lines_path)
    }

    fn met(&mut self, n: u64) {
        self.met += n;
        (self.progress)(self.met, self.all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_has_one_name() {
        let date: NaiveDate = "2026-11-21".parse().unwrap();
        for (text, edition) in [("2026-11-21", 1), ("2026-11-21.2", 2), ("2026-11-21.10", 10)] {
            let name: DumpName = text.parse().unwrap();
            assert_eq!((name, name.to_string()), (DumpName { date, edition }, text.to_owned()));
        }
        for text in [
            "",
            "latest",
            "2026-11-21.",
            "2026-11-21.0",
            "2026-11-21.1",
            "2026-11-21.02",
            "2026-11-21.+2",
            "2026-11-21.2.3",
            "2026-11-21.99999999999",
            "2026-1-2",
        ] {
            assert_eq!(text.parse::<DumpName>(), Err(NotADump), "{text}");
        }
        let name = |text: &str| text.parse::<DumpName>().unwrap();
        assert!(name("2026-11-21") < name("2026-11-21.2") && name("2026-11-21.10") < name("2026-11-22"));
    }
}
