//! `/data` and `/data/dictionary`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{CodeEntry, VOCABULARIES, Vocabulary};
use domain::fields::Group;
use serde::Deserialize;

use super::problem::NotShown;
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{day, definition, entry_label, field_hint, field_label, group_title, number, plain, word};

#[derive(Debug, Deserialize)]
struct Dump {
    date: String,
    files_total: u64,
    bytes: u64,
}

#[derive(Debug, Deserialize)]
struct Dumps {
    about: Option<String>,
    items: Vec<Dump>,
}

impl Dump {
    fn on(&self) -> String {
        day(&self.date)
    }

    fn size(&self) -> String {
        format!("{} MB", number(self.bytes.div_ceil(1_000_000)))
    }
}

/// The dump files that most people look for.
const FILES: &[(&str, Said)] = &[
    ("register.xlsx", say("everything-as-a-workbook-a")),
    ("register.sqlite", say("everything-as-one-sqlite-database")),
    ("records.csv", say("the-records-as-csv")),
    ("records.parquet", say("the-records-as-parquet-with")),
    ("records.ndjson", say("the-records-as-json-one")),
    ("assessments.csv", say("every-assessment")),
    ("contracts.csv", say("every-contract")),
    ("changes.csv", say("what-changed-field-by-field")),
    ("datapackage.json", say("what-every-table-and-column")),
    ("SHA256SUMS", say("the-sums-of-all-files")),
];

#[derive(Template)]
#[template(path = "data.html")]
struct DataPage {
    frame: Frame,
    dumps: Vec<Dump>,
    files: &'static [(&'static str, Said)],
}

pub(crate) async fn data(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let dumps: Dumps = interface.get("/api/v1/dumps").await?;
    let page_of = DataPage {
        frame: Frame::new(say("data"), "data")
            .about(dumps.about)
            .twins(vec![Twin::json("/api/v1/dumps".to_owned())]),
        dumps: dumps.items,
        files: FILES,
    };
    Ok(page(StatusCode::OK, &page_of))
}

#[derive(Debug, Deserialize)]
struct Equivalent {
    standard: String,
    id: String,
}

#[derive(Debug, Deserialize)]
struct Field {
    name: String,
    group: String,
    label: String,
    hint: String,
    r#type: String,
    of: Option<String>,
    required: String,
    atrs: Option<String>,
    #[serde(default)]
    equivalents: Vec<Equivalent>,
}

impl Field {
    fn form(&self) -> String {
        match &self.of {
            Some(of) => format!("{} ({of})", self.r#type),
            None => self.r#type.clone(),
        }
    }

    fn list(&self) -> Option<&str> {
        self.of.as_deref().filter(|_| matches!(self.r#type.as_str(), "code" | "codes"))
    }

    fn when(&self) -> String {
        word(&self.required)
    }

    fn known(&self) -> Option<&'static domain::fields::Field> {
        domain::fields::field(&self.name)
    }

    fn label(&self) -> String {
        self.known().map_or_else(|| self.label.clone(), field_label)
    }

    fn hint(&self) -> String {
        self.known().map_or_else(|| self.hint.clone(), field_hint)
    }

    /// What other standards call the field.
    fn elsewhere(&self) -> Vec<String> {
        let atrs = self.atrs.iter().map(|id| format!("UK ATRS {id}"));
        let others = self.equivalents.iter().map(|one| {
            let standard = match one.standard.as_str() {
                "eu_ai_act" => say("eu-ai-act-annex"),
                "nl" => say("dutch-register"),
                "us" => say("us-inventory"),
                other => return format!("{} {}", other.to_uppercase(), one.id),
            };
            format!("{standard} {}", one.id)
        });
        atrs.chain(others).collect()
    }
}

#[derive(Debug, Deserialize)]
struct Fields {
    items: Vec<Field>,
}

struct Part {
    anchor: String,
    title: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "dictionary.html")]
struct DictionaryPage {
    frame: Frame,
    total: usize,
    groups: Vec<Part>,
    lists: &'static [&'static Vocabulary],
}

impl DictionaryPage {
    fn label(&self, list: &Vocabulary, entry: &CodeEntry) -> String {
        entry_label(list, entry)
    }

    fn definition(&self, list: &Vocabulary, entry: &CodeEntry) -> String {
        definition(list, entry)
    }
}

pub(crate) async fn dictionary(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let fields: Fields = interface.get("/api/v1/fields").await?;
    let total = fields.items.len();
    let mut groups: Vec<Part> = Vec::new();
    for field in fields.items {
        match groups.last_mut() {
            Some(group) if group.anchor == field.group => group.fields.push(field),
            _ => groups.push(Part {
                anchor: field.group.clone(),
                title: Group::ALL
                    .iter()
                    .find(|group| group.as_str() == field.group)
                    .map_or_else(|| plain(&field.group), |group| group_title(*group)),
                fields: vec![field],
            }),
        }
    }
    let page_of = DictionaryPage {
        frame: Frame::new(say("data-dictionary"), "data").twins(vec![
            Twin::json("/api/v1/fields".to_owned()),
            Twin {
                name: say("code-lists-json").to_string(),
                ..Twin::json("/api/v1/vocabularies".to_owned())
            },
        ]),
        total,
        groups,
        lists: VOCABULARIES,
    };
    Ok(page(StatusCode::OK, &page_of))
}
