//! Joining and cutting cells, conditions, marks for withheld values, words in several languages.

use domain::codes::WithheldGround;
use serde_json::json;

use super::{field_of, mapped, toml};
use crate::columns::ColumnUse;
use crate::mapping::Mapping;

#[test]
fn cells_are_joined() {
    let mapping = r#"
[[columns]]
join = ["Year", "Month", "Day"]
with = "-"
field = "first_used"
[[columns]]
join = ["Name", "Version"]
field = "name"
"#;
    let row = [("Day", "5"), ("Month", "3"), ("Year", "2024"), ("Name", "Sorter"), ("Version", "2.1")];
    assert_eq!(field_of(mapping, &row, "first_used"), "2024-03-05");
    assert_eq!(field_of(mapping, &row, "name"), "Sorter 2.1");
    let row = [("Day", ""), ("Month", "3"), ("Year", "2024"), ("Name", "Sorter"), ("Version", " ")];
    assert_eq!(field_of(mapping, &row, "first_used"), "2024-03-01");
    assert_eq!(field_of(mapping, &row, "name"), "Sorter");
    let row = [("Day", ""), ("Month", ""), ("Year", ""), ("Name", ""), ("Version", "")];
    assert_eq!(field_of(mapping, &row, "first_used"), json!(null));
}

#[test]
fn one_cell_is_cut_into_several_fields() {
    let mapping = r#"
[[columns]]
header = "Tool"
field = "team"
before = ":"
[[columns]]
header = "Tool"
field = "name"
after = ":"
[[columns]]
header = "Maker"
field = "supplier_involvement.supplier"
before = "("
[[columns]]
header = "Maker"
field = "supplier_involvement.role"
after = "("
before = ")"
"#;
    let (made, _) = mapped(mapping, &[("Tool", "Tax: Risk score: 2"), ("Maker", "Acme (hosting)")]);
    assert_eq!((&made.fields["team"], &made.fields["name"]), (&json!("Tax"), &json!("Risk score: 2")));
    assert_eq!(
        made.fields["supplier_involvement"],
        json!([{ "supplier": { "name": "Acme" }, "role": "hosting" }])
    );
    assert_eq!(made.raw["Tool"], "Tax: Risk score: 2");
    let (made, _) = mapped(mapping, &[("Tool", "Tax"), ("Maker", "Acme")]);
    assert_eq!((made.fields.get("name"), &made.fields["team"]), (None, &json!("Tax")));
    assert_eq!(made.fields["supplier_involvement"], json!([{ "supplier": { "name": "Acme" } }]));
}

#[test]
fn rows_are_left_out_by_conditions() {
    let rest = r#"
[[only]]
header = "Type"
is = ["Algorithm*", "Model"]
[[skip]]
header = "Name"
is = ["Total*", ""]
[[skip]]
header = "Public"
is_not = "yes"
"#;
    let headers = ["Type", "Name", "Public"].map(str::to_owned);
    let bound = Mapping::parse(&toml(rest)).unwrap().bind(&headers, chrono::NaiveDate::MAX);
    let leaves_out = |cells: [&str; 3]| bound.leaves_out(&cells.map(str::to_owned));
    assert!(!leaves_out(["Algorithmic tool", "Sorter", "YES"]));
    assert!(!leaves_out(["model", "Sorter", " yes "]));
    for cells in [
        ["Report", "Sorter", "yes"],
        ["", "Sorter", "yes"],
        ["Model", "Total (12)", "yes"],
        ["Model", " ", "yes"],
        ["Model", "Sorter", "no"],
        ["Model", "Sorter", ""],
    ] {
        assert!(leaves_out(cells), "{cells:?}");
    }
}

#[test]
fn a_column_may_count_in_some_rows_only() {
    let mapping = r#"
[[columns]]
header = "Date"
field = "first_used"
when = { header = "Status", is = "Live" }
[[columns]]
header = "Date"
field = "retired_on"
when = { header = "Status", is = ["Ended", "Retired"] }
[[columns]]
header = "Date"
field = "planned_start"
when = { header = "Status", is_not = ["Live", "Ended", "Retired"] }
"#;
    for (status, field) in
        [("live", "first_used"), ("Retired", "retired_on"), ("Idea", "planned_start"), ("", "planned_start")]
    {
        let (made, uses) = mapped(mapping, &[("Status", status), ("Date", "2024-03-05")]);
        let filled: Vec<&str> = ["first_used", "retired_on", "planned_start"]
            .into_iter()
            .filter(|name| made.fields.contains_key(*name))
            .collect();
        assert_eq!(filled, [field], "{status}");
        assert_eq!(uses.values().sum::<u64>(), 2, "{uses:?}");
    }
}

