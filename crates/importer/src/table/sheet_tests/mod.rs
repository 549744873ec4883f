//! Spreadsheets as people make them. The inputs of reported cases, and others of their kind.

mod ods;
mod xlsx;

use std::io::{Seek, SeekFrom, Write};

use super::child::decode;
use super::frames;
use super::sheets::Sheets;
use super::{FileError, Limits, Table};
use crate::columns::{Account, ColumnUse};

const FIELDS: [&str; 5] = ["publisher", "title", "website_url", "contact_email", "summary"];

fn known(header: &str) -> bool {
    FIELDS.contains(&header)
}

fn zipped(parts: &[(&str, &str)]) -> std::fs::File {
    let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let mut file = zip.finish().unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

/// Reads a spreadsheet as its own process would, in this one.
fn open(file: std::fs::File) -> Result<Table, String> {
    let mut table = read(file).map_err(|error| error.to_string())?;
    let used: Vec<ColumnUse> = table
        .headers
        .iter()
        .map(|header| if known(header) { ColumnUse::read(header) } else { ColumnUse::Unknown })
        .collect();
    table.account_for(used);
    Ok(table)
}

fn read(file: std::fs::File) -> Result<Table, FileError> {
    let limits = Limits::default();
    let (mut written, mut content) = (Vec::new(), Vec::new());
    decode(file, &limits, &mut written).unwrap();
    let mut sheets = Sheets::new("a.xlsx", &known, &limits);
    let mut from = &written[..];
    while !from.is_empty() {
        let kind = frames::read(&mut from, &mut content).unwrap();
        sheets.take(kind, &content)?;
    }
    Table::of_sheet("a.xlsx".to_owned(), String::new(), sheets.best()?, &known)
}

/// The rows and errors, one a line, and the account.
fn said(file: std::fs::File) -> (Vec<String>, Account) {
    let mut table = open(file).unwrap();
    let said = std::iter::from_fn(|| table.next_row())
        .map(|row| match row {
            Ok(row) => format!("{} {}", row.line, row.cells.join("|")),
            Err(error) => format!("{}! {}: {}", error.line, error.code, error.message),
        })
        .collect();
    (said, table.account())
}

#[track_caller]
fn check(file: std::fs::File, expected: &[&str]) -> Account {
    let (said, account) = said(file);
    assert_eq!(said, expected);
    account
}

#[track_caller]
fn refused(file: std::fs::File, expected: &str) {
    let error = open(file).map(|_| ()).unwrap_err();
    assert!(error.contains(expected), "{error}");
}
