//! The UK's algorithmic transparency records: GOV.UK search rows, content items, collections of them, and the
//! CSV form.

use std::path::Path;

use domain::provenance::AtSource;
use domain::text::{fold, one_line};
use serde_json::{Map, Value, json};

use super::json::{self, JsonFile};
use super::markup::{ELEMENTS_MAX, TooMany};
use super::{File, Item, Items, Keys, Lacking, Opened, SourceOptions, Step, atrs_html, imported};
use crate::RowError;
use crate::columns::Account;
use crate::dates::{self, Order};
use crate::mapping::{Bound, Mapped, Mapping, Unfilled};
use crate::report::{Uses, used};
use crate::table::{FileError, Input, Table};

const MAPPING: &str = include_str!("../../mappings/atrs.toml");
/// The bodies that run the hub. They publish every row but own almost none of the tools.
const HUB: &[&str] =
    &["Cabinet Office", "Department for Science, Innovation and Technology", "Government Digital Service"];
/// The publisher's name where the source names no owner.
const OWNER_NOT_STATED: &str = "Owner not stated";
const ADDRESS: &str = "https://www.gov.uk";

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = Mapping::parse(MAPPING).expect("a test checks the built-in atrs mapping");
    let is_csv = path.extension().is_some_and(|extension| !extension.eq_ignore_ascii_case("json"))
        && !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"));
    let rule_version = format!("atrs/{}", mapping.version);
    let opened = |says, input: Input, rows: Bounded| Opened {
        edition: options.edition.clone().or_else(|| date_in_name(path)).unwrap_or_default(),
        says: Some(says),
        file: File {
            name: path.display().to_string(),
            source: "atrs".to_owned(),
            dataset: "atrs".to_owned(),
            rule_version,
            input,
            items: Box::new(rows),
        },
    };
    if is_csv {
        let mut table = Table::open(path, &|header| mapping.knows(header), &options.reading)?;
        let headers = table.headers.clone();
        check(path, &headers)?;
        let bound = mapping.bind(&headers, options.day());
        table.account_for(bound.columns(Unfilled::Asked));
        let input = table.input.clone();
        let rows = AtrsRows { read: Read::Csv(Box::new(table)), headers, keys: Keys::default() };
        return Ok(opened(bound.says(), input, Bounded { rows, bound }));
    }
    let file = json::open(path, &options.reading)?;
    let headers = file.headers.clone();
    check(path, &headers)?;
    let headers_of_items = headers.iter().any(|header| header == "details");
    let bound = mapping.bind(&headers, options.day());
    let input = file.input.clone();
    let rows = AtrsRows { read: Read::Json { file, at: 0 }, headers, keys: Keys::default() };
    let mut says = bound.says();
    if headers_of_items {
        says.extend(atrs_html::fields().map(str::to_owned));
        says.extend(["regions", "cofog_functions", "phase"].map(str::to_owned));
    }
    Ok(opened(says, input, Bounded { rows, bound }))
}

/// Refuses files of another source: a record needs a title or tool name, and a GOV.UK address or body.
fn check(path: &Path, headers: &[String]) -> Result<(), FileError> {
    let has = |names: &[&str]| headers.iter().any(|header| names.contains(&header.as_str()));
    let named = has(&["title", "tool_name"]);
    let of_govuk = has(&[
        "publishing_body",
        "base_path",
        "content_id",
        "link",
        "listed_organisations",
        "public_timestamp",
    ]);
    if named && of_govuk {
        return Ok(());
    }
    Err(FileError::unusable(
        path.display().to_string(),
        "these are no algorithmic transparency records of GOV.UK",
        "check that this is the right source and the right file",
    ))
}

enum Read {
    Csv(Box<Table>),
    Json { file: JsonFile, at: usize },
}

struct AtrsRows {
    read: Read,
    headers: Vec<String>,
    keys: Keys,
}

struct Bounded {
    rows: AtrsRows,
    bound: Bound,
}

impl Items for Bounded {
    type Item = Item;

