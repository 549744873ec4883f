//! What the register gives out comes back unaltered after another program opened and saved it, and from a dump.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use axum::http::Method;
use domain::Record;
use domain::codes::{OrganisationKind, Role};
use domain::fields::FIELDS;
use importer::Source;
use serde_json::Value;
use suite::anything::{Maker, for_seeds};
use suite::office::{self, Kept};
use suite::{Answer, TestApp, options};

use crate::unaltered::{changes_nothing, download, import, kept, upload, with_cell};

/// The downloads as the program saves them: the workbook as it is, and CSV for spreadsheets opened by hand.
async fn saved(app: &TestApp) -> Vec<(&'static str, Vec<u8>)> {
    let plain = download(app, "records.csv?", "").await;
    let guarded = download(app, "records.csv?excel=true&", "").await;
    let workbook = [("records", office::rows(&plain, office::of_workbook))];
    let opened = [("records", office::rows(&guarded, |_, text| office::of_csv(text)))];
    vec![
        ("workbook.ods", office::ods(&workbook)),
        ("workbook.xlsx", office::xlsx(&workbook)),
        ("opened.ods", office::ods(&opened)),
        ("opened.xlsx", office::xlsx(&opened)),
    ]
}

#[tokio::test]
async fn the_demonstration_data_read_back_unchanged_after_another_program_saved_them() {
    let app = TestApp::demonstration().await;
    let before = kept(&app).await;
    for (name, bytes) in saved(&app).await {
        let (report, errors) = import(&app, name, &bytes).await;
        assert_eq!((report.read, report.unchanged, report.rejected), (66, 66, 0), "{name}: {errors:#?}");
    }
    assert_eq!(kept(&app).await, before);
}

#[test]
fn a_published_record_reads_back_as_it_was_after_another_program_saved_it() {
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
    for (name, bytes) in saved(&app).await {
        let answer = upload(&app, &token, name, bytes.clone()).await;
        let changed = changed(&app, &token, &answer).await;
        assert!(changed.is_empty(), "{name}: {changed:#?}");
        changes_nothing(&answer, records.len(), name);
        let (report, errors) = import(&app, name, &bytes).await;
        assert_eq!((report.unchanged, report.rejected), (records.len() as u64, 0), "{name}: {errors:#?}");
        assert_eq!(kept(&app).await, before, "{name}");
    }
    // One cell changed by hand changes that cell, and no other.
    let changed = before.iter().map(|(id, (version, record))| {
        let record = Record { team: Some("Another team".to_owned()), ..record.clone() };
        (id.clone(), (version + 1, record))
    });
    let changed: BTreeMap<String, (i64, Record)> = changed.collect();
    let guarded = download(&app, "records.csv?excel=true&", "").await;
    let guarded = with_cell(guarded.strip_prefix("\u{FEFF}".as_bytes()).unwrap(), "team", "Another team");
    let bytes = office::ods(&[("records", office::rows(&guarded, |_, text| office::of_csv(text)))]);
    let (report, errors) = import(&app, "changed.ods", &bytes).await;
    assert_eq!((report.changed, report.rejected), (records.len() as u64, 0), "{errors:#?}");
    assert_eq!(kept(&app).await, changed);
}

/// What the drafts of an upload change: the field, before and after.
async fn changed(app: &TestApp, token: &str, answer: &Answer) -> Vec<String> {
    let mut all = Vec::new();
    let report = answer.json();
    for draft in report["drafts"].as_array().into_iter().flatten() {
        let path = format!("/api/v1/submissions/{}", draft["submission"].as_str().unwrap());
        let after = app.call(Method::GET, &path, token, None, Value::Null).await.json()["record"].clone();
        let before = store::records::sealed::whole(&app.db, draft["record_id"].as_str().unwrap()).await;
        let before = before.unwrap().unwrap().to_members();
        for field in FIELDS {
            let (was, is) = (before.get(field.name).unwrap_or(&Value::Null), &after[field.name]);
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            all.extend((was != is).then(|| format!("{}: {} -> {}", field.name, short(was), short(is))));
        }
    }
    all
}

