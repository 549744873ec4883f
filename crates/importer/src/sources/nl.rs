//! The Dutch algorithm register: JSON in its shapes of 2022, 2023 and 2026, the data of its site, and the CSV that its
//! site gives. One algorithm in several languages is one record.

use std::collections::HashMap;
use std::path::Path;

use chrono::NaiveDate;
use domain::editions::{Id, Identity};
use domain::provenance::AtSource;
use domain::text::{fold, one_line};
use domain::validate::is_address;
use serde_json::{Map, Value, json};

use super::columns::Said;
use super::nl_answers::Answers;
use super::nl_languages::{Part, code_of, language, parts};
use super::nl_rows::{self, NlFile};
use super::{
    File, Item, Items, Keyed, Keys, Lacking, Opened, SourceOptions, Step, content_of, date_in_name, imported,
    json as from_json, markup, translations,
};
use crate::columns::Account;
use crate::dates::{self, Order};
use crate::mapping::{Bound, Mapped, Mapping};
use crate::report::{Uses, used};
use crate::table::FileError;

const MAPPING: &str = include_str!("../../mappings/nl.toml");
/// Columns that fill no field but are read.
pub(super) const READ_FOR: &Said = &[
    ("uuid", "the key of entries without a number"),
    ("iama_description", "the summary of the assessment, or why there is none"),
    ("dpia_description", "the summary of the assessment, or why there is none"),
    ("create_dt", "the date of the entry, and its edition"),
    ("geregistreerd", "the date of the entry"),
    ("revision_date", "the date of the last change at the source"),
    ("standard_version", "which assessments a text is about"),
    ("standaardversie", "which assessments a text is about"),
    ("language", "which texts are of the same algorithm in another language"),
    ("state", "whether the entry is published"),
    ("published", "whether the entry is published"),
    ("owner", "the name of the body, where the file names it beside its entries"),
];
/// Columns that are not read, and why.
pub(super) const IGNORED: &Said = &[
    ("toegevoegd", "the day on which a third party collected the entry"),
    ("released", "always empty in the register's own files"),
    ("area", "a place by name, of which the register asks only in the United Kingdom"),
    ("mprd", "an internal mark of the municipality, without explanation"),
    ("tags", "words for the search of the source's site"),
    ("source_data_link", "always empty in the register's own files"),
    ("schema", "the address of the source's own schema"),
    ("slug", "part of the entry's address, which is read"),
    ("organization_code", "the body's name says it"),
    ("organization_id", "the body's name says it"),
    ("preview_active", "about the source's own site"),
];

pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in nl mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
    let file = nl_rows::open(path, &mapping, &options.reading)?;
    let known = file.headers.iter().filter(|header| mapping.knows(header)).count();
    if known < 4 || !file.headers.iter().any(|header| mapping.is(header, "organization")) {
        return Err(FileError::unusable(
            path.display().to_string(),
            "these are no records of the Dutch algorithm register",
            "check that this is the right source and the right file",
        ));
    }
    let dated = ["fetched_at", "date", "datum"].iter().find_map(|key| file.around.get(*key)?.as_str());
    let edition = options
        .edition
        .clone()
        .or_else(|| dates::read(dated?, Order::DayFirst).map(|(date, _)| date.to_string()))
        .or_else(|| date_in_name(path))
        .unwrap_or_default();
    let bound = mapping.bind(&file.headers, options.day());
    let parts = parts(&file);
    let mut says = bound.says();
    if parts.iter().any(|part| matches!(part, Part::Algorithm(others) if !others.is_empty())) {
        says.insert(translations::FIELD.to_owned());
        says.insert("summary_cy".to_owned());
    }
    let bodies = bodies(&file.around);
    let (input, rule_version) = (file.input.clone(), format!("nl/{}", bound.mapping().version));
    let mut rows = NlRows { file, bound, parts, bodies, keys: Keys::default(), at: 0 };
    rows.look_through();
    Ok(Opened {
        edition,
        says: Some(says),
        file: File {
            name: path.display().to_string(),
            source: "nl".to_owned(),
            dataset: "nl".to_owned(),
            rule_version,
            input,
            items: Box::new(rows),
        },
    })
}

/// The names of bodies by their codes, as the site's data have them beside the entries.
fn bodies(around: &Map<String, Value>) -> HashMap<String, String> {
    let details = around.get("organisation_details").and_then(Value::as_array);
    let mut bodies = HashMap::new();
    for one in details.into_iter().flatten() {
        for code in ["org_id", "code"] {
            if let (Some(code), Some(name)) = (one[code].as_str(), one["name"].as_str()) {
                bodies.insert(code.to_owned(), one_line(name));
            }
        }
    }
    bodies
}

struct NlRows {
    file: NlFile,
    bound: Bound,
    parts: Vec<Part>,
    bodies: HashMap<String, String>,
    keys: Keys,
    at: usize,
}

/// A row as it is read.
struct Read {
    line: u64,
    row: Map<String, Value>,
    /// Its cells as the source has them, without people.
    raw: Vec<String>,
    /// The same without markup.
    cells: Vec<String>,
    has_markup: bool,
}

