use serde_json::{Value, json};

use super::*;
use crate::report::Uses;

mod cells;
mod lists;
mod refused;

/// A mapping with these keys and tables, and what every mapping needs.
fn toml(rest: &str) -> String {
    let top = rest.find("[[").map_or(rest, |at| &rest[..at]);
    let tables = &rest[top.len()..];
    format!(
        "source = \"city\"\nversion = \"1\"\n{top}\n[defaults]\ntitle = \"T\"\npublisher = \"P\"\njurisdiction = \"GB\"\n\
         lang = \"en\"\n{tables}"
    )
}

/// Applies a mapping to one row of a file with these columns, after its check.
#[track_caller]
fn mapped(rest: &str, row: &[(&str, &str)]) -> (Mapped, Uses) {
    let headers: Vec<String> = row.iter().map(|(header, _)| (*header).to_owned()).collect();
    let cells: Vec<String> = row.iter().map(|(_, cell)| (*cell).to_owned()).collect();
    let bound = Mapping::parse(&toml(rest)).unwrap().bind(&headers, "2026-11-21".parse().unwrap());
    bound.check("city.csv").unwrap();
    let mut uses = Uses::new();
    (bound.apply(&cells, &mut uses), uses)
}

/// What a field becomes; its faults, if there are any.
#[track_caller]
fn field_of(rest: &str, row: &[(&str, &str)], name: &str) -> Value {
    let (mapped, _) = mapped(rest, row);
    match mapped.faults.is_empty() {
        true => mapped.fields.get(name).cloned().unwrap_or(Value::Null),
        false => mapped
            .faults
            .iter()
            .map(|(finding, header, said)| {
                Value::String(format!("{header}: [{}] {said}: {}", finding.code, finding.message))
            })
            .collect(),
    }
}

const MAPPING: &str = r#"
    source = "city"
    version = "1"
    missing = ["left out"]
    dates = "month_first"
    [defaults]
    lang = "en"
    [[columns]]
    header = ["Name of tool", "Tool"]
    field = "title"
    [[columns]]
    header = "Stage*"
    field = "phase"
    values = { "In use" = "production", "Ended*" = "retired" }
    [[columns]]
    header = "Vendor"
    field = "supplier_involvement.supplier"
    [[columns]]
    header = "Contact"
    drop = true
"#;

#[test]
fn a_mapping_fills_fields_and_keeps_the_raw_row() {
    let headers = ["TOOL ", "Stage of\nuse", "Vendor", "Contact", "Other"].map(str::to_owned);
    let bound = Mapping::parse(MAPPING)
        .unwrap()
        .bind(&headers, chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap());
    let cells = ["Gate", "a) in use", "Lumen", "jane.roe@x.org", "n/a"].map(str::to_owned);
    let mut uses = Uses::new();
    let mapped = bound.apply(&cells, &mut uses);
    assert_eq!(
        Value::Object(mapped.fields),
        json!({"title": "Gate", "phase": "production", "supplier_involvement": [{"supplier": {"name": "Lumen"}}], "lang": "en"})
    );
    assert!(!mapped.raw.contains_key("Contact"));
    assert_eq!(mapped.raw["Other"], "n/a");
    let cells = ["Gate", "Someday", "", "", ""].map(str::to_owned);
    let mapped = bound.apply(&cells, &mut uses);
    assert_eq!(mapped.faults[0].0.code, "unknown-value");
}

#[test]
fn a_wrong_mapping_says_what_to_write() {
    #[track_caller]
    fn check(toml: &str, expected: &str) {
        let error = Mapping::parse(toml).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let start = "source = \"x\"\nversion = \"1\"\n[[columns]]\nheader = \"A\"\n";
    check(&format!("{start}field = \"sumary\""), "did you mean 'summary'?");
    check(&format!("{start}field = \"phase\"\nvalues = {{ a = \"live\" }}"), "did you mean 'production'?");
    check(&format!("{start}field = \"assessments\""), "name a member");
    check(&format!("{start}colour = 1"), "unknown field `colour`");
}
