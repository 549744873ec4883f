//! What is known, and from whom: what a source does not say is no fault of the body, and is shown as what it is.

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::codes::{Origin, RecordKind, Sector, StatementKind, WithheldGround};
use domain::record::FieldStatement;
use importer::Source;
use serde_json::{Value, json};
use suite::data::{fixture, real};
use suite::{TestApp, now, record};

use crate::desks::{Browser, desk};
use crate::submissions::{Council, ready};

/// Flags for what a record is silent about; assessments are asked by duties of their own.
const SILENCE: &[&str] = &[
    "post_deployment_overdue",
    "review_not_followed",
    "redress_missing",
    "participation_missing",
    "supplier_undisclosed",
    "contract_missing",
    "stale",
];

fn state(record: &mut Record, field: &str, kind: StatementKind, reason: &str) {
    record.field_statements.push(FieldStatement {
        field: field.to_owned(),
        kind,
        reason: Some(reason.to_owned()),
        ground: (kind == StatementKind::Withheld).then_some(WithheldGround::Foia43),
    });
}

/// The Dutch fixture, and the record of it that is in use.
async fn dutch() -> (TestApp, Value) {
    let app = TestApp::new().await;
    app.import(Source::Nl, &fixture("nl/shapes.json")).await;
    let list = app.json("/api/v1/records?phase=production").await;
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let gate = app.json(&format!("/api/v1/records/{id}")).await;
    (app, gate)
}

fn names<'a>(record: &'a Value, state: &str) -> Vec<&'a str> {
    let fields = record["completeness"]["fields"].as_array().unwrap().iter();
    fields.filter(|one| one["state"] == state).map(|one| one["field"].as_str().unwrap()).collect()
}

