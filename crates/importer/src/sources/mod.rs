//! The sources: how a file of each kind becomes records.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use chrono::NaiveDate;
use domain::codes::{Origin, StatementKind};
use domain::completeness::NOT_STATED;
use domain::fields::{FIELDS, FieldKind, field};
use domain::naming::withheld_name;
use domain::placeholder::Meaning;
use domain::provenance::AtSource;
use domain::record::FieldStatement;
use domain::sent::Sent;
use domain::{Record, text};
use serde_json::{Map, Value};

use crate::RowError;
use crate::load::{File, Items};
use crate::mapping::{Mapped, Mapping};
use crate::report::{Uses, changed, used};
use crate::table::{FileError, Reading};

mod assessed;
mod assessed_words;
mod atrs;
mod atrs_assessments;
mod atrs_html;
mod json;
mod keys;
mod markup;
mod nl;
mod nl_answers;
mod nl_lists;
mod records;
mod redress;
mod sectors;
mod table;
mod unanswered;
mod us;
mod us_practices;
mod vendors;

pub use keys::RowKey;
pub(crate) use keys::{Keyed, Keys, bare_name, content_of, worth_of_id};
pub use records::{DERIVED_COLUMNS, KEY_COLUMN, row_errors};
pub(crate) use sectors::derive_from_kind;

/// What the command line can say about a file.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// The mapping, for the source `table`.
    pub mapping: Option<std::path::PathBuf>,
    /// The agency whose US inventory this is, if the file does not say.
    pub agency: Option<String>,
    /// The file's date or year, if it does not say.
    pub edition: Option<String>,
    /// Companion files of our own template (`assessments.csv` with `record_id`).
    pub companions: Vec<std::path::PathBuf>,
    /// How much reading it may cost, and what stops it.
    pub reading: Reading,
    /// The day on which dates are judged; without it, none is in the future.
    pub today: Option<NaiveDate>,
}

impl SourceOptions {
    /// The day on which dates are judged.
    fn day(&self) -> NaiveDate {
        self.today.unwrap_or(NaiveDate::MAX)
    }
}

/// A named source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Our own template.
    Records,
    /// The UK's algorithmic transparency records.
    Atrs,
    /// The Dutch algorithm register.
    Nl,
    /// The US federal inventories.
    Us,
    /// Any table, read with a mapping.
    Table,
}

impl Source {
    /// All sources, with their names on the command line.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("records", Self::Records),
        ("atrs", Self::Atrs),
        ("nl", Self::Nl),
        ("us", Self::Us),
        ("table", Self::Table),
    ];

    /// The source with this name on the command line.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
    }

    /// What its files are, in a few words for the command line.
    pub fn files(self) -> &'static str {
        match self {
            Self::Records => "our own template (CSV, XLSX, ODS; header = field names)",
            Self::Atrs => "GOV.UK algorithmic transparency records (JSON, CSV)",
            Self::Nl => "the Dutch algorithm register (JSON)",
            Self::Us => "US federal inventories and agencies' originals (CSV, XLSX)",
            Self::Table => "any table, with --mapping FILE.toml",
        }
    }

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, source)| *source == self).map_or("", |(name, _)| name)
    }

    /// Opens a file of this source. Errors: [`FileError`] if the file cannot be used.
    pub fn open(self, path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
        match self {
            Self::Records => records::open(path, options),
            Self::Atrs => atrs::open(path, options),
            Self::Nl => nl::open(path, options),
            Self::Us => us::open(path, options),
            Self::Table => table::open(path, options),
        }
    }
}

/// The fields that these columns of a source cover, as an import of a file with them would say; `None` for all.
pub fn covered(source: &str, columns: &[String]) -> Option<HashSet<String>> {
    let mapping = match Source::find(source)? {
        Source::Nl => nl::mapping(),
        Source::Us => us::mapping(),
        Source::Records | Source::Atrs | Source::Table => return None,
    };
    Some(mapping.bind(columns, NaiveDate::MAX).says())
}

/// A row that became a record.
#[derive(Debug)]
pub struct Item {
    /// Line of the file, or row of the sheet.
    pub line: u64,
    /// The record's id, if the file states one.
    pub id: Option<domain::RecordId>,
    /// The record's key at its source; without one, its id is used.
    pub key: Option<RowKey>,
    /// Date or year of this row, if it differs from the file's.
    pub edition: Option<String>,
    /// The record that the row gives on its own, or why it cannot stand on its own.
    pub record: Result<Record, Vec<RowError>>,
    /// The row as the source has it, for imported records.
    pub raw: Option<Map<String, Value>>,
    /// What the source says about its own entry: dates, and the page.
    pub at_source: AtSource,
    /// For a row of our own template: what it sent, to be laid over the published record.
    pub sent: Option<Sent>,
}

