//! What is wrong with a mapping is said once, before a row is read: where, what, and what to write.

use super::toml;
use crate::mapping::Mapping;

/// Everything that is wrong with a mapping, for a file with these columns.
fn faults(toml: &str, headers: &[&str]) -> String {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let bound = Mapping::parse(toml).map(|mapping| mapping.bind(&headers, chrono::NaiveDate::MAX));
    let checked = bound.and_then(|bound| bound.check("m1.csv"));
    checked.map_or_else(|faults| faults.in_file("m.toml").to_string(), |()| "nothing is wrong".to_owned())
}

#[track_caller]
fn check(rest: &str, headers: &[&str], expected: &str) {
    assert_eq!(faults(&toml(rest), headers), expected);
}

#[test]
fn headers_that_the_file_does_not_have_are_named_with_the_nearest() {
    let typos = r#"
key = ["Referenec"]
edition = "Yaer"
[[skip]]
header = "Statsu"
is = "x"
[[columns]]
header = "Vendr"
field = "supplier_involvement.supplier"
[[columns]]
join = ["Yeer", "Month"]
field = "first_used"
[[columns]]
header = "Colour"
optional = true
field = "team"
"#;
    let expected = "\
m.toml:4: key: 'Referenec' is no column of m1.csv (did you mean 'Reference'?)
m.toml:5: edition: 'Yaer' is no column of m1.csv (did you mean 'Year'?)
m.toml:13: header: 'Statsu' is no column of m1.csv (did you mean 'Status'?; if files may lack it, say optional = true)
m.toml:16: header: 'Vendr' is no column of m1.csv (did you mean 'Vendor'?; if files may lack it, say optional = true)
m.toml:19: join: 'Yeer' is no column of m1.csv (did you mean 'Year'?)";
    check(typos, &["Reference", "Vendor", "Status", "Year", "Month"], expected);
    check(
        "[[columns]]\nheader = \"Zebra\"\nfield = \"team\"\n",
        &["Name", "", "Vendor"],
        "m.toml:10: header: 'Zebra' is no column of m1.csv (its columns are: Name, Vendor; if files may lack it, say \
         optional = true)",
    );
    check(
        "key = [\"NO.\"]\n[[columns]]\nheader = [\"Tool\", \"Name*\"]\nfield = \"name\"\n",
        &["no", "Name of it"],
        "nothing is wrong",
    );
}

#[test]
fn a_header_that_stands_twice_is_refused_with_both_places() {
    let vendor = "[[columns]]\nheader = \"Vendor\"\nfield = \"supplier_involvement.supplier\"\n";
    check(
        vendor,
        &["publisher", "title", "Vendor", "VENDOR", "Summary"],
        "m.toml:10: header: 'Vendor' heads several columns of m1.csv: column 3 and column 4 (say which is meant with nth = \
         1, and read or leave out the others with nth = 2 and so on)",
    );
    check(
        &format!("key = [\"No\"]\n{vendor}"),
        &["No", "Vendor", "No"],
        "m.toml:3: key: 'No' heads several columns of m1.csv: column 1 and column 3 (rename one of them in the file)",
    );
    check(&format!("{vendor}nth = 2\n"), &["Vendor", "Vendor"], "nothing is wrong");
    let also = "[[columns]]\nheader = \"Vendor\"\nnth = 2\nfield = \"supplier_involvement[b].supplier\"\n";
    check(&format!("{vendor}{also}"), &["Vendor", "Vendor"], "nothing is wrong");
    check(
        &format!("{vendor}nth = 3\n"),
        &["Vendor", "Vendor"],
        "m.toml:12: nth: there is no column 3 with the header 'Vendor': m1.csv has 2 (count the columns with this header from 1)",
    );
    // What the mapping does not read may stand as often as it likes.
    check(vendor, &["Vendor", "If other", "If other"], "nothing is wrong");
    let several = "[[columns]]\nheader = [\"Vendor*\"]\nfield = \"supplier_involvement.supplier\"\n";
    check(
        several,
        &["Vendor", "Vendor notes"],
        "m.toml:10: header: it fits several columns of m1.csv: 'Vendor' (column 1) and 'Vendor notes' (column 2) (write \
         [[columns]] for each of them)",
    );
}

#[test]
fn a_field_that_holds_one_value_has_one_column() {
    let twice = |field: &str| {
        format!(
            "[[columns]]\nheader = \"A\"\nfield = \"{field}\"\n[[columns]]\nheader = \"B\"\nfield = \"{field}\"\n"
        )
    };
    for (field, hint) in [
        ("phase", "leave one out, join them, or say when each counts"),
        ("first_used", "leave one out, join them, or say when each counts"),
        (
            "supplier_involvement.supplier",
            "for a second one, write field = \"supplier_involvement[2].supplier\"",
        ),
    ] {
        check(
            &twice(field),
            &["A", "B"],
            &format!("m.toml:14: field: 'A' and 'B' both fill {field} ({hint})"),
        );
        check(&format!("{}optional = true\n", twice(field)), &["A"], "nothing is wrong");
    }
    for field in ["description", "sectors", "open_standards", "supplier_involvement.role"] {
        check(&twice(field), &["A", "B"], "nothing is wrong");
    }
}

