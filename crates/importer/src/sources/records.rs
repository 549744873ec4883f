//! Our own template: one row per record, header = field names. Strict: what is wrong is said, not mended,
//! since the author can correct it. What the register itself exports reads back as it went out.

use std::collections::HashMap;
use std::path::Path;

use domain::codes::{Code, EstimateBasis};
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind, field};
use domain::{Finding, Record, RecordId, Severity, cell, codes, text, validate};
use serde_json::{Map, Value, json};

use super::{Item, Keys, Opened, Rows, SourceOptions, Step};
use crate::RowError;
use crate::mapping::Uses;
use crate::table::{FileError, Table};

/// The column with the publisher's own reference for a record that has no id yet.
pub const KEY_COLUMN: &str = "key";
/// Columns that the register derives and adds to its exports; read back they are passed over.
pub const DERIVED_COLUMNS: &[&str] =
    &["url", "version", "published_at", "updated_at", "publisher_id", "flags", "transparency_class"];
/// Values for fields whose column is absent or empty.
const DEFAULTS: &[(&str, &str)] =
    &[("kind", "algorithmic_tool"), ("origin", "self_declared"), ("lang", "en")];
/// Columns without which no row can be a record.
const NEEDED: &[&str] = &["publisher", "title", "jurisdiction", "phase"];

