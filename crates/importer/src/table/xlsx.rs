//! Reads XLSX with calamine's streaming cell reader, never as a grid: a file can claim any dimensions for its
//! grid.

use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook};

use super::FileError;
use super::sheet::RowWriter;

fn broken(path: &Path, error: &XlsxError) -> FileError {
    FileError::unusable(
        path.display().to_string(),
        format!("the spreadsheet cannot be read ({error})"),
        "open it, save it again as .xlsx or .csv, and send that",
    )
}

fn workbook(path: &Path) -> Result<Xlsx<std::io::BufReader<std::fs::File>>, FileError> {
    open_workbook(path).map_err(|error| broken(path, &error))
}

pub(super) fn sheet_names(path: &Path) -> Result<Vec<String>, FileError> {
    Ok(workbook(path)?.sheet_names())
}

pub(super) fn write(path: &Path, sheet: &str, out: &mut RowWriter<'_>) -> Result<(), FileError> {
    let mut workbook = workbook(path)?;
    let mut cells = match workbook.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A chart sheet has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(broken(path, &error)),
    };
    while let Some(cell) = cells.next_cell().map_err(|error| broken(path, &error))? {
        let (row, column) = cell.get_position();
        out.cell(u64::from(row) + 1, column as usize, text(cell.get_value()))?;
    }
    Ok(())
}

/// A cell as people see it, with dates as `YYYY-MM-DD`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => match value.as_datetime() {
            Some(at) if at.time() == chrono::NaiveTime::MIN => at.date().to_string(),
            Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            None => value.as_f64().to_string(),
        },
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        #[expect(unreachable_patterns, reason = "the enum may grow with its crate")]
        _ => String::new(),
    }
}
