//! Tables read with a mapping, from file to record.

use std::path::PathBuf;

use domain::Record;

use crate::load::Step;
use crate::report::Uses;
use crate::sources::{Item, Source, SourceOptions};

/// What became of a table: each row as a record or its errors, and how often each normalisation was used.
struct Read {
    rows: Vec<Result<Item, Vec<String>>>,
    uses: Uses,
}

impl Read {
    fn record(&self, place: usize) -> &Record {
        self.rows[place].as_ref().unwrap().record.as_ref().unwrap()
    }

    fn errors(&self) -> Vec<String> {
        self.rows.iter().filter_map(|row| row.as_ref().err()).flatten().cloned().collect()
    }
}

/// Reads a table with a mapping. Errors: why neither can be used.
fn read(mapping: &str, table: &str) -> Result<Read, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let options = SourceOptions {
        mapping: Some(file("m.toml", mapping)),
        today: Some("2026-11-21".parse().unwrap()),
        ..SourceOptions::default()
    };
    let without_folder = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
    let opened = Source::Table
        .open(&file("t.csv", table), &options)
        .map_err(|error| without_folder(error.to_string()))?;
    let (mut items, mut uses, mut rows) = (opened.file.items, Uses::new(), Vec::new());
    while let Some(step) = items.next(&mut uses) {
        match step {
            Step::Item(item) => rows.push(Ok(*item)),
            Step::Rejected(errors) => {
                rows.push(Err(errors.into_iter().map(|error| without_folder(error.to_string())).collect()));
            }
            Step::Nothing => {}
            Step::Stopped(error) => panic!("{error}"),
        }
    }
    Ok(Read { rows, uses })
}

const M1: &str = "\
Reference,publisher,title,Vendor,Status,Summary,Assessments,Affected,Contact Name,Start
A-1,Leeds City Council,Tool 1,Acme; Bolt,Live,Sorts post,\"DPIA, EIA\",Yes,Jane Roe,Q2 2024
A-2,Leeds City Council,Tool 2,Acme and Bolt,live ,Reads post,DPIA,No,Jane Roe,Spring 2023
,Leeds City Council,Tool 3,,LIVE,Writes post,,Oui,Jane Roe,March 2023
";

const M1_MEMBERS: &str = r#"source = "m1"
version = "1"
key = ["Reference"]
unknown = "state"
[defaults]
jurisdiction = "GB"
lang = "en"
[[columns]]
header = "publisher"
field = "publisher"
[[columns]]
header = "title"
field = "title"
[[columns]]
header = "Vendor"
field = "supplier_involvement.supplier"
split = ";"
[[columns]]
header = "Status"
field = "phase"
values = { "Live" = "production" }
[[columns]]
header = "Summary"
field = "summary"
[[columns]]
header = "Assessments"
field = "assessments.type"
split = ","
values = { "DPIA" = "dpia", "EIA" = "eqia" }
[[columns]]
header = "Affected"
field = "uses_children_data"
[[columns]]
header = "Start"
field = "first_used"
"#;

#[test]
fn things_without_what_they_must_have_are_refused_once_and_not_with_each_row() {
    let said = read(M1_MEMBERS, M1).err().unwrap();
    assert_eq!(
        said,
        "m.toml:27: field: each of the assessments needs stage and status, which nothing fills (add a column for it, or \
         [defaults] \"assessments.stage\" = \"...\")"
    );
    let said =
        read(&M1_MEMBERS.replace("\"DPIA\" = \"dpia\"", "\"DPIA\" = \"not_a_code\""), M1).err().unwrap();
    assert!(
        said.contains("m.toml:29: values: assessments.type: 'not_a_code' is not a type of assessment"),
        "{said}"
    );
    let said = read(&M1_MEMBERS.replace("\"Vendor\"", "\"Vendr\""), M1).err().unwrap();
    assert!(said.contains("each of the assessments needs"), "{said}");
}

