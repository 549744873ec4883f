//! `/data` and `/data/dictionary`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::{CodeEntry, VOCABULARIES, Vocabulary};
use domain::fields::Group;
use wire::{Dictionary, DumpList, DumpView, FieldView};

use super::problem::NotShown;
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{
    date, definition, entry_label, field_hint, field_label, group_title, number, plain, word,
};

/// A dump in words.
trait Dated {
    /// Its day.
    fn on(&self) -> String;
    /// Its name in addresses.
    fn name(&self) -> &str;
    /// Its length.
    fn size(&self) -> String;
}

impl Dated for DumpView {
    fn on(&self) -> String {
        match self.edition {
            1 => date(self.date),
            edition => format!("{} ({edition})", date(self.date)),
        }
    }

    fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
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
    dumps: Vec<DumpView>,
    files: &'static [(&'static str, Said)],
}

pub(crate) async fn data(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let dumps: DumpList = interface.get("/api/v1/dumps").await?;
    let page_of = DataPage {
        frame: Frame::new(say("data"), "data")
            .about(dumps.about)
            .twins(vec![Twin::json("/api/v1/dumps".to_owned())]),
        dumps: dumps.items,
        files: FILES,
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// A field in the page's language.
trait Described {
    /// Its type, with the code list or limit it refers to.
    fn form(&self) -> String;
    /// Its code list.
    fn list(&self) -> Option<&str>;
    /// When an answer is required.
    fn when(&self) -> String;
    /// Its label.
    fn label(&self) -> String;
    /// What to write.
    fn hint(&self) -> String;
    /// What other standards call it.
    fn elsewhere(&self) -> Vec<String>;
}

impl Described for FieldView {
    fn form(&self) -> String {
        match &self.of {
            Some(of) => format!("{} ({of})", self.kind),
            None => self.kind.clone(),
        }
    }

    fn list(&self) -> Option<&str> {
        self.of.as_deref().filter(|_| matches!(self.kind.as_str(), "code" | "codes"))
    }

    fn when(&self) -> String {
        word(&self.required)
    }

    fn label(&self) -> String {
        domain::fields::field(&self.name).map_or_else(|| self.label.clone(), field_label)
    }

    fn hint(&self) -> String {
        domain::fields::field(&self.name).map_or_else(|| self.hint.clone(), field_hint)
    }

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

struct Part {
    anchor: String,
    title: String,
    fields: Vec<FieldView>,
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
    let fields: Dictionary = interface.get("/api/v1/fields").await?;
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
