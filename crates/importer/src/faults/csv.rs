//! The copy of a CSV file: its own separator, its rows as they stand.

use std::io::Write;
use std::path::Path;

use super::{Faults, place, put};
use crate::sources::FAULTS_COLUMN;
use crate::table::whole::Whole;
use crate::table::{FileError, Table};

/// Writes the copy. A file that was not UTF-8 gets a byte order mark, by which spreadsheet programs know that the copy
/// is, and with it the guards that the reader then expects.
pub(super) fn write(table: Table, faults: &mut Faults, out: impl Write) -> Result<(), FileError> {
    let name = table.name.clone();
    written(table, faults, out).map_err(|error| FileError::io(Path::new(&name), error))
}

fn written(table: Table, faults: &mut Faults, mut out: impl Write) -> std::io::Result<()> {
    let guards = table.was_decoded() && !table.marked;
    if table.marked || guards {
        out.write_all("\u{FEFF}".as_bytes())?;
    }
    let mut copy = csv::WriterBuilder::new()
        .flexible(true)
        .delimiter(table.separator())
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let (width, place) = (table.headers.len(), place(&table.headers));
    for row in table.whole() {
        let (mut cells, beside) = match row {
            Whole::Above(cells) => (cells, None),
            Whole::Header(cells) => (cells, Some(FAULTS_COLUMN.to_owned())),
            Whole::Below(line, cells) => (cells, Some(faults.beside(line))),
        };
        if let Some(beside) = beside {
            put(&mut cells, beside, place, width);
        }
        let cells: Vec<_> = cells.iter().map(|cell| as_written(cell, guards)).collect();
        copy.write_record(cells.iter().map(|cell| cell.as_bytes()))?;
    }
    if let Some(rest) = faults.take_rest() {
        let mut cells = Vec::new();
        put(&mut cells, rest, place, width);
        copy.write_record(&cells)?;
    }
    copy.flush()
}

fn as_written(cell: &str, guards: bool) -> std::borrow::Cow<'_, str> {
    if guards { domain::written::guarded(cell) } else { cell.into() }
}
