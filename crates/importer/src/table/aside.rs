//! Sheets of a spreadsheet besides the one with the records: child lists, and all sheets for a copy of the file.

use std::path::Path;

use super::parent::to_csv;
use super::sheets::Best;
use super::{FileError, HEADER_ROWS, KnownHeader, Reading, Table, marks};

/// A sheet as CSV, read besides the one with the records.
pub(crate) struct SheetAside {
    pub(crate) name: String,
    /// Whether the spreadsheet hides it.
    pub(crate) hidden: bool,
    /// Cells in which the value of a merged one is repeated.
    pub(super) merged: u64,
    pub(super) file: tempfile::TempPath,
}

impl SheetAside {
    /// The table in it. Errors: no row has a known header.
    pub(crate) fn table(self, path: &Path, known: KnownHeader<'_>) -> Result<Table, FileError> {
        let name = format!("{}, sheet '{}'", path.display(), self.name);
        let Self { file, merged, .. } = self;
        let best = Best { file, notices: Vec::new(), sheets: Vec::new(), merged };
        Table::of_sheet(name, String::new(), best, known)
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        std::fs::metadata(&self.file).is_ok_and(|file| file.len() == 0)
    }

    /// Whether one of its first rows has a header. Errors: the copy of the sheet cannot be read.
    pub(crate) fn has_header(&self, is: impl Fn(&str) -> bool) -> Result<bool, FileError> {
        for row in self.read()?.into_records().take(HEADER_ROWS) {
            let row = row.map_err(|error| self.failed(error))?;
            if row.iter().skip(1).any(|cell| is(marks::cut(cell).0)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Its rows with their numbers, as they stand, without blank ones. Errors: the copy of the sheet cannot be read.
    pub(crate) fn rows(&self) -> Result<Vec<(u64, Vec<String>)>, FileError> {
        let mut rows = Vec::new();
        for row in self.read()?.into_records() {
            let row = row.map_err(|error| self.failed(error))?;
            let mut cells = row.iter();
            let number = cells.next().and_then(|number| number.parse().ok()).unwrap_or_default();
            rows.push((number, cells.map(|cell| marks::split(cell).0.into_owned()).collect()));
        }
        Ok(rows)
    }

    fn read(&self) -> Result<csv::Reader<std::fs::File>, FileError> {
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true);
        reader.from_path(&self.file).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: csv::Error) -> FileError {
        FileError::io(&self.file, std::io::Error::other(error))
    }
}

/// All sheets of a spreadsheet, in their order. Errors: [`FileError`].
pub(crate) fn sheets(path: &Path, reading: &Reading) -> Result<Vec<SheetAside>, FileError> {
    Ok(to_csv(path, &|_| false, &|_| true, reading)?.aside)
}
