//! The Dutch algorithm register: JSON in its shapes of 2022, 2023 and 2026, with one object per algorithm.

use std::path::Path;

use chrono::NaiveDate;
use domain::editions::{Id, Identity};
use domain::provenance::AtSource;
use domain::text::fold;
use domain::validate::is_address;
use serde_json::json;

use super::json::{self, JsonFile};
use super::nl_answers::Answers;
use super::{
    File, Item, Items, Keyed, Keys, Lacking, Opened, SourceOptions, Step, content_of, imported, markup,
};
use crate::columns::{Account, Column};
use crate::dates::{self, Order};
use crate::mapping::{Bound, Mapping, Unfilled};
use crate::report::{Uses, used};
use crate::table::FileError;

const MAPPING: &str = include_str!("../../mappings/nl.toml");

pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in nl mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
    let file = json::open(path, &options.reading)?;
    let known = file.headers.iter().filter(|header| mapping.knows(header)).count();
    if known < 4
        || !file
            .headers
            .iter()
            .any(|header| ["organisatie", "organization", "organisation"].contains(&header.as_str()))
    {
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
        .unwrap_or_default();
    let bound = mapping.bind(&file.headers, options.day());
    let (input, says) = (file.input.clone(), Some(bound.says()));
    let rule_version = format!("nl/{}", bound.mapping().version);
    let mut rows = NlRows { file, bound, keys: Keys::default(), at: 0 };
    rows.look_through();
    Ok(Opened {
        edition,
        says,
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

/// A row's cells without markup; `None` where there is none.
fn plain_cells(raw: &[String]) -> Vec<Option<String>> {
    raw.iter().map(|cell| markup::plain(cell)).collect()
}

impl NlRows {
    /// Finds out which keys stand more than once.
    fn look_through(&mut self) {
        let rows = self.file.rows.iter().map(|row| {
            let raw = json::cells(&self.file.headers, row, &mut Uses::new());
            let plain = plain_cells(&raw).into_iter().zip(&raw);
            let cells: Vec<String> = plain.map(|(plain, raw)| plain.unwrap_or_else(|| raw.clone())).collect();
            self.keyed(&raw, &cells)
        });
        let rows: Vec<Keyed> = rows.collect();
        self.keys = Keys::of(rows);
    }

    /// The number of a row that lasts: of the national list, else another that looks like one.
    fn number<'a>(&self, cells: &'a [String]) -> Option<&'a str> {
        let text = |name: &str| self.bound.cell(cells, name);
        let lars = text("lars").filter(|lars| lars.bytes().all(|byte| byte.is_ascii_digit()));
        // The cell is often prose ("volgt"), so a key must be a single word with a digit in it.
        let uuid = text("uuid").filter(|uuid| {
            uuid.len() >= 8
                && !uuid.contains(char::is_whitespace)
                && uuid.contains(|letter: char| letter.is_ascii_digit())
        });
        lars.or(uuid)
    }

    /// The key of a row, kept as the source has it, with its markup.
    fn keyed(&self, raw: &[String], cells: &[String]) -> Keyed {
        let written = |name: &str| self.bound.cell(raw, name).unwrap_or_default();
        let named = format!("{}|{}", written("organization"), written("name"));
        let key = self.number(cells).map_or_else(|| named.clone(), str::to_owned);
        Keyed { key, more: vec![named], content: content_of(raw) }
    }
}

struct NlRows {
    file: JsonFile,
    bound: Bound,
    keys: Keys,
    at: usize,
}

impl Items for NlRows {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        let columns = Column::all(&self.file.headers, self.bound.columns(Unfilled::Asked));
        Some(Account { columns: self.bound.asked(columns), ..Account::default() })
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let row = self.file.rows.get(self.at)?;
        self.at += 1;
        self.file.input.progress.add(1);
        let line = self.at as u64;
        let raw = json::cells(&self.file.headers, row, uses);
        let plain = plain_cells(&raw);
        let has_markup = plain.iter().any(Option::is_some);
        let cells: Vec<String> =
            plain.into_iter().zip(&raw).map(|(plain, raw)| plain.unwrap_or_else(|| raw.clone())).collect();
        let text = |name: &str| self.bound.cell(&cells, name);
        if is_label_row(text("name"), text("organization")) {
            used(uses, "header-or-help-row");
            return Some(Step::Nothing);
        }
        let mut mapped = self.bound.apply(&cells, uses);
        if has_markup {
            used(uses, "markup-becomes-text");
            mapped.raw = self.bound.apply(&raw, &mut Uses::new()).raw;
        }
        Answers { bound: &self.bound, cells: &cells, row }.read(&mut mapped, uses);
        let lars = text("lars").filter(|lars| lars.bytes().all(|byte| byte.is_ascii_digit()));
        let keyed = self.keyed(&raw, &cells);
        if let Some(lars) = lars {
            mapped.fields.insert("references".to_owned(), json!([{ "scheme": "NL-LARS", "value": lars }]));
        }
        let created = text("create_dt").and_then(|at| dates::read(at, Order::DayFirst)).map(|(date, _)| date);
        let at_source = at_source(&text, created);
        let identity = Identity {
            body: text("organization").unwrap_or_default().to_owned(),
            unit: String::new(),
            name: text("name").unwrap_or_default().to_owned(),
            id: if self.number(&cells).is_some() { Id::Lasting } else { Id::None },
        };
        Some(match imported(mapped, line, &Lacking::default(), uses) {
            Err(errors) => Step::Rejected(errors),
            Ok((record, raw)) => {
                let key = self.keys.take_apart(&keyed, &keyed.key, uses).or_by_name(identity);
                let record = Ok(record);
                Step::Item(Box::new(Item {
                    line,
                    id: None,
                    key: Some(key),
                    edition: created.map(|day| day.to_string()),
                    record,
                    raw: Some(raw),
                    at_source,
                    sent: None,
                }))
            }
        })
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
