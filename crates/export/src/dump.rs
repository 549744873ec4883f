//! Dumps: everything public of one state, in one folder, complete or not there at all.
//!
//! A dump is written under a name of its own that begins with a dot, flushed to the disk, and renamed when it is whole.
//! It does not change afterwards. Nothing in it tells when or where it was written but its day: the same state of the
//! register gives the same bytes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use store::export::Row;
use store::{Db, FileLock, settings};
use tokio::runtime::Handle;

use crate::describe::{self, About, Sum};
use crate::error::Named;
use crate::files::{Sink, csv, ndjson, parquet, sqlite, xlsx};
use crate::tables::{self, Beside, TABLES};
use crate::walk::{Visit, Walk};
use crate::{Cell, ExportError, Table, compressed};

/// The file that names all others with their sums, written last: a dump is whole when it has it.
pub const SUMS: &str = "SHA256SUMS";
/// The file that holds the checkpoint of the public log: it signs the entries in the table `log`.
pub const CHECKPOINT: &str = "checkpoint";
/// One process at a time writes into a folder of dumps.
const LOCK: &str = ".lock";
/// Begins the name of what is not whole yet.
const UNFINISHED: &str = ".unfinished-";

/// A dump that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its folder.
    pub folder: PathBuf,
    /// Its day.
    pub date: NaiveDate,
    /// When what it holds last changed.
    pub changed_at: DateTime<Utc>,
    /// For each table its name and how many rows it has.
    pub rows: Vec<(&'static str, u64)>,
    /// How many files it has, and their bytes.
    pub files: (u64, u64),
}

/// What a dump is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Everything public as it stands, under the name of a day.
    Now(NaiveDate),
    /// What has a history, as it stood at the end of a day, as far as it is known now.
    Then(NaiveDate),
}

impl Of {
    /// The day.
    pub fn date(self) -> NaiveDate {
        match self {
            Self::Now(date) | Self::Then(date) => date,
        }
    }
}

/// Writes a dump into `out/{date}`, which must not be there; what earlier attempts left unfinished is removed. `base_url`
/// begins every address in it; `progress` is told how many things are written of how many.
///
/// Waits for the database and the disk: call it where that is allowed.
pub fn write(
    handle: &Handle,
    db: &Db,
    out: &Path,
    of: Of,
    base_url: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Written, ExportError> {
    fs::create_dir_all(out).named(out)?;
    let busy = || ExportError::Busy(out.display().to_string());
    let _lock = FileLock::take(&out.join(LOCK)).named(out)?.ok_or_else(busy)?;
    remove_unfinished(out)?;
    let date = of.date();
    let folder = out.join(date.to_string());
    if folder.exists() {
        return Err(ExportError::Exists(date.to_string()));
    }
    let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(out).named(out)?;
    let still = handle.block_on(db.still())?;
    let written = fill(handle, &still, unfinished.path(), of, base_url, progress);
    handle.block_on(still.close());
    let (about, files) = written?;
    fs::rename(unfinished.path(), &folder).named(&folder)?;
    File::open(out).and_then(|out| out.sync_all()).named(out)?;
    Ok(Written { folder, date, changed_at: about.changed_at, rows: about.rows, files })
}

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

fn fill(
    handle: &Handle,
    db: &Db,
    folder: &Path,
    of: Of,
    base_url: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(About, (u64, u64)), ExportError> {
    let state = handle.block_on(db.state())?;
    let invented = handle.block_on(settings::read(db, settings::DEMONSTRATION))?.is_some();
    let (tables, as_of) = match of {
        Of::Now(_) => (TABLES.to_vec(), None),
        Of::Then(day) => (tables::with_history(), Some(day)),
    };
    let walk = Walk { db, handle, base_url, as_of };
    let lines = folder.join("records.ndjson");
    let beside = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder).named(folder)?;
    let mut files = Files {
        sinks: vec![
            Box::new(csv::Files::begin(folder, &tables)?),
            Box::new(parquet::Files::begin(folder, &tables)?),
            Box::new(sqlite::Database::begin(folder.join("register.sqlite"), &tables)?),
            Box::new(xlsx::Sheets::begin(
                folder.join("register.xlsx"),
                beside.path(),
                state.changed_at,
                &tables,
            )?),
        ],
        lines: BufWriter::new(File::create_new(&lines).named(&lines)?),
        lines_path: lines,
        line: Vec::new(),
        rows: vec![0; tables.len()],
        tables: &tables,
        base_url,
        met: 0,
        all: walk.length()?,
        progress,
    };
    walk.run(&mut files)?;
    let rows = files.finish()?;
    drop(beside);
    if handle.block_on(db.state())? != state {
        return Err(ExportError::Moved);
    }
    let about = About {
        base_url: base_url.to_owned(),
        of,
        changed_at: state.changed_at,
        change: state.change,
        invented,
        rows: tables.iter().map(|table| table.name).zip(rows).collect(),
        tables,
    };
    // What happened until another day was signed by no checkpoint of its own.
    let signed = handle.block_on(settings::read(db, settings::CHECKPOINT))?;
    if let (Some(signed), Of::Now(_)) = (signed, of) {
        let path = folder.join(CHECKPOINT);
        fs::write(&path, signed).named(&path)?;
    }
    let mut sums = sums(folder)?;
    for (name, bytes) in describe::files(&about, &sums) {
        let path = folder.join(&name);
        fs::write(&path, &bytes).named(&path)?;
        sums.push(Sum::of(name, &path)?);
    }
    sums.extend(compressed::files(folder, &sums)?);
    sums.sort_by(|a, b| a.name.cmp(&b.name));
    let list: String = sums.iter().map(|sum| format!("{}  {}\n", sum.sha256, sum.name)).collect();
    let path = folder.join(SUMS);
    fs::write(&path, &list).named(&path)?;
    for entry in fs::read_dir(folder).named(folder)? {
        let path = entry.named(folder)?.path();
        File::open(&path).and_then(|file| file.sync_all()).named(&path)?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).named(folder)?;
    let bytes: u64 = sums.iter().map(|sum| sum.bytes).sum();
    Ok((about, (sums.len() as u64 + 1, bytes + list.len() as u64)))
}

/// The sums of all files in a folder, by name.
fn sums(folder: &Path) -> Result<Vec<Sum>, ExportError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).named(folder)? {
        names.push(entry.named(folder)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    names.into_iter().map(|name| Sum::of(name.clone(), &folder.join(name))).collect()
}

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
}

impl Files<'_> {
    fn finish(mut self) -> Result<Vec<u64>, ExportError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.finish())?;
        self.lines.flush().named(&self.lines_path)?;
        Ok(self.rows)
    }
}

impl Visit for Files<'_> {
    fn row(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), ExportError> {
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
