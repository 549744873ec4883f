//! The copy of a spreadsheet: all its sheets, each row where it stood, as texts.

use std::collections::HashSet;
use std::io::{Seek, Write};
use std::path::Path;

use domain::written::fitting;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::{Faults, place, put};
use crate::sources::FAULTS_COLUMN;
use crate::table::aside::sheets;
use crate::table::{FileError, Reading, Table};

/// The longest name of a sheet in XLSX, in characters.
const NAME_MAX: usize = 31;

/// Writes the copy. Errors: the spreadsheet cannot be read again, or the copy not be written.
pub(super) fn write(
    path: &Path,
    table: &Table,
    faults: &mut Faults,
    reading: &Reading,
    out: impl Write + Seek + Send,
) -> Result<(), FileError> {
    let failed = |error: XlsxError| FileError::io(path, std::io::Error::other(error));
    let mut book = Workbook::new();
    let mut names = HashSet::new();
    for sheet in sheets(path, reading)? {
        let rows = sheet.rows()?;
        let copy = book.add_worksheet();
        copy.set_name(name(&sheet.name, &mut names)).map_err(failed)?;
        let faults = (table.sheet.as_deref() == Some(&sheet.name)).then_some(&mut *faults);
        fill(copy, rows, table, faults).map_err(failed)?;
    }
    book.save_to_writer(out).map_err(failed)
}

/// Fills a sheet; `faults` are given for the one with the records.
fn fill(
    copy: &mut Worksheet,
    rows: Vec<(u64, Vec<String>)>,
    table: &Table,
    mut faults: Option<&mut Faults>,
) -> Result<(), XlsxError> {
    let place = place(&table.headers);
    let mut next = 0;
    for (number, mut cells) in rows {
        // Rows count from 1 in a spreadsheet and from 0 here.
        let row = u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX);
        next = row.saturating_add(1);
        let beside = faults.as_mut().and_then(|faults| match number {
            _ if number == table.header_line => Some(FAULTS_COLUMN.to_owned()),
            _ if number > table.header_line => Some(faults.beside(number)),
            _ => None,
        });
        if let Some(beside) = beside {
            put(&mut cells, beside, place, table.headers.len());
        }
        for (column, cell) in (0..).zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
            copy.write_string(row, column, fitting(cell))?;
        }
    }
    if let Some(rest) = faults.and_then(Faults::take_rest) {
        copy.write_string(next, u16::try_from(place).unwrap_or_default(), fitting(&rest))?;
    }
    Ok(())
}

/// A name that XLSX allows and no other sheet has.
fn name(own: &str, taken: &mut HashSet<String>) -> String {
    let allowed = own.replace(['[', ']', ':', '*', '?', '/', '\\'], "_");
    let allowed = allowed.trim_matches('\'');
    let cut = |most: usize| allowed.chars().take(most).collect::<String>();
    let mut name = if allowed.trim().is_empty() { "sheet".to_owned() } else { cut(NAME_MAX) };
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{} {number}", cut(NAME_MAX - 6));
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_gets_a_name_that_xlsx_allows() {
        let mut taken = HashSet::new();
        for (own, expected) in [
            ("records", "records"),
            ("Records", "Records 2"),
            ("2024/25: all", "2024_25_ all"),
            ("", "sheet"),
            (&"x".repeat(40), &"x".repeat(31)),
            (&"x".repeat(41), &format!("{} 2", "x".repeat(25))),
        ] {
            assert_eq!(name(own, &mut taken), expected);
        }
    }
}