/// The flags of a record in the API.
fn flags(record: &Value) -> Vec<&str> {
    record["flags"].as_array().unwrap().iter().map(|flag| flag["flag"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_imported_record_is_not_accused_of_what_its_source_does_not_say() {
    let (app, gate) = dutch().await;
    // In use since 2022, in policing: its own body would be asked for all of this.
    let raised: Vec<&str> = flags(&gate).into_iter().filter(|flag| SILENCE.contains(flag)).collect();
    assert!(raised.is_empty(), "{raised:?}");
    assert_eq!(gate["transparency_class"], "not_rated");
    assert!(names(&gate, "blank").is_empty(), "{gate}");
    let mute = names(&gate, "not_stated_by_source");
    assert!(mute.contains(&"previous_process") && mute.contains(&"models"), "{mute:?}");
    let complete = &gate["completeness"];
    assert_eq!(complete["not_stated"], mute.len());
    let all = complete["fields"].as_array().unwrap().len();
    assert_eq!(complete["required"].as_u64().unwrap() + mute.len() as u64, all as u64);
    // The list says the same.
    let list = app.json("/api/v1/records?phase=production").await;
    assert_eq!(list["items"][0]["completeness"]["not_stated"], mute.len());
    assert_eq!(list["items"][0]["transparency_class"], "not_rated");

    // The same words in the body's own record are flagged.
    let own = record("Own", |r| {
        r.kind = RecordKind::ProcuredTechnology;
        r.sectors = vec![Sector::Policing];
        r.first_used = "2022-03-01".parse().ok();
    });
    let id = app.publish(&[own]).await.remove(0);
    let own = app.json(&format!("/api/v1/records/{id}")).await;
    for flag in
        ["post_deployment_overdue", "participation_missing", "supplier_undisclosed", "contract_missing"]
    {
        assert!(flags(&own).contains(&flag), "{flag}: {:?}", flags(&own));
    }
    assert_eq!(own["completeness"]["not_stated"], 0);
    assert_eq!(own["transparency_class"], "low");
    assert!(own.get("rests_on").is_none());
}

#[tokio::test]
async fn an_imported_record_says_what_it_rests_on() {
    let (app, gate) = dutch().await;
    let rests_on = &gate["rests_on"];
    assert_eq!(
        (&rests_on["source"], &rests_on["name"]),
        (&json!("nl"), &json!("Algorithm Register of the Netherlands"))
    );
    assert_eq!(rests_on["home"], "https://algoritmes.overheid.nl");
    let id = gate["id"].as_str().unwrap();
    let picked = app.json(&format!("/api/v1/records/{id}?fields=rests_on")).await;
    assert_eq!(picked["rests_on"], gate["rests_on"]);
    let page = app.get(&format!("/records/{id}")).await.text;
    for said in [
        "rests on the Algorithm Register of the Netherlands",
        "Not stated by the source:",
        "more not stated by the source",
        "Not rated",
        "No review by an oversight body stands in the record. Not stated by the source",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Required and not answered by the body"), "{page}");
    let welsh = app.get(&format!("/cy/records/{id}")).await.text;
    assert!(welsh.contains("Heb ei nodi gan y ffynhonnell:"), "{welsh}");
    // With its edition, where the file has one.
    let mut options = suite::options();
    options.source.edition = Some("2025".to_owned());
    app.import_with(Source::Us, &fixture("us/original_2025.csv"), &options).await.unwrap();
    let list = app.json("/api/v1/records?jurisdiction=US&limit=1").await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let american = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(american["rests_on"]["edition"], "2025");
    let page = app.get(&format!("/records/{id}")).await.text;
    let said = "rests on the Federal AI Use Case Inventories of the United States, edition 2025.";
    assert!(page.contains(said), "{page}");
    // A table read with a mapping has a source of its own, named by its key.
    let unnamed = app.file("city.toml", CITY);
    let table = app.file("city.csv", "Number,Tool,Body\n1,Parking checks,Northmoor Borough Council\n");
    options.source.edition = None;
    options.source.mapping = Some(unnamed);
    app.import_with(Source::Table, &table, &options).await.unwrap();
    let list = app.json("/api/v1/records?q=parking").await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let parking = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(parking["rests_on"], json!({ "source": "city", "name": "city" }));
}

const CITY: &str = r#"
source = "city"
version = "1"
key = ["Number"]

[defaults]
jurisdiction = "GB"
lang = "en"

[[columns]]
header = "Number"
drop = true

[[columns]]
header = "Tool"
field = "title"

[[columns]]
header = "Body"
field = "publisher"
"#;

#[tokio::test]
async fn the_register_says_how_much_its_sources_leave_open() {
    let (app, _) = dutch().await;
    app.publish(&[record("Own", |_| {})]).await;
    let (mut asked, mut mute) = (0, 0);
    for item in app.json("/api/v1/records?origin=imported").await["items"].as_array().unwrap() {
        let complete = &item["completeness"];
        mute += complete["not_stated"].as_u64().unwrap();
        asked += complete["required"].as_u64().unwrap() + complete["not_stated"].as_u64().unwrap();
    }
    assert!(mute > 0 && mute < asked);
    let about = app.json("/api/v1").await;
    let sources = about["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert_eq!((&sources[0]["source"], &sources[0]["records"]), (&json!("nl"), &json!(2)));
    assert_eq!((&sources[0]["asked"], &sources[0]["not_stated"]), (&json!(asked), &json!(mute)));
    let share = sources[0]["share"].as_f64().unwrap();
    assert!((share - mute as f64 / asked as f64).abs() < 1e-9, "{share}");
    assert_eq!(app.json("/api/v1/stats?sector=tax").await["sources"], about["sources"]);
    let said = format!(
        "2 records rest on the Algorithm Register of the Netherlands, which does not state {:.0}% of what",
        share * 100.0
    );
    for page in ["/", "/statistics"] {
        let page = app.get(page).await.text;
        assert!(page.contains(&said), "{said}: {page}");
    }
    // Withdrawn records rest on nothing.
    let id = app.json("/api/v1/records?phase=retired").await["items"][0]["id"].as_str().unwrap().to_owned();
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), "No longer used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.json("/api/v1").await["sources"][0]["records"], 1);
}

#[tokio::test]
async fn what_earlier_releases_imported_is_read_the_new_way() {
    let app = TestApp::new().await;
    let old = record("Old", |r| {
        r.origin = Origin::Imported;
        state(r, "team", StatementKind::Unknown, "not stated by the source");
        state(r, "accountable_role", StatementKind::Unknown, "nobody there knows");
    });
    let id = app.publish(&[old]).await.remove(0);
    let read = app.json(&format!("/api/v1/records/{id}")).await;
    assert!(names(&read, "not_stated_by_source").contains(&"team"));
    assert_eq!(names(&read, "unknown"), ["accountable_role"]);
    assert_eq!(read["field_statements"][0]["kind"], "unknown", "a published version stays as it is");
    let page = app.get(&format!("/records/{id}")).await.text;
    assert!(page.contains("Unknown: nobody there knows"), "{page}");
}

#[tokio::test]
async fn listings_of_earlier_releases_are_judged_again() {
    let (app, gate) = dutch().await;
    let id = gate["id"].as_str().unwrap();
    let before = app.json("/api/v1").await["sources"].clone();
    // As an earlier release leaves them: with its flags, and without the new columns.
    store::ground::raw::undo(&app.db, "m0017_judge_again").await.unwrap();
    let older = "UPDATE listings SET card = replace(card, '\"flags\":[', '\"flags\":[\"stale\",')";
    store::ground::raw::execute(&app.db, older).await.unwrap();
    store::ground::raw::execute(
        &app.db,
        "UPDATE listings SET card = replace(card, '\"stale\",]', '\"stale\"]'), judge_on = NULL",
    )
    .await
    .unwrap();
    app.db.migrate().await.unwrap();
    assert_eq!(store::records::maintenance::judge_due(&app.db, now()).await.unwrap(), 2);
    assert_eq!(store::records::maintenance::judge_due(&app.db, now()).await.unwrap(), 0, "once is enough");
    let list = app.json("/api/v1/records?flag=stale").await;
    assert_eq!(list["total"], 0, "{list}");
    let list = app.json("/api/v1/records?phase=production").await;
    assert_eq!(list["items"][0]["id"], id);
    let expected = gate["flags"].as_array().unwrap().iter().map(|flag| flag["flag"].clone());
    assert_eq!(list["items"][0]["flags"], expected.collect::<Value>());
    assert_eq!(app.json("/api/v1").await["sources"], before);
}

#[tokio::test]
async fn downloads_name_what_a_source_does_not_state_and_read_back() {
    let (app, gate) = dutch().await;
    let own = app.publish(&[record("Own", |_| {})]).await.remove(0);
    let mute = names(&gate, "not_stated_by_source");
    let csv = app.get("/api/v1/records.csv").await.text;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|one| one == name).unwrap();
    let (id, not_stated) = (column("id"), column("not_stated"));
    let cells: Vec<(String, String)> =
        rows.records().map(|row| row.unwrap()).map(|row| (row[id].into(), row[not_stated].into())).collect();
    let of = |wanted: &str| cells.iter().find(|(id, _)| id == wanted).map(|(_, cell)| cell.as_str());
    assert_eq!(of(gate["id"].as_str().unwrap()), Some(mute.join(";").as_str()));
    assert_eq!(of(&own), Some(""));
    let lines = app.get("/api/v1/records.ndjson").await.text;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["id"] == gate["id"] {
            assert_eq!(line["not_stated"], json!(mute));
        }
        assert_eq!(line.get("not_stated").is_some(), line["origin"] == "imported", "{line}");
    }
    // The body's own record comes back as it went.
    let mine = app.get("/api/v1/records.csv?origin=self_declared").await.text;
    assert!(mine.lines().next().unwrap().contains("not_stated"), "{mine}");
    let file = app.file("records.csv", mine);
    let (report, errors) = app.import(Source::Records, &file).await;
    assert_eq!((report.read, report.unchanged, report.rejected), (1, 1, 0), "{errors:?}");
}

#[tokio::test]
async fn each_kind_of_statement_is_shown_in_its_own_words() {
    let app = TestApp::new().await;
    let id = app
        .publish(&[record("Stated", |r| {
            r.sectors = vec![Sector::Policing];
            state(r, "consultations", StatementKind::Absent, "nobody was asked");
            state(r, "assessments", StatementKind::Absent, "none was made");
            state(r, "supplier_involvement", StatementKind::Withheld, "in confidence");
            state(r, "contracts", StatementKind::NotApplicable, "bought by the ministry");
            state(r, "team", StatementKind::Unknown, "the office was closed");
            state(r, "redress_routes", StatementKind::Absent, "decisions are final");
        })])
        .await
        .remove(0);
    let page = app.get(&format!("/records/{id}")).await.text;
    for said in [
        "There is none: nobody was asked",
        "No assessment stands in the record. There is none: none was made",
        "in confidence",
        "Not applicable: bought by the ministry",
        "Unknown: the office was closed",
        "There is none: decisions are final",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Not stated by the source"), "{page}");
    let read = app.json(&format!("/api/v1/records/{id}")).await;
    for flag in ["participation_missing", "supplier_undisclosed"] {
        assert!(flags(&read).contains(&flag), "{flag}: {:?}", flags(&read));
    }
    assert!(!flags(&read).contains(&"contract_missing"), "it does not arise: {:?}", flags(&read));
    assert_eq!(names(&read, "absent"), ["redress_routes"]);
}

#[tokio::test]
async fn a_body_states_in_a_form_that_there_is_none() {
    let council = Council::new().await;
    let browser = Browser::signed_in(&council.app, "writer@northmoor.example").await;
    let (path, _) = council.begin(ready("Route planner")).await;
    let page = browser.get(&format!("{}/sections/checked", desk(&path))).await;
    assert!(page.text.contains("consultations.statement\" type=\"radio\" value=\"absent\""), "{}", page.text);
    assert!(!page.text.contains("not_stated_by_source"), "{}", page.text);
    // It makes no sense of a summary, or of who is affected.
    let page = browser.get(&format!("{}/sections/identity", desk(&path))).await;
    assert!(page.text.contains("value=\"not_applicable\"") && !page.text.contains("value=\"absent\""));
    let section = format!("{}/sections/checked", desk(&path));
    let typed = [
        ("revision", "1"),
        ("consultations.statement", "absent"),
        ("consultations.reason", "Nobody was asked"),
    ];
    let saved = browser.post(&section, &typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    let statements = draft["record"]["field_statements"].as_array().unwrap();
    let stated = statements.iter().find(|one| one["field"] == "consultations").unwrap();
    assert_eq!(stated, &json!({ "field": "consultations", "kind": "absent", "reason": "Nobody was asked" }));
    // The form comes back with what was stated.
    let page = browser.get(&section).await;
    assert!(page.text.contains("value=\"Nobody was asked\""), "{}", page.text);
}

#[tokio::test]
async fn a_body_gives_a_reason_for_what_is_absent_and_does_not_speak_for_a_source() {
    let council = Council::new().await;
    let mut body = ready("Route planner");
    let statements = body["record"]["field_statements"].as_array_mut().unwrap();
    statements.push(json!({ "field": "consultations", "kind": "absent" }));
    statements.push(json!({ "field": "contracts", "kind": "not_stated_by_source", "reason": "no idea" }));
    let (path, _) = council.begin(body).await;
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    let codes: Vec<&str> =
        draft["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"reason-missing") && codes.contains(&"not-a-source"), "{codes:?}");
}

#[tokio::test]
async fn a_body_that_takes_a_record_over_answers_for_itself() {
    let council = Council::new().await;
    let imported = record("Planner", |r| {
        r.origin = Origin::Imported;
        state(r, "team", StatementKind::NotStatedBySource, "not stated by the source");
        state(r, "accountable_role", StatementKind::Unknown, "not stated by the source");
        state(r, "redress_routes", StatementKind::Absent, "none was set up");
    });
    let id = council.app.publish(&[imported]).await.remove(0);
    let (path, _) = council.begin(json!({ "record_id": id })).await;
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    let stated: Vec<&str> = draft["record"]["field_statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    assert_eq!(stated, ["redress_routes"]);
    let blank = names(&draft, "blank");
    assert!(blank.contains(&"team") && blank.contains(&"accountable_role"), "{blank:?}");
    let findings = draft["findings"].to_string();
    assert!(!findings.contains("not-a-source"), "{findings}");
}

#[tokio::test]
async fn real_imports_raise_no_flag_for_silence() {
    let app = TestApp::new().await;
    for (source, name) in [
        (Source::Atrs, "uk/atrs_records_2026-07-10.json"),
        (Source::Nl, "nl/pub_data_2023-06-19.json"),
        (Source::Us, "us/agency-raw-2025/treasury.csv"),
    ] {
        let Some(file) = real(name) else { return };
        app.import(source, &file).await;
    }
    assert!(app.json("/api/v1/records?limit=1").await["total"].as_u64().unwrap() > 300);
    for (flag, field) in [
        ("redress_missing", "redress_routes"),
        ("participation_missing", "consultations"),
        ("supplier_undisclosed", "supplier_involvement"),
        ("contract_missing", "contracts"),
        ("post_deployment_overdue", "assessments"),
    ] {
        let flagged = format!("/api/v1/records?flag={flag}&limit=100&fields=field_statements,assessments");
        for item in app.json(&flagged).await["items"].as_array().unwrap() {
            let statements = item["field_statements"].as_array().into_iter().flatten();
            let stated = statements.filter(|one| one["field"] == field);
            let said = stated.map(|one| &one["kind"]).any(|kind| kind == "absent" || kind == "withheld");
            let assessments = item["assessments"].as_array().into_iter().flatten();
            let undone = field == "assessments"
                && assessments
                    .clone()
                    .any(|one| one["stage"] == "after_deployment" || one["stage"] == "periodic");
            assert!(said || undone, "{flag} on a source's silence: {item}");
        }
    }
    assert_eq!(app.json("/api/v1/records?flag=stale").await["total"], 0);
    let sources = app.json("/api/v1").await["sources"].clone();
    let keys: Vec<&str> =
        sources.as_array().unwrap().iter().map(|one| one["source"].as_str().unwrap()).collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
}

#[test]
fn every_register_we_read_has_a_name_for_people() {
    for (key, source) in Source::ALL {
        // Our own template is no source, and a mapping names its own.
        if !matches!(source, Source::Records | Source::Table) {
            let known =
                domain::sources::find(key).unwrap_or_else(|| panic!("{key} has no name in domain::sources"));
            assert!(known.home.starts_with("https://") && !known.licence.is_empty(), "{known:?}");
        }
    }
}