#[test]
fn a_table_is_read_as_its_mapping_says() {
    let mapping = M1_MEMBERS.replace(
        "lang = \"en\"\n",
        "lang = \"en\"\n\"assessments.stage\" = \"before_deployment\"\n\"assessments.status\" = \"complete\"\n",
    );
    let read = read(&mapping, M1).unwrap();
    assert!(read.errors().is_empty(), "{:?}", read.errors());
    let first = read.record(0);
    let vendors: Vec<_> =
        first.supplier_involvement.iter().map(|one| one.supplier.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(vendors, ["Acme", "Bolt"]);
    assert_eq!(first.assessments.len(), 2);
    assert_eq!(first.first_used, Some("2024-04-01".parse().unwrap()));
    assert_eq!(first.uses_children_data, Some(true));
    // A season is no date: the mapping says unknown = "state", so the words are quoted.
    let second = read.record(1);
    assert_eq!(second.first_used, None);
    let said = second.statement("first_used").unwrap().reason.clone();
    assert_eq!(said.as_deref(), Some("the source says \"Spring 2023\""));
    let third = read.record(2);
    assert_eq!(
        (third.uses_children_data, third.first_used),
        (Some(true), Some("2023-03-01".parse().unwrap()))
    );
    assert_eq!(
        (read.uses["date-quarter-becomes-first-day"], read.uses["date-month-becomes-first-day"]),
        (1, 1)
    );
}

#[test]
fn of_three_suppliers_in_one_cell_all_three_are_kept() {
    let mapping = "source = \"s1\"\nversion = \"1\"\nkey = [\"ref\"]\n[defaults]\njurisdiction = \"GB\"\nlang = \"en\"\n\
        phase = \"production\"\npublisher = \"Leeds City Council\"\n[[columns]]\nheader = \"tool\"\nfield = \"title\"\n\
        [[columns]]\nheader = \"vendor\"\nfield = \"supplier_involvement.supplier\"\nsplit = \";\"\n";
    let read = read(mapping, "ref,tool,vendor\n1,Exam proctor,Acme Ltd; Bolt Ltd; Cone Ltd\n").unwrap();
    let vendors: Vec<_> =
        read.record(0).supplier_involvement.iter().filter_map(|one| one.supplier.as_ref()).collect();
    assert_eq!(
        vendors.iter().map(|body| body.name.as_str()).collect::<Vec<_>>(),
        ["Acme Ltd", "Bolt Ltd", "Cone Ltd"]
    );
}

#[test]
fn a_typing_error_in_a_header_or_the_key_is_said_before_a_row_is_read() {
    let mapping = "source = \"typo\"\nversion = \"1\"\nkey = [\"Referenec\"]\n[defaults]\njurisdiction = \"GB\"\nlang = \"en\"\n\
        [[columns]]\nheader = \"publisher\"\nfield = \"publisher\"\n[[columns]]\nheader = \"title\"\nfield = \"title\"\n\
        [[columns]]\nheader = \"Vendr\"\nfield = \"supplier_involvement.supplier\"\n";
    assert_eq!(
        read(mapping, M1).err().unwrap(),
        "m.toml:3: key: 'Referenec' is no column of t.csv (did you mean 'Reference'?)\n\
         m.toml:14: header: 'Vendr' is no column of t.csv (did you mean 'Vendor'?; if files may lack it, say optional = true)"
    );
    let table = "publisher,title,Vendor,Vendor,Summary\nLeeds City Council,T1,Acme,Bolt,s\n";
    let mapping = mapping.replace("key = [\"Referenec\"]\n", "").replace("Vendr", "Vendor");
    assert_eq!(
        read(&mapping, table).err().unwrap(),
        "m.toml:13: header: 'Vendor' heads several columns of t.csv: column 3 and column 4 (say which is meant with nth = 1, \
         and read or leave out the others with nth = 2 and so on)"
    );
}

#[test]
fn a_number_is_the_number_that_is_written_or_a_fault() {
    let mapping = "source = \"city\"\nversion = \"1\"\nkey = [\"No\"]\n[defaults]\njurisdiction = \"GB\"\nlang = \"en\"\n\
        phase = \"production\"\npublisher = \"Northmoor Borough Council\"\n[[columns]]\nheader = \"No\"\ndrop = true\n\
        [[columns]]\nheader = \"Tool\"\nfield = \"title\"\n[[columns]]\nheader = \"People a year\"\n\
        field = \"people_affected_per_year\"\n";
    let table = "No,Tool,People a year\n1,A,12000.0\n2,B,12000.50\n3,C,1.5\n4,D,0.12\n5,E,\"12,000\"\n6,F,12000\n7,G,\"1,5\"\n";
    let read = read(mapping, table).unwrap();
    let numbers: Vec<Option<u64>> = read
        .rows
        .iter()
        .map(|row| {
            row.as_ref()
                .ok()
                .map(|item| item.record.as_ref().unwrap().people_affected_per_year.as_ref().unwrap().value)
        })
        .collect();
    assert_eq!(numbers, [Some(12_000), None, None, None, None, Some(12_000), None]);
    let keys: Vec<_> =
        read.rows.iter().flatten().map(|item| item.key.as_ref().unwrap().key.as_str()).collect();
    assert_eq!(keys, ["1", "6"], "a dropped column is still the key");
    for error in read.errors() {
        assert!(!error.contains("did you mean"), "{error}");
    }
}

#[test]
fn rows_have_editions_of_their_own_and_a_tool_has_one_key_in_all_of_them() {
    let mapping = "source = \"city\"\nversion = \"1\"\nkey = [\"No\"]\nedition = \"Year\"\n[defaults]\njurisdiction = \"GB\"\n\
        lang = \"en\"\npublisher = \"Northmoor\"\n[[skip]]\nheader = \"Tool\"\nis = \"Total*\"\n[[columns]]\nheader = \"Tool\"\n\
        field = \"title\"\n";
    let table =
        "No,Year,Tool\n1,2023,Gate\n1,2024,Gate\n2,March 2024,Door\n3,,Sash\n4,soon,Wall\n,2024,Total: 5\n";
    let read = read(mapping, table).unwrap();
    let found: Vec<_> = read
        .rows
        .iter()
        .flatten()
        .map(|item| (item.key.as_ref().unwrap().key.as_str(), item.edition.as_deref()))
        .collect();
    assert_eq!(found, [("1", Some("2023")), ("1", Some("2024")), ("2", Some("2024-03-01")), ("3", None)]);
    assert_eq!(
        read.errors(),
        [
            ":6: Year: [bad-edition] 'soon' is neither a year nor a date (write the year or the date of the edition that the \
          row belongs to)"
        ]
    );
    assert_eq!(read.uses["row-left-out-by-condition"], 1);
}

#[test]
fn a_withheld_value_becomes_a_statement_with_its_ground() {
    let mapping = "source = \"city\"\nversion = \"1\"\n[defaults]\njurisdiction = \"GB\"\nlang = \"en\"\npublisher = \"N\"\n\
        [withheld]\n\"Not for publication*\" = \"foia_31\"\n[[columns]]\nheader = \"Tool\"\nfield = \"title\"\n[[columns]]\n\
        header = \"Purpose\"\nfield = \"public_purpose\"\n";
    let read = read(mapping, "Tool,Purpose\nGate,Not for publication (s31)\nDoor,Opens\n").unwrap();
    let statement = read.record(0).statement("public_purpose").unwrap();
    assert_eq!(statement.kind, domain::codes::StatementKind::Withheld);
    assert_eq!(statement.ground, Some(domain::codes::WithheldGround::Foia31));
    assert_eq!(statement.reason.as_deref(), Some("the source says \"Not for publication (s31)\""));
    assert_eq!(read.record(1).public_purpose.as_deref(), Some("Opens"));
}

#[test]
fn a_repeated_key_is_a_fault_of_its_edition_whatever_the_order() {
    let mapping = "source = \"city\"\nversion = \"1\"\nkey = [\"No\"]\nedition = \"Year\"\n[defaults]\njurisdiction = \"GB\"\n\
        lang = \"en\"\npublisher = \"Northmoor\"\n[[skip]]\nheader = \"Tool\"\nis = \"Test\"\n[[columns]]\nheader = \"Tool\"\n\
        field = \"title\"\n";
    let read_rows = |rows: &[&str]| read(mapping, &format!("No,Year,Tool\n{}\n", rows.join("\n"))).unwrap();
    let rows = ["1,2023,Gate", "1,2024,Gate", "1,2024,Door", "1,2024,Test", "2,2024,Sash", "2,2024,Sash"];
    let mut backwards = rows;
    backwards.reverse();
    for rows in [rows, backwards] {
        let read = read_rows(&rows);
        let kept: Vec<_> = read.rows.iter().flatten().map(|item| item.edition.as_deref()).collect();
        assert_eq!((kept.len(), read.errors().len()), (2, 2), "{:?}", read.errors());
        assert!(read.errors().iter().all(|error| error.contains("the key '1 of 2024' stands in line")));
    }
}

#[test]
fn without_a_key_body_and_title_stand_once() {
    let mapping = "source = \"city\"\nversion = \"1\"\n[defaults]\njurisdiction = \"GB\"\nlang = \"en\"\npublisher = \"N\"\n\
        [[columns]]\nheader = \"Tool\"\nfield = \"title\"\nafter = \":\"\n[[columns]]\nheader = \"Use\"\nfield = \"summary\"\n";
    let read = read(mapping, "Tool,Use\nTax: Gate,Opens\nPort: gate,Closes\nPort: Door,Shuts\n").unwrap();
    let titles: Vec<_> =
        read.rows.iter().flatten().map(|item| item.record.as_ref().unwrap().title.as_str()).collect();
    assert_eq!((titles, read.errors().len()), (vec!["Door"], 2), "{:?}", read.errors());
}
