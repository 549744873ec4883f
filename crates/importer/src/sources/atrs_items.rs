//! Content items, as GOV.UK's content interface gives them (`/api/content/algorithmic-transparency-records/...`): the
//! answers in `details.body`, the facets in `details.metadata`, and what stands in the place of an item that is gone.

use domain::text::fold;
use serde_json::{Map, Value, json};

use super::atrs_html;
use super::markup::TooMany;
use crate::mapping::Mapped;
use crate::report::{Uses, used};

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

pub(super) fn organisation_facet(object: Option<&Map<String, Value>>) -> Option<String> {
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

pub(super) fn atrs_version(object: &Map<String, Value>) -> Option<String> {
    let key = "algorithmic_transparency_record_atrs_version";
    object.get(key).or_else(|| metadata(object)?.get(key)).and_then(first_text)
}

/// `3.0`, `v3` and `v3.0` are the same version.
pub(super) fn version_of(label: &str) -> Option<String> {
    let digits = label.trim().trim_start_matches(['v', 'V']).trim();
    let (major, minor) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |text: &str| text.parse::<u32>().ok();
    Some(format!("{}.{}", number(major)?, number(minor)?))
}

/// Adds what a content item has beyond the search row: the answers in its body, and its facets.
///
/// Errors: [`TooMany`] elements in its body.
pub(super) fn from_content_item(
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
        Value::Array(forms) => {
            let of_type = |kind: &str| {
                let form = forms.iter().find(|form| form["content_type"] == kind);
                form.and_then(|form| form["content"].as_str())
            };
            of_type("text/html").map(str::to_owned).or_else(|| of_type("text/govspeak").map(html_of_govspeak))
        }
        _ => None,
    }
}

/// The headings and paragraphs of govspeak (GOV.UK's Markdown) as HTML. All that is looked for is which heading a text
/// stands under.
fn html_of_govspeak(text: &str) -> String {
    let escaped = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;");
    text.lines()
        .map(|line| match line.trim_start().strip_prefix('#') {
            Some(heading) => format!("<h3>{}</h3>", escaped(heading.trim_matches(['#', ' ']))),
            None => format!("{}<br>", escaped(line)),
        })
        .collect()
}

/// When the item says that it was published as a record, which search rows say in a column of their own.
pub(super) fn date_published(object: &Map<String, Value>) -> Option<String> {
    metadata(object)?.get("algorithmic_transparency_record_date_published").and_then(first_text)
}

/// Why an item is no record of its own (any more): GOV.UK gives these in the place of one.
pub(super) fn stands_for_nothing(object: &Map<String, Value>) -> Option<&'static str> {
    let word = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    let is = |kind: &str| word("document_type") == kind || word("schema_name") == kind;
    if is("gone") || is("vanish") {
        Some("entry-gone-at-the-source")
    } else if is("redirect") {
        Some("entry-redirected-at-the-source")
    } else if is("finder") || is("finder_email_signup") {
        Some("list-of-entries-and-no-entry")
    } else {
        None
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

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::super::samples::read;
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

    /// An item as the content interface gives it.
    fn item(more: Value) -> Value {
        let mut item = json!({
            "base_path": "/algorithmic-transparency-records/dfe-attendance", "content_id": "0b8c1e0a-2f1d-4a57-9a39-5f9d3d1e0001",
            "document_type": "algorithmic_transparency_record", "schema_name": "specialist_document", "locale": "en",
            "title": "DfE: Attendance reports", "description": "Finds schools.",
            "first_published_at": "2024-12-17T08:03:37.000+00:00", "public_updated_at": "2025-01-20T10:00:00.000+00:00",
            "details": {
                "body": "<h2>Tier 1</h2><h3>1.1 - Name</h3><p>Attendance</p><h3>2.1.2 - Team</h3><p>Data team</p>\
                         <h3>1.4 - Contact email</h3><p>jane.roe@education.gov.uk</p>",
                "metadata": {
                    "algorithmic_transparency_record_phase": ["beta-pilot"],
                    "algorithmic_transparency_record_organisation": ["department-for-education"],
                    "algorithmic_transparency_record_atrs_version": "v4.0",
                    "algorithmic_transparency_record_date_published": "2024-12-01",
                },
            },
            "links": {
                "finder": [{ "title": "Find algorithmic transparency records", "base_path": "/algorithmic-transparency-records" }],
                "organisations": [{ "title": "Cabinet Office" }],
                "people": [{ "title": "The Rt Hon Jane Roe" }],
            },
        });
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        item
    }

    #[test]
    fn an_item_of_the_content_interface_is_a_record() {
        let sample = read(Source::Atrs, "dfe.json", item(json!({})).to_string());
        let found = sample.item("DfE: Attendance reports");
        assert_eq!(found.key.as_ref().unwrap().key, "dfe-attendance");
        assert_eq!(found.at_source.published_on.unwrap().to_string(), "2024-12-01");
        assert_eq!(found.at_source.changed_on.unwrap().to_string(), "2025-01-20");
        let record = sample.record("DfE: Attendance reports");
        assert_eq!((&record["phase"], &record["team"]), (&json!("pilot"), &json!("Data team")));
        assert_eq!(record["publisher"]["name"], "DfE");
        let kept = sample.kept();
        assert!(!kept.contains("jane.roe") && !kept.contains("Jane Roe"), "{kept}");
    }

    #[test]
    fn govspeak_is_read_where_there_is_no_html() {
        let body = json!([{ "content_type": "text/govspeak", "content": "## Tier 2\n### 2.1.2 - Team\n\nA & B <team>\n" }]);
        let file = item(json!({ "details": { "body": body } }));
        assert_eq!(
            read(Source::Atrs, "dfe.json", file.to_string()).record("DfE: Attendance reports")["team"],
            "A & B <team>"
        );
    }

    #[test]
    fn what_is_gone_is_no_record() {
        let gone = json!({ "base_path": "/algorithmic-transparency-records/x", "document_type": "gone", "title": null });
        let moved = json!({ "base_path": "/algorithmic-transparency-records/y", "schema_name": "redirect" });
        let file = json!([item(json!({})), gone, moved]);
        let sample = read(Source::Atrs, "all.json", file.to_string());
        assert_eq!((sample.items.len(), sample.nothing, sample.rejected.len()), (1, 2, 0));
        assert_eq!(sample.uses["entry-gone-at-the-source"], 1);
    }

    #[test]
    fn items_line_by_line_and_pages_of_results_are_read_alike() {
        let lines = format!(
            "{}\n{}\n",
            item(json!({})),
            item(json!({ "base_path": "/algorithmic-transparency-records/b", "title": "DfE: B" }))
        );
        assert_eq!(read(Source::Atrs, "all.json", &lines).items.len(), 2);
        let results =
            json!({ "total": 1, "suggested_queries": [{ "text": "x" }], "results": [item(json!({}))] });
        assert_eq!(read(Source::Atrs, "page.json", results.to_string()).items.len(), 1);
    }
}
