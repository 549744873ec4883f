//! Records. The columns are the fields of the catalogue, with derived columns in front and behind.
//!
//! Stored records are JSON with their members in catalogue order, so cells are made by walking both side by
//! side, without building a record.

use std::borrow::Cow;
use std::sync::LazyLock;

use domain::codes::{Code, EstimateBasis, Flag};
use domain::fields::{BASIS_SUFFIX, FIELDS, Field, FieldKind, Required};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use store::records::export::Row;

use super::not_stated::not_stated;
use crate::cell::instant;
use crate::table::{Reference, title};
use crate::{Cell, Column, Kind, Table};

/// Derived columns before the fields: name, type, whether required, description.
const FRONT: &[(&str, Kind, bool, &str)] = &[
    ("id", Kind::Text, true, "Public id of the record"),
    ("url", Kind::Text, true, "Address of the record"),
    ("version", Kind::Integer, true, "Number of its current version"),
    ("published_at", Kind::Instant, true, "When its first version was published"),
    ("updated_at", Kind::Instant, true, "When its current version was published"),
    ("publisher_id", Kind::Text, true, "Slug of the body that answers for it"),
];

/// Derived columns after the fields.
const BACK: &[(&str, Kind, bool, &str)] = &[
    ("flags", Kind::Codes(Flag::VOCABULARY), false, "What the public rules say of it"),
    ("transparency_class", Kind::Text, true, "How much of what is asked is answered"),
    (
        "not_stated",
        Kind::Texts,
        false,
        "Names of the required fields that the source of an imported record does not state: no gap of the body",
    ),
    ("source", Kind::Text, false, "The register or file it was imported from"),
    ("dataset", Kind::Text, false, "The series of files of its source"),
    ("edition", Kind::Text, false, "The last edition of its source that has it, as a date or year"),
    ("in_source", Kind::Boolean, false, "Whether the latest edition of its source has it"),
    ("source_published_on", Kind::Date, false, "When its source first published it, if the source says"),
    ("source_changed_on", Kind::Date, false, "When its source last changed it, if the source says"),
    ("source_url", Kind::Text, false, "Its page at the source"),
];

fn columns() -> Vec<Column> {
    let derived = |(name, kind, required, about): &(&'static str, Kind, bool, &'static str)| Column {
        name: Cow::Borrowed(name),
        title: Cow::Owned(title(name)),
        about: Cow::Borrowed(about),
        kind: *kind,
        required: *required,
    };
    let fields = FIELDS.iter().flat_map(|field| {
        let column = Column {
            name: Cow::Borrowed(field.name),
            title: Cow::Borrowed(field.label),
            about: Cow::Borrowed(field.hint),
            kind: kind(field),
            // The phase may be stated as unknown, which leaves the cell empty.
            required: field.required == Required::Draft && field.name != "phase",
        };
        let basis = matches!(field.kind, FieldKind::Estimate).then(|| Column {
            name: Cow::Owned(format!("{}{BASIS_SUFFIX}", field.name)),
            title: Cow::Owned(format!("{}: basis", field.label)),
            about: Cow::Borrowed("How the number beside it was found"),
            kind: Kind::Code(EstimateBasis::VOCABULARY),
            required: false,
        });
        std::iter::once(column).chain(basis)
    });
    FRONT.iter().map(derived).chain(fields).chain(BACK.iter().map(derived)).collect()
}

fn kind(field: &Field) -> Kind {
    match field.kind {
        FieldKind::Text(_)
        | FieldKind::Markdown
        | FieldKind::Url
        | FieldKind::Email
        | FieldKind::Jurisdiction
        | FieldKind::Language
        | FieldKind::Organisation => Kind::Text,
        FieldKind::Date => Kind::Date,
        FieldKind::Boolean => Kind::Boolean,
        FieldKind::Code(list) => Kind::Code(list),
        FieldKind::Codes(list) => Kind::Codes(list),
        FieldKind::Texts | FieldKind::Organisations => Kind::Texts,
        FieldKind::Estimate => Kind::Integer,
        FieldKind::Objects(..) => Kind::Array,
        FieldKind::Object(..) => Kind::Object,
    }
}