enum Meaning {
    Id,
    Key,
    Field(&'static Field),
    Basis(&'static Field),
    Derived,
}

fn meaning(header: &str) -> Option<Meaning> {
    match header {
        "id" => Some(Meaning::Id),
        KEY_COLUMN => Some(Meaning::Key),
        _ if DERIVED_COLUMNS.contains(&header) => Some(Meaning::Derived),
        _ => field(header)
            .map(Meaning::Field)
            .or_else(|| header.strip_suffix(BASIS_SUFFIX).and_then(field).map(Meaning::Basis)),
    }
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let table = Table::open(path, &|header| meaning(header.trim()).is_some())?;
    let bad = |what: String, todo: String| FileError::unusable(&table.name, what, todo);
    let mut columns = Vec::new();
    for (place, header) in table.headers.iter().enumerate() {
        if let Some(first) = table.headers[..place].iter().position(|other| other == header) {
            return Err(bad(
                format!("the column '{header}' stands twice, in columns {} and {}", first + 1, place + 1),
                "delete one of them".to_owned(),
            ));
        }
        columns.push(meaning(header).ok_or_else(|| {
            let names = FIELDS.iter().map(|field| (field.name, field.name));
            bad(
                format!("'{header}' (column {}) is not a field of the register", place + 1),
                match codes::nearest(header, names) {
                    Some(near) => format!("did you mean '{near}'? all fields stand at /api/v1/fields"),
                    None => "remove the column; all fields stand at /api/v1/fields".to_owned(),
                },
            )
        })?);
    }
    for needed in NEEDED {
        if !table.headers.iter().any(|header| header == needed) {
            return Err(bad(
                format!("the column '{needed}' is missing"),
                format!("every record needs {}", NEEDED.join(", ")),
            ));
        }
    }
    let mut children = HashMap::new();
    for companion in &options.companions {
        read_companion(companion, &mut children)?;
    }
    Ok(Opened {
        source: "records".to_owned(),
        dataset: format!("records:{}", path.file_stem().unwrap_or_default().to_string_lossy()),
        edition: options.edition.clone().unwrap_or_default(),
        rule_version: "records/1".to_owned(),
        says: None,
        sha256: table.sha256.clone(),
        notices: table.notices.clone(),
        bytes: table.bytes,
        progress: table.progress.clone(),
        rows: Box::new(TemplateRows { table, columns, children, keys: Keys::default() }),
    })
}

struct TemplateRows {
    table: Table,
    columns: Vec<Meaning>,
    children: Children,
    keys: Keys,
}

impl Rows for TemplateRows {
    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let row = match self.table.next_row()? {
            Ok(row) => row,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        let mut errors = Vec::new();
        let mut fields = Map::new();
        let (mut id, mut key) = (None, None);
        let mut bases: Vec<(&Field, &str)> = Vec::new();
        for ((column, text), header) in self.columns.iter().zip(&row.cells).zip(&self.table.headers) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            match column {
                Meaning::Derived => {}
                Meaning::Key => key = Some(text.to_owned()),
                Meaning::Id => match text.parse::<RecordId>() {
                    Ok(parsed) => id = Some(parsed),
                    Err(error) => {
                        let finding = Finding::error("id", "bad-id", error.to_string())
                            .hint("copy the id as the register shows it, or leave it empty for a new record");
                        errors.push(RowError::of(finding, row.line, header, text));
                    }
                },
                Meaning::Basis(field) => bases.push((field, text)),
                Meaning::Field(field) => match cell::read(field, text) {
                    Ok(Some(value)) => {
                        let value = match field.kind {
                            FieldKind::Estimate => json!({ "value": value, "basis": EstimateBasis::Unknown }),
                            _ => value,
                        };
                        fields.insert(field.name.to_owned(), value);
                    }
                    Ok(None) => {}
                    Err(findings) => {
                        errors.extend(
                            findings.into_iter().map(|one| RowError::of(one, row.line, header, text)),
                        );
                    }
                },
            }
        }
        for (field, text) in bases {
            let header = format!("{}{BASIS_SUFFIX}", field.name);
            let basis = match EstimateBasis::parse(text) {
                Ok(basis) => basis,
                Err(bad) => {
                    let finding =
                        Finding::error(field.name, "unknown-code", bad.to_string()).hint(bad.hint());
                    errors.push(RowError::of(finding, row.line, &header, text));
                    continue;
                }
            };
            match fields.get_mut(field.name) {
                Some(estimate) => estimate["basis"] = json!(basis),
                None if errors.iter().any(|error| error.field == field.name) => {}
                None => {
                    let finding =
                        Finding::error(field.name, "basis-without-value", "a basis without its number")
                            .hint(format!("fill {} or empty this cell", field.name));
                    errors.push(RowError::of(finding, row.line, &header, text));
                }
            }
        }
        self.adopt(&mut fields, id, key.as_deref(), row.line, &mut errors);
        for (name, value) in DEFAULTS {
            fields.entry(*name).or_insert_with(|| Value::String((*value).to_owned()));
        }
        if let Some(title) = fields.get("title").cloned() {
            fields.entry("name").or_insert(title);
        }
        let stated = |name: &str| {
            fields
                .get("field_statements")
                .and_then(Value::as_array)
                .is_some_and(|all| all.iter().any(|statement| statement["field"] == name))
        };
        for needed in NEEDED {
            if !fields.contains_key(*needed)
                && (*needed != "phase" || !stated("phase"))
                && !errors.iter().any(|error| error.field == *needed)
            {
                let hint = field(needed).map_or("", |field| field.hint);
                let finding = Finding::error(*needed, "required", format!("{needed} is empty")).hint(hint);
                errors.push(RowError::of(finding, row.line, needed, ""));
            }
        }
        if !errors.is_empty() {
            return Some(Step::Rejected(in_order(errors, &self.table.headers)));
        }
        Some(self.finish(fields, id, key, row.line, uses))
    }
}

fn in_order(mut errors: Vec<RowError>, headers: &[String]) -> Vec<RowError> {
    let place = |error: &RowError| headers.iter().position(|header| *header == error.column);
    errors.sort_by_key(|error| place(error).unwrap_or(usize::MAX));
    errors
}

impl TemplateRows {
    /// Takes the rows that companion files have for this record.
    fn adopt(
        &mut self,
        fields: &mut Map<String, Value>,
        id: Option<RecordId>,
        key: Option<&str>,
        line: u64,
        errors: &mut Vec<RowError>,
    ) {
        let ids = [id.map(|id| id.to_string()), key.map(str::to_owned)];
        for own in ids.into_iter().flatten() {
            for (list, children) in self.children.remove(&own).into_iter().flatten() {
                let Some(FieldKind::Objects(schema, read)) = field(list).map(|field| field.kind) else {
                    continue;
                };
                let mut all = fields.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
                for child in children {
                    match read(&Value::Array(vec![child.value]).to_string()) {
                        Ok(Value::Array(items)) => all.extend(items),
                        Ok(_) => {}
                        Err(bad) => errors.push(RowError {
                            column: list.to_owned(),
                            field: list.to_owned(),
                            ..RowError::row(
                                line,
                                "bad-companion",
                                format!("{}:{}: not {schema}: {}", child.file, child.line, bad.message),
                                format!(
                                    "correct that row; the schema {schema} stands at /api/v1/openapi.json"
                                ),
                            )
                        }),
                    }
                }
                if !all.is_empty() {
                    fields.insert(list.to_owned(), Value::Array(all));
                }
            }
        }
    }

