//! Child lists: the lists of records as tables of their own, in files such as `assessments.csv` or in sheets beside the
//! records. Each row names its record.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use domain::fields::{FIELDS, Field, FieldKind, field};
use domain::json::ReadObjects;
use domain::sent::{self, Fault};
use domain::stated::Stated;
use domain::{Finding, cell};
use serde_json::{Map, Value, json};

use super::members::{self, DOCUMENT};
use super::{FAULTS_COLUMN, KEY_COLUMN, Said};
use crate::RowError;
use crate::table::aside::SheetAside;
use crate::table::{FileError, Reading, Table};

/// A row of a child list.
struct Child {
    /// The file, or the sheet of it.
    file: String,
    line: u64,
    value: Value,
    /// The first thing wrong with one of its cells.
    bad: Option<Finding>,
}

/// The rows a child list has for one record, and the members its columns carry.
#[derive(Default)]
pub(super) struct List {
    columns: Vec<String>,
    items: Vec<Child>,
}

/// The rows of child lists, by the id or key of their record and then by list.
#[derive(Default)]
pub(super) struct Children(BTreeMap<String, HashMap<&'static str, List>>);

/// Columns that say which record a row belongs to: its id, or its key.
const OWNERS: &[&str] = &["record_id", KEY_COLUMN, "record_key"];
/// Columns the register adds to its own exports of lists, and to copies of faulty files; ignored on import.
const DERIVED: &[&str] = &["record_url", "publisher_id", "position", FAULTS_COLUMN];
/// Column the register adds to its own export of assessments.
const OWN_ADDRESS: &str = "url";
/// Names of the register's own files that are not those of their fields.
const OTHER_NAMES: &[(&str, &str)] = &[("complaints", "complaint_statistics")];

fn is_derived(list: &str, header: &str) -> bool {
    OWNERS.contains(&header) || DERIVED.contains(&header) || list == "assessments" && header == OWN_ADDRESS
}

/// The list that a file or sheet is named after: by the field's name or its label.
fn list_named(name: &str) -> Option<&'static Field> {
    let plain = |name: &str| name.trim().to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(name);
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == wanted);
    let wanted = other.map_or(wanted.as_str(), |(_, field)| *field);
    let mut lists = FIELDS.iter().filter(|field| matches!(field.kind, FieldKind::Objects(..)));
    lists.find(|field| field.name == wanted || plain(field.label) == wanted)
}

/// Whether a file or sheet of this name is a child list of records.
pub fn is_list(name: &str) -> bool {
    list_named(name).is_some()
}

fn is_owner(header: &str) -> bool {
    OWNERS.contains(&header.trim())
}

/// The member that a column fills.
fn member_of(header: &str) -> &str {
    if header.starts_with(DOCUMENT) { "document" } else { header }
}

impl Children {
    /// Reads a file of a child list. Errors: [`FileError`], also if it is not named after a list.
    pub(super) fn read_file(
        &mut self,
        path: &Path,
        stated: &Stated,
        reading: &Reading,
    ) -> Result<(), FileError> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Some(list) = list_named(&stem) else {
            return Err(FileError::unusable(
                path.display().to_string(),
                format!("'{stem}' is not a list of a record"),
                "name the file after its field, such as assessments.csv",
            ));
        };
        self.read(list, Table::open(path, &is_owner, reading)?, stated)?;
        Ok(())
    }

    /// Reads a sheet that is named after a list; returns whether its rows are read, and says so. Errors: [`FileError`].
    pub(super) fn read_sheet(
        &mut self,
        path: &Path,
        sheet: SheetAside,
        stated: &Stated,
    ) -> Result<(bool, String), FileError> {
        let name = sheet.name.clone();
        let state = if sheet.hidden { "hidden " } else { "" };
        let Some(list) = list_named(&name).filter(|_| !sheet.is_empty()) else {
            return Ok((false, format!("the {state}sheet '{name}' is empty")));
        };
        // Such as the contracts of a dump, which are not those that records name.
        if !sheet.has_header(is_owner)? {
            let notice = format!(
                "the {state}sheet '{name}' is not read: it has no column record_id or key that says which record a \
                 row belongs to"
            );
            return Ok((false, notice));
        }
        let rows = self.read(list, sheet.table(path, &is_owner)?, stated)?;
        Ok((true, format!("of the {state}sheet '{name}' {rows} rows are read as {}", list.name)))
    }

    /// Reads the rows of a list; returns how many there are.
    fn read(&mut self, list: &'static Field, mut table: Table, stated: &Stated) -> Result<u64, FileError> {
        let bad = |what: String, todo: &str| FileError::unusable(table.name.clone(), what, todo);
        let owners: Vec<usize> = OWNERS
            .iter()
            .filter_map(|owner| table.headers.iter().position(|header| header == owner))
            .collect();
        if owners.is_empty() {
            return Err(bad(
                "the column 'record_id' is missing".to_owned(),
                "say which record each row belongs to",
            ));
        }
        if let Some(twice) = repeated(&table.headers) {
            return Err(bad(format!("the column '{twice}' appears twice"), "delete one of them"));
        }
        let headers = table.headers.clone();
        let carried = headers.iter().filter(|header| !is_derived(list.name, header));
        let columns: Vec<String> = carried.map(|header| member_of(header).to_owned()).collect();
        let mut rows = 0;
        while let Some(row) = table.next_row() {
            let row = row.map_err(|error| {
                FileError::unusable(
                    table.name.clone(),
                    format!("line {}: {}", error.line, error.message),
                    "correct the row",
                )
            })?;
            rows += 1;
            let mut named = owners.iter().filter_map(|place| row.cells.get(*place)).map(|cell| cell.trim());
            let owner = named.find(|owner| !owner.is_empty()).unwrap_or_default().to_owned();
            let child = child(list.name, &headers, &row.cells, stated);
            let known = self.0.entry(owner).or_default().entry(list.name).or_default();
            known.columns.clone_from(&columns);
            known.items.push(Child { file: table.name.clone(), line: row.line, ..child });
        }
        Ok(rows)
    }

    /// Takes the rows of a record, by its id or key.
    pub(super) fn take(&mut self, own: &str) -> Option<HashMap<&'static str, List>> {
        if own.is_empty() { None } else { self.0.remove(own) }
    }

    /// Takes the rows of one record that is not in the file, as what is wrong with them; `None` if there are none.
    pub(super) fn take_left_over(&mut self) -> Option<Vec<RowError>> {
        let (owner, lists) = self.0.pop_first()?;
        let mut left: Vec<Child> = lists.into_values().flat_map(|list| list.items).collect();
        left.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        let what = match owner.as_str() {
            "" => "the row does not say which record it belongs to".to_owned(),
            owner => format!("no row of the records has the id or key '{}'", cell::short(owner)),
        };
        let errors = left.into_iter().map(|child| {
            RowError::row(
                0,
                "no-record",
                format!("{}:{}: {what}", child.file, child.line),
                "write the record's id or key, and send the record in the same file",
            )
        });
        Some(errors.collect())
    }
}