/// The table of records.
pub fn records() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| Table {
        name: "records",
        title: "Records",
        about: "A tool or technology in use by one publisher, as its current version states it",
        columns: columns(),
        key: &["id"],
        references: &[Reference { column: "publisher_id", table: "organisations", target: "id" }],
    });
    &TABLE
}

/// What an export takes from a list item.
#[derive(Debug, Deserialize)]
pub struct Beside<'a> {
    /// The publisher.
    #[serde(borrow)]
    pub publisher: Slug<'a>,
    /// The flags that the rules raise.
    #[serde(borrow)]
    pub flags: Vec<&'a str>,
    /// Its transparency class.
    pub transparency_class: &'a str,
    /// The source it was imported from.
    pub source: Option<Cow<'a, str>>,
    /// The series of files there.
    pub dataset: Option<Cow<'a, str>>,
    /// The last edition that has it.
    pub edition: Option<Cow<'a, str>>,
    /// Whether the latest edition has it.
    pub in_source: Option<bool>,
    /// When its source first published it.
    pub source_published_on: Option<&'a str>,
    /// When its source last changed it.
    pub source_changed_on: Option<&'a str>,
    /// Its page at the source.
    pub source_url: Option<Cow<'a, str>>,
    /// The required fields that its source does not state, from the record itself.
    #[serde(skip)]
    pub not_stated: Vec<&'static str>,
}

impl<'a> Beside<'a> {
    /// What stands beside a record. Errors: the column that cannot be read, and why.
    pub fn of(row: &'a Row) -> Result<Self, (&'static str, serde_json::Error)> {
        let mut beside: Self = serde_json::from_str(&row.card).map_err(|error| ("card", error))?;
        beside.not_stated = not_stated(&row.content).map_err(|error| ("content", error))?;
        Ok(beside)
    }
}

/// An organisation, by its slug.
#[derive(Debug, Deserialize)]
pub struct Slug<'a> {
    /// Its slug.
    pub slug: &'a str,
}

/// A record's cells, and the JSON of the lists that have tables of their own.
#[derive(Debug)]
pub struct RecordCells<'a> {
    /// The cells, in column order.
    pub cells: Vec<Cell<'a>>,
    /// The JSON of the members that have tables of their own, by name.
    members: Vec<(&'a str, &'a str)>,
}

/// Members of a record that have tables of their own.
const WITH_TABLES: &[&str] = &[
    "assessments",
    "reviews",
    "deployments",
    "audits",
    "consultations",
    "redress_routes",
    "complaint_statistics",
    "incidents",
    "environment",
    "tests",
    "translations",
];

impl<'a> RecordCells<'a> {
    /// The JSON of a member that has a table of its own; `None` if the record does not have it.
    pub fn member(&self, name: &str) -> Option<&'a str> {
        debug_assert!(WITH_TABLES.contains(&name), "{name}");
        self.members.iter().find(|(known, _)| *known == name).map(|(_, json)| *json)
    }
}

/// A record's cells. Errors: the stored content is not a record in catalogue order.
pub fn record_cells<'a>(
    row: &'a Row,
    beside: &Beside<'a>,
    base_url: &str,
) -> serde_json::Result<RecordCells<'a>> {
    let mut made = RecordCells { cells: Vec::with_capacity(records().columns.len()), members: Vec::new() };
    made.cells.extend([
        Cell::from(&row.id),
        Cell::from(format!("{base_url}/api/v1/records/{}", row.id)),
        Cell::from(row.number),
        Cell::from(row.published_at),
        Cell::from(instant(row.updated_at)),
        Cell::from(beside.publisher.slug),
    ]);
    let mut content = serde_json::Deserializer::from_str(&row.content);
    content.deserialize_map(Walk(&mut made))?;
    made.cells.extend([
        Cell::list(beside.flags.iter().copied()),
        Cell::from(beside.transparency_class),
        Cell::list(beside.not_stated.iter().copied()),
    ]);
    let text = |text: &Option<Cow<'a, str>>| text.clone().map_or(Cell::Empty, Cell::Text);
    let day = |day: Option<&'a str>| day.map_or(Cell::Empty, Cell::from);
    made.cells.extend([
        text(&beside.source),
        text(&beside.dataset),
        text(&beside.edition),
        beside.in_source.map_or(Cell::Empty, Cell::from),
        day(beside.source_published_on),
        day(beside.source_changed_on),
        text(&beside.source_url),
    ]);
    Ok(made)
}

