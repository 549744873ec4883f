//! Reads tables: CSV, XLSX and ODS as rows of text, whatever their encoding, line ends and header row.
//!
//! Every file is first turned into a UTF-8 CSV file (itself, or a temporary one), then scanned once for
//! anything a CSV reader would silently accept, and then read row by row, so memory use does not grow with
//! the file. Spreadsheets are read in a process of their own, under limits (decision 27).

mod beside;
mod child;
mod decode;
mod foreign;
mod frames;
mod header;
mod machine;
mod marks;
mod ods;
mod parent;
mod parts;
mod reading;
mod repeats;
mod rewrite;
mod rows;
mod scan;
mod sheet;
mod sheets;
mod shown;
mod sniff;
mod swallowed;
mod table;
mod text;
mod totals;
mod xlsx;

#[cfg(test)]
mod csv_tests;
#[cfg(test)]
mod sheet_tests;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

pub use child::{decode, decode_if_asked};
pub use reading::{Limits, Reading, Stop, StopOnDrop, set_program};
pub use repeats::KeyOf;
pub use scan::{CELL_MAX, COLUMNS_MAX, ROW_MAX};
pub use sniff::{INFLATED_MAX, RATIO_MAX, STREAM_INFLATED_MAX};
pub use table::{Row, Table};
pub use text::Text;

use crate::columns::Column;
use header::HEADER_ROWS;

/// The byte order mark of UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Why a file cannot be used at all, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be opened or read.
    #[error("{path}: cannot be read: {error}")]
    Io {
        /// The file.
        path: String,
        /// The system's error.
        error: std::io::Error,
    },
    /// The file is not what the command reads.
    #[error("{path}: {what}: {todo}")]
    Unusable {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
        /// What to do.
        todo: String,
    },
    /// The process that reads spreadsheets does not start. Not the file's fault.
    #[error(
        "the process that reads spreadsheets does not start ({program}: {what}): make the register's program \
         executable for the account it runs as"
    )]
    NoReader {
        /// The program that was started.
        program: String,
        /// What went wrong.
        what: String,
    },
}

impl FileError {
    /// An error for a file that cannot be used.
    pub fn unusable(path: impl Into<String>, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::Unusable { path: path.into(), what: what.into(), todo: todo.into() }
    }

    fn io(path: &Path, error: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), error }
    }
}

/// How much of a file has been read; clones share the count.
#[derive(Debug, Default, Clone)]
pub struct Progress {
    read: Arc<AtomicU64>,
}

impl Progress {
    /// Adds bytes, or rows if the file is read whole.
    pub(crate) fn add(&self, read: u64) {
        self.read.fetch_add(read, Ordering::Relaxed);
    }

    /// Bytes read so far, or rows if the file is read whole.
    pub fn bytes(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// What is known of a file before its rows are read.
#[derive(Debug, Default, Clone)]
pub struct Input {
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
    /// Notices about how the file was read.
    pub notices: Vec<String>,
    /// Bytes to read; for JSON that is read whole, the number of rows.
    pub bytes: u64,
    /// How much has been read, in the same unit.
    pub progress: Progress,
    /// The sheets of a spreadsheet.
    pub sheets: Vec<Sheet>,
    /// What is done with each column, as far as it is known before the rows are read.
    pub columns: Vec<Column>,
}

/// A sheet of a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether it is the one that is read.
    pub read: bool,
    /// Whether the spreadsheet hides it.
    pub hidden: bool,
    /// Rows that are not blank, without its header.
    pub rows: u64,
    /// Whether it has a header that the source knows.
    pub has_header: bool,
}

struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A file that may be a table or JSON.
#[derive(Debug)]
pub enum Either {
    /// A table of rows.
    Table(Box<Table>),
    /// JSON, not read yet.
    Json(Text),
}

/// Whether a text is a header the reader knows. Of the first rows, the one with most known headers is the
/// header.
pub type KnownHeader<'a> = &'a dyn Fn(&str) -> bool;
