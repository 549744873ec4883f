//! What the register gives out comes back unaltered, in each file format, by upload and on the command line.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::codes::{OrganisationKind, Role};
use importer::{Report, Source};
use serde_json::{Value, json};
use store::records::standing;
use suite::anything::{Maker, for_seeds};
use suite::{Answer, TestApp, options};

/// The downloads that can be read back: address and file name.
pub(crate) const FORMS: [(&str, &str); 4] = [
    ("records.csv?", "records.csv"),
    ("records.csv?excel=true&", "excel.csv"),
    ("records.xlsx?", "records.xlsx"),
    ("records.ndjson?", "records.ndjson"),
];

/// The version and full content of every record, sealed text included.
pub(crate) async fn kept(app: &TestApp) -> BTreeMap<String, (i64, Record)> {
    let mut all = BTreeMap::new();
    for id in ids(app).await {
        let standing = standing(&app.db.begin().await.unwrap(), &id).await.unwrap().unwrap();
        all.insert(
            id.clone(),
            (standing.version, store::records::sealed::whole(&app.db, &id).await.unwrap().unwrap()),
        );
    }
    all
}

pub(crate) async fn ids(app: &TestApp) -> Vec<String> {
    let lines = app.get("/api/v1/records.ndjson").await.text;
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn download(app: &TestApp, form: &str, query: &str) -> Vec<u8> {
    app.search.catch_up().await.unwrap();
    app.bytes(&format!("/api/v1/{form}{query}"), &[]).await
}

pub(crate) async fn import(app: &TestApp, name: &str, bytes: &[u8]) -> (Report, Vec<String>) {
    let file = app.file(name, bytes);
    app.import_with(Source::Records, &file, &options()).await.unwrap()
}

pub(crate) async fn upload(app: &TestApp, token: &str, name: &str, bytes: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    app.send_body(Method::POST, &format!("/api/v1/imports?name={name}"), &headers, bytes).await
}

/// Asserts that an upload reported every row as unchanged.
#[track_caller]
pub(crate) fn changes_nothing(answer: &Answer, rows: usize, name: &str) {
    assert_eq!(answer.status, StatusCode::CREATED, "{name}: {}", answer.text);
    let report = answer.json();
    let counts =
        [&report["read"], &report["unchanged"], &report["rejected"]].map(|count| count.as_u64().unwrap());
    assert_eq!(counts, [rows as u64, rows as u64, 0], "{name}: {report:#}");
    assert_eq!(report["drafts"], json!([]), "{name}");
}

#[tokio::test]
async fn the_demonstration_data_read_back_unchanged_on_the_command_line() {
    let app = TestApp::demonstration().await;
    let before = kept(&app).await;
    assert_eq!(before.len(), 66);
    for (form, name) in FORMS {
        let bytes = download(&app, form, "").await;
        let (report, errors) = import(&app, name, &bytes).await;
        assert_eq!((report.read, report.unchanged, report.rejected), (66, 66, 0), "{name}: {errors:#?}");
    }
    assert_eq!(kept(&app).await, before);
}

#[tokio::test]
async fn another_register_takes_the_demonstration_data_as_everybody_reads_them() {
    let app = TestApp::demonstration().await;
    let public: BTreeMap<String, Record> =
        kept(&app).await.into_iter().map(|(id, (_, record))| (id, record.public())).collect();
    for (form, name) in FORMS {
        let other = TestApp::new().await;
        let bytes = download(&app, form, "").await;
        let (report, errors) = import(&other, name, &bytes).await;
        assert_eq!((report.created, report.rejected), (66, 0), "{name}: {errors:#?}");
        let taken = kept(&other).await.into_iter().map(|(id, (_, record))| (id, record));
        assert_eq!(taken.collect::<BTreeMap<_, _>>(), public, "{name}");
    }
}

#[tokio::test]
async fn the_demonstration_data_read_back_unchanged_by_those_who_publish_them() {
    let app = TestApp::demonstration().await;
    let before = kept(&app).await;
    let mut publishers = BTreeSet::new();
    for row in csv::Reader::from_reader(app.get("/api/v1/records.csv").await.text.as_bytes()).records() {
        publishers.insert(row.unwrap()[5].to_owned());
    }
    assert_eq!(publishers.len(), 31);
    let mut seen = BTreeSet::new();
    for slug in publishers {
        let body = store::names::organisations::find(&app.db, &slug).await.unwrap().unwrap().organisation;
        let id = body.id.unwrap().to_string();
        let token = app.token(&format!("writer@{slug}.example"), Role::Contributor, Some(&id)).await;
        // Includes joint records and what observers say about the body.
        let lines = app.get(&format!("/api/v1/records.ndjson?publisher={slug}")).await.text;
        seen.extend(lines.lines().map(|line| line[..20].to_owned()));
        for (form, name) in FORMS {
            let bytes = download(&app, form, &format!("publisher={slug}")).await;
            let answer = upload(&app, &token, name, bytes).await;
            changes_nothing(&answer, lines.lines().count(), &format!("{slug} {name}"));
        }
    }
    assert_eq!(seen.len(), 66);
    assert_eq!(kept(&app).await, before);
}

/// Whatever was published reads back unchanged, in each format and by each route; and changing one cell
/// changes that cell only.
#[test]
fn a_published_record_reads_back_as_it_was() {
    for_seeds(12, goes_round);
}

async fn goes_round(seed: u64) {
    let app = TestApp::new().await;
    let body = "Northmoor Borough Council";
    let id = app.organisation(body, OrganisationKind::LocalAuthority).await;
    let token = app.token("writer@northmoor.example", Role::Contributor, Some(&id)).await;
    let mut maker = Maker::new(seed);
    let records: Vec<Record> = (0..3).map(|_| maker.record(body)).collect();
    app.publish(&records).await;
    let before = kept(&app).await;
    assert_eq!(before.len(), records.len());
    for (form, name) in FORMS {
        let bytes = download(&app, form, "").await;
        changes_nothing(&upload(&app, &token, name, bytes.clone()).await, records.len(), name);
        let (report, errors) = import(&app, name, &bytes).await;
        assert_eq!((report.unchanged, report.rejected), (records.len() as u64, 0), "{name}: {errors:#?}");
        assert_eq!(kept(&app).await, before, "{name}");
    }
    let changed = before.iter().map(|(id, (version, record))| {
        let record = Record { team: Some("Another team".to_owned()), ..record.clone() };
        (id.clone(), (version + 1, record))
    });
    let changed: BTreeMap<String, (i64, Record)> = changed.collect();
    let bytes = with_cell(&download(&app, "records.csv?", "").await, "team", "Another team");
    let (report, errors) = import(&app, "changed.csv", &bytes).await;
    assert_eq!((report.changed, report.rejected), (records.len() as u64, 0), "{errors:#?}");
    assert_eq!(kept(&app).await, changed);
}

/// A table with one column's cells replaced.
pub(crate) fn with_cell(table: &[u8], column: &str, text: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table);
    let header = reader.headers().unwrap().clone();
    let place = header.iter().position(|name| name == column).unwrap();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&header).unwrap();
    for row in reader.records().map(Result::unwrap) {
        out.write_record(row.iter().enumerate().map(|(at, cell)| if at == place { text } else { cell }))
            .unwrap();
    }
    out.into_inner().unwrap()
}
