//! CSV as in RFC 4180: UTF-8, CRLF, quotes only where needed, text exactly as published.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use memchr::{memchr, memchr3};

use super::Sink;
use crate::error::Named;
use crate::{Cell, ExportError, Table};

/// Byte order mark, by which spreadsheet programs recognise UTF-8.
const MARK: &str = "\u{FEFF}";

/// One CSV file per table.
#[derive(Debug)]
pub struct Files {
    files: Vec<(PathBuf, BufWriter<File>)>,
    line: Vec<u8>,
}

impl Files {
    /// Starts a file for each table in a folder.
    pub fn begin(folder: &Path, tables: &[&'static Table]) -> Result<Self, ExportError> {
        let files = tables.iter().map(|table| {
            let path = folder.join(format!("{}.csv", table.name));
            let mut file = BufWriter::new(File::create_new(&path).named(&path)?);
            let mut head = Vec::new();
            header(&mut head, table, false);
            file.write_all(&head).named(&path)?;
            Ok((path, file))
        });
        Ok(Self { files: files.collect::<Result<_, ExportError>>()?, line: Vec::new() })
    }
}

impl Sink for Files {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        self.line.clear();
        row(&mut self.line, cells, false);
        let (path, file) = &mut self.files[table];
        file.write_all(&self.line).named(path)
    }

    fn finish(&mut self) -> Result<(), ExportError> {
        self.files.iter_mut().try_for_each(|(path, file)| file.flush().named(path))
    }
}

/// Writes the header. For spreadsheets, a byte order mark comes first.
pub fn header(out: &mut Vec<u8>, table: &Table, excel: bool) {
    if excel {
        out.extend_from_slice(MARK.as_bytes());
    }
    for (place, name) in table.header().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a row. For spreadsheets, an apostrophe guards cells that would run as formulas.
pub fn row(out: &mut Vec<u8>, cells: &[Cell<'_>], excel: bool) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => escaped(out, text, excel),
            Cell::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Cell::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Cell::List(items) => {
                escaped(out, &domain::cell::join(items.iter().map(AsRef::as_ref)), excel);
            }
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a cell, quoted and guarded if need be.
fn escaped(out: &mut Vec<u8>, cell: &str, excel: bool) {
    let bytes = cell.as_bytes();
    let guard = excel && domain::written::is_formula(cell);
    if memchr3(b'"', b',', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() && !guard {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    if guard {
        out.push(b'\'');
    }
    let mut rest = bytes;
    while let Some(at) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        #[track_caller]
        fn check(cell: &str, excel: bool, expected: &str) {
            let mut out = Vec::new();
            escaped(&mut out, cell, excel);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        check("plain", false, "plain");
        check("a,b", false, "\"a,b\"");
        check("say \"no\"", false, "\"say \"\"no\"\"\"");
        check("=1+1", false, "=1+1");
        check("=1+1", true, "\"'=1+1\"");
        // An apostrophe already there gets its own guard, so that the original can be recovered.
        check("'=1+1", true, "\"''=1+1\"");
        check("'quoted'", true, "'quoted'");
        check("two\nlines", false, "\"two\nlines\"");
    }

    #[test]
    fn a_row_has_a_cell_for_each_value() {
        let mut out = Vec::new();
        let cells = [
            Cell::Empty,
            Cell::from(true),
            Cell::from(-3_i64),
            Cell::list(["a", "b"]),
            Cell::list(["a;b", "c"]),
        ];
        row(&mut out, &cells, false);
        assert_eq!(String::from_utf8(out).unwrap(), ",true,-3,a;b,\"[\"\"a;b\"\",\"\"c\"\"]\"\r\n");
    }
}