impl Items for NlRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        Some(self.file.account.clone())
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let at = self.at;
        let part = self.parts.get(at)?.clone();
        self.at += 1;
        self.file.input.progress.add(1);
        let others = match part {
            Part::Algorithm(others) => others,
            Part::OtherLanguage => return Some(nothing("language-joins-its-record", uses)),
            Part::Superseded => return Some(nothing("earlier-version-at-the-source", uses)),
            Part::NotPublished => return Some(nothing("not-published-at-the-source", uses)),
        };
        let read = match self.read(at, uses)? {
            Ok(read) => read,
            Err(error) => return Some(Step::Rejected(vec![error])),
        };
        if is_label_row(self.text(&read, "name"), self.text(&read, "organization")) {
            return Some(nothing("header-or-help-row", uses));
        }
        let mut mapped = self.mapped(&read, uses);
        self.translate(&others, &mut mapped, uses);
        self.name_body(at, &mut mapped, uses);
        Some(self.item(&read, mapped, uses))
    }
}

/// Whether a text is a number of the national list.
fn is_lars(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn nothing(rule: &str, uses: &mut Uses) -> Step {
    used(uses, rule);
    Step::Nothing
}

impl NlRows {
    fn read(&self, at: usize, uses: &mut Uses) -> Option<Result<Read, crate::RowError>> {
        let (line, row) = match self.file.row(at, uses)? {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        let raw = from_json::cells(&self.file.headers, &row, uses);
        let plain: Vec<Option<String>> = raw.iter().map(|cell| markup::plain(cell)).collect();
        let has_markup = plain.iter().any(Option::is_some);
        let cells =
            plain.into_iter().zip(&raw).map(|(plain, raw)| plain.unwrap_or_else(|| raw.clone())).collect();
        Some(Ok(Read { line, row, raw, cells, has_markup }))
    }

    /// Finds out which keys stand more than once.
    fn look_through(&mut self) {
        let algorithms = self.parts.iter().enumerate().filter(|(_, part)| matches!(part, Part::Algorithm(_)));
        let keyed = algorithms.filter_map(|(at, _)| {
            let read = self.read(at, &mut Uses::new())?.ok()?;
            let is_label = is_label_row(self.text(&read, "name"), self.text(&read, "organization"));
            (!is_label).then(|| self.keyed(&read))
        });
        let keyed: Vec<Keyed> = keyed.collect();
        self.keys = Keys::of(keyed);
    }

    /// The number of a row that lasts: of the national list, else another that looks like one.
    fn number<'a>(&self, cells: &'a [String]) -> Option<&'a str> {
        let text = |name: &str| self.bound.cell(cells, name);
        // The cell is often prose ("volgt"), so a key must be a single word with a digit in it.
        let uuid = text("uuid").filter(|uuid| {
            uuid.len() >= 8
                && !uuid.contains(char::is_whitespace)
                && uuid.contains(|letter: char| letter.is_ascii_digit())
        });
        text("lars").filter(|lars| is_lars(lars)).or(uuid)
    }

    /// The key of a row, kept as the source has it, with its markup.
    fn keyed(&self, read: &Read) -> Keyed {
        let written = |name: &str| self.bound.cell(&read.raw, name).unwrap_or_default();
        let named = format!("{}|{}", written("organization"), written("name"));
        let key = self.number(&read.cells).map_or_else(|| named.clone(), str::to_owned);
        Keyed { key, more: vec![named], content: content_of(&read.raw) }
    }

    fn text<'r>(&self, read: &'r Read, name: &str) -> Option<&'r str> {
        self.bound.cell(&read.cells, name)
    }

    fn mapped(&self, read: &Read, uses: &mut Uses) -> Mapped {
        let mut mapped = self.bound.apply(&read.cells, uses);
        if read.has_markup {
            used(uses, "markup-becomes-text");
            mapped.raw = self.bound.apply(&read.raw, &mut Uses::new()).raw;
        }
        Answers { bound: &self.bound, cells: &read.cells, row: &read.row }.read(&mut mapped, uses);
        suppliers(self.text(read, "provider"), &mut mapped.fields, uses);
        // A column of language codes may be empty, and the other one say it.
        if let Some(code) = self.bound.own_cell(&read.cells, "language").and_then(code_of) {
            mapped.fields.insert("lang".to_owned(), json!(code));
        }
        mapped
    }

    /// Adds the texts of an algorithm's rows in other languages, and keeps those rows beside its own.
    fn translate(&self, others: &[(String, usize)], mapped: &mut Mapped, uses: &mut Uses) {
        for (lang, at) in others {
            let Some(Ok(read)) = self.read(*at, uses) else { continue };
            let other = self.bound.apply(&read.cells, &mut Uses::new());
            translations::add_all(&mut mapped.fields, lang, &other.fields);
            for (header, cell) in
                self.file.headers.iter().zip(&read.raw).filter(|(_, cell)| !cell.trim().is_empty())
            {
                mapped.raw.insert(format!("{header} ({lang})"), Value::String(cell.clone()));
            }
        }
    }

    /// Where only a translation is at hand, the body's own name stands beside the entries.
    fn name_body(&self, at: usize, mapped: &mut Mapped, uses: &mut Uses) {
        let owner = self.file.peek(at, "owner").and_then(|owner| self.bodies.get(&owner));
        if let Some(name) = owner
            && (language(&self.file, at) != "nl" || !mapped.fields.contains_key("publisher"))
        {
            used(uses, "body-named-beside-the-entries");
            mapped.fields.insert("publisher".to_owned(), json!({ "name": name }));
        }
    }

    fn item(&mut self, read: &Read, mut mapped: Mapped, uses: &mut Uses) -> Step {
        let text = |name: &str| self.text(read, name);
        let lars = text("lars").filter(|lars| is_lars(lars));
        let keyed = self.keyed(read);
        references(lars, &text, &mut mapped.fields);
        let created = text("create_dt").and_then(|at| dates::read(at, Order::DayFirst)).map(|(date, _)| date);
        let at_source = at_source(&text, created);
        let body = mapped.fields.get("publisher").and_then(|body| body["name"].as_str());
        let identity = Identity {
            body: body.or(text("organization")).unwrap_or_default().to_owned(),
            unit: String::new(),
            name: text("name").unwrap_or_default().to_owned(),
            id: if self.number(&read.cells).is_some() { Id::Lasting } else { Id::None },
        };
        match imported(mapped, read.line, &Lacking::default(), uses) {
            Err(errors) => Step::Rejected(errors),
            Ok((record, raw)) => {
                let key = self.keys.take_apart(&keyed, &keyed.key, uses).or_by_name(identity);
                Step::Item(Box::new(Item {
                    line: read.line,
                    id: None,
                    key: Some(key),
                    edition: created.map(|day| day.to_string()),
                    record: Ok(record),
                    raw: Some(raw),
                    at_source,
                    sent: None,
                }))
            }
        }
    }
}