    fn account(&self) -> Option<Account> {
        // The members of JSON items are read in their own way.
        let Read::Csv(table) = &self.rows.read else { return None };
        let account = table.account();
        Some(Account { columns: self.bound.asked(account.columns), ..account })
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let (line, cells, object) = match &mut self.rows.read {
            Read::Csv(table) => match table.next_row()? {
                Ok(row) => (row.line, row.cells, None),
                Err(error) => return Some(Step::Rejected(vec![error])),
            },
            Read::Json { file, at } => {
                let row = file.rows.get(*at)?;
                *at += 1;
                file.input.progress.add(1);
                (*at as u64, json::cells(&self.rows.headers, row, uses), Some(row.clone()))
            }
        };
        let mut mapped = self.bound.apply(&cells, uses);
        if let Some(object) = &object
            && let Err(TooMany { elements, emphasis }) = from_content_item(object, &mut mapped, uses)
        {
            let what = format!("its HTML has {elements} elements, of which {emphasis} are links or emphasis");
            let hint = format!(
                "at most {ELEMENTS_MAX} are read, and fewer if many are links or emphasis: send the record as it was \
                 published"
            );
            return Some(Step::Rejected(vec![RowError::row(line, "too-many-elements", what, hint)]));
        }
        let text = |name: &str| self.bound.cell(&cells, name);
        // The CSV form has no title; on the hub, a title is the body and the tool with a colon between.
        let title =
            text("title").map(one_line).or_else(|| match (text("publishing_body"), text("tool_name")) {
                (Some(body), Some(tool)) => Some(one_line(&format!("{body}: {tool}"))),
                (None, Some(tool)) => Some(one_line(tool)),
                _ => None,
            });
        if let Some(title) = &title {
            mapped.fields.insert("title".to_owned(), json!(title));
        }
        let facet = organisation_facet(object.as_ref());
        owner(title.as_deref(), text("publishing_body"), facet.as_deref(), &mut mapped.fields, uses);
        tool_name(title.as_deref(), text("tool_name"), &mut mapped.fields);
        let address = ["url", "base_path", "link"].iter().find_map(|name| text(name)).map(|address| {
            if address.starts_with('/') { format!("{ADDRESS}{address}") } else { address.to_owned() }
        });
        if let Some(address) = &address {
            mapped.fields.entry("website_url").or_insert_with(|| json!(address));
        }
        let mut references = Vec::new();
        if let Some(id) = text("content_id") {
            references.push(json!({ "scheme": "GOVUK-CONTENT-ID", "value": id }));
        }
        let slug = address.as_deref().and_then(|address| address.trim_end_matches('/').rsplit('/').next());
        if let Some(slug) = slug {
            references.push(json!({ "scheme": "GOVUK-ATRS", "value": slug }));
        }
        let version =
            object.as_ref().and_then(atrs_version).or_else(|| text("atrs_version").map(str::to_owned));
        if let Some(version) = version.and_then(|label| version_of(&label)) {
            used(uses, "atrs-version-label-normalised");
            references.push(json!({ "scheme": "ATRS-VERSION", "value": version }));
        }
        // The facet often names the parent department, so it is kept as a reference and not as the owner.
        if let Some(facet) = facet {
            references.push(json!({ "scheme": "ATRS-ORGANISATION", "value": facet }));
        }
        if !references.is_empty() {
            mapped.fields.insert("references".to_owned(), Value::Array(references));
        }
        let named = title.unwrap_or_default();
        // Every form of the source has the slug, but only some have a content id, so the slug is the key.
        let key = slug.map_or_else(|| named.clone(), str::to_owned);
        let day =
            |name: &str| text(name).and_then(|at| dates::read(at, Order::DayFirst)).map(|(date, _)| date);
        let at_source = AtSource {
            published_on: day("date_published").or_else(|| day("first_published_at")),
            changed_on: day("public_timestamp").or_else(|| day("public_updated_at")),
            url: address,
        };
        Some(match imported(mapped, line, &Lacking::default(), uses) {
            Err(errors) => Step::Rejected(errors),
            Ok((record, raw)) => {
                let key = self.rows.keys.take(&key, &[&named], uses);
                Step::Item(Box::new(Item {
                    line,
                    id: None,
                    key: Some(key),
                    edition: None,
                    record: Ok(record),
                    raw: Some(raw),
                    at_source,
                    sent: None,
                }))
            }
        })
    }
}

