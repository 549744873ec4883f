//! What is indexed of a record, and what is not.

use domain::fields::FIELDS;
use serde_json::json;

use super::*;
use crate::language::unmarked;

#[derive(Deserialize)]
struct Mapping {
    #[serde(default)]
    columns: Vec<Column>,
}

#[derive(Deserialize)]
struct Column {
    label: Option<String>,
}

fn texts(record: &Value) -> Texts {
    Texts::of(record.as_object().unwrap())
}

fn body(record: &Value) -> Vec<String> {
    texts(record).body.iter().map(|text| unmarked(text)).collect()
}

#[test]
fn every_text_is_found_and_nothing_else() {
    let record = json!({
        "origin": "self_declared", "lang": "en", "jurisdiction": "GB", "phase": "production",
        "title": "Reader", "name": "Reader", "summary": "Reads.", "summary_cy": "Darllen.",
        "publisher": { "name": "A" }, "joint_publishers": [{ "name": "B" }], "team": "CBP",
        "website_url": "https://www.example.gov.uk/reader", "contact_email": "reader@example.gov.uk",
        "sectors": ["policing"], "first_used": "2024-01-31", "open_standards": ["ISO42001", "XML"],
        "supplier_involvement": [{ "supplier": { "name": "C" }, "product": "D", "role": "hosting" }],
        "deployments": [{ "organisation": { "name": "E" }, "phase": "pilot", "local_settings": "strict" }],
        "performance": [{ "metric": "recall", "value": "0.92" }, { "metric": "precision", "value": "high" }],
        "datasets": [{ "role": "training", "modality": "images" }],
        "assessments": [{
            "id": "0195-a", "type": "dpia", "stage": "before_deployment", "status": "completed",
            "title": "Privacy", "consulted_groups": ["residents"], "document": { "sha256": "ab", "bytes": 1 },
            "shared_with": [{ "regulator": "ICO", "receipt": "ICO-77" }],
        }],
        "contracts": [{ "ocid": "ocds-1", "value": "100.00", "currency": "GBP", "procedure": "open" }],
        "tests": { "power": { "text": "balanced", "evidence_url": "https://example.org/power" } },
        "references": [{ "scheme": "GOVUK", "value": "R/12" }],
    });
    let found = texts(&record);
    let plain = |texts: &[String]| texts.iter().map(|text| unmarked(text)).collect::<Vec<_>>();
    assert_eq!(plain(&found.title), ["Reader"]);
    assert_eq!(plain(&found.summary), ["Reads.", "Darllen."]);
    assert_eq!(found.summary[1], marked(Language::Welsh, "Darllen."));
    assert_eq!(plain(&found.publisher), ["A", "B"]);
    assert_eq!((plain(&found.supplier), plain(&found.product)), (vec!["C".into()], vec!["D".into()]));
    let mut body = plain(&found.body);
    body.sort();
    assert_eq!(
        body,
        [
            "CBP",
            "E",
            "ICO",
            "ISO42001",
            "Privacy",
            "XML",
            "balanced",
            "high",
            "hosting",
            "images",
            "open",
            "precision",
            "recall",
            "residents",
            "strict",
        ]
    );
    let mut ids = found.ids;
    ids.sort();
    assert_eq!(
        ids,
        [
            "0195-a",
            "ICO-77",
            "R/12",
            "https://example.org/power",
            "https://www.example.gov.uk/reader",
            "ocds-1",
            "reader@example.gov.uk",
        ]
    );
}

#[test]
fn a_translation_is_read_in_its_own_language_and_as_the_fields_it_translates() {
    let record = json!({
        "origin": "self_declared", "lang": "nl", "jurisdiction": "NL", "title": "Lezer", "name": "Lezer",
        "summary": "Leest.",
        "translations": [
            { "lang": "en", "title": "Reader", "summary": "Reads decisions.", "benefits": "Fewer decisions." },
            { "lang": "fr-BE", "title": "Lecteur", "name": "Lezer", "human_review": "12" },
            { "lang": "fy", "title": "Lêzer" },
        ],
    });
    let found = texts(&record);
    let in_language = |language, text: &str| marked(language, text);
    assert_eq!(
        found.title,
        [
            in_language(Language::Dutch, "Lezer"),
            in_language(Language::English, "Reader"),
            in_language(Language::French, "Lecteur"),
            in_language(Language::French, "Lezer"),
            in_language(Language::Dutch, "Lêzer"),
        ]
    );
    assert_eq!(
        found.summary,
        [in_language(Language::Dutch, "Leest."), in_language(Language::English, "Reads decisions.")]
    );
    assert_eq!(found.body, [in_language(Language::English, "Fewer decisions.")]);
    assert_eq!(found.ids, Vec::<String>::new(), "a tag is no id, and a text without letters is not indexed");
}

