//! Downloads hold every match, and read back unchanged.

use domain::codes::{EstimateBasis, Sector, StatementKind};
use domain::organisation::OrganisationRef;
use domain::record::{Estimate, FieldStatement, Risk};
use importer::Source;
use suite::{TestApp, record};

fn awkward() -> domain::Record {
    record("Quotes \"and\", commas", |r| {
        r.description = Some("Two\nlines; a semicolon, a \"quote\", a tab\\n and ünïcode".into());
        r.open_standards = vec!["plain".into(), "with; semicolon".into(), "[bracket".into()];
        r.joint_publishers =
            vec![OrganisationRef::named("Body; with semicolon"), OrganisationRef::named("Other")];
        r.sectors = vec![Sector::Schools, Sector::Policing];
        r.people_affected_per_year = Some(Estimate { value: 12_000, basis: EstimateBasis::Estimated });
        r.uses_children_data = Some(false);
        r.provided_information = Some("=1+1".into());
        r.risks = vec![Risk {
            title: "Bias".into(),
            description: None,
            group: None,
            likelihood: None,
            severity: None,
            mitigations: vec!["a;b".into(), "c".into()],
        }];
        r.field_statements = vec![FieldStatement {
            field: "contracts".into(),
            kind: StatementKind::Unknown,
            reason: Some("not known".into()),
            ground: None,
        }];
    })
}

#[tokio::test]
async fn our_csv_reads_back_into_the_same_records() {
    let app = TestApp::new().await;
    app.publish(&[awkward(), record("Plain", |_| {})]).await;
    let csv = app.get("/api/v1/records.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    let file = app.file("records.csv", &csv.text);

    // Back into the same register: nothing changes.
    let (report, errors) = app.import(Source::Records, &file).await;
    assert_eq!((report.unchanged, report.rejected), (2, 0), "{errors:?}");

    // Into an empty register: the same records under the same ids, and the same file again.
    let other = TestApp::new().await;
    let (report, errors) = other.import(Source::Records, &file).await;
    assert_eq!((report.created, report.rejected), (2, 0), "{errors:?}");
    let rows = |text: &str| -> Vec<csv::StringRecord> {
        let mut rows: Vec<_> =
            csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
        rows.sort_by(|a, b| a[0].cmp(&b[0]));
        rows
    };
    assert_eq!(rows(&other.get("/api/v1/records.csv").await.text), rows(&csv.text));
}

#[tokio::test]
async fn csv_has_one_row_per_record_and_every_column() {
    let app = TestApp::new().await;
    let many: Vec<_> = (0..950).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    app.publish(&many).await;
    let text = app.get("/api/v1/records.csv?sector=schools").await.text;
    assert!(!text.starts_with('\u{FEFF}'));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    for column in domain::fields::columns() {
        assert!(headers.contains(&column), "{column}");
    }
    let mut ids: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!(ids.len(), 950);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 950);
    assert_eq!(app.get("/api/v1/records.csv?sector=policing").await.text.lines().count(), 1);
    let lines = app.get("/api/v1/records.ndjson").await.text;
    assert_eq!(
        lines.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count(),
        950
    );
}

#[tokio::test]
async fn a_spreadsheet_gets_a_mark_and_no_formulas() {
    let app = TestApp::new().await;
    app.publish(&[awkward()]).await;
    let plain = app.get("/api/v1/records.csv").await.text;
    assert!(plain.contains(",=1+1,"));
    let excel = app.get("/api/v1/records.csv?excel=true").await.text;
    assert!(excel.starts_with('\u{FEFF}') && excel.contains(",\"'=1+1\","), "{excel}");
}
