//! Turns a spreadsheet into a temporary CSV file: the sheet with the best header, each row with its number in
//! front.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::scan::{CELL_MAX, COLUMNS_MAX};
use super::sniff::SheetKind;
use super::{FileError, HEADER_ROWS, KnownHeader, ods, xlsx};

/// Takes a sheet's cells in order and writes its rows.
pub(super) struct RowWriter<'a> {
    name: &'a str,
    out: csv::Writer<BufWriter<tempfile::NamedTempFile>>,
    row: Option<u64>,
    cells: Vec<String>,
}

impl<'a> RowWriter<'a> {
    fn new(name: &'a str) -> Result<Self, FileError> {
        let file = tempfile::NamedTempFile::new().map_err(|error| FileError::io(Path::new(name), error))?;
        let out = csv::WriterBuilder::new().flexible(true).from_writer(BufWriter::new(file));
        Ok(Self { name, out, row: None, cells: Vec::new() })
    }

    /// Adds a cell. Rows count from 1, columns from 0; cells must come row by row. Errors: the cell is too
    /// long or too far to the right.
    pub(super) fn cell(&mut self, row: u64, column: usize, text: String) -> Result<(), FileError> {
        if self.row != Some(row) {
            self.end_row()?;
            self.row = Some(row);
        }
        if text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS_MAX {
            return Err(FileError::unusable(
                self.name,
                format!("row {row} has a cell in column {}, more than {COLUMNS_MAX}", column + 1),
                "delete what stands far to the right of the table",
            ));
        }
        if text.len() > CELL_MAX {
            return Err(FileError::unusable(
                self.name,
                format!("a cell in row {row} is longer than {CELL_MAX} bytes"),
                "shorten it",
            ));
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), FileError> {
        if let Some(row) = self.row.take().filter(|_| !self.cells.is_empty()) {
            let number = row.to_string();
            let record = std::iter::once(&number).chain(&self.cells);
            self.out
                .write_record(record)
                .map_err(|error| FileError::io(Path::new(self.name), std::io::Error::other(error)))?;
        }
        self.cells.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<tempfile::TempPath, FileError> {
        self.end_row()?;
        let io = |error: std::io::Error| FileError::io(Path::new(self.name), error);
        let mut buffered =
            self.out.into_inner().map_err(|error| io(std::io::Error::other(error.to_string())))?;
        buffered.flush().map_err(io)?;
        let file = buffered.into_inner().map_err(|error| io(error.into_error()))?;
        Ok(file.into_temp_path())
    }
}

/// Writes the sheet with the best header as CSV, with a notice naming it if there are several.
pub(super) fn to_csv(
    path: &Path,
    kind: SheetKind,
    known: KnownHeader<'_>,
) -> Result<(tempfile::TempPath, Vec<String>), FileError> {
    let name = path.display().to_string();
    let names = match kind {
        SheetKind::Xlsx => xlsx::sheet_names(path)?,
        SheetKind::Ods => ods::sheet_names(path)?,
    };
    let mut best: Option<(usize, String, tempfile::TempPath)> = None;
    for sheet in &names {
        let mut writer = RowWriter::new(&name)?;
        match kind {
            SheetKind::Xlsx => xlsx::write(path, sheet, &mut writer)?,
            SheetKind::Ods => ods::write(path, sheet, &mut writer)?,
        }
        let file = writer.finish()?;
        let score = score(&file, known);
        if best.as_ref().is_none_or(|(most, ..)| score > *most) {
            best = Some((score, sheet.clone(), file));
        }
    }
    let Some((_, sheet, file)) = best else {
        return Err(FileError::unusable(name, "the spreadsheet has no sheet", "send one with a table"));
    };
    let notices =
        if names.len() > 1 { vec![format!("of {} sheets '{sheet}' is read", names.len())] } else { vec![] };
    Ok((file, notices))
}

fn score(path: &Path, known: KnownHeader<'_>) -> usize {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path);
    let rows = reader.into_iter().flat_map(csv::Reader::into_records).flatten().take(HEADER_ROWS);
    rows.map(|row| row.iter().skip(1).filter(|cell| known(cell)).count()).max().unwrap_or(0)
}
