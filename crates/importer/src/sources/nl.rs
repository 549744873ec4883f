//! The Dutch algorithm register: JSON in its shapes of 2022, 2023 and 2026, with one object per algorithm.

use std::path::Path;

use chrono::NaiveDate;
use domain::assessment::{Assessment, Document};
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType};
use domain::editions::{Id, Identity};
use domain::provenance::AtSource;
use domain::text::{fold, one_line};
use domain::validate::is_address;
use serde_json::{Map, Value, json};

use super::json::{self, JsonFile};
use super::{File, Item, Items, Keys, Lacking, Opened, SourceOptions, Step, imported};
use crate::dates::{self, Order};
use crate::mapping::{Bound, Mapping};
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
    Ok(Opened {
        edition,
        says: Some(bound.says()),
        file: File {
            name: path.display().to_string(),
            source: "nl".to_owned(),
            dataset: "nl".to_owned(),
            rule_version: format!("nl/{}", bound.mapping().version),
            input: file.input.clone(),
            items: Box::new(NlRows { file, bound, keys: Keys::default(), at: 0 }),
        },
    })
}

struct NlRows {
    file: JsonFile,
    bound: Bound,
    keys: Keys,
    at: usize,
}

impl Items for NlRows {
    type Item = Item;

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let row = self.file.rows.get(self.at)?;
        self.at += 1;
        self.file.input.progress.add(1);
        let line = self.at as u64;
        let cells = json::cells(&self.file.headers, row, uses);
        let text = |name: &str| self.bound.cell(&cells, name);
        if is_label_row(text("name"), text("organization")) {
            used(uses, "header-or-help-row");
            return Some(Step::Nothing);
        }
        let mut mapped = self.bound.apply(&cells, uses);
        let assessments = assessments(&self.bound, &cells, uses);
        if !assessments.is_empty() {
            mapped.fields.insert("assessments".to_owned(), json!(assessments));
        }
        objections(&text, &mut mapped.fields, uses);
        let lars = text("lars").filter(|lars| lars.bytes().all(|byte| byte.is_ascii_digit()));
        // The cell is often prose ("volgt"), so a key must be a single word with a digit in it.
        let uuid = text("uuid").filter(|uuid| {
            uuid.len() >= 8
                && !uuid.contains(char::is_whitespace)
                && uuid.contains(|letter: char| letter.is_ascii_digit())
        });
        let named =
            format!("{}|{}", text("organization").unwrap_or_default(), text("name").unwrap_or_default());
        let key = lars.or(uuid).map_or_else(|| named.clone(), str::to_owned);
        if let Some(lars) = lars {
            mapped.fields.insert("references".to_owned(), json!([{ "scheme": "NL-LARS", "value": lars }]));
        }
        let created = text("create_dt").and_then(|at| dates::read(at, Order::DayFirst)).map(|(date, _)| date);
        let at_source = at_source(&text, created);
        let identity = Identity {
            body: text("organization").unwrap_or_default().to_owned(),
            unit: String::new(),
            name: text("name").unwrap_or_default().to_owned(),
            id: if lars.or(uuid).is_some() { Id::Lasting } else { Id::None },
        };
        Some(match imported(mapped, line, &Lacking::default(), uses) {
            Err(errors) => Step::Rejected(errors),
            Ok((record, raw)) => {
                let key = self.keys.take(&key, &[&named], uses).or_by_name(identity);
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

/// The impact assessments the source states, as `Ja`, `Nee`, a list of names, or prose.
fn assessments(bound: &Bound, cells: &[String], uses: &mut Uses) -> Vec<Assessment> {
    let mut all = Vec::new();
    for (column, described, r#type) in [
        ("impactassessment", "", AssessmentType::Other),
        ("iama", "iama_description", AssessmentType::Fria),
        ("dpia", "dpia_description", AssessmentType::Dpia),
    ] {
        let said = bound.cell(cells, column).unwrap_or_default();
        let text = bound.cell(cells, described).filter(|text| !bound.is_missing(text));
        let status = match fold(said).as_str() {
            "ja" => AssessmentStatus::Complete,
            "nee" | "niet aanwezig" => AssessmentStatus::NotStarted,
            "" | "onbekend" => continue,
            said if said.starts_with("er is een dpia uitgevoerd") => AssessmentStatus::Complete,
            _ => {
                used(uses, "assessment-status-not-translatable");
                continue;
            }
        };
        used(uses, "assessment-stage-assumed-before-deployment");
        let mut assessment = Assessment::new(r#type, AssessmentStage::BeforeDeployment, status);
        if r#type == AssessmentType::Other {
            assessment.title = Some("Impactassessment (type and date not stated by the source)".to_owned());
        }
        assessment.summary = text.map(domain::text::clean);
        all.push(assessment);
    }
    let made = bound.cell(cells, "impacttoetsen").into_iter().flat_map(|list| list.split("; "));
    for name in made.filter(|name| !bound.is_missing(name)) {
        let folded = fold(name);
        let r#type = if folded.contains("data protection")
            || folded.contains("dpia")
            || folded.contains("gegevensbescherming")
        {
            AssessmentType::Dpia
        } else if folded.contains("mensenrechten") || folded.contains("iama") {
            AssessmentType::Fria
        } else {
            AssessmentType::Other
        };
        if all.iter().any(|known: &Assessment| known.r#type == r#type && r#type != AssessmentType::Other) {
            continue;
        }
        used(uses, "assessment-stage-assumed-before-deployment");
        let mut assessment =
            Assessment::new(r#type, AssessmentStage::BeforeDeployment, AssessmentStatus::Complete);
        let (title, url) = match name.rsplit_once(": ") {
            Some((title, url)) if is_address(url) => (title, Some(url)),
            _ => (name, None),
        };
        assessment.title = Some(one_line(title));
        assessment.document = url.map(|url| Document { url: Some(url.to_owned()), ..Document::default() });
        all.push(assessment);
    }
    all
}

/// Adds the objection procedure as a redress route, unless it says that none exists.
fn objections<'a>(text: &impl Fn(&str) -> Option<&'a str>, fields: &mut Map<String, Value>, uses: &mut Uses) {
    let Some(procedure) = text("objection_procedure") else { return };
    let folded = fold(procedure);
    let none = folded == "nee"
        || folded.starts_with("n v t")
        || folded.starts_with("nvt")
        || folded.starts_with("niet van toepassing");
    if none {
        used(uses, "redress-stated-as-none");
        return;
    }
    let channel = domain::text::clean(&crate::mapping::hide_mailboxes(procedure));
    fields.insert("redress_routes".to_owned(), json!([{ "channel": channel }]));
}
