//! The Canadian register, by an excerpt in its layout.

use super::super::samples::{Sample, read};
use super::super::{Source, translations::FIELD};
use super::*;

/// An excerpt that follows the register's layout, with shortened or invented values.
const EXCERPT: &str = include_str!("../../../../../fixtures/ca/excerpt.csv");

fn sample() -> Sample {
    read(Source::Ca, "register_2026-04-28.csv", EXCERPT)
}

#[test]
fn every_row_of_the_register_is_read_with_its_number_as_key() {
    let sample = sample();
    assert_eq!((sample.items.len(), sample.rejected.len()), (9, 0), "{:?}", sample.rejected);
    assert_eq!(sample.edition, "2026-04-28");
    assert_eq!(sample.items[0].key.as_ref().unwrap().key, "2526-ATSSC-SCDATA-001");
    let westlaw = sample.record("Westlaw AI");
    assert_eq!(westlaw["publisher"]["name"], "Administrative Tribunals Support Service of Canada");
    assert_eq!((&westlaw["phase"], &westlaw["phase_since"]), (&json!("production"), &json!("2025-01-01")));
    assert_eq!((&westlaw["kind"], &westlaw["jurisdiction"]), (&json!("procured_technology"), &json!("CA")));
    assert_eq!(westlaw["supplier_involvement"], json!([{ "supplier": { "name": "Thomson Reuters" } }]));
    assert_eq!(westlaw["technologies"], json!(["generative_ai"]));
    assert_eq!(westlaw["scope"], "Primary users: GC employees");
    assert_eq!(westlaw["benefits"], "Improved legal research speed.");
    assert_eq!(westlaw["datasets"][0]["sensitive_attributes"], "Involves no personal information");
    assert_eq!(westlaw[FIELD][0]["lang"], "fr");
    assert_eq!(westlaw[FIELD][0]["description"], "FR Legal research platform from Thomson Reuters.");
    let sample_raw = sample.item("Westlaw AI").raw.clone().unwrap();
    assert_eq!(sample_raw["description_ai_system_fr"], "FR Legal research platform from Thomson Reuters.");
}

#[test]
fn both_vendors_of_a_cell_are_kept() {
    let names = |title: &str| -> Vec<String> {
        let record = sample().record(title);
        let all = record["supplier_involvement"].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["supplier"]["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names("Timed examinations"), ["D2L", "Lumi"]);
    assert_eq!(names("AI Legal Editing"), [""; 0]);
}

#[test]
fn banks_of_personal_information_are_references() {
    let fuzzy = sample().record("Fuzzy Search (SSAName3)");
    let banks: Vec<&str> = fuzzy["references"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["scheme"] == "CA-PIB")
        .map(|one| one["value"].as_str().unwrap())
        .collect();
    assert_eq!(banks, ["CBSA PPU 1101", "CBSA PPU 018", "CBSA PPU 031", "CBSA PRO 002"]);
}

#[test]
fn a_status_that_differs_between_languages_is_counted() {
    let sample = sample();
    assert_eq!(sample.record("Milo")["phase"], "retired");
    assert_eq!(sample.uses["status-differs-between-languages"], 1);
    assert_eq!(sample.record("Timed examinations")["phase"], "production", "\"in production\"");
    assert_eq!(sample.record("AgPal Chat")["phase"], "production", "a space at the end");
}

/// The fields of a row with these columns, before they become a record.
fn fields(cells: &[(&str, &str)]) -> Map<String, Value> {
    let headers: Vec<String> = cells.iter().map(|(header, _)| (*header).to_owned()).collect();
    let bound = mapping().bind(&headers, chrono::NaiveDate::MAX);
    let row = Row { line: 2, cells: cells.iter().map(|(_, cell)| (*cell).to_owned()).collect() };
    let mut uses = Uses::new();
    let mut mapped = bound.apply(&row.cells, &mut uses);
    Cells { bound: &bound, row: &row }.read(&mut mapped, &mut uses);
    mapped.fields
}

#[test]
fn french_texts_stand_beside_the_english_ones() {
    let fields = fields(&[
        ("name_ai_system_en", "Sorter"),
        ("name_ai_system_fr", "Trieur"),
        ("description_ai_system_en", "Sorts."),
        ("description_ai_system_fr", "Trie."),
        ("ai_system_capabilities_en", "Machine Learning"),
        ("ai_system_capabilities_fr", "Apprentissage automatique"),
        ("data_sources_en", "Letters"),
        ("data_sources_fr", "Lettres"),
        ("personal_information_banks_en", "PSU 914"),
        ("personal_information_banks_fr", "PSU 914"),
        ("ai_system_results_en", "n/a"),
        ("ai_system_results_fr", "s.o."),
    ]);
    let expected = json!([{
        "lang": "fr",
        "title": "Trieur",
        "description": "Trie.",
        "detailed_description": "Capacités: Apprentissage automatique\n\nSources de données: Lettres",
    }]);
    assert_eq!(fields[FIELD], expected);
    assert_eq!(fields["detailed_description"], "Capabilities: Machine Learning");
    assert_eq!(fields["datasets"][0]["description"], "Letters");
}

#[test]
fn a_row_without_an_english_name_is_in_french() {
    let fields = fields(&[
        ("name_ai_system_en", " "),
        ("name_ai_system_fr", "Trieur"),
        ("government_organization", "Health Canada / Santé Canada"),
        ("description_ai_system_en", "Sorts."),
        ("description_ai_system_fr", "Trie."),
        ("ai_system_status_en", ""),
        ("ai_system_status_fr", "En développement"),
    ]);
    assert_eq!((&fields["title"], &fields["lang"]), (&json!("Trieur"), &json!("fr")));
    assert_eq!((&fields["description"], &fields["phase"]), (&json!("Trie."), &json!("development")));
    assert_eq!(fields[FIELD], json!([{ "lang": "en", "description": "Sorts." }]));
    assert_eq!(fields["publisher"]["name"], "Santé Canada");
}

#[test]
fn a_body_is_named_in_one_language() {
    assert_eq!(body_in("Health Canada / Santé Canada", 0), "Health Canada");
    assert_eq!(body_in("A / B / C / D", 0), "A / B");
    assert_eq!(body_in("A / B / C", 0), "A / B / C", "not halved by guess");
    assert_eq!(body_in("Statistics Canada", 1), "Statistics Canada");
}