/// Sets the publisher: the title's words before the first colon, else the body the row names, else the facet
/// (often the parent department). A facet that names a body running the hub is not used.
fn owner(
    title: Option<&str>,
    body: Option<&str>,
    facet: Option<&str>,
    fields: &mut Map<String, Value>,
    uses: &mut Uses,
) {
    let before_colon = title
        .and_then(|title| title.split_once(": "))
        .map(|(owner, _)| owner.trim())
        .filter(|owner| owner.chars().count() <= 80 && !owner.is_empty())
        // A few titles use a dash instead of the colon: `DSIT - Redbox`.
        .or_else(|| {
            let (owner, _) = title?.split_once(" - ")?;
            owner.chars().all(|letter| letter.is_ascii_uppercase() || letter == ' ').then_some(owner)
        });
    let (owner, rule) = match (before_colon, body, facet) {
        (Some(owner), _, _) => (owner.to_owned(), "owner-from-title"),
        (None, Some(body), _) => (one_line(body), "owner-from-publishing-body"),
        (None, None, Some(facet)) if !HUB.contains(&facet) => {
            (facet.to_owned(), "owner-from-organisation-facet")
        }
        (None, None, _) => {
            used(uses, "owner-not-stated");
            fields.insert("publisher".to_owned(), json!({ "name": OWNER_NOT_STATED }));
            fields.insert(
                "field_statements".to_owned(),
                json!([{
                    "field": "publisher",
                    "kind": "unknown",
                    "reason": "the source names no owner; the bodies it lists run the hub and publish every row",
                }]),
            );
            return;
        }
    };
    used(uses, rule);
    fields.insert("publisher".to_owned(), json!({ "name": owner }));
}

fn tool_name(title: Option<&str>, tool: Option<&str>, fields: &mut Map<String, Value>) {
    let from_title = title.map(|title| title.split_once(": ").map_or(title, |(_, name)| name));
    if let Some(name) = tool.or(from_title) {
        fields.entry("name").or_insert_with(|| json!(one_line(name)));
        fields.entry("title").or_insert_with(|| json!(one_line(name)));
    }
}

fn metadata(object: &Map<String, Value>) -> Option<&Map<String, Value>> {
    object.get("details")?.get("metadata")?.as_object()
}

fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.iter().find_map(first_text),
        Value::Object(object) => object.get("label").or_else(|| object.get("title")).and_then(first_text),
        _ => None,
    }
}

fn organisation_facet(object: Option<&Map<String, Value>>) -> Option<String> {
    let object = object?;
    let key = "algorithmic_transparency_record_organisation";
    let value = object.get(key).or_else(|| metadata(object)?.get(key))?;
    let name = first_text(value)?;
    // Content items hold the slug; with its hyphens as spaces, it reads as a name.
    Some(if name.contains(' ') { name } else { title_case(&name) })
}

