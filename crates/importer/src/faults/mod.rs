//! A copy of a faulty table of our template with a column of faults beside its rows, in the format it came in: CSV, or
//! XLSX for any spreadsheet. It holds the cells as they are read; formats and formulas are not copied. The corrected
//! copy reads back as it is: the column is ignored.

mod csv;
mod xlsx;

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::Path;

use crate::sources::{FAULTS_COLUMN, is_column, is_list};
use crate::table::{Either, FileError, Reading, Table};

/// The faults of a file, by line or row.
#[derive(Debug, Clone, Default)]
pub struct Faults(BTreeMap<u64, Vec<String>>);

/// The format of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// CSV.
    Csv,
    /// An XLSX workbook.
    Xlsx,
}

impl Kind {
    /// The format of the copy of a file that begins with these bytes; `None` if it is JSON, which has no columns.
    pub fn of(head: &[u8]) -> Option<Self> {
        let text = head.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(head).trim_ascii_start();
        match text {
            [b'P', b'K', 3, 4, ..] => Some(Self::Xlsx),
            [b'{' | b'[', ..] => None,
            _ => Some(Self::Csv),
        }
    }

    /// The ending of such a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl Faults {
    /// Adds a fault of a line or row, 0 for the whole file. A fault of a whole row has no column.
    pub fn add(&mut self, line: u64, column: &str, message: &str, hint: &str) {
        let column = if column.is_empty() { String::new() } else { format!("{column}: ") };
        let hint = if hint.is_empty() { String::new() } else { format!(" ({hint})") };
        self.0.entry(line).or_default().push(format!("{column}{message}{hint}"));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the text for the cell beside a row. The first row has the faults of the whole file too.
    fn beside(&mut self, line: u64) -> String {
        let both = [0, line].into_iter().filter_map(|line| self.0.remove(&line)).flatten();
        both.collect::<Vec<_>>().join(" | ")
    }

    /// Takes the text of what belongs to no row that was written.
    fn take_rest(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.0);
        let faults: Vec<String> = rest.into_values().flatten().collect();
        (!faults.is_empty()).then(|| faults.join(" | "))
    }
}

/// The place of the column of faults: where an earlier copy has it, else after the last column.
fn place(headers: &[String]) -> usize {
    headers.iter().position(|header| header == FAULTS_COLUMN).unwrap_or(headers.len())
}

/// Puts the faults of a row into their column, or behind its cells if it is longer than its header.
fn put(cells: &mut Vec<String>, faults: String, place: usize, width: usize) {
    if cells.len() < place {
        cells.resize(place, String::new());
    }
    match cells.get_mut(place) {
        Some(cell) if place < width => *cell = faults,
        _ => cells.push(faults),
    }
}

/// Writes the copy of a file. Faults of the whole file stand beside its first row.
///
/// Errors: [`FileError`] if the file is no table of our template, or the copy cannot be written.
pub fn write(
    path: &Path,
    mut faults: Faults,
    reading: &Reading,
    out: impl Write + Seek + Send,
) -> Result<Kind, FileError> {
    let name = path.display().to_string();
    match Table::open_unless_json(path, &is_column, &is_list, reading)? {
        Either::Json(_) => Err(FileError::unusable(
            name,
            "lines of JSON have no columns, so faults cannot stand beside them",
            "read the list of faults instead",
        )),
        Either::Table(table) if table.sheet.is_some() => {
            xlsx::write(path, &table, &mut faults, reading, out).map(|()| Kind::Xlsx)
        }
        Either::Table(table) => csv::write(*table, &mut faults, out).map(|()| Kind::Csv),
    }
}