/// The outcome of reading one row.
pub type Step = crate::load::Step<Item>;

/// A file of records, opened for import. Its source is part of the records' keys; a key missing from the
/// latest file of its dataset counts as vanished.
#[derive(Debug)]
pub struct Opened {
    /// The file's date or year; an older edition never overwrites a newer one.
    pub edition: String,
    /// The fields the file can speak for; `None` for all. In imported records the other fields keep what the
    /// register has.
    pub says: Option<HashSet<String>>,
    /// The file and its rows.
    pub file: File<Item>,
}

/// The field statement to use for required fields that a source does not fill.
pub(crate) struct Lacking {
    pub(crate) kind: StatementKind,
    pub(crate) ground: Option<domain::codes::WithheldGround>,
    pub(crate) reason: String,
}

impl Lacking {
    /// The statement for a field without a value. What a placeholder says goes first, unless the source withholds
    /// everything.
    fn statement(&self, field: &str, placeholders: &BTreeMap<String, (Meaning, String)>) -> FieldStatement {
        let said = placeholders.get(field).filter(|_| self.kind == StatementKind::NotStatedBySource);
        let (kind, reason) = match said {
            Some((meaning, said)) => (meaning.statement(), format!("the source says \"{said}\"")),
            None => (self.kind, self.reason.clone()),
        };
        FieldStatement { field: field.to_owned(), kind, reason: Some(reason), ground: self.ground }
    }
}

impl Default for Lacking {
    fn default() -> Self {
        Self { kind: StatementKind::NotStatedBySource, ground: None, reason: NOT_STATED.to_owned() }
    }
}

/// Turns a mapped row into an item with its source key, or into everything wrong with it.
pub(crate) fn imported_row(
    mapped: Mapped,
    line: u64,
    lacking: &Lacking,
    uses: &mut Uses,
    key: impl FnOnce(&Record, &mut Uses) -> RowKey,
) -> Step {
    match imported(mapped, line, lacking, uses) {
        Err(errors) => Step::Rejected(errors),
        Ok((record, raw)) => {
            let key = Some(key(&record, uses));
            let record = Ok(record);
            Step::Item(Box::new(Item {
                line,
                id: None,
                key,
                edition: None,
                record,
                raw: Some(raw),
                at_source: AtSource::default(),
                sent: None,
            }))
        }
    }
}

