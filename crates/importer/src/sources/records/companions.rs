//! Companion files: the lists of records as tables of their own, such as `assessments.csv` with `record_id`.

use std::collections::HashMap;
use std::path::Path;

use domain::fields::{FieldKind, field};
use domain::json::ReadObjects;
use domain::number::Mark;
use domain::sent::{self, Fault};
use domain::{Finding, cell, text};
use serde_json::{Map, Value, json};

use super::Said;
use crate::mapping::NUMBER_MEMBERS;
use crate::table::{FileError, Reading, Table};

/// A row of a companion file.
pub(super) struct Child {
    file: String,
    line: u64,
    value: Value,
    /// The first thing wrong with one of its cells.
    bad: Option<Finding>,
}

/// The rows a companion file has for one record, and the members its columns carry.
#[derive(Default)]
pub(super) struct List {
    columns: Vec<String>,
    items: Vec<Child>,
}

/// Companion rows, by record and then by list.
pub(super) type Children = HashMap<String, HashMap<&'static str, List>>;

/// Columns the register adds to its own exports of lists; ignored on import.
const DERIVED: &[&str] = &["record_id", "record_url", "publisher_id", "position"];
/// Column the register adds to its own export of assessments.
const OWN_ADDRESS: &str = "url";
/// Prefix of the columns that hold members of a document.
const DOCUMENT: &str = "document_";
/// Members of companion rows that are lists of texts.
const LIST_MEMBERS: &[&str] = &["consulted_groups", "groups", "mitigations", "eligible", "conditions"];

fn is_derived(list: &str, header: &str) -> bool {
    DERIVED.contains(&header) || list == "assessments" && header == OWN_ADDRESS
}

/// The member that a column fills.
fn member_of(header: &str) -> &str {
    if header.starts_with(DOCUMENT) { "document" } else { header }
}

pub(super) fn read_companion(
    path: &Path,
    children: &mut Children,
    reading: &Reading,
) -> Result<(), FileError> {
    let mut table = Table::open(path, &|header| header.trim() == "record_id", reading)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let bad = |what: String, todo: &str| FileError::unusable(path.display().to_string(), what, todo);
    let Some(list) = field(&stem).filter(|field| matches!(field.kind, FieldKind::Objects(..))) else {
        return Err(bad(
            format!("'{stem}' is not a list of a record"),
            "name the file after its field, such as assessments.csv",
        ));
    };
    let Some(owner) = table.headers.iter().position(|header| header == "record_id") else {
        return Err(bad(
            "the column 'record_id' is missing".to_owned(),
            "say which record each row belongs to",
        ));
    };
    let headers = table.headers.clone();
    let carried = headers.iter().filter(|header| !is_derived(list.name, header));
    let columns: Vec<String> = carried.map(|header| member_of(header).to_owned()).collect();
    while let Some(row) = table.next_row() {
        let row =
            row.map_err(|error| bad(format!("line {}: {}", error.line, error.message), "correct the row"))?;
        let mut value = Map::new();
        let mut fault = None;
        for (header, cell) in headers.iter().zip(&row.cells) {
            let cell = cell.trim();
            if cell.is_empty() || is_derived(list.name, header) {
                continue;
            }
            match member(list.name, header, cell) {
                Ok(read) => put(&mut value, header, read),
                Err(finding) => fault = fault.or(Some(finding)),
            }
        }
        let child =
            Child { file: table.name.clone(), line: row.line, value: Value::Object(value), bad: fault };
        let lists = children.entry(row.cells[owner].trim().to_owned()).or_default();
        let known = lists.entry(list.name).or_default();
        known.columns.clone_from(&columns);
        known.items.push(child);
    }
    Ok(())
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

fn member(list: &str, name: &str, cell: &str) -> Result<Value, Finding> {
    // Every member of a translation is a text, whatever it looks like.
    if list == "translations" {
        return Ok(Value::String(cell.to_owned()));
    }
    if cell.starts_with(['[', '{'])
        && let Ok(value) = serde_json::from_str(cell)
    {
        return Ok(value);
    }
    Ok(match name {
        _ if LIST_MEMBERS.contains(&name) && list != "reviews" => {
            cell.split(';').map(|item| Value::String(text::one_line(item))).collect()
        }
        _ if NUMBER_MEMBERS.contains(&name) => Value::from(cell::whole_number(name, cell, Mark::Unsaid)?),
        "collective_allowed" => match cell.to_lowercase().parse::<bool>() {
            Ok(value) => Value::Bool(value),
            Err(_) => Value::String(text::clean(cell)),
        },
        "supplier" => json!({ "name": text::one_line(cell) }),
        "organisation" if list == "deployments" => json!({ "name": text::one_line(cell) }),
        _ => Value::String(text::clean(cell)),
    })
}

/// Adds a record's companion rows after the items of the record's own cell. Rows that repeat an item of that
/// cell are dropped.
pub(super) fn adopt(lists: Option<HashMap<&'static str, List>>, said: &mut Said) {
    for (list, rows) in lists.into_iter().flatten() {
        let Some(FieldKind::Objects(schema, read)) = field(list).map(|field| field.kind) else { continue };
        let own = said.sent.members.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut all = own.clone();
        for child in rows.items {
            let taken = match child.bad {
                Some(finding) => Err(finding.message),
                None => one_of(read, child.value).and_then(|item| added(&own, item, &rows.columns)),
            };
            match taken {
                Ok(item) => all.extend(item),
                Err(message) => {
                    let message = format!("{}:{}: not {schema}: {message}", child.file, child.line);
                    let finding = Finding::error(list, "bad-companion", message)
                        .hint(format!("correct that row; the schema {schema} is at /api/v1/openapi.json"));
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
fn one_of(read: ReadObjects, value: Value) -> Result<Value, String> {
    let items = read(&Value::Array(vec![value]).to_string()).map_err(|bad| bad.message)?;
    Ok(items.get(0).cloned().unwrap_or(Value::Null))
}

/// The item, or `None` if the record's own list has it already. Errors: the list has an item with the same id
/// and other content.
fn added(own: &[Value], item: Value, columns: &[String]) -> Result<Option<Value>, String> {
    let same = |one: &Value| columns.iter().all(|column| sent::says_same(&one[column], &item[column]));
    if own.iter().any(same) {
        return Ok(None);
    }
    let id = item.get("id").filter(|id| own.iter().any(|one| one.get("id") == Some(*id)));
    match id {
        Some(id) => Err(format!("the record's own list says something else of {id}")),
        None => Ok(Some(item)),
    }
}