#[tokio::test]
async fn what_somebody_wrote_into_a_spreadsheet_is_a_change() {
    let app = TestApp::new().await;
    let record = suite::record("0123", |record| {
        record.team = Some("50%".to_owned());
        record.summary = Some("31/03/2026".to_owned());
    });
    app.publish(&[record]).await;
    let plain = download(&app, "records.csv?", "").await;
    let edited = |column: &'static str, cell: Kept| {
        let rows = office::rows(
            &plain,
            move |name, text| {
                if name == column { cell.clone() } else { office::of_csv(text) }
            },
        );
        office::xlsx(&[("records", rows)])
    };
    for (column, cell, text) in [
        ("title", Kept::Number(124.0), "124"),
        ("team", Kept::Text("60%".to_owned()), "60%"),
        ("summary", Kept::Text("31/03/2027".to_owned()), "31/03/2027"),
    ] {
        let (report, errors) = import(&app, "edited.xlsx", &edited(column, cell)).await;
        assert_eq!((report.changed, report.rejected), (1, 0), "{column}: {errors:#?}");
        let now = kept(&app).await.into_values().next().unwrap().1.to_members();
        assert_eq!(now[column], text, "{column}");
    }
}

#[tokio::test]
async fn a_dump_reads_back_unchanged() {
    let app = TestApp::demonstration().await;
    let before = kept(&app).await;
    let out = tempfile::tempdir().unwrap();
    let written = crate::dumps::write(&app, out.path()).await.unwrap();
    let folder = &written.folder;
    let check = async |file: &Path, companions: &[&str]| {
        let mut options = options();
        options.source.companions =
            companions.iter().map(|name| folder.join(format!("{name}.csv"))).collect();
        let (report, errors) = app.import_with(Source::Records, file, &options).await.unwrap();
        let counts = (report.read, report.unchanged, report.rejected);
        assert_eq!(counts, (66, 66, 0), "{}: {errors:#?}", file.display());
        assert_eq!(kept(&app).await, before, "{}", file.display());
    };
    let lists = [
        "assessments",
        "reviews",
        "deployments",
        "audits",
        "consultations",
        "redress_routes",
        "complaints",
        "incidents",
        "environment",
    ];
    check(&folder.join("records.csv"), &[]).await;
    check(&folder.join("records.csv"), &lists).await;
    check(&folder.join("records.ndjson"), &[]).await;
    // With its child lists in sheets of their own.
    check(&folder.join("register.xlsx"), &[]).await;
}

#[tokio::test]
async fn libreoffice_itself_changes_nothing() {
    let Ok(found) = Command::new("soffice").arg("--version").output() else {
        eprintln!("SKIPPED: this test needs LibreOffice (soffice), which is not installed");
        return;
    };
    eprintln!("with {}", String::from_utf8_lossy(&found.stdout).trim());
    let app = TestApp::demonstration().await;
    let before = kept(&app).await;
    for (form, name) in [("records.xlsx?", "records.xlsx"), ("records.csv?excel=true&", "records.csv")] {
        let file = app.file(name, download(&app, form, "").await);
        for ending in ["ods", "xlsx"] {
            let out = app.folder.path().join(ending);
            let home = format!("-env:UserInstallation=file://{}", app.folder.path().join("home").display());
            let done = Command::new("soffice")
                .args([&home, "--headless", "--convert-to", ending, "--outdir"])
                .args([&out, &file])
                .output()
                .unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            let bytes = std::fs::read(out.join("records").with_extension(ending)).unwrap();
            let (report, errors) = import(&app, &format!("saved.{ending}"), &bytes).await;
            assert_eq!((report.unchanged, report.rejected), (66, 0), "{name} as {ending}: {errors:#?}");
        }
    }
    assert_eq!(kept(&app).await, before);
}