/// Walks a record's members and the catalogue together, adding a cell per column.
struct Walk<'o, 'a>(&'o mut RecordCells<'a>);

impl<'de> Visitor<'de> for Walk<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record with its members in catalogue order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut fields = FIELDS.iter();
        let made = self.0;
        while let Some(name) = members.next_key::<&'de str>()? {
            let value: &'de RawValue = members.next_value()?;
            for field in fields.by_ref() {
                if field.name == name {
                    push(&mut made.cells, field, value.get());
                    break;
                }
                push_empty(&mut made.cells, field);
            }
            if WITH_TABLES.contains(&name) {
                made.members.push((name, value.get()));
            }
        }
        for field in fields {
            push_empty(&mut made.cells, field);
        }
        Ok(())
    }
}

/// Adds the empty cells of a field without a value. An estimate has two columns.
fn push_empty(cells: &mut Vec<Cell<'_>>, field: &Field) {
    cells.push(Cell::Empty);
    if matches!(field.kind, FieldKind::Estimate) {
        cells.push(Cell::Empty);
    }
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

/// Adds the cells of a field, from its JSON.
fn push<'a>(cells: &mut Vec<Cell<'a>>, field: &Field, raw: &'a str) {
    let read = |bad: serde_json::Error| debug_assert!(false, "{}: {bad}", field.name);
    cells.push(match field.kind {
        FieldKind::Text(_) | FieldKind::Markdown | FieldKind::Url | FieldKind::Email => text(raw),
        FieldKind::Date | FieldKind::Code(_) | FieldKind::Jurisdiction | FieldKind::Language => {
            Cell::from(raw.trim_matches('"'))
        }
        FieldKind::Boolean => Cell::from(raw == "true"),
        // Codes need no escapes, so they can be cut out of the JSON.
        FieldKind::Codes(_) => Cell::list(raw.split('"').skip(1).step_by(2)),
        FieldKind::Texts => {
            let items: Vec<Cow<'a, str>> = serde_json::from_str::<Vec<Text<'a>>>(raw)
                .map(|items| items.into_iter().map(|item| item.0).collect())
                .map_err(read)
                .unwrap_or_default();
            Cell::list(items)
        }
        FieldKind::Organisation => {
            serde_json::from_str::<Named<'a>>(raw).map(|one| Cell::Text(one.name)).unwrap_or(Cell::Empty)
        }
        FieldKind::Organisations => {
            let items: Vec<Named<'a>> = serde_json::from_str(raw).map_err(read).unwrap_or_default();
            Cell::list(items.into_iter().map(|one| one.name))
        }
        FieldKind::Estimate => {
            match serde_json::from_str::<domain::record::Estimate>(raw) {
                Ok(estimate) => {
                    cells.push(Cell::from(estimate.value));
                    cells.push(Cell::from(estimate.basis.as_str()));
                }
                Err(_) => push_empty(cells, field),
            }
            return;
        }
        FieldKind::Objects(..) | FieldKind::Object(..) => Cell::from(raw),
    });
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A JSON string as a cell, borrowed if it has no escapes.
fn text(raw: &str) -> Cell<'_> {
    let inner = &raw[1..raw.len() - 1];
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        Cell::from(inner)
    } else {
        Cell::from(serde_json::from_str::<String>(raw).unwrap_or_default())
    }
}