fn repeated(headers: &[String]) -> Option<&String> {
    let mut places = headers.iter().enumerate().filter(|(_, header)| !header.is_empty());
    places.find(|(place, header)| headers[..*place].contains(*header)).map(|(_, header)| header)
}

/// The item that a row's cells make.
fn child(list: &str, headers: &[String], cells: &[String], stated: &Stated) -> Child {
    let mut value = Map::new();
    let mut bad = None;
    for (header, cell) in headers.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() || is_derived(list, header) {
            continue;
        }
        match members::read(list, header, cell, stated) {
            Ok(read) => put(&mut value, header, read),
            Err(finding) => bad = bad.or(Some(finding)),
        }
    }
    Child { file: String::new(), line: 0, value: Value::Object(value), bad }
}

fn put(value: &mut Map<String, Value>, header: &str, read: Value) {
    match header.strip_prefix(DOCUMENT) {
        Some(member) => {
            let document = value.entry("document").or_insert_with(|| json!({}));
            document[member] = read;
        }
        None => {
            value.insert(header.to_owned(), read);
        }
    }
}

/// Adds a record's rows of child lists after the items of the record's own cell. Rows that repeat an item of that
/// cell are dropped.
pub(super) fn adopt(lists: Option<HashMap<&'static str, List>>, said: &mut Said) {
    for (list, rows) in lists.into_iter().flatten() {
        let Some(FieldKind::Objects(schema, read)) = field(list).map(|field| field.kind) else { continue };
        let own = said.sent.members.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut all = own.clone();
        for child in rows.items {
            let taken = match child.bad {
                Some(finding) => Err((finding.message, finding.hint)),
                None => one_of(read, child.value)
                    .and_then(|item| added(&own, item, &rows.columns, said.sent.spreadsheet)),
            };
            match taken {
                Ok(item) => all.extend(item),
                Err((message, hint)) => {
                    let message = format!("{}:{}: not {schema}: {message}", child.file, child.line);
                    let hint =
                        hint.unwrap_or_else(|| format!("the schema {schema} is at /api/v1/openapi.json"));
                    let finding = Finding::error(list, "bad-companion", message)
                        .hint(format!("correct that row: {hint}"));
                    said.sent.faults.push(Fault { finding, column: list.to_owned(), raw: Value::Null });
                }
            }
        }
        if own.is_empty() {
            said.sent.columns.insert(list, rows.columns);
        }
        if !all.is_empty() {
            said.sent.members.insert(list.to_owned(), Value::Array(all));
        }
    }
}

/// Reads one item of a list by the list's schema.
fn one_of(read: ReadObjects, value: Value) -> Result<Value, (String, Option<String>)> {
    let items = read(&Value::Array(vec![value]).to_string()).map_err(|bad| (bad.message, None))?;
    Ok(items.get(0).cloned().unwrap_or(Value::Null))
}

/// The item, or `None` if the record's own list has it already. Errors: the list has an item with the same id
/// and other content.
fn added(
    own: &[Value],
    item: Value,
    columns: &[String],
    spreadsheet: bool,
) -> Result<Option<Value>, (String, Option<String>)> {
    let same =
        |one: &Value| columns.iter().all(|column| sent::says_same(&one[column], &item[column], spreadsheet));
    if own.iter().any(same) {
        return Ok(None);
    }
    let id = item.get("id").filter(|id| own.iter().any(|one| one.get("id") == Some(*id)));
    match id {
        Some(id) => Err((format!("the record's own list says something else of {id}"), None)),
        None => Ok(Some(item)),
    }
}
