//! The Dutch register, by files in its layouts.

use super::super::Source;
use super::super::samples::{backwards, read};
use super::*;

/// The register's own CSV, with invented values.
const CSV: &str = include_str!("../../../../../fixtures/nl/download.csv");

#[test]
fn the_official_csv_is_read() {
    let sample = read(Source::Nl, "algoritmeregister.csv", CSV);
    assert_eq!((sample.items.len(), sample.rejected.len()), (2, 0), "{:?}", sample.rejected);
    let control = sample.record("Parkeercontrole met scanauto");
    assert_eq!(sample.item("Parkeercontrole met scanauto").key.as_ref().unwrap().key, "83000001");
    assert_eq!(control["sectors"], json!(["transport", "policing"]));
    assert_eq!((&control["phase"], &control["first_used"]), (&json!("production"), &json!("2023-01-01")));
    let kinds: Vec<&str> =
        control["assessments"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["dpia", "fria"]);
    assert_eq!(control["assessments"][0]["document"]["url"], "https://gemeentenoorderhaaks.nl/dpia.pdf");
    assert_eq!(control["legal_basis"], "Gemeentewet artikel 225 (https://wetten.overheid.nl/BWBR0005416)");
    assert_eq!(control["supplier_involvement"][0]["supplier"]["name"], "Voorbeeld Software B.V.");
    let references = control["references"].to_string();
    assert!(references.contains("NL-PUBLICATION-CATEGORY") && references.contains("Impactvolle algoritmes"));
    let farm = sample.record("Gewasherkenning");
    assert_eq!(farm["sectors"], json!(["environment", "transport"]), "a category with a comma is one");
    assert_eq!(read(Source::Nl, "algoritmeregister.csv", backwards(CSV)).by_key(), sample.by_key());
}

#[test]
fn standards_0_4_and_1_0_say_the_same_in_other_columns() {
    let old = json!([{
        "name": "Gate", "organization": "Gemeente Noorderhaaks", "description_short": "Opent.", "status": "In gebruik",
        "standard_version": "0.4", "lang": "NLD", "dpia": "Ja", "lawful_basis": "Wet A", "impacttoetsen": "DPIA",
        "objection_procedure": "nee", "contact_email": "algoritmes@noorderhaaks.nl",
    }]);
    let new = json!([{
        "name": "Gate", "organization": "Gemeente Noorderhaaks", "description_short": "Opent.", "status": "In gebruik",
        "standard_version": "1.0", "language": "NLD", "lang": "", "lawful_basis_grouping": [{ "title": "Wet A" }],
        "impacttoetsen_grouping": [{ "title": "DPIA" }], "contact_email": "algoritmes@noorderhaaks.nl",
    }]);
    let record = |file: &Value| read(Source::Nl, "a.json", file.to_string()).record("Gate");
    let (old, new) = (record(&old), record(&new));
    for field in ["title", "summary", "phase", "lang", "legal_basis", "contact_email"] {
        assert_eq!(old[field], new[field], "{field}");
    }
    assert_eq!(
        (&old["assessments"][0]["type"], &new["assessments"][0]["type"]),
        (&json!("dpia"), &json!("dpia"))
    );
}

#[test]
fn markup_becomes_text_and_the_provider_is_a_supplier_by_name() {
    let file = json!([{
        "name": "Schooluitval", "organization": "Gemeente Noorderhaaks", "description_short": "Schat.",
        "category": ["Onderwijs en wetenschap"], "status": "In gebruik", "provider": "Talend",
        "goal": "<p>Het doel is <strong>vroeg signaleren</strong>.</p><ul><li>leerlingen</li><li>ouders</li></ul>",
        "proportionality": "<p>Afweging &amp; alternatieven</p>", "lang": "", "language": "NLD", "lars": "85000001",
    }]);
    let record = read(Source::Nl, "a.json", file.to_string()).record("Schooluitval");
    assert_eq!(record["public_purpose"], "Het doel is vroeg signaleren.\n\n- leerlingen\n- ouders");
    assert_eq!(record["alternatives_considered"], "Afweging & alternatieven");
    assert_eq!(record["supplier_involvement"], json!([{ "supplier": { "name": "Talend" } }]));
}

#[test]
fn every_provider_of_a_cell_is_kept_and_the_body_itself_is_none() {
    #[track_caller]
    fn check(said: &str, expected: &[&str]) {
        let mut fields = Map::new();
        suppliers(Some(said), &mut fields, &mut Uses::new());
        let all = fields.get("supplier_involvement").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<&str> = all.iter().map(|one| one["supplier"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{said}");
    }
    check("Brickyard B.V. ", &["Brickyard B.V."]);
    check("Talend; Voorbeeld Software B.V.; Lumen", &["Talend", "Voorbeeld Software B.V.", "Lumen"]);
    check("Talend / Lumen", &["Talend", "Lumen"]);
    check("Voorbeeld, Jansen en Zn.", &["Voorbeeld, Jansen en Zn."]);
    check("Zelf ontwikkeld", &[]);
}
