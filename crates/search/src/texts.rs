//! Which parts of a record are texts, and how much they say about it.
//!
//! Texts are what a body, its source or an observer wrote. Codes, dates, numbers and hashes are not, nor is what the
//! register itself writes into an imported record: headings before paragraphs, and why a field is empty. Addresses are
//! found whole, as they are typed; their words are not indexed, because they say how a website is built (`government`,
//! `publications`), not what the record says.

use domain::Code;
use domain::codes::{Origin, StatementKind};
use domain::completeness::FieldState;
use domain::fields::{FieldKind, field};
use domain::placeholder::{self, Place};
use domain::record::FieldStatement;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::language::{Language, Languages, marked};

/// Parts of things that are codes, numbers or hashes, by field. Dates and addresses are known by their names.
const NOT_TEXTS: &[(&str, &[&str])] = &[
    (
        "assessments",
        &["type", "stage", "status", "outcome", "visibility", "withheld_ground", "sha256", "media_type"],
    ),
    ("audits", &["kind"]),
    ("consultations", &["held_by", "outcome"]),
    ("contracts", &["value", "currency"]),
    ("datasets", &["role"]),
    ("deployments", &["phase"]),
    ("environment", &["kind", "amount", "basis"]),
    ("references", &["scheme"]),
    ("reviews", &["advice", "response"]),
    ("translations", &["lang"]),
];
/// Parts of things that identify something, by field.
const IDS: &[(&str, &[&str])] = &[
    ("assessments", &["id", "receipt"]),
    ("contracts", &["ocid"]),
    ("deployments", &["local_contact"]),
    ("references", &["value"]),
];
/// What importers put before a paragraph, with a colon, to say what it is about.
const HEADINGS: &[&str] = &[
    "AI impact assessment",
    "Estimated number of licences or users",
    "Fail-safe",
    "Frequency and scale of usage",
    "Impact",
    "Monitoring",
];
/// Titles that importers give to what has none.
const GIVEN_TITLES: &[&str] = &["Impact assessment (type and date not stated by the source)"];
/// How the reasons of importers begin before the words of the source.
const QUOTING: &[&str] = &["the source says ", "the source withholds it: "];
/// How they begin if they have no words of the source.
const GENERATED: &[&str] =
    &["not stated by the source", "not usable: ", "rule ", "the source names no owner"];

/// The texts of a record, marked with their languages and grouped by how much they say about it.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) title: Vec<String>,
    pub(crate) product: Vec<String>,
    pub(crate) supplier: Vec<String>,
    pub(crate) publisher: Vec<String>,
    pub(crate) summary: Vec<String>,
    pub(crate) body: Vec<String>,
    /// Ids, addresses and mailboxes, as written.
    pub(crate) ids: Vec<String>,
}

impl Texts {
    /// Extracts the texts from a stored record.
    pub(crate) fn of(record: &Map<String, Value>) -> Self {
        let imported = record.get("origin").and_then(Value::as_str) == Some(Origin::Imported.as_str());
        let reading = Reading { languages: Languages::of(record), imported };
        let mut texts = Self::default();
        for (name, value) in record {
            reading.read(name, value, &mut texts);
        }
        texts
    }
}

/// How the texts of one record are read.
#[derive(Debug, Clone, Copy)]
struct Reading {
    languages: Languages,
    imported: bool,
}

impl Reading {
    /// Reads one member of a record.
    fn read(self, name: &str, value: &Value, texts: &mut Texts) {
        let name_of = |value: &Value| self.marked(&value["name"]);
        match name {
            "title" | "name" => {
                let title = self.marked(value);
                if let Some(title) = title.filter(|title| !texts.title.contains(title)) {
                    texts.title.push(title);
                }
            }
            "summary" => texts.summary.extend(self.marked(value)),
            "summary_cy" => {
                texts.summary.extend(value.as_str().map(|text| marked(Language::Welsh, text)));
            }
            "publisher" => texts.publisher.extend(name_of(value)),
            "joint_publishers" => {
                texts.publisher.extend(value.as_array().into_iter().flatten().filter_map(name_of));
            }
            "supplier_involvement" => self.suppliers(value, texts),
            "translations" => self.translations(value, texts),
            "field_statements" => {
                for statement in value.as_array().into_iter().flatten() {
                    let reason = self.reason(statement).filter(|reason| has_letters(reason));
                    texts.body.extend(reason.map(|reason| self.languages.mark(&reason)));
                }
            }
            _ => match field(name).map(|field| field.kind) {
                Some(FieldKind::Url | FieldKind::Email) => {
                    texts.ids.extend(value.as_str().map(str::to_owned))
                }
                Some(
                    FieldKind::Text(_)
                    | FieldKind::Markdown
                    | FieldKind::Texts
                    | FieldKind::Objects(..)
                    | FieldKind::Object(..),
                ) => self.walk(name, "", value, texts),
                _ => {}
            },
        }
    }