/// How answers begin that say that the body made it itself, folded.
const IN_HOUSE: &[&str] = &[
    "zelf ontwikkeld",
    "intern ontwikkeld",
    "eigen ontwikkeling",
    "eigen beheer",
    "in eigen beheer",
    "in house",
    "inhouse",
    "zelfontwikkeld",
    "door de gemeente zelf",
    "self developed",
    "developed in house",
];

/// The suppliers by name: several stand apart with a semicolon, a bar, a slash or a line end. A comma may be part of a
/// name.
fn suppliers(said: Option<&str>, fields: &mut Map<String, Value>, uses: &mut Uses) {
    let parts =
        said.into_iter().flat_map(|said| said.split([';', '|', '\n'])).flat_map(|part| part.split(" / "));
    let mut all: Vec<Value> = Vec::new();
    for name in parts.map(one_line).filter(|name| !name.is_empty()) {
        if IN_HOUSE.iter().any(|begins| fold(&name).starts_with(begins)) {
            used(uses, "developed-in-house");
            continue;
        }
        let supplier = json!({ "supplier": { "name": name } });
        if !all.contains(&supplier) {
            all.push(supplier);
        }
    }
    if !all.is_empty() {
        fields.insert("supplier_involvement".to_owned(), Value::Array(all));
    }
}

/// Numbers of the same thing elsewhere, and the source's own words for how heavy its impact is.
fn references<'r>(
    lars: Option<&str>,
    text: &impl Fn(&str) -> Option<&'r str>,
    fields: &mut Map<String, Value>,
) {
    let said = [
        ("NL-LARS", lars),
        ("NL-SOURCE-ID", text("source_id")),
        ("NL-PUBLICATION-CATEGORY", text("publication_category")),
        ("NL-PROCESSING-REGISTER", text("process_index_url").filter(|url| is_address(url))),
    ];
    let all: Vec<Value> = said
        .into_iter()
        .filter_map(|(scheme, value)| Some(json!({ "scheme": scheme, "value": one_line(value?) })))
        .collect();
    if !all.is_empty() {
        fields.insert("references".to_owned(), Value::Array(all));
    }
}

/// When the register first published an entry and last changed it, and its page there.
fn at_source<'a>(text: &impl Fn(&str) -> Option<&'a str>, created: Option<NaiveDate>) -> AtSource {
    let day = |name: &str| text(name).and_then(|at| dates::read(at, Order::DayFirst)).map(|(date, _)| date);
    AtSource {
        published_on: created.or_else(|| day("geregistreerd")),
        changed_on: day("revision_date"),
        url: text("url").filter(|url| is_address(url)).map(str::to_owned),
    }
}

/// Rows that repeat the form's labels or explanations instead of describing an algorithm.
fn is_label_row(name: Option<&str>, organisation: Option<&str>) -> bool {
    let name = fold(name.unwrap_or_default());
    let organisation = fold(organisation.unwrap_or_default());
    matches!(name.as_str(), "naam" | "name" | "titel" | "title" | "naam algoritme")
        || matches!(organisation.as_str(), "organisatie" | "organization" | "naam organisatie")
        || name.starts_with("de naam ") && organisation.starts_with("de ")
}

#[cfg(test)]
mod tests;
