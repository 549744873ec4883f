//! Real files from real registers, kept beside the project: counts, reasons, and a second run that changes
//! nothing. Skipped with a notice where the files are missing.

use importer::Source;
use suite::TestApp;
use suite::data::real;

/// Source, file, and number of rows.
const FILES: &[(Source, &str, u64)] = &[
    (Source::Atrs, "uk/atrs_records_2026-07-10.json", 136),
    (Source::Atrs, "uk/atrs_records_2026-07-10.csv", 136),
    (Source::Nl, "nl/pub_data_2023-06-19.json", 130),
    (Source::Nl, "nl/algoritmes_2026-08-08.json", 1_530),
    (Source::Us, "us/2024_consolidated_ai_inventory_raw_v1_first150rows.csv", 150),
    (Source::Us, "us/2024_consolidated_ai_inventory_raw_v2.csv", 2_133),
    (Source::Us, "us/2025_individually_reported_AI_use_cases.csv", 3_611),
    (Source::Us, "us/2025_consolidated_COTS_AI_use_cases.csv", 900),
    (Source::Us, "us/agency-raw-2025/dhs.xlsx", 239),
    (Source::Us, "us/agency-raw-2025/ftc.csv", 16),
    (Source::Us, "us/agency-raw-2025/state.csv", 60),
    (Source::Us, "us/agency-raw-2025/treasury.csv", 129),
    (Source::Nyc, "nyc/algorithmic_tools_2022_2023.csv", 76),
];

/// A file with its rows backwards.
fn backwards(path: &std::path::Path) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    rows[1..].reverse();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

#[tokio::test]
async fn the_citys_reports_are_the_same_in_any_order() {
    let Some(file) = real("nyc/algorithmic_tools_2022_2023.csv") else { return };
    let app = TestApp::new().await;
    let (first, errors) = app.import(Source::Nyc, &file).await;
    assert_eq!((first.read, first.rejected), (76, 0), "{errors:?}");
    // 17 tools stand in both years.
    assert_eq!((first.created, first.created + first.changed + first.unchanged), (59, 76));
    let turned = app.file("backwards.csv", backwards(&file));
    let (again, _) = app.import(Source::Nyc, &turned).await;
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 76));
}

#[test]
fn every_column_of_the_real_files_is_stated() {
    use importer::ColumnUse;
    for (source, name, _) in FILES {
        let Some(file) = real(name) else { return };
        let opened = source.open(&file, &importer::sources::SourceOptions::default()).unwrap();
        drop(opened);
        let Some(columns) = suite::data::headers(&file) else { continue };
        let known = source.columns(&columns).unwrap();
        let unknown: Vec<&String> =
            known.iter().filter(|(_, used)| *used == ColumnUse::Unknown).map(|(header, _)| header).collect();
        assert!(unknown.is_empty(), "{name}: nobody states {unknown:?}");
    }
}

#[tokio::test]
async fn every_real_file_goes_in_and_a_second_time_changes_nothing() {
    let app = TestApp::new().await;
    for (source, name, rows) in FILES {
        let Some(file) = real(name) else { return };
        let (report, errors) = app.import(*source, &file).await;
        let twice = report.rules.get("identical-row-left-out").copied().unwrap_or_default();
        assert_eq!(report.read + twice, *rows, "{name}");
        assert_eq!(
            report.created + report.changed + report.unchanged + report.rejected,
            report.read,
            "{name}"
        );
        assert!(report.rejected * 100 <= rows * 3, "{name}: {errors:?}");
        let inside = errors.iter().any(|error| error.contains("[inconsistent]"));
        assert!(!inside, "{name}: {errors:?}");
    }
    // Import all of them again, in the same order: nothing is new.
    for (source, name, _) in FILES {
        let Some(file) = real(name) else { return };
        let (report, _) = app.import(*source, &file).await;
        assert_eq!((report.created, report.changed), (0, 0), "{name}");
    }
    let total = app.json("/api/v1/records").await["total"].as_u64().unwrap();
    // 7,670 before the editions of a source were joined.
    assert!((6_200..6_900).contains(&total), "records of four registers: {total}");
    assert!(store::records::maintenance::faults(&app.db).await.unwrap().is_empty());
    // No personal mailbox gets published.
    let csv = app.get("/api/v1/records.csv").await.text;
    for word in csv
        .split(|letter: char| letter.is_whitespace() || "\",;()<>'[]".contains(letter))
        .filter(|word| word.contains('@'))
    {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let mailbox = bare
            .split_once('@')
            .is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !bare.contains('/'));
        assert!(!mailbox || domain::mailbox::is_role_mailbox(bare), "{bare}");
    }
}