    fn marked(self, value: &Value) -> Option<String> {
        value.as_str().map(|text| self.languages.mark(text))
    }

    /// Reads translations, each in its own language, as the fields whose texts they translate.
    fn translations(self, value: &Value, texts: &mut Texts) {
        for translation in value.as_array().into_iter().flatten().filter_map(Value::as_object) {
            let reading = Self { languages: self.languages.of_translation(translation), ..self };
            for (name, value) in translation.iter().filter(|(name, _)| *name != "lang") {
                reading.read(name, value, texts);
            }
        }
    }

    fn suppliers(self, value: &Value, texts: &mut Texts) {
        for part in value.as_array().into_iter().flatten() {
            for (member, value) in part.as_object().into_iter().flatten() {
                match member.as_str() {
                    "supplier" => texts.supplier.extend(self.marked(&value["name"])),
                    "product" => texts.product.extend(self.marked(value)),
                    _ => self.walk("supplier_involvement", member, value, texts),
                }
            }
        }
    }

    /// Reads the values in a field; `member` is the name of the innermost one.
    fn walk(self, field: &str, member: &str, value: &Value, texts: &mut Texts) {
        match value {
            Value::String(text) => match part(field, member) {
                Part::Id => texts.ids.push(text.clone()),
                Part::Text => {
                    let text = self.own_words(field, member, text);
                    if has_letters(&text) {
                        texts.body.push(self.languages.mark(&text));
                    }
                }
                Part::Other => {}
            },
            Value::Array(items) => items.iter().for_each(|item| self.walk(field, member, item, texts)),
            Value::Object(members) => {
                members.iter().for_each(|(member, value)| self.walk(field, member, value, texts));
            }
            _ => {}
        }
    }

    /// A text without what an importer added to it.
    fn own_words(self, field: &str, member: &str, text: &str) -> String {
        if !self.imported {
            return text.to_owned();
        }
        if (field, member) == ("assessments", "status_reason") {
            return without_column(text).to_owned();
        }
        if GIVEN_TITLES.contains(&text) {
            return String::new();
        }
        let mut words = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            words.push_str(without_heading(line));
        }
        words
    }

    /// The reason in a field statement, as far as somebody wrote it: of an imported record, the words that its source
    /// has instead of an answer.
    fn reason(self, statement: &Value) -> Option<String> {
        let statement = FieldStatement::deserialize(statement).ok()?;
        let reason = statement.reason.as_deref()?.trim();
        if !self.imported {
            return Some(reason.to_owned());
        }
        let silent =
            FieldState::of(Origin::Imported, false, Some(statement.said())) == FieldState::NotStatedBySource;
        let generated = GENERATED.iter().any(|beginning| reason.starts_with(beginning));
        if silent || generated || statement.kind == StatementKind::Derived {
            return None;
        }
        let words = QUOTING.iter().find_map(|beginning| reason.strip_prefix(beginning)).unwrap_or(reason);
        let words = words.strip_prefix('"').and_then(|words| words.strip_suffix('"')).unwrap_or(words);
        let words = without_column(words);
        placeholder::meaning(words, Place::Prose).is_none().then(|| words.to_owned())
    }
}

/// What a part of a thing is to a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Id,
    Other,
}

/// What the texts under a member of a field are.
fn part(field: &str, member: &str) -> Part {
    let is_in = |list: &[(&str, &[&str])]| {
        list.iter().any(|(name, members)| *name == field && members.contains(&member))
    };
    if is_in(IDS) || member == "url" || member.ends_with("_url") {
        Part::Id
    } else if is_in(NOT_TEXTS) || member.ends_with("_on") {
        Part::Other
    } else {
        Part::Text
    }
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// A line without a heading of an importer.
fn without_heading(line: &str) -> &str {
    HEADINGS.iter().find_map(|heading| line.strip_prefix(heading)?.strip_prefix(": ")).unwrap_or(line)
}

/// A text without the name of the source's column before it, such as `impact_assessment: `.
fn without_column(text: &str) -> &str {
    match text.split_once(": ") {
        Some((column, rest))
            if column.len() > 2 && column.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') =>
        {
            rest
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests;