#[test]
fn reasons_count_as_far_as_somebody_wrote_them() {
    let reason = |origin: &str, kind: &str, reason: &str| {
        body(&json!({
            "origin": origin, "lang": "en", "jurisdiction": "GB",
            "field_statements": [{ "field": "benefits", "kind": kind, "reason": reason }],
        }))
    };
    let own = "no DPIA was made because no personal data is used";
    assert_eq!(reason("self_declared", "absent", own), [own]);
    assert_eq!(
        reason("imported", "absent", "the source says \"No: it is advice only.\""),
        ["No: it is advice only."]
    );
    assert_eq!(reason("imported", "withheld", "the source withholds it: ongoing cases"), ["ongoing cases"]);
    assert_eq!(
        reason("imported", "absent", "the source says \"impactassessment: Nee, klein\""),
        ["Nee, klein"]
    );
    for (kind, generated) in [
        ("not_stated_by_source", "not stated by the source"),
        ("unknown", "not stated by the source"),
        ("not_stated_by_source", "not usable: it is in the future"),
        ("derived", "rule sectors/1 nl-tax: the body is \"Belastingdienst\""),
        ("not_applicable", "the source says \"N/A\""),
    ] {
        assert!(reason("imported", kind, generated).is_empty(), "{kind} {generated}");
    }
}

#[test]
fn headings_of_importers_are_not_words_of_the_record() {
    let text = "Fail-safe: a person decides.\n\nMonitoring: weekly\nImpact assessment: none";
    let record = |origin: &str| json!({ "origin": origin, "lang": "en", "human_review": text });
    assert_eq!(body(&record("imported")), ["a person decides.\n\nweekly\nImpact assessment: none"]);
    assert_eq!(body(&record("self_declared")), [text]);
}

#[test]
fn every_heading_of_a_mapping_is_known() {
    for mapping in [
        include_str!("../../../importer/mappings/atrs.toml"),
        include_str!("../../../importer/mappings/nl.toml"),
        include_str!("../../../importer/mappings/us.toml"),
    ] {
        let mapping: Mapping = toml::from_str(mapping).unwrap();
        assert!(!mapping.columns.is_empty());
        for label in mapping.columns.into_iter().filter_map(|column| column.label) {
            assert!(HEADINGS.contains(&label.as_str()), "{label}");
        }
    }
}

/// Members of things that the API describes as a plain string, but that are read as ids or figures here.
const STRINGS_APART: &[(&str, &str)] = &[
    ("contracts", "ocid"),
    ("contracts", "value"),
    ("contracts", "currency"),
    ("deployments", "local_contact"),
    ("environment", "amount"),
    ("references", "scheme"),
    ("references", "value"),
    ("translations", "lang"),
];

#[test]
fn a_part_of_a_thing_is_a_text_if_the_api_takes_any_text_for_it() {
    let document: Value = serde_json::from_str(include_str!("../../../../openapi/register.v1.json")).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut seen = 0;
    for field in FIELDS.iter().filter(|field| field.name != "field_statements") {
        let FieldKind::Objects(schema, _) = field.kind else { continue };
        for (member, property) in schemas[schema]["properties"].as_object().unwrap() {
            let list = &property["items"];
            let described = if list.is_null() { property } else { list };
            let is_string = match &described["type"] {
                Value::String(one) => one == "string",
                Value::Array(several) => several.iter().any(|one| one == "string"),
                _ => false,
            };
            let is_reference = described["oneOf"].is_array() || described["$ref"].is_string();
            if !is_string && !is_reference {
                continue;
            }
            // Things within things are walked; a code is not.
            let name = described["$ref"].as_str().or(described["oneOf"][0]["$ref"].as_str());
            let within = name.and_then(|name| name.rsplit('/').next());
            if within.is_some_and(|name| schemas[name]["properties"].is_object()) {
                continue;
            }
            let address = member == "url" || member.ends_with("_url");
            let apart = STRINGS_APART.contains(&(field.name, member.as_str())) || address;
            let expected = is_string && described["format"].is_null() && !apart;
            assert_eq!(part(field.name, member) == Part::Text, expected, "{}.{member}", field.name);
            seen += 1;
        }
    }
    assert!(seen > 80, "{seen}");
}
