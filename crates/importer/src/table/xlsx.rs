//! Reads XLSX with calamine's streaming cell reader, never as a grid: a file can claim any dimensions for its
//! grid.

use std::fs::File;
use std::io::{BufReader, Write};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::sheet::{Failed, SheetWriter};

fn broken(error: &XlsxError) -> Failed {
    Failed::refused(
        format!("the spreadsheet cannot be read ({error})"),
        "open it, save it again as .xlsx or .csv, and send that",
    )
}

/// Writes the cells of every sheet.
pub(super) fn write(file: File, out: &mut SheetWriter<'_, impl Write>) -> Result<(), Failed> {
    // Opened once: opening reads all shared texts.
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    for sheet in workbook.sheet_names() {
        out.begin(&sheet)?;
        let mut cells = match workbook.worksheet_cells_reader(&sheet) {
            Ok(cells) => cells,
            // A chart sheet has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(broken(&error)),
        };
        while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
            out.count(1)?;
            let (row, column) = cell.get_position();
            let (row, column) = (u64::from(row) + 1, column as usize);
            match cell.get_value() {
                // Most cells, and those that may be long: not copied on the way.
                DataRef::SharedString(text) => out.cell(row, column, text)?,
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    out.cell(row, column, text)?;
                }
                value => out.cell(row, column, &text(value))?,
            }
        }
    }
    Ok(())
}

/// A short cell as people see it, with dates as `YYYY-MM-DD`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => match value.as_datetime() {
            Some(at) if at.time() == chrono::NaiveTime::MIN => at.date().to_string(),
            Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            None => value.as_f64().to_string(),
        },
        DataRef::Error(error) => error.to_string(),
        _ => String::new(),
    }
}
