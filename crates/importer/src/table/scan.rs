//! Scans a CSV text once before it is read: finds the separator, and refuses what a CSV reader would silently
//! accept (NUL bytes, a quote that never closes, oversized cells and rows).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::FileError;

/// Longest cell allowed, in bytes.
pub const CELL_MAX: usize = 1 << 20;
/// Longest row allowed, in bytes.
pub const ROW_MAX: usize = 4 << 20;
/// Most columns allowed.
pub const COLUMNS_MAX: usize = 1_000;

/// How a CSV text is written.
pub(super) struct Dialect {
    pub(super) separator: u8,
}

#[derive(PartialEq)]
enum In {
    CellStart,
    Plain,
    Quotes,
    QuoteInQuotes,
}

pub(super) fn scan(path: &Path, name: &str) -> Result<Dialect, FileError> {
    let io = |error| FileError::io(Path::new(name), error);
    let mut head = Vec::new();
    File::open(path).map_err(io)?.take(1 << 16).read_to_end(&mut head).map_err(io)?;
    let separator = separator(&head);
    let mut state = In::CellStart;
    let (mut line, mut opened, mut cell, mut row, mut columns) = (1_u64, 0_u64, 0_usize, 0_usize, 1_usize);
    let mut last = 0_u8;
    let mut special = [false; 256];
    for byte in [0, b'"', b'\n', b'\r', separator] {
        special[usize::from(byte)] = true;
    }
    let mut file = File::open(path).map_err(io)?;
    let mut buffer = vec![0_u8; 1 << 17];
    loop {
        let n = file.read(&mut buffer).map_err(io)?;
        if n == 0 {
            break;
        }
        let mut rest = &buffer[..n];
        while let Some((&byte, after)) = rest.split_first() {
            // Most bytes mean nothing here, so a run of them is counted at once.
            if matches!(state, In::Quotes | In::Plain) {
                let run = rest.iter().position(|byte| special[usize::from(*byte)]).unwrap_or(rest.len());
                if run > 0 {
                    (cell, row, last) = (cell + run, row + run, b' ');
                    rest = &rest[run..];
                    if let Some(what) = too_long(cell, row, columns, &state, line, opened) {
                        return Err(too_much(name, what));
                    }
                    continue;
                }
            }
            rest = after;
            if byte == 0 {
                return Err(FileError::unusable(
                    name,
                    format!("line {line} holds a NUL byte, so this is no text table"),
                    "save the table as CSV UTF-8 and send that",
                ));
            }
            cell += 1;
            row += 1;
            let line_end = byte == b'\n' || byte == b'\r';
            match state {
                In::Quotes => {
                    if byte == b'"' {
                        state = In::QuoteInQuotes;
                    }
                }
                In::QuoteInQuotes if byte == b'"' => state = In::Quotes,
                _ if byte == separator => {
                    (state, cell) = (In::CellStart, 0);
                    columns += 1;
                }
                _ if line_end => {
                    (state, cell, row, columns) = (In::CellStart, 0, 0, 1);
                }
                In::CellStart if byte == b'"' => {
                    state = In::Quotes;
                    opened = line;
                }
                _ => state = In::Plain,
            }
            if byte == b'\n' && last != b'\r' || byte == b'\r' {
                line += 1;
            }
            last = byte;
            if let Some(what) = too_long(cell, row, columns, &state, line, opened) {
                return Err(too_much(name, what));
            }
        }
    }
    if state == In::Quotes {
        return Err(FileError::unusable(
            name,
            format!("the quote opened in line {opened} is never closed"),
            "the file may be cut short: send it whole, or close the quote",
        ));
    }
    Ok(Dialect { separator })
}

/// What exceeds a limit, as a sentence; `None` if nothing does.
fn too_long(cell: usize, row: usize, columns: usize, state: &In, line: u64, opened: u64) -> Option<String> {
    match (cell > CELL_MAX, row > ROW_MAX, columns > COLUMNS_MAX) {
        (true, ..) if *state == In::Quotes => {
            Some(format!("the cell in quotes that begins in line {opened} is longer than {CELL_MAX} bytes"))
        }
        (true, ..) => Some(format!("a cell in line {line} is longer than {CELL_MAX} bytes")),
        (_, true, _) => Some(format!("the row in line {line} is longer than {ROW_MAX} bytes")),
        (_, _, true) => Some(format!("the row in line {line} has more than {COLUMNS_MAX} columns")),
        _ => None,
    }
}

fn too_much(name: &str, what: String) -> FileError {
    let todo = "a quote may be missing, or this is not a table with the separators , ; tab or |";
    FileError::unusable(name, what, todo)
}

/// The separator that occurs most often outside quotes in the first rows; a comma if none does.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let (mut quoted, mut rows) = (false, 0);
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                rows += 1;
                // Two rows are enough: the header, and the row below it in case the first is a title.
                if rows == 2 && counts.iter().any(|(_, count)| *count > 0) {
                    break;
                }
            }
            _ if !quoted => {
                for (separator, count) in &mut counts {
                    *count += usize::from(*separator == byte);
                }
            }
            _ => {}
        }
    }
    // Reversed because `max_by_key` keeps the last of equals: the comma wins.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}
