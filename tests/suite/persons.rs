//! Nothing of the people in other registers' files is kept: in no table, no file, no index, no dump, no report. The
//! people are invented, and stand in every column that holds people, and in free texts, of every form of file.

use std::path::{Path, PathBuf};

use importer::Source;
use importer::sources::SourceOptions;
use search::{Place, Search};
use serde_json::{Value, json};
use store::ground::raw;
use suite::{TestApp, on_postgres};

use crate::dumps;

/// Parts of their names, mailboxes and telephone numbers.
const CANARIES: &[&str] = &["Quackenbush", "quackenbush", "Zebulon", "zebulon", "555-0143", "5550143"];
const NAME: &str = "Quackenbush, Zebulon";
const MAILBOX: &str = "zebulon.quackenbush@agency.example";
const TELEPHONE: &str = "(202) 555-0143";

/// Headings of people in six languages, each with a person.
const PEOPLE: &[(&str, &str)] = &[
    ("Contact Name", NAME),
    ("Contact Email", MAILBOX),
    ("Point of contact", NAME),
    ("Responsible person", NAME),
    ("Phone number", TELEPHONE),
    ("Contactpersoon", NAME),
    ("Telefoonnummer", "2025550143"),
    ("Personne responsable", NAME),
    ("Téléphone", TELEPHONE),
    ("Ansprechpartnerin", NAME),
    ("Persona de contacto", NAME),
    ("Enw cyswllt", NAME),
];

/// A file of one row, with the people and a remark about one.
fn table(columns: &[(&str, &str)]) -> String {
    let remark = format!("Ask {MAILBOX}, tel. {TELEPHONE}.");
    let remarks = [("Remarks", remark.as_str())];
    let all = || columns.iter().chain(PEOPLE).chain(&remarks);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(all().map(|(heading, _)| *heading)).unwrap();
    writer.write_record(all().map(|(_, cell)| *cell)).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A member for each heading.
fn object(columns: &[(&str, &str)]) -> Value {
    let mut all: serde_json::Map<String, Value> =
        columns.iter().chain(PEOPLE).map(|(name, cell)| ((*name).to_owned(), json!(cell))).collect();
    all.insert("contact".to_owned(), json!({ "name": NAME, "more": [{ "tel": TELEPHONE }] }));
    all.insert("remarks".to_owned(), json!(format!("<p>{MAILBOX}</p> {TELEPHONE}")));
    Value::Object(all)
}

/// Every form of file: source, name, and content.
fn files() -> Vec<(Source, &'static str, String)> {
    let said = format!("Sorts letters. Ask {MAILBOX} or {TELEPHONE}.");
    let said = said.as_str();
    let us = [
        ("Use Case ID", "FTC-1"),
        ("Use Case Name", "Letter sorter"),
        ("Agency", "Federal Trade Commission"),
        ("Summary of Use Case", said),
        ("Stage of Development", said),
    ];
    let ca = [
        ("ai_register_id", "2526-HC-001"),
        ("name_ai_system_en", "Letter sorter of Canada"),
        ("government_organization", "Health Canada / Santé Canada"),
        ("description_ai_system_en", said),
        ("description_ai_system_fr", said),
        ("ai_system_status_en", said),
    ];
    let nyc = [
        ("year", "2023"),
        ("agency", "NYPD"),
        ("tool_name", "City sorter"),
        ("tool_desc_brief", said),
        ("date_use", said),
    ];
    let nl = [
        ("name", "Brievensorteerder"),
        ("organization", "Gemeente Noorderhaaks"),
        ("description_short", said),
        ("status", said),
        ("contact_email", MAILBOX),
        ("impacttoetsen", said),
    ];
    let atrs = [
        ("title", "DfE: Sorter"),
        ("url", "https://www.gov.uk/algorithmic-transparency-records/dfe-sorter"),
        ("publishing_body", "DfE"),
        ("description", said),
    ];
    let item = [
        ("title", "DfE: Item"),
        ("base_path", "/algorithmic-transparency-records/dfe-item"),
        ("description", said),
    ];
    let mut item = object(&item);
    let body = format!("<h3>1.4 - Contact email</h3><p>{MAILBOX}</p><h3>2.1.2 - Team</h3><p>{said}</p>");
    item["details"] = json!({ "body": body, "metadata": {} });
    item["links"] = json!({ "people": [{ "title": NAME }] });
    let city =
        [("Number", "1"), ("Tool", "City planner"), ("Body", "Northmoor Borough Council"), ("Stage", said)];
    vec![
        (Source::Us, "us_2023.csv", table(&us)),
        (Source::Ca, "ca.csv", table(&ca)),
        (Source::Nyc, "nyc.csv", table(&nyc)),
        (Source::Nl, "nl.csv", table(&nl)),
        (Source::Nl, "nl.json", json!([object(&nl)]).to_string().replace("Brievensorteerder", "Sorteerder")),
        (Source::Atrs, "atrs.csv", table(&atrs)),
        (Source::Atrs, "item.json", item.to_string()),
        (Source::Table, "city.csv", table(&city)),
    ]
}

const MAPPING: &str = r#"
    source = "city"
    version = "1"
    key = ["Number"]
    [defaults]
    jurisdiction = "GB"
    lang = "en"
    [[columns]]
    header = "Tool"
    field = "title"
    [[columns]]
    header = "Body"
    field = "publisher"
    [[columns]]
    header = "Responsible person"
    field = "accountable_role"
    [[columns]]
    header = "Stage"
    field = "phase"
    values = { "In use" = "production" }
"#;

#[track_caller]
fn without_people(place: &str, bytes: &[u8]) {
    for canary in CANARIES {
        let found = bytes.windows(canary.len()).position(|part| part == canary.as_bytes());
        let around = found.map(|at| {
            String::from_utf8_lossy(&bytes[at.saturating_sub(80)..(at + 80).min(bytes.len())]).into_owned()
        });
        assert_eq!(around, None, "{place} has {canary}");
    }
}

/// Every file in a folder and the folders in it.
fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(all_files(&path)) } else { files.push(path) }
    }
    files
}

