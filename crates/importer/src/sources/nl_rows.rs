//! The rows of a file of the Dutch register: JSON in any arrangement, or the CSV that the register's own site gives.

use std::path::Path;

use domain::text::fold;
use serde_json::{Map, Value};

use super::Source;
use super::json::{self, JsonFile};
use super::nl_lists::joined;
use crate::columns::{Account, Column};
use crate::mapping::Mapping;
use crate::persons;
use crate::report::{RowError, Uses};
use crate::table::{Either, FileError, Input, Reading, Row, Table};

/// Columns of the CSV that hold several words, joined by `, `.
const JOINED: &[&str] = &["category", "tags"];

/// A file of the Dutch register.
pub(super) struct NlFile {
    pub(super) headers: Vec<String>,
    /// Members beside the rows.
    pub(super) around: Map<String, Value>,
    pub(super) input: Input,
    /// What is done with its columns, and what was left out.
    pub(super) account: Account,
    rows: Rows,
}

/// A row, with its line.
pub(super) type Numbered = (u64, Map<String, Value>);

enum Rows {
    Json(Box<JsonFile>),
    /// The rows of a CSV file, held in memory: the languages of an algorithm are joined.
    Table(Vec<Result<Row, RowError>>),
}

/// Opens a file. Errors: [`FileError`], also for a CSV of more bytes than JSON may have.
pub(super) fn open(path: &Path, mapping: &Mapping, reading: &Reading) -> Result<NlFile, FileError> {
    match Table::open_unless_json(path, &|header| mapping.knows(header), &|_| false, reading)? {
        Either::Json(text) => {
            let mut file = json::of_text(path, text, reading)?;
            let (headers, around) = (std::mem::take(&mut file.headers), std::mem::take(&mut file.around));
            let account = Account { columns: columns(&headers, &file), ..Account::default() };
            Ok(NlFile {
                headers,
                around,
                input: file.input.clone(),
                account,
                rows: Rows::Json(Box::new(file)),
            })
        }
        Either::Table(table) => of_table(path, *table, mapping, reading),
    }
}

/// What is done with the members of JSON rows.
fn columns(headers: &[String], file: &JsonFile) -> Vec<Column> {
    let is_filled = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    let mut columns = Column::all(headers, Source::Nl.uses(headers));
    for column in columns.iter_mut().filter(|column| !column.is_read()) {
        let has = |row: &&Map<String, Value>| row.get(&column.header).is_some_and(is_filled);
        column.left_out = file.rows.iter().filter(has).count() as u64;
    }
    columns
}

fn of_table(
    path: &Path,
    mut table: Table,
    mapping: &Mapping,
    reading: &Reading,
) -> Result<NlFile, FileError> {
    let joined_columns: Vec<usize> = table
        .headers
        .iter()
        .enumerate()
        .filter(|(_, header)| JOINED.contains(&fold(header).as_str()))
        .map(|(place, _)| place)
        .collect();
    let used = Source::Nl.uses(&table.headers);
    table.account_for(used);
    let mut rows = Vec::new();
    let mut bytes = 0;
    while let Some(mut row) = table.next_row() {
        if let Ok(row) = &mut row {
            bytes += row.cells.iter().map(String::len).sum::<usize>() as u64;
            for place in &joined_columns {
                let words = joined(&row.cells[*place], &|word| mapping.lists("category", word));
                row.cells[*place] = words.join("; ");
            }
        }
        if bytes > reading.limits.whole {
            let name = path.display().to_string();
            let what = format!("its rows are more than fit at once ({} bytes)", reading.limits.whole);
            return Err(FileError::unusable(
                name,
                what,
                format!("split the file, or {}", reading.limits.otherwise),
            ));
        }
        rows.push(row);
    }
    let (headers, input) = (table.headers.clone(), table.input.clone());
    let account = table.account();
    Ok(NlFile { headers, around: Map::new(), input, account, rows: Rows::Table(rows) })
}

impl NlFile {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::Json(file) => file.rows.len(),
            Rows::Table(rows) => rows.len(),
        }
    }

    /// A member of a row as text, for looking through all rows before they are read. Blank is none.
    pub(super) fn peek(&self, at: usize, member: &str) -> Option<String> {
        let text = match &self.rows {
            Rows::Json(file) => match file.rows.get(at)?.get(member)? {
                Value::String(text) => text.clone(),
                Value::Bool(_) | Value::Number(_) => file.rows.get(at)?.get(member)?.to_string(),
                _ => return None,
            },
            Rows::Table(rows) => {
                let place = self.headers.iter().position(|header| header == member)?;
                rows.get(at)?.as_ref().ok()?.cells.get(place)?.clone()
            }
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A row without people, with its line; `None` after the last one. Errors: what is wrong with it.
    pub(super) fn row(&self, at: usize, uses: &mut Uses) -> Option<Result<Numbered, RowError>> {
        match &self.rows {
            Rows::Json(file) => file.row(at, uses).map(Ok),
            Rows::Table(rows) => Some(match rows.get(at)? {
                Err(error) => Err(error.clone()),
                Ok(row) => {
                    let cells = row.cells.iter().map(|cell| Value::String(cell.clone()));
                    let mut members: Map<String, Value> = self.headers.iter().cloned().zip(cells).collect();
                    persons::leave_out_of_row(&mut members, uses);
                    Ok((row.line, members))
                }
            }),
        }
    }
}