fn title_case(slug: &str) -> String {
    slug.split('-')
        .map(|word| match word {
            "and" | "for" | "of" | "the" | "s" => word.to_owned(),
            word => domain::text::capitalise(word),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn atrs_version(object: &Map<String, Value>) -> Option<String> {
    let key = "algorithmic_transparency_record_atrs_version";
    object.get(key).or_else(|| metadata(object)?.get(key)).and_then(first_text)
}

/// `3.0`, `v3` and `v3.0` are the same version.
fn version_of(label: &str) -> Option<String> {
    let digits = label.trim().trim_start_matches(['v', 'V']).trim();
    let (major, minor) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |text: &str| text.parse::<u32>().ok();
    Some(format!("{}.{}", number(major)?, number(minor)?))
}

/// Adds what a content item has beyond the search row: the answers in its body, and its facets.
///
/// Errors: [`TooMany`] elements in its body.
fn from_content_item(
    object: &Map<String, Value>,
    mapped: &mut Mapped,
    uses: &mut Uses,
) -> Result<(), TooMany> {
    if let Some(body) = object.get("details").and_then(|details| details.get("body")).and_then(body_html) {
        used(uses, "answers-from-body");
        atrs_html::answers(&body, mapped, uses)?;
    }
    let fields = &mut mapped.fields;
    let facets = metadata(object).unwrap_or(object);
    let values = |name: &str| -> Vec<String> {
        match facets.get(&format!("algorithmic_transparency_record_{name}")) {
            Some(Value::Array(items)) => items.iter().filter_map(first_text).collect(),
            Some(value) => first_text(value).into_iter().collect(),
            None => Vec::new(),
        }
    };
    if let Some(phase) = values("phase").first().and_then(|phase| phase_of(phase)) {
        fields.entry("phase").or_insert_with(|| json!(phase));
    }
    let codes = |found: Vec<String>, list: &'static domain::Vocabulary| -> Vec<&'static str> {
        found.iter().filter_map(|value| list.check(&fold(value).replace(' ', "_")).ok()).collect()
    };
    use domain::Code;
    let regions = codes(values("region"), domain::codes::Region::VOCABULARY);
    if !regions.is_empty() {
        fields.entry("regions").or_insert_with(|| json!(regions));
    }
    let called = values("function").into_iter().map(|function| ("function".to_owned(), function));
    mapped.categories.extend(called);
    let functions = codes(values("function"), domain::codes::CofogFunction::VOCABULARY);
    if !functions.is_empty() {
        fields.entry("cofog_functions").or_insert_with(|| json!(functions));
    }
    Ok(())
}

fn body_html(body: &Value) -> Option<String> {
    match body {
        Value::String(html) => Some(html.clone()),
        // A content item may carry the same text twice, as govspeak and as HTML.
        Value::Array(forms) => forms
            .iter()
            .find(|form| form["content_type"] == "text/html")
            .and_then(|form| form["content"].as_str())
            .map(str::to_owned),
        _ => None,
    }
}

/// The phase for an ATRS word. `beta-pilot` is a pilot; most other words match our codes.
pub(super) fn phase_of(word: &str) -> Option<&'static str> {
    use domain::Code;
    let word = fold(word).replace(' ', "_");
    let word = match word.as_str() {
        "beta_pilot" | "beta" | "pilot_beta" => "pilot",
        "live" | "in_use" | "in_production" => "production",
        "alpha" | "discovery" => "development",
        word => word,
    };
    domain::codes::Phase::VOCABULARY.check(word).ok()
}

/// The date in a file's name, as in `atrs_records_2026-07-10.json`.
fn date_in_name(path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?;
    let parts: Vec<&str> = name.split(['_', ' ']).collect();
    parts.iter().find_map(|part| {
        (part.len() == 10)
            .then(|| dates::read(part, Order::DayFirst))
            .flatten()
            .map(|(date, _)| date.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seven_labels_of_four_versions_become_four() {
        for (label, version) in [
            ("3.0", "3.0"),
            ("v3", "3.0"),
            ("v3.0", "3.0"),
            ("4.0", "4.0"),
            ("v4.0", "4.0"),
            ("v1.1", "1.1"),
            ("v2.1", "2.1"),
        ] {
            assert_eq!(version_of(label).as_deref(), Some(version));
        }
        assert_eq!(version_of("latest"), None);
    }

    #[test]
    fn any_slug_becomes_a_name() {
        assert_eq!(title_case("office-for-standards"), "Office for Standards");
        assert_eq!(title_case("élan--vital"), "Élan  Vital");
        assert_eq!(title_case(""), "");
    }

    #[test]
    fn the_owner_is_never_the_hub() {
        let mut fields = Map::new();
        owner(
            Some("DfE: Attendance reports"),
            None,
            Some("Department for Education"),
            &mut fields,
            &mut Uses::new(),
        );
        assert_eq!(fields["publisher"], json!({"name": "DfE"}));
        let mut fields = Map::new();
        owner(Some("No owner here"), None, Some("Cabinet Office"), &mut fields, &mut Uses::new());
        assert_eq!(fields["publisher"], json!({"name": OWNER_NOT_STATED}));
        let mut fields = Map::new();
        owner(Some("DSIT - Redbox"), None, None, &mut fields, &mut Uses::new());
        assert_eq!(fields["publisher"], json!({"name": "DSIT"}));
    }
}