/// Looks through every table of a PostgreSQL database; one of SQLite is a file.
async fn look_through_tables(app: &TestApp) {
    let names =
        "SELECT string_agg(table_name, ',') FROM information_schema.tables WHERE table_schema = 'public'";
    let names = raw::text(&app.db, names).await.unwrap().unwrap();
    for name in names.split(',') {
        let rows =
            raw::text(&app.db, &format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{name}\" t"))
                .await;
        without_people(name, rows.unwrap().unwrap_or_default().as_bytes());
    }
}

#[tokio::test]
async fn nothing_is_kept_of_people_in_files_of_other_registers() {
    let app = TestApp::new().await;
    let from = tempfile::tempdir().unwrap();
    let mapping = from.path().join("city.toml");
    std::fs::write(&mapping, MAPPING).unwrap();
    let mut options = suite::options();
    options.source = SourceOptions { mapping: Some(mapping), ..SourceOptions::default() };
    for (source, name, content) in files() {
        let path = from.path().join(name);
        std::fs::write(&path, content).unwrap();
        let (report, errors) = app.import_with(source, &path, &options).await.unwrap();
        assert_eq!(report.read, 1, "{name}: {errors:?}");
        without_people(&format!("the report on {name}"), serde_json::to_string(&report).unwrap().as_bytes());
        without_people(&format!("the errors of {name}"), errors.join("\n").as_bytes());
        let counted = report.rules.contains_key("person-left-out");
        assert!(counted, "{name} does not say that people were left out: {:?}", report.rules);
    }
    let list = app.json("/api/v1/records?limit=100").await;
    // The row of the table is rejected: its stage is in no list.
    assert_eq!(list["total"], 7);
    for one in list["items"].as_array().unwrap() {
        let id = one["id"].as_str().unwrap();
        for end in ["", "/versions", "/versions/1"] {
            let answer = app.get(&format!("/api/v1/records/{id}{end}")).await.text;
            assert!(!answer.is_empty());
            without_people(&format!("{id}{end}"), answer.as_bytes());
        }
        without_people("its page", app.get(&format!("/records/{id}")).await.text.as_bytes());
    }
    for path in ["records.csv", "records.ndjson"] {
        without_people(path, app.get(&format!("/api/v1/{path}")).await.text.as_bytes());
    }
    assert_eq!(app.json("/api/v1/records?q=Quackenbush").await["total"], 0);
    let index = from.path().join("index");
    drop(Search::open(&app.db, Place::Folder(index.clone())).await.unwrap());
    let out = from.path().join("dump");
    dumps::write(&app, &out).await.unwrap();
    let kept: Vec<PathBuf> =
        all_files(app.folder.path()).into_iter().chain(all_files(&index)).chain(all_files(&out)).collect();
    assert!(kept.len() > 10, "{kept:?}");
    for path in kept {
        without_people(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    if on_postgres() {
        look_through_tables(&app).await;
    }
}

#[tokio::test]
async fn mailboxes_of_roles_and_numbers_of_services_stay() {
    let app = TestApp::new().await;
    let rows = "year,agency,tool_name,tool_desc_brief,Contact\n\
                2023,NYPD,City sorter,Write to algorithms@nypd.example or call 1-800-555-0100.,algorithms@nypd.example\n";
    app.import(Source::Nyc, &app.file("nyc.csv", rows)).await;
    let id = app.json("/api/v1/records").await["items"][0]["id"].as_str().unwrap().to_owned();
    let record = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(record["description"], "Write to algorithms@nypd.example or call 1-800-555-0100.");
    assert_eq!(record["import"]["raw"]["Contact"], "algorithms@nypd.example");
}
