//! What a check leaves behind, which is nothing; and mappings, which need no database.

use std::path::Path;

use crate::running::{ends, names, run};

const RECORDS: &str = "publisher,title,jurisdiction,phase\nNorthmoor,Bus,GB,pilot\n";
const BODIES: &str = "police-force\tname\nsurrey\tSurrey Police\n";
const NOTICE: &str = r#"{"releases":[{"ocid":"ocds-h6vhtk-1","id":"1","date":"2024-01-02T00:00:00Z","tag":["award"],"initiationType":"tender","buyer":{"name":"Northmoor"},"parties":[{"name":"Northmoor","roles":["buyer"]}]}]}"#;
const TABLE: &str = "No,Tool,Vendor\n1,Gate,Acme; Bolt\n";
const MAPPING: &str = "source = \"city\"\nversion = \"1\"\nkey = [\"No\"]\n[defaults]\njurisdiction = \"GB\"\nlang = \"en\"\n\
    publisher = \"Northmoor\"\n[[columns]]\nheader = \"Tool\"\nfield = \"title\"\n[[columns]]\nheader = \"Vendor\"\n\
    field = \"supplier_involvement.supplier\"\nsplit = \";\"\n";

fn write(folder: &Path) {
    for (name, text) in [
        ("records.csv", RECORDS),
        ("bodies.tsv", BODIES),
        ("notice.json", NOTICE),
        ("table.csv", TABLE),
        ("m.toml", MAPPING),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

const CHECKS: &[&[&str]] = &[
    &["import", "records", "records.csv", "--check"],
    &["import", "organisations", "bodies.tsv", "--check"],
    &["import", "ocds", "notice.json", "--check"],
    &["import", "table", "table.csv", "--mapping", "m.toml", "--check"],
];

#[test]
fn a_check_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder);
    let before = names(folder);
    for arguments in CHECKS {
        ends(folder, arguments, 0, "1 would be created");
        assert_eq!(names(folder), before, "{arguments:?}");
        let named = [*arguments, &["--database-url", "sqlite://elsewhere/named.db"]].concat();
        ends(folder, &named, 0, "1 would be created");
        assert_eq!(names(folder), before, "{named:?}");
    }
}

#[test]
fn a_check_leaves_a_database_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder);
    assert!(run(folder, &["import", "records", "records.csv"]).status.success());
    let database = folder.join("data/register.db");
    let before = (std::fs::read(&database).unwrap(), names(&folder.join("data")));
    for arguments in CHECKS {
        let output = run(folder, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(std::fs::read(&database).unwrap() == before.0, "{arguments:?} changed the database");
        assert_eq!(names(&folder.join("data")), before.1, "{arguments:?}");
    }
}

#[test]
fn lists_of_bodies_that_cannot_be_used_are_named_after_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder);
    let arguments = ["import", "organisations", "table.csv", "bodies.tsv"];
    ends(folder, &arguments, 2, "table.csv: no row has a column this source knows");
    ends(folder, &["import", "organisations", "bodies.tsv"], 0, "1 unchanged");
    let output = run(folder, &[&arguments[..], &["none.csv", "--json"]].concat());
    let total: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((total["unchanged"].as_u64(), total["unusable"].as_array().map(Vec::len)), (Some(1), Some(2)));
}

#[test]
fn a_mapping_is_suggested_checked_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder);
    ends(folder, &["mapping", "suggest", "table.csv"], 1, "missing: no column names the body");
    let suggested = run(folder, &["mapping", "suggest", "table.csv", "--publisher", "Northmoor"]);
    assert!(suggested.status.success(), "{}", String::from_utf8_lossy(&suggested.stderr));
    std::fs::write(folder.join("first.toml"), &suggested.stdout).unwrap();
    let checked = run(folder, &["mapping", "check", "first.toml", "table.csv"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("supplier_involvement.supplier"), "{said}");
    assert!(!folder.join("data").exists());
    ends(folder, &["import", "table", "table.csv", "--mapping", "first.toml"], 0, "1 created");
    std::fs::write(folder.join("m.toml"), MAPPING.replace("\"Vendor\"", "\"Vendr\"")).unwrap();
    for arguments in [
        &["mapping", "check", "m.toml", "table.csv"][..],
        &["import", "table", "table.csv", "--mapping", "m.toml"],
        &["validate", "--source", "table", "table.csv", "--mapping", "m.toml"],
    ] {
        ends(
            folder,
            arguments,
            2,
            "m.toml:12: header: 'Vendr' is no column of table.csv (did you mean 'Vendor'?",
        );
    }
}
