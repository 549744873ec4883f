//! Finds the header of a table among its first rows.

use super::rows::{Raw, RawRows};
use super::{FileError, KnownHeader};
use crate::RowError;

/// The header is looked for in this many rows from the top that are not blank.
pub(super) const HEADER_ROWS: usize = 50;

/// The header of a table, and the rows below it that were read to find it.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) line: u64,
    /// Rows above it that are not blank.
    pub(super) above: usize,
    /// Rows below it, the last one first.
    pub(super) held: Vec<Result<Raw, RowError>>,
}

/// Of the first rows, the one with most known headers. Errors: there is none.
pub(super) fn take(rows: &mut RawRows, name: &str, known: KnownHeader<'_>) -> Result<Header, FileError> {
    let mut first = Vec::new();
    while first.len() < HEADER_ROWS
        && let Some(row) = rows.next()
    {
        first.push(row);
    }
    let score = |row: &Result<Raw, RowError>| match row {
        Ok(row) => row.cells.iter().filter(|cell| known(cell)).count(),
        Err(_) => 0,
    };
    // Reversed because `max_by_key` keeps the last of equals: the earliest row wins.
    let places = (0..first.len()).rev();
    let best = places.max_by_key(|place| first.get(*place).map_or(0, score)).unwrap_or(0);
    let mut held = first.split_off(best);
    let is_known = held.first().is_some_and(|row| score(row) > 0);
    if !is_known {
        first.append(&mut held);
        return Err(not_found(name, &first));
    }
    let Ok(header) = held.remove(0) else { return Err(not_found(name, &first)) };
    held.reverse();
    let mut names: Vec<String> = header.cells.iter().map(|cell| domain::text::one_line(cell)).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    Ok(Header { names, line: header.line, above: first.len(), held })
}

fn not_found(name: &str, first: &[Result<Raw, RowError>]) -> FileError {
    let row = match first.iter().find_map(|row| row.as_ref().ok()) {
        Some(row) => row,
        None => {
            let what = match first.first() {
                Some(Err(error)) => format!("line {}: {}", error.line, error.message),
                _ => "the file is empty".to_owned(),
            };
            return FileError::unusable(name, what, "send a table with a header row");
        }
    };
    let begins: Vec<String> = row.cells.iter().take(4).map(|cell| domain::cell::short(cell.trim())).collect();
    let looked = if first.len() < HEADER_ROWS {
        String::new()
    } else {
        format!("looked in the first {HEADER_ROWS} rows that are not blank; ")
    };
    FileError::unusable(
        name,
        format!(
            "no row has a column this source knows ({looked}the first row begins: {})",
            begins.join(" | ")
        ),
        "check that this is the right source and the right file",
    )
}