#[test]
fn every_record_has_a_title_a_body_a_place_and_a_language() {
    let bare = "source = \"x\"\nversion = \"1\"\n[[columns]]\nheader = \"A\"\nfield = \"title\"\n[defaults]\nlang = \"en\"\n";
    let expected = "\
m.toml: nothing fills publisher, which every record has (add a column with field = \"publisher\", or publisher = \"...\" under [defaults])
m.toml: nothing fills jurisdiction, which every record has (add a column with field = \"jurisdiction\", or jurisdiction = \"...\" under [defaults])";
    assert_eq!(faults(bare, &["A"]), expected);
}

#[test]
fn wrong_fields_members_and_codes_are_all_said_at_once() {
    let wrong = r#"
[[columns]]
header = "A"
field = "assessments.type"
values = { "DPIA" = "not_a_code", "EIA" = "eqia" }
[[columns]]
header = "B"
field = "supplier_involvement.suplier"
[[columns]]
header = "C"
field = "sumary"
[[columns]]
header = "D"
field = "uses_children_data"
values = { "Some" = "perhaps" }
[[columns]]
header = "E"
field = "audits.participants.organisation"
[[columns]]
header = "F"
field = "team"
withheld = { "x" = "because" }
"#;
    let said = faults(&toml(wrong), &["A", "B", "C", "D", "E", "F"]);
    let lines: Vec<&str> = said.lines().collect();
    let expected = [
        "m.toml:12: field: each of the assessments needs stage and status, which nothing fills (add a column for it, or [defaults] \"assessments.stage\" = \"...\")",
        "m.toml:13: values: assessments.type: 'not_a_code' is not a type of assessment (use one of: ",
        "m.toml:16: field: 'suplier' is no member of supplier_involvement (did you mean 'supplier_involvement.supplier'? it has: ",
        "m.toml:19: field: 'sumary' is not a field of the register (did you mean 'summary'?)",
        "m.toml:23: values: uses_children_data: 'perhaps' is neither yes nor no (write yes or no",
        "m.toml:26: field: audits.participants is a list of things inside a thing, which a mapping cannot fill (leave the column",
        "m.toml:30: withheld: 'because' is not a ground for withholding (",
    ];
    assert_eq!(lines.len(), expected.len(), "{said}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let column = |rest: &str| format!("[[columns]]\nheader = \"A\"\n{rest}\n");
    for (rest, expected) in [
        (
            "field = \"title\"\nsplit = \";\"",
            "m.toml:12: split: title has one value, so its cell is not split",
        ),
        ("field = \"sectors\"\nsplit = \"\"", "m.toml:12: split: a separator is empty"),
        ("split = \";\"", "m.toml:11: split: a column without a field is not split"),
        (
            "field = \"team\"\ndrop = true",
            "m.toml:11: field: drop is for columns that are not read, and this one fills team",
        ),
        ("field = \"team\"\neach = true", "m.toml:11: each: team is no member of things in a list"),
        ("field = \"team.name\"", "m.toml:11: field: team has no members, so 'team.name' fills nothing"),
        (
            "field = \"risks\"",
            "m.toml:11: field: risks holds things with members (name a member, such as risks.title)",
        ),
        ("field = \"risks[a.title\"", "m.toml:11: field: 'risks[a.title' has no label in its brackets"),
        ("field = \"team[a]\"", "m.toml:11: field: team is no list of things"),
        ("field = \"team\"\nnth = 0", "m.toml:12: nth: columns are counted from 1"),
        (
            "field = \"team\"\nwhen = { header = \"A\" }",
            "m.toml:12: header: the condition says nothing of the column",
        ),
        (
            "field = \"first_used\"\nvalues = { \"Spring\" = \"2023-13-01\" }",
            "m.toml:12: values: first_used: '2023-13-01' is not a date",
        ),
        ("joins = [\"A\"]", "m.toml:11: unknown field `joins`, expected one of"),
        ("field = 5", "m.toml:11: invalid type: integer `5`, expected a string"),
    ] {
        let said = faults(&toml(&column(rest)), &["A"]);
        assert!(said.starts_with(expected), "{said}\n{expected}");
    }
    let said = faults(&toml("[[columns]]\njoin = [\"A\"]\nfield = \"team\"\n"), &["A"]);
    assert!(said.contains("join: one column is not joined with anything"), "{said}");
    let said = faults(&toml("[[columns]]\nfield = \"team\"\n"), &["A"]);
    assert!(said.contains("m.toml:10: one of the [[columns]] has no header"), "{said}");
    let said = faults(
        "source = \"x\"\nversion = \"1\"\n[defaults]\nphase = \"live\"\n\"risks.likelyhood\" = \"x\"\n",
        &["A"],
    );
    assert!(
        said.contains("m.toml:4: defaults.phase: 'live' is not a phase (did you mean 'production'?"),
        "{said}"
    );
    assert!(said.contains("m.toml:5: defaults.risks.likelyhood: 'likelyhood' is no member of risks (did you mean 'risks.likelihood'?"), "{said}");
    let said = faults("source = \"x\"\nversion = \"1\"\nkeys = [\"A\"]\n", &["A"]);
    assert!(
        said.starts_with("m.toml:3: unknown field `keys`") && said.ends_with("(did you mean 'key'?)"),
        "{said}"
    );
    let said = faults("source = \"x\nversion = \"1\"\n", &["A"]);
    assert!(said.starts_with("m.toml:1: "), "{said}");
}
