use std::path::{Path, PathBuf};

use super::*;
use crate::records::validate;
use crate::sources::{Source, SourceOptions};

/// The suggestion for a table, and what reading the table with it gives: rows read, rows rejected.
fn suggested(table: &str, given: &Given) -> (Suggestion, Result<(u64, u64), String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("City tools.csv");
    std::fs::write(&path, table).unwrap();
    let said = suggest(&path, &Reading::default(), given).unwrap();
    let read = read(&path, folder.path(), &said.toml);
    (said, read)
}

fn read(table: &Path, folder: &Path, toml: &str) -> Result<(u64, u64), String> {
    let mapping = folder.join("m.toml");
    std::fs::write(&mapping, toml).unwrap();
    let options = SourceOptions {
        mapping: Some(mapping),
        today: Some("2026-11-21".parse().unwrap()),
        ..SourceOptions::default()
    };
    let report = validate(Source::Table, table, &options, |_| {}).map_err(|error| error.to_string())?;
    Ok((report.read, report.rejected))
}

const M1: &str = "\
Reference,publisher,title,Vendor,Status,Summary,Assessments,Affected,Contact Name,Start
A-1,Leeds City Council,Tool 1,Acme; Bolt,Live,Sorts post,\"DPIA, EIA\",Yes,Jane Roe,13/02/2024
A-2,Leeds City Council,Tool 2,Acme and Bolt,Under review,Reads post,DPIA,No,Jane Roe,01/02/2023
";

#[test]
fn a_first_mapping_fits_its_own_file() {
    let (said, read) = suggested(M1, &Given::default());
    assert_eq!(read, Ok((2, 0)), "{}", said.toml);
    assert_eq!(said.missing, Vec::<String>::new());
    for line in [
        "source = \"city-tools\"",
        "key = [\"Reference\"]",
        "dates = \"day_first\"",
        "jurisdiction = \"GB\"",
        "header = \"Vendor\"\nfield = \"supplier_involvement.supplier\"\nsplit = \";\"\n",
        "header = \"Status\"\nfield = \"phase\"\n[columns.values]\n\"Live\" = \"production\"\n# \"Under review\" = ",
        "header = \"Contact Name\"\ndrop = true\n",
        "header = \"Affected\"\n# field = \"...\"",
        "header = \"Start\"\nfield = \"first_used\"",
    ] {
        assert!(said.toml.contains(line), "{line}\n{}", said.toml);
    }
}

#[test]
fn tables_of_other_languages_and_forms_get_one_that_fits_too() {
    for (table, lang) in [
        (
            "Nummer;Naam;Organisatie;Status;Begindatum;Leverancier\n1;Poort;Gemeente A;In gebruik;maart 2023;Acme\n2;Deur;Gemeente B;gestopt;;\n",
            "nl",
        ),
        ("Identifiant,Nom,Organisme,Statut,Fournisseur\n1,Porte,Ministère A,en service,Acme|Bolt\n", "fr"),
        ("Kennung,Bezeichnung,Behörde,Beschreibung\n7,Tor,Amt A,Öffnet\n8,Tür,Amt B,Schließt\n", "de"),
        ("Cyfeirnod,Enw,Sefydliad,Disgrifiad\n7,Giât,Cyngor A,Agor\n", "cy"),
        ("A report\n\nTool,Agency,Tool\nGate,Leeds,x\nDoor,Leeds,y\n", "en"),
        (
            "title,publisher,jurisdiction,lang,phase,first_used\nGate,Leeds,GB-ENG,en,production,2024-01-02\n",
            "en",
        ),
    ] {
        let (said, read) = suggested(table, &Given::default());
        assert!(
            read.as_ref().is_ok_and(|(rows, rejected)| *rows > 0 && *rejected == 0),
            "{read:?}\n{}",
            said.toml
        );
        assert!(said.missing.is_empty() && said.toml.contains(lang), "{}", said.toml);
    }
}

#[test]
fn what_is_not_known_is_asked_and_never_invented() {
    let table = "ref,tool,vendor\n1,Exam proctor,Acme Ltd; Bolt Ltd\n";
    let (said, read) = suggested(table, &Given::default());
    assert_eq!(said.missing.len(), 1);
    assert!(said.missing[0].contains("--publisher NAME"), "{:?}", said.missing);
    assert!(read.unwrap_err().contains("nothing fills publisher"));
    let given = Given { publisher: Some("Leeds \"City\" Council".to_owned()), ..Given::default() };
    let (said, read) = suggested(table, &given);
    assert_eq!((said.missing.len(), read), (0, Ok((1, 0))));
    assert!(said.toml.contains("publisher = \"Leeds \\\"City\\\" Council\""), "{}", said.toml);
}

#[test]
fn an_order_of_day_and_month_that_the_file_does_not_show_is_left_open() {
    let given = Given { publisher: Some("Leeds".to_owned()), ..Given::default() };
    let table = |date: &str| format!("Tool,Start\nGate,01/02/2023\nDoor,{date}\n");
    let said = |date: &str| suggested(&table(date), &given).0.toml;
    assert!(said("13/02/2023").contains("\ndates = \"day_first\""));
    assert!(said("02/13/2023").contains("\ndates = \"month_first\""));
    assert!(said("03/02/2023").contains("\n# dates = \"day_first\"  # or month_first"));
    assert!(!said("2023-02-03").contains("\ndates ="));
}

#[test]
fn a_column_is_taken_for_what_its_values_can_be() {
    let prose = "The vendor built it in three years, and the department has run it ever since without any other help.";
    let table = format!(
        "Tool,Agency,Vendor,Vendor name,Start,Website\nGate,A,\"{prose}\",Acme,soon,on paper\nDoor,B,,Bolt,later,\n"
    );
    let (said, read) = suggested(&table, &Given::default());
    assert_eq!(read, Ok((2, 0)), "{}", said.toml);
    for (header, field) in [
        ("Vendor name", "field = \"supplier_involvement.supplier\""),
        ("Vendor", "#"),
        ("Start", "#"),
        ("Website", "#"),
    ] {
        assert!(said.toml.contains(&format!("header = \"{header}\"\n{field}")), "{header}\n{}", said.toml);
    }
    let (said, _) = suggested("Tool,Agency,Supplier\nGate,A,Yes\nDoor,B,No\n", &Given::default());
    assert!(said.toml.contains("header = \"Supplier\"\n# field"), "{}", said.toml);
}

#[test]
fn real_tables_get_a_mapping_that_reads_them() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    for (file, publisher) in [
        ("nyc/algorithmic_tools_2022_2023.csv", None),
        ("uk/atrs_records_2026-07-10.csv", Some("Somebody")),
        ("nl/gemeenten.csv", Some("Somebody")),
    ] {
        let path = data.join(file);
        if !path.exists() {
            eprintln!("SKIPPED: {} is not here", path.display());
            continue;
        }
        let given = Given { publisher: publisher.map(str::to_owned), ..Given::default() };
        let said = suggest(&path, &Reading::default(), &given).unwrap();
        assert!(said.missing.is_empty(), "{file}: {:?}\n{}", said.missing, said.toml);
        let folder = tempfile::tempdir().unwrap();
        let (rows, rejected) = read(&path, folder.path(), &said.toml).unwrap();
        assert!(rows > 10 && rejected == 0, "{file}: {rows} {rejected}\n{}", said.toml);
    }
}