#[test]
fn marks_say_that_a_value_is_withheld_and_why() {
    let mapping = r#"
[[columns]]
header = "Purpose"
field = "public_purpose"
withheld = { "Not public*" = "other", "s31" = "foia_31" }
[[columns]]
header = "Vendor"
field = "supplier_involvement.supplier"
split = ";"
withheld = { "(secret)" = "foia_43" }
"#;
    let (made, uses) = mapped(mapping, &[("Purpose", "Not public (yet)"), ("Vendor", "Acme; (secret)")]);
    assert_eq!(
        made.withheld["public_purpose"],
        (WithheldGround::Other, "the source says \"Not public (yet)\"".to_owned())
    );
    assert_eq!(made.withheld["supplier_involvement"].0, WithheldGround::Foia43);
    assert_eq!(made.fields["supplier_involvement"], json!([{ "supplier": { "name": "Acme" } }]));
    assert_eq!((uses["public_purpose-withheld"], uses["supplier_involvement-withheld"]), (1, 1));
    assert!(!made.fields.contains_key("public_purpose"));
    let (made, _) = mapped(mapping, &[("Purpose", "S31"), ("Vendor", "")]);
    assert_eq!(made.withheld["public_purpose"].0, WithheldGround::Foia31);
    let (made, _) = mapped(mapping, &[("Purpose", "Sorts s31 letters"), ("Vendor", "")]);
    assert_eq!(made.fields["public_purpose"], "Sorts s31 letters");
}

#[test]
fn dates_follow_the_order_that_is_stated() {
    let of = |order: &str, date: &str| {
        let column = "[[columns]]\nheader = \"Start\"\nfield = \"first_used\"\n";
        field_of(&format!("{order}\n{column}"), &[("Start", date)], "first_used")
    };
    assert_eq!(of("dates = \"day_first\"", "01/03/2024"), "2024-03-01");
    assert_eq!(of("dates = \"month_first\"", "01/03/2024"), "2024-01-03");
    assert_eq!(of("", "31/03/2024"), "2024-03-31");
    assert_eq!(of("", "Q2 2024"), "2024-04-01");
    assert_eq!(of("", "maart 2023"), "2023-03-01");
    assert_eq!(
        of("", "01/03/2024"),
        json!(["Start: [bad-date] 01/03/2024: '01/03/2024' can be 2024-03-01 or 2024-01-03"])
    );
    assert_eq!(of("", "Spring 2023"), json!(["Start: [bad-date] Spring 2023: 'Spring 2023' is not a date"]));
    assert_eq!(of("", "1/2/23"), json!(["Start: [bad-date] 1/2/23: '1/2/23' has a year of two digits"]));
    let own = "[[columns]]\nheader = \"Start\"\nfield = \"first_used\"\ndates = \"month_first\"\n";
    assert_eq!(field_of(own, &[("Start", "01/03/2024")], "first_used"), "2024-01-03");
}

#[test]
fn yes_and_no_are_read_beside_what_a_mapping_lists() {
    let mapping =
        "[[columns]]\nheader = \"Open\"\nfield = \"open_source\"\nvalues = { \"Partly\" = \"false\" }\n";
    for (cell, expected) in
        [("Oui", json!(true)), ("Nie", json!(false)), ("partly", json!(false)), ("N/A", json!(null))]
    {
        assert_eq!(field_of(mapping, &[("Open", cell)], "open_source"), expected, "{cell}");
    }
    assert_eq!(
        field_of(mapping, &[("Open", "Soon")], "open_source"),
        json!(["Open: [unknown-value] Soon: 'Soon' is not in the mapping's values"])
    );
}

#[test]
fn an_estimate_has_a_basis_from_a_column_or_a_default() {
    let mapping = r#"
[[columns]]
header = "People"
field = "people_affected_per_year"
[[columns]]
header = "How known"
field = "people_affected_per_year.basis"
values = { "counted" = "measured" }
[[columns]]
header = "Decisions"
field = "decisions_per_year"
"#;
    let (made, _) = mapped(mapping, &[("How known", "Counted"), ("People", "12000.0"), ("Decisions", "")]);
    assert_eq!(made.fields["people_affected_per_year"], json!({ "value": 12000, "basis": "measured" }));
    let (made, uses) = mapped(mapping, &[("How known", "Counted"), ("People", ""), ("Decisions", "5")]);
    assert_eq!(made.fields["decisions_per_year"], json!({ "value": 5, "basis": "unknown" }));
    assert_eq!(uses["basis-without-number"], 1);
    for cell in ["1.5", "0.12", "12,000", "12000.50"] {
        let (made, _) = mapped(mapping, &[("How known", ""), ("People", cell), ("Decisions", "")]);
        assert_eq!(made.faults.len(), 1, "{cell}");
    }
}

#[test]
fn every_column_of_a_file_is_accounted_for() {
    let rest = r#"
key = ["No"]
[[columns]]
header = "Vendor"
field = "supplier_involvement.supplier"
[[columns]]
header = "Contact"
drop = true
reason = "names of people"
[[columns]]
header = "Notes"
"#;
    let headers = ["No", "Vendor", "Contact", "Notes", "Colour"].map(str::to_owned);
    let bound = Mapping::parse(&toml(rest)).unwrap().bind(&headers, chrono::NaiveDate::MAX);
    assert_eq!(
        bound.uses(),
        [
            ColumnUse::read("key"),
            ColumnUse::read("supplier_involvement.supplier"),
            ColumnUse::ignored("names of people"),
            ColumnUse::ignored("the mapping gives it no field"),
            ColumnUse::Unknown
        ]
    );
}

#[test]
fn a_dropped_column_is_dropped_however_often_it_stands() {
    let mapping = "[[columns]]\nheader = \"Contact\"\ndrop = true\n";
    let (made, _) = mapped(mapping, &[("Contact", "Jane Roe"), ("Tool", "x"), ("contact", "Richard Roe")]);
    assert_eq!(serde_json::to_string(&made.raw).unwrap(), r#"{"Tool":"x"}"#);
}