/// Makes an imported record from mapped fields: what the source states, the sectors that can be derived where it
/// states none, and a field statement for each required field it lacks. A value that fails validation is set aside
/// with the reason; the row fails only without title or publisher, or if it does not fit the types.
pub(crate) fn imported(
    mut mapped: Mapped,
    line: u64,
    lacking: &Lacking,
    uses: &mut Uses,
) -> Result<(Record, Map<String, Value>), Vec<RowError>> {
    let mut errors: Vec<RowError> = mapped
        .faults
        .drain(..)
        .map(|(finding, column, value)| RowError::of(finding, line, &column, &value))
        .collect();
    unanswered::leave_nameless(&mut mapped.fields);
    for name in ["title", "publisher"] {
        if !mapped.fields.contains_key(name) {
            errors.push(RowError {
                field: name.to_owned(),
                column: name.to_owned(),
                ..RowError::row(line, "required", format!("the row has no {name}"), "every record needs one")
            });
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let scrubbed = unanswered::scrub(&mut mapped.fields);
    for one in &scrubbed {
        mapped.take_placeholder(one.field, one.meaning, &one.said, uses);
    }
    fit_texts(&mut mapped.fields, uses);
    let withheld = withheld_suppliers(&mut mapped.fields, uses);
    let fields = &mut mapped.fields;
    for (name, value) in [("kind", "algorithmic_tool"), ("origin", Origin::Imported.to_string().as_str())] {
        fields.entry(name).or_insert_with(|| Value::String(value.to_owned()));
    }
    if !fields.contains_key("name") {
        let title = fields["title"].clone();
        fields.insert("name".to_owned(), title);
    }
    let record = unanswered::record_of(mapped.fields, &scrubbed).map_err(|error| {
        vec![RowError::row(
            line,
            "inconsistent",
            error.to_string(),
            "this is a fault of the mapping: report it",
        )]
    })?;
    let mut statements = mapped.statements;
    let (mut record, removed) = unanswered::set_aside(record, mapped.today);
    for one in removed {
        used(uses, &format!("{}-{}", one.field, one.code));
        statements
            .insert(one.field, (StatementKind::NotStatedBySource, format!("not usable: {}", one.message)));
    }
    for (name, (kind, reason)) in statements {
        if !record.has(&name) {
            record.field_statements.push(FieldStatement {
                field: name,
                kind,
                reason: Some(reason),
                ground: None,
            });
        }
    }
    record.field_statements.extend(withheld);
    // Of a use that its body withholds, the register says no more than the body does.
    if lacking.kind != StatementKind::Withheld {
        sectors::derive(&mut record, &mapped.categories, uses);
    }
    let due: Vec<&domain::fields::Field> =
        FIELDS.iter().filter(|field| field.required.applies(&record)).collect();
    for required in due {
        if !required.is_in(&record) && record.statement(required.name).is_none() {
            record.field_statements.push(lacking.statement(required.name, &mapped.placeholders));
        }
    }
    Ok((record, mapped.raw))
}

/// Takes out suppliers whose name says that it is withheld. If none is left, the field is withheld, on that ground.
fn withheld_suppliers(fields: &mut Map<String, Value>, uses: &mut Uses) -> Option<FieldStatement> {
    const FIELD: &str = "supplier_involvement";
    let parts = fields.get_mut(FIELD)?.as_array_mut()?;
    let mut said = None;
    for part in parts.iter_mut() {
        let name = part["supplier"]["name"].as_str().unwrap_or_default();
        if let Some(ground) = withheld_name(name) {
            changed(uses, "supplier-withheld", name, "");
            said = Some((ground, format!("the source says \"{}\"", domain::cell::short(name))));
            part["supplier"] = Value::Null;
        }
    }
    let (ground, reason) = said?;
    parts.retain(|part| !part["supplier"].is_null() || !part["product"].is_null());
    if !parts.is_empty() {
        return None;
    }
    fields.remove(FIELD);
    let kind = StatementKind::Withheld;
    Some(FieldStatement { field: FIELD.to_owned(), kind, reason: Some(reason), ground: Some(ground) })
}

/// Shortens texts to fit their fields, and moves an overlong summary into an empty description. Without a
/// summary, makes one from the description or the like.
fn fit_texts(fields: &mut Map<String, Value>, uses: &mut Uses) {
    for name in ["title", "name"] {
        if let Some(Value::String(title)) = fields.get(name).cloned() {
            let title = text::one_line(&title);
            let cut = text::shorten(&title, 200);
            if let Some(cut) = &cut {
                changed(uses, &format!("{name}-shortened"), &title, cut);
            }
            fields.insert(name.to_owned(), Value::String(cut.unwrap_or(title)));
        }
    }
    let text_of =
        |fields: &Map<String, Value>, name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(summary) = text_of(fields, "summary")
        && let Some(cut) = text::shorten(&text::one_line(&summary), 400)
    {
        changed(uses, "summary-shortened", &summary, &cut);
        fields.entry("description").or_insert(Value::String(summary));
        fields.insert("summary".to_owned(), Value::String(cut));
    }
    if !fields.contains_key("summary")
        && let Some(long) = ["description", "problem_statement", "public_purpose", "benefits"]
            .iter()
            .find_map(|name| text_of(fields, name))
    {
        used(uses, "summary-from-description");
        let line = text::one_line(&long);
        fields.insert("summary".to_owned(), Value::String(text::shorten(&line, 400).unwrap_or(line)));
    }
    for (name, value) in fields.iter_mut() {
        let Some(FieldKind::Text(max)) = field(name).map(|field| field.kind) else { continue };
        if let Value::String(line) = value
            && let Some(cut) = text::shorten(line, max)
        {
            changed(uses, &format!("{name}-shortened"), line, &cut);
            *value = Value::String(cut);
        }
    }
}

/// The year in a file's name, as in `2024_consolidated.csv`.
pub(crate) fn year_in_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    name.as_bytes().windows(4).enumerate().find_map(|(at, digits)| {
        let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let alone = !name.as_bytes().get(at + 4).is_some_and(u8::is_ascii_digit);
        ((2000..2100).contains(&number) && alone).then(|| number.to_string())
    })
}

/// The built-in mappings whose columns are read by name, each with its source.
pub fn mappings() -> [(&'static str, Mapping); 2] {
    [("nl", nl::mapping()), ("us", us::mapping())]
}
