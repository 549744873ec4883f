//! Several things in a list, from one cell or from several.

use serde_json::{Value, json};

use super::{Mapping, Uses, field_of, mapped, toml};

const VENDORS: &str = r#"
[[columns]]
header = "Vendor"
field = "supplier_involvement.supplier"
split = [";", "\n"]
"#;

#[test]
fn every_part_of_a_cell_becomes_a_thing() {
    #[track_caller]
    fn check(cell: &str, expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|name| json!({ "supplier": { "name": name } })).collect();
        let found = field_of(VENDORS, &[("Vendor", cell)], "supplier_involvement");
        assert_eq!(found.as_array().cloned().unwrap_or_default(), expected, "{cell}");
    }
    check("Acme Ltd; Bolt Ltd; Cone Ltd", &["Acme Ltd", "Bolt Ltd", "Cone Ltd"]);
    check("Acme Ltd\nBolt Ltd", &["Acme Ltd", "Bolt Ltd"]);
    check("Acme Ltd", &["Acme Ltd"]);
    check("; Acme;; Bolt ;", &["Acme", "Bolt"]);
    check("Acme; Acme", &["Acme"]);
    check("Acme; TBC; Bolt", &["Acme", "Bolt"]);
    check("N/A", &[]);
    check("Acme and Bolt", &["Acme and Bolt"]);
}

#[test]
fn words_of_the_source_may_become_several_things() {
    let mapping = r#"
[[columns]]
header = "Checks"
field = "assessments.type"
split = ","
values = { "DPIA" = "dpia", "EIA" = "eqia", "Both" = "dpia; eqia", "None made" = "" }
[[columns]]
header = "Stage"
field = "assessments.stage"
each = true
values = { "before" = "before_deployment" }
[[columns]]
header = "Done"
field = "assessments.completed_on"
optional = true
[[columns]]
header = "Status"
field = "assessments.status"
each = true
"#;
    let both = json!([
        { "type": "dpia", "stage": "before_deployment", "status": "complete" },
        { "type": "eqia", "stage": "before_deployment", "status": "complete" },
    ]);
    for cell in ["DPIA, EIA", "both"] {
        let row = [("Checks", cell), ("Stage", "before"), ("Status", "complete")];
        assert_eq!(field_of(mapping, &row, "assessments"), both, "{cell}");
    }
    let row = [("Checks", "None made"), ("Stage", "before"), ("Status", "complete")];
    assert_eq!(field_of(mapping, &row, "assessments"), json!(null));
    let row = [("Checks", "DPIA"), ("Stage", "before"), ("Status", "complete"), ("Done", "5 mei 2024")];
    let one = json!([{ "type": "dpia", "stage": "before_deployment", "status": "complete", "completed_on": "2024-05-05" }]);
    assert_eq!(field_of(mapping, &row, "assessments"), one);
}

#[test]
fn several_columns_make_several_things_by_label() {
    let mapping = r#"
[[columns]]
header = "Vendor"
field = "supplier_involvement.supplier"
[[columns]]
header = "Vendor"
nth = 2
field = "supplier_involvement[second].supplier"
[[columns]]
header = "Role 2"
field = "supplier_involvement[second].role"
"#;
    let row = [("Role 2", "hosts it"), ("Vendor", "Acme"), ("Vendor", "Bolt")];
    let expected =
        json!([{ "supplier": { "name": "Acme" } }, { "supplier": { "name": "Bolt" }, "role": "hosts it" }]);
    assert_eq!(field_of(mapping, &row, "supplier_involvement"), expected);
    let row = [("Role 2", ""), ("Vendor", ""), ("Vendor", "Bolt")];
    assert_eq!(field_of(mapping, &row, "supplier_involvement"), json!([{ "supplier": { "name": "Bolt" } }]));
}

#[test]
fn texts_in_other_languages_are_things_with_their_language_as_default() {
    let french = r#"
[[columns]]
header = "Titre"
field = "translations[fr].title"
[[columns]]
header = "Avantages"
field = "translations[fr].benefits"
[[columns]]
header = "Titel"
field = "translations[nl].title"
"#;
    let mapping = toml(french).replace(
        "[defaults]",
        "[defaults]\n\"translations[fr].lang\" = \"fr\"\n\"translations[nl].lang\" = \"nl\"",
    );
    #[track_caller]
    fn check(mapping: &str, cells: [&str; 3], expected: Value) {
        let headers = ["Titre", "Avantages", "Titel"].map(str::to_owned);
        let bound = Mapping::parse(mapping).unwrap().bind(&headers, "2026-11-21".parse().unwrap());
        bound.check("city.csv").unwrap();
        let mapped = bound.apply(&cells.map(str::to_owned), &mut Uses::new());
        assert!(mapped.faults.is_empty(), "{:?}", mapped.faults);
        assert_eq!(mapped.fields.get("translations").cloned().unwrap_or(Value::Null), expected);
    }
    let both = json!([
        { "lang": "fr", "title": "Porte", "benefits": "Plus vite" },
        { "lang": "nl", "title": "Poort" },
    ]);
    check(&mapping, ["Porte", "Plus vite", "Poort"], both);
    check(&mapping, ["", "Plus vite", ""], json!([{ "lang": "fr", "benefits": "Plus vite" }]));
    check(&mapping, ["", " ", ""], Value::Null);
    // Without its language, a translation is refused before a row is read.
    let error = Mapping::parse(&toml(french)).unwrap_err().to_string();
    assert!(error.contains("each of the translations needs lang"), "{error}");
}

