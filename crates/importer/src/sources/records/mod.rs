//! Our own template: one row per record with field names as headers, or one JSON object per line. Strict:
//! errors are reported rather than repaired, because the author can fix them. The register's own exports read
//! back without change.

mod companions;
mod keys;
mod lines;
mod rows;

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use domain::editions::same_text;
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, field};
use domain::naming::former_name_key;
use domain::provenance::AtSource;
use domain::sent::{Fault, NEEDED, Sent};
use domain::{RecordId, codes};
use serde_json::Value;

use self::companions::{Children, read_companion};
use super::{File, Item, Items, Keys, Opened, SourceOptions, Step};
use crate::RowError;
use crate::columns::ColumnUse;
use crate::report::{Uses, used};
use crate::table::{Either, FileError, Table};

/// The column with the publisher's own reference for a record that has no id yet.
pub const KEY_COLUMN: &str = "key";
/// Columns the register adds to its exports; ignored on import.
pub const DERIVED_COLUMNS: &[&str] = &[
    "url",
    "version",
    "published_at",
    "updated_at",
    "publisher_id",
    "flags",
    "transparency_class",
    "not_stated",
    "source",
    "dataset",
    "edition",
    "in_source",
    "source_published_on",
    "source_changed_on",
    "source_url",
];

/// What a column, or a member of a JSON line, holds.
#[derive(Clone, Copy)]
enum Meaning {
    Id,
    Key,
    Field(&'static Field),
    Basis(&'static Field),
    Derived,
    /// A column without a header.
    Unnamed,
}

impl Meaning {
    /// What the report says of the column.
    fn column(self) -> ColumnUse {
        match self {
            Self::Id => ColumnUse::read("id"),
            Self::Key => ColumnUse::read(KEY_COLUMN),
            Self::Field(field) => ColumnUse::read(field.name),
            Self::Basis(field) => ColumnUse::read(format!("{}{BASIS_SUFFIX}", field.name)),
            Self::Derived => ColumnUse::ignored("derived by the register"),
            Self::Unnamed => ColumnUse::ignored("it has no header; a row with something in it is an error"),
        }
    }
}

/// A header as the template has it: `Website URL` is `website_url`.
fn canonical(header: &str) -> String {
    let mut name = header.trim().to_ascii_lowercase();
    if meaning(&name).is_none() {
        name = name.replace([' ', '-'], "_");
    }
    if meaning(&name).is_some() { name } else { header.trim().to_owned() }
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
    let mut children = Children::new();
    for companion in &options.companions {
        read_companion(companion, &mut children, &options.reading)?;
    }
    let mut made = Made { children, keys: Keys::default(), met: None, today: options.day() };
    let name = path.display().to_string();
    let known = |header: &str| !header.is_empty() && meaning(&canonical(header)).is_some();
    let (input, items): (_, Box<dyn Items<Item = Item>>) =
        match Table::open_unless_json(path, &known, &options.reading)? {
            Either::Table(mut table) => {
                let columns = columns(&table)?;
                table.account_for(columns.iter().map(|column| column.column()));
                let order: Arc<[String]> = table.headers.iter().map(|header| canonical(header)).collect();
                keys::refuse_repeated(&mut table, &columns)?;
                let input = table.input.clone();
                (input, Box::new(rows::TableRows { table: *table, columns, order, made }))
            }
            Either::Json(text) => {
                made.met = Some(keys::Met::default());
                let (lines, input) = lines::Lines::open(text, name.clone(), made)?;
                (input, Box::new(lines))
            }
        };
    Ok(Opened {
        edition: options.edition.clone().unwrap_or_default(),
        says: None,
        file: File {
            name,
            source: "records".to_owned(),
            dataset: format!("records:{}", path.file_stem().unwrap_or_default().to_string_lossy()),
            rule_version: "records/1".to_owned(),
            input,
            items,
        },
    })
}

/// What each column of a table holds. Errors: an unknown column, a repeated one, or a missing one.
fn columns(table: &Table) -> Result<Vec<Meaning>, FileError> {
    let bad = |what: String, todo: String| FileError::unusable(&table.name, what, todo);
    let mut columns = Vec::new();
    let names: Vec<String> = table.headers.iter().map(|header| canonical(header)).collect();
    for (place, header) in names.iter().enumerate() {
        if header.is_empty() {
            columns.push(Meaning::Unnamed);
            continue;
        }
        if let Some(first) = names.iter().position(|other| other == header).filter(|first| *first < place) {
            return Err(bad(
                format!("the column '{header}' appears twice, in columns {} and {}", first + 1, place + 1),
                "delete one of them".to_owned(),
            ));
        }
        columns.push(meaning(header).ok_or_else(|| {
            let fields = FIELDS.iter().map(|field| (field.name, field.name));
            bad(
                format!("'{header}' (column {}) is not a field of the register", place + 1),
                match codes::nearest(header, fields) {
                    Some(near) => format!("did you mean '{near}'? all fields are listed at /api/v1/fields"),
                    None => "remove the column; all fields are listed at /api/v1/fields".to_owned(),
                },
            )
        })?);
    }
    for needed in NEEDED {
        if !names.iter().any(|header| header == needed) {
            return Err(bad(
                format!("the column '{needed}' is missing"),
                format!("every record needs {}", NEEDED.join(", ")),
            ));
        }
    }
    Ok(columns)
}

/// What one row or line says.
#[derive(Default)]
struct Said {
    line: u64,
    id: Option<RecordId>,
    key: Option<String>,
    sent: Sent,
}

impl Said {
    /// Takes the id. A text that is not an id is a fault of the row.
    fn take_id(&mut self, text: &str) {
        match text.parse::<RecordId>() {
            Ok(id) => self.id = Some(id),
            Err(error) => {
                let finding = domain::Finding::error("id", "bad-id", error.to_string())
                    .hint("copy the id as the register shows it, or leave it empty for a new record");
                self.sent.faults.push(Fault { finding, column: "id".to_owned(), raw: text.into() });
            }
        }
    }
}

/// Makes items from rows, adding the rows of companion files.
struct Made {
    children: Children,
    keys: Keys,
    /// The ids and keys met so far, in a file that is not looked through beforehand.
    met: Option<keys::Met>,
    /// The day on which dates are judged.
    today: NaiveDate,
}

impl Made {
    /// Makes a step from a row. A row that names a record is an item even if it is incomplete: the published
    /// record may fill the gaps.
    fn step(&mut self, mut said: Said, uses: &mut Uses) -> Step {
        let own = [said.id.map(|id| id.to_string()), said.key.clone()];
        for own in own.into_iter().flatten() {
            companions::adopt(self.children.remove(&own), &mut said);
        }
        let record = said.sent.over(None, self.today).map_err(|faults| row_errors(&faults, said.line));
        let Said { line, id, key, sent } = said;
        if let Some(met) = &mut self.met
            && let Err(error) = met.once(line, id, key.as_deref(), record.as_ref().ok())
        {
            return Step::Rejected(vec![error]);
        }
        let record = match (record, id) {
            (Err(errors), None) => return Step::Rejected(errors),
            (record, _) => record,
        };
        if let Ok(record) = &record
            && let Some(mailbox) = &record.contact_email
            && domain::mailbox::holder(mailbox) == domain::mailbox::Holder::Unclear
        {
            used(uses, "mailbox-may-be-a-persons");
        }
        let key = match (&record, id) {
            (Ok(record), None) => {
                let body = former_name_key(&record.publisher.name);
                // A name stands for a key in any case and spacing.
                let named = key.clone().unwrap_or_else(|| same_text(&record.name));
                let former = format!("{body}|{}", key.as_deref().unwrap_or(&record.name));
                Some(self.keys.take_instead(&format!("{body}|{named}"), &former, &[&record.title], uses))
            }
            _ => None,
        };
        Step::Item(Box::new(Item {
            line,
            id,
            key,
            edition: None,
            record,
            raw: None,
            at_source: AtSource::default(),
            sent: Some(sent),
        }))
    }
}

/// Faults as row errors, in the order of the columns.
pub fn row_errors(faults: &[Fault], line: u64) -> Vec<RowError> {
    let errors = faults.iter().map(|fault| {
        let value = match &fault.raw {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        RowError::of(fault.finding.clone(), line, &fault.column, &value)
    });
    errors.collect()
}