    fn finish(
        &mut self,
        fields: Map<String, Value>,
        id: Option<RecordId>,
        key: Option<String>,
        line: u64,
        uses: &mut Uses,
    ) -> Step {
        let record: Record = match serde_json::from_value(Value::Object(fields)) {
            Ok(record) => record,
            Err(error) => {
                return Step::Rejected(vec![RowError::row(
                    line,
                    "inconsistent",
                    error.to_string(),
                    "check the row",
                )]);
            }
        };
        let errors: Vec<RowError> = validate::values(&record)
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| {
                let column =
                    finding.field.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
                RowError::of(finding, line, &column, "")
            })
            .collect();
        if !errors.is_empty() {
            return Step::Rejected(in_order(errors, &self.table.headers));
        }
        let key = id.is_none().then(|| {
            let named = match &key {
                Some(key) => format!("{}|{key}", text::name_key(&record.publisher.name)),
                None => format!("{}|{}", text::name_key(&record.publisher.name), record.name),
            };
            self.keys.take(&named, &[&record.title], uses)
        });
        Step::Item(Box::new(Item { line, id, key, edition: None, record, raw: None }))
    }
}

struct Child {
    file: String,
    line: u64,
    value: Value,
}

/// Rows of companion files by record, then by list.
type Children = HashMap<String, Vec<(&'static str, Vec<Child>)>>;

/// Members of companion rows that are not texts.
const LIST_MEMBERS: &[&str] = &["consulted_groups", "groups", "mitigations", "eligible", "conditions"];
const NUMBER_MEMBERS: &[&str] = &["deadline_days", "received", "upheld", "people_affected", "responses"];

fn read_companion(path: &Path, children: &mut Children) -> Result<(), FileError> {
    let mut table = Table::open(path, &|header| header.trim() == "record_id")?;
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
    while let Some(row) = table.next_row() {
        let row =
            row.map_err(|error| bad(format!("line {}: {}", error.line, error.message), "correct the row"))?;
        let mut value = Map::new();
        for (header, cell) in table.headers.iter().zip(&row.cells) {
            let cell = cell.trim();
            if header != "record_id" && !cell.is_empty() {
                value.insert(header.clone(), member(list.name, header, cell));
            }
        }
        let child = Child { file: table.name.clone(), line: row.line, value: Value::Object(value) };
        let lists = children.entry(row.cells[owner].trim().to_owned()).or_default();
        match lists.iter_mut().find(|(name, _)| *name == list.name) {
            Some((_, items)) => items.push(child),
            None => lists.push((list.name, vec![child])),
        }
    }
    Ok(())
}

fn member(list: &str, name: &str, cell: &str) -> Value {
    if cell.starts_with(['[', '{'])
        && let Ok(value) = serde_json::from_str(cell)
    {
        return value;
    }
    let text = || Value::String(text::clean(cell));
    match name {
        _ if LIST_MEMBERS.contains(&name) => {
            cell.split(';').map(|item| Value::String(text::one_line(item))).collect()
        }
        _ if NUMBER_MEMBERS.contains(&name) => cell.parse::<u64>().map_or_else(|_| text(), Value::from),
        "collective_allowed" => cell.to_lowercase().parse::<bool>().map_or_else(|_| text(), Value::Bool),
        "supplier" => json!({ "name": text::one_line(cell) }),
        "organisation" if list == "deployments" => json!({ "name": text::one_line(cell) }),
        _ => text(),
    }
}