#[test]
fn parts_of_two_cells_belong_together_by_their_places_or_not_at_all() {
    let mapping = r#"
[[columns]]
header = "Vendor"
field = "supplier_involvement.supplier"
split = ";"
[[columns]]
header = "Product"
field = "supplier_involvement.product"
split = ";"
[[columns]]
header = "Role"
field = "supplier_involvement.role"
"#;
    let list = |row: &[(&str, &str)]| field_of(mapping, row, "supplier_involvement");
    assert_eq!(
        list(&[("Vendor", "Acme; Bolt; Cone"), ("Product", "A;; C;"), ("Role", "")]),
        json!([
            { "supplier": { "name": "Acme" }, "product": "A" },
            { "supplier": { "name": "Bolt" } },
            { "supplier": { "name": "Cone" }, "product": "C" },
        ])
    );
    assert_eq!(
        list(&[("Vendor", "Acme; Bolt; Cone"), ("Product", "A; C"), ("Role", "")]),
        json!([
            "Product: [uneven-parts] A; C: 2 parts, but 'Vendor' has 3: it is not known which belong together"
        ])
    );
    assert_eq!(
        list(&[("Vendor", "Acme; Bolt"), ("Product", ""), ("Role", "maker")]),
        json!([
            "Role: [one-for-several] maker: one value, but 'Vendor' names 2: it is not known to which it belongs"
        ])
    );
    assert_eq!(
        list(&[("Vendor", "Acme"), ("Product", ""), ("Role", "maker")]),
        json!([{ "supplier": { "name": "Acme" }, "role": "maker" }])
    );
}

#[test]
fn members_are_read_in_their_types() {
    let mapping = r#"
dates = "day_first"
decimals = "comma"
[[columns]]
header = "Start"
field = "contracts.starts_on"
[[columns]]
header = "Value"
field = "contracts.value"
[[columns]]
header = "Terms"
field = "contracts.conditions"
[[columns]]
header = "Group"
field = "redress_routes.collective_allowed"
[[columns]]
header = "Days"
field = "redress_routes.deadline_days"
[[columns]]
header = "Where"
field = "redress_routes.url"
[[columns]]
header = "Power"
field = "tests.power.text"
"#;
    let row = [
        ("Start", "01/03/2024"),
        ("Value", "12.000,50"),
        ("Terms", "a; b"),
        ("Group", "Nee"),
        ("Days", "28"),
        ("Where", "www.x.example/a"),
        ("Power", "Some"),
    ];
    let (made, _) = mapped(mapping, &row);
    assert!(made.faults.is_empty(), "{:?}", made.faults);
    assert_eq!(
        made.fields["contracts"],
        json!([{ "starts_on": "2024-03-01", "value": "12000.50", "conditions": ["a", "b"] }])
    );
    let route =
        json!([{ "collective_allowed": false, "deadline_days": 28, "url": "https://www.x.example/a" }]);
    assert_eq!(made.fields["redress_routes"], route);
    assert_eq!(made.fields["tests"], json!({ "power": { "text": "Some" } }));
    for (header, cell, code) in [
        ("Start", "Spring 2023", "bad-date"),
        ("Group", "perhaps", "bad-boolean"),
        ("Days", "1,5", "bad-number"),
        ("Where", "on paper", "bad-url"),
        ("Value", "much", "bad-number"),
    ] {
        let row: Vec<(&str, &str)> =
            row.iter().map(|(known, _)| (*known, if *known == header { cell } else { "" })).collect();
        let (made, _) = mapped(mapping, &row);
        assert_eq!(made.faults.len(), 1, "{header}");
        assert_eq!((made.faults[0].0.code.as_str(), made.faults[0].1.as_str()), (code, header));
    }
}

#[test]
fn a_thing_that_lacks_what_it_must_have_is_a_fault_of_its_row() {
    let mapping = r#"
[[columns]]
header = "Risk"
field = "risks.title"
[[columns]]
header = "What is done"
field = "risks.mitigations"
"#;
    assert_eq!(
        field_of(mapping, &[("Risk", ""), ("What is done", "Checks; Audits")], "risks"),
        json!([
            r#"What is done: [incomplete] ["Checks","Audits"]: each of the risks needs title, which the row does not say"#
        ])
    );
    assert_eq!(
        field_of(mapping, &[("Risk", "Bias"), ("What is done", "Checks; Audits")], "risks"),
        json!([{ "title": "Bias", "mitigations": ["Checks", "Audits"] }])
    );
}

#[test]
fn two_texts_of_one_member_are_joined_and_two_values_are_a_fault() {
    let mapping = r#"
[[columns]]
header = "Risk"
field = "risks.title"
[[columns]]
header = "How"
field = "risks.description"
[[columns]]
header = "Where"
field = "risks.description"
label = "Where"
"#;
    assert_eq!(
        field_of(mapping, &[("Risk", "Bias"), ("How", "By age"), ("Where", "In schools")], "risks"),
        json!([{ "title": "Bias", "description": "By age\n\nWhere: In schools" }])
    );
    let mapping = r#"
[[columns]]
header = "Live since"
field = "first_used"
[[columns]]
header = "Piloted from"
field = "first_used"
when = { header = "Pilot", is = ["yes"] }
[[columns]]
header = "Pilot"
"#;
    let row = |pilot| [("Live since", "2024-01-02"), ("Piloted from", "2023-01-02"), ("Pilot", pilot)];
    assert_eq!(field_of(mapping, &row("no"), "first_used"), "2024-01-02");
    assert_eq!(
        field_of(mapping, &row("yes"), "first_used"),
        json!(["Piloted from: [two-values] 2023-01-02: '2023-01-02', but another column says '2024-01-02'"])
    );
}
