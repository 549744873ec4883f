//! The UK's algorithmic transparency records: GOV.UK search rows, content items, collections of them, and the
//! CSV form.

use std::path::Path;

use domain::provenance::AtSource;
use domain::text::one_line;
use serde_json::{Map, Value, json};

use super::atrs_items::{
    atrs_version, date_published, from_content_item, organisation_facet, stands_for_nothing, version_of,
};
use super::columns::Said;
use super::json::{self, JsonFile};
use super::markup::{ELEMENTS_MAX, TooMany};
use super::{
    File, Item, Items, Keys, Lacking, Opened, Source, SourceOptions, Step, atrs_html, date_in_name, imported,
};
use crate::RowError;
use crate::columns::Account;
use crate::dates::{self, Order};
use crate::mapping::{Bound, Mapping};
use crate::report::{Uses, used};
use crate::table::{FileError, Input, Table};

const MAPPING: &str = include_str!("../../mappings/atrs.toml");
/// The bodies that run the hub. They publish every row but own almost none of the tools.
const HUB: &[&str] =
    &["Cabinet Office", "Department for Science, Innovation and Technology", "Government Digital Service"];
/// The publisher's name where the source names no owner.
const OWNER_NOT_STATED: &str = "Owner not stated";
const ADDRESS: &str = "https://www.gov.uk";
/// Columns that fill no field but are read.
pub(super) const READ_FOR: &Said = &[
    ("details", "the answers in its body, and its facets"),
    ("date_published", "when the source published the record"),
    ("first_published_at", "when the source published the record"),
    ("public_timestamp", "when the source last changed the record"),
    ("public_updated_at", "when the source last changed the record"),
    ("document_type", "whether the entry is a record or stands for one that is gone"),
    ("schema_name", "whether the entry is a record or stands for one that is gone"),
    ("algorithmic_transparency_record_organisation", "the body, where nothing else names it"),
    ("algorithmic_transparency_record_region", "regions"),
    ("algorithmic_transparency_record_function", "functions of government, and sectors"),
];
/// Columns that are not read, and why.
pub(super) const IGNORED: &Said = &[
    ("published", "the date of republication, not of the record"),
    ("updated", "the date of republication, not of the record"),
    ("updated_at", "the date of the source's own database"),
    ("publishing_request_id", "about the source's own software"),
    ("publishing_app", "about the source's own software"),
    ("rendering_app", "about the source's own software"),
    ("publishing_scheduled_at", "about the source's own software"),
    ("scheduled_publishing_delay_seconds", "about the source's own software"),
    ("analytics_identifier", "about the source's own software"),
    ("locale", "every record is in English"),
    ("links", "the bodies it lists run the hub, and the rest are pages around the record"),
    ("organisations", "always the bodies that run the hub, never the owner"),
    ("listed_organisations", "always the bodies that run the hub, never the owner"),
    ("withdrawn_notice", "a notice about the page; the record says its own phase"),
    ("format", "always that of a record"),
    ("es_score", "the order of search results"),
    ("_id", "the address, which is read"),
    ("index", "about the source's own software"),
    ("elasticsearch_type", "about the source's own software"),
    (
        "algorithmic_transparency_record_organisation_type",
        "the kind of the body, which the register knows by its name",
    ),
    (
        "algorithmic_transparency_record_capability",
        "words for the search of the hub, in another list than the register's",
    ),
    ("algorithmic_transparency_record_task", "words for the search of the hub"),
    ("algorithmic_transparency_record_other_tags", "words for the search of the hub"),
    ("algorithmic_transparency_record_date_published", "the record's date in items, which is read there"),
];

pub(super) fn mapping() -> Mapping {
    Mapping::parse(MAPPING).expect("a test checks the built-in atrs mapping")
}

pub(super) fn open(path: &Path, options: &SourceOptions) -> Result<Opened, FileError> {
    let mapping = mapping();
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
        table.account_for(Source::Atrs.uses(&headers));
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
    let rows = AtrsRows { read: Read::Json { file: Box::new(file), at: 0 }, headers, keys: Keys::default() };
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
    Json { file: Box<JsonFile>, at: usize },
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
        Some(table.account())
    }

    fn next(&mut self, uses: &mut Uses) -> Option<Step> {
        let (line, cells, object) = match &mut self.rows.read {
            Read::Csv(table) => match table.next_row()? {
                Ok(mut row) => {
                    self.bound.without_people(&mut row.cells, uses);
                    (row.line, row.cells, None)
                }
                Err(error) => return Some(Step::Rejected(vec![error])),
            },
            Read::Json { file, at } => {
                let (line, row) = file.row(*at, uses)?;
                *at += 1;
                file.input.progress.add(1);
                if let Some(rule) = stands_for_nothing(&row) {
                    used(uses, rule);
                    return Some(Step::Nothing);
                }
                (line, json::cells(&self.rows.headers, &row, uses), Some(row))
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
        let of_item = object.as_ref().and_then(date_published);
        let of_item = of_item.and_then(|at| dates::read(&at, Order::DayFirst)).map(|(date, _)| date);
        let at_source = AtSource {
            published_on: of_item.or_else(|| day("date_published")).or_else(|| day("first_published_at")),
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

#[cfg(test)]
mod tests {
    use super::*;

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
