//! What the register gives out comes back unaltered: in each file format, by upload and on the command line,
//! and from clients and forms that understand only part of it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use domain::{Record, written};
use importer::{Report, Source};
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use store::records::standing;
use suite::anything::Maker;
use suite::{Answer, TestApp, options};

use crate::submissions::{Council, ready};

/// The downloads that can be read back: address and file name.
const FORMS: [(&str, &str); 4] = [
    ("records.csv?", "records.csv"),
    ("records.csv?excel=true&", "excel.csv"),
    ("records.xlsx?", "records.xlsx"),
    ("records.ndjson?", "records.ndjson"),
];

/// The version and full content of every record, sealed text included.
async fn kept(app: &TestApp) -> BTreeMap<String, (i64, Record)> {
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

async fn ids(app: &TestApp) -> Vec<String> {
    let lines = app.get("/api/v1/records.ndjson").await.text;
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

async fn download(app: &TestApp, form: &str, query: &str) -> Vec<u8> {
    app.search.catch_up().await.unwrap();
    app.bytes(&format!("/api/v1/{form}{query}"), &[]).await
}

async fn import(app: &TestApp, name: &str, bytes: &[u8]) -> (Report, Vec<String>) {
    let file = app.file(name, bytes);
    app.import_with(Source::Records, &file, &options()).await.unwrap()
}

async fn upload(app: &TestApp, token: &str, name: &str, bytes: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    app.send_body(Method::POST, &format!("/api/v1/imports?name={name}"), &headers, bytes).await
}

/// Asserts that an upload reported every row as unchanged.
#[track_caller]
fn changes_nothing(answer: &Answer, rows: usize, name: &str) {
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
fn whatever_was_published_reads_back_as_it_was() {
    let config = ProptestConfig {
        cases: 12,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&any::<u64>(), |seed| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(Box::pin(goes_round(seed)));
        Ok(())
    });
    result.unwrap();
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
fn with_cell(table: &[u8], column: &str, text: &str) -> Vec<u8> {
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

/// A table with only some of its columns.
fn with_columns(table: &[u8], columns: &[&str]) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table);
    let header = reader.headers().unwrap().clone();
    let places: Vec<usize> =
        columns.iter().map(|column| header.iter().position(|name| name == *column).unwrap()).collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(columns).unwrap();
    for row in reader.records().map(Result::unwrap) {
        out.write_record(places.iter().map(|place| &row[*place])).unwrap();
    }
    out.into_inner().unwrap()
}

/// A council with a published record that has sealed text.
async fn sealed() -> (Council, String) {
    let council = Council::new().await;
    let mut body = ready("Camera");
    body["record"]["risks"] = json!([{ "title": "Wrong person stopped" }]);
    body["record"]["people_affected_per_year"] = json!({ "value": 12_000, "basis": "measured" });
    body["record"]["assessments"] = json!([
        { "type": "dpia", "title": "First", "stage": "before_deployment", "status": "complete",
          "visibility": "regulator_only", "withheld_ground": "foia_31", "summary": "SECRET finding",
          "residual_risk": "SECRET risk", "outcome": "proceed" },
        { "type": "eqia", "title": "Open", "stage": "before_deployment", "status": "complete", "summary": "For all" },
    ]);
    let (id, _) = council.publish(body).await;
    (council, id)
}

async fn whole(council: &Council, id: &str) -> Record {
    store::records::sealed::whole(&council.app.db, id).await.unwrap().unwrap()
}

/// Publishes a draft created by an upload.
async fn publish_draft(council: &Council, report: &Value) {
    let path = format!("/api/v1/submissions/{}", report["drafts"][0]["submission"].as_str().unwrap());
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await;
    let mut etag = draft.header("etag").to_owned();
    for (action, token) in
        [("submit", &council.writer), ("approve", &council.approver), ("publish", &council.approver)]
    {
        let answer = council.act(&path, action, token, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
        etag = answer.header("etag").to_owned();
    }
}

#[tokio::test]
async fn a_row_that_was_changed_keeps_what_its_file_cannot_hold() {
    let (council, id) = sealed().await;
    let before = whole(&council, &id).await;
    let table = download(&council.app, "records.csv?", "").await;
    let table = with_cell(&table, "summary", "Says more.");
    let made = upload(&council.app, &council.writer, "records.csv", table.clone()).await.json();
    assert_eq!((&made["unchanged"], &made["clean"]), (&0.into(), &1.into()), "{made:#}");
    publish_draft(&council, &made).await;
    let mut expected = before.clone();
    expected.summary = Some("Says more.".to_owned());
    assert_eq!(whole(&council, &id).await, expected);

    // Missing columns remove nothing, from the command line either, and an estimate keeps its basis.
    let few = with_columns(
        &download(&council.app, "records.csv?", "").await,
        &["id", "publisher", "title", "jurisdiction", "phase", "people_affected_per_year", "summary"],
    );
    let few = with_cell(&few, "summary", "Says less.");
    let (report, errors) = import(&council.app, "few.csv", &few).await;
    assert_eq!((report.changed, report.rejected), (1, 0), "{errors:?}");
    expected.summary = Some("Says less.".to_owned());
    assert_eq!(whole(&council, &id).await, expected);
    let public = council.app.get(&format!("/api/v1/records/{id}")).await.text;
    assert!(!public.contains("SECRET"), "{public}");
}

#[tokio::test]
async fn a_record_keeps_its_source_when_a_row_with_its_id_changes_it() {
    let app = TestApp::new().await;
    let template =
        "key,publisher,title,jurisdiction,phase,team\nK1,Northmoor Borough Council,Camera,GB,pilot,";
    let (report, errors) = import(&app, "own.csv", format!("{template}Roads\n").as_bytes()).await;
    assert_eq!(report.created, 1, "{errors:?}");
    let table = with_cell(&download(&app, "records.csv?", "").await, "team", "Streets");
    assert_eq!(import(&app, "given.csv", &table).await.0.changed, 1);
    // The publisher's own file still finds it by its key.
    let (report, errors) = import(&app, "own.csv", format!("{template}Bridges\n").as_bytes()).await;
    assert_eq!((report.created, report.changed), (0, 1), "{errors:?}");
    assert_eq!(ids(&app).await.len(), 1);
}

#[tokio::test]
async fn lists_in_files_of_their_own_take_nothing_away() {
    let app = TestApp::demonstration().await;
    let before = kept(&app).await;
    let table = download(&app, "records.csv?", "").await;
    let header = csv::Reader::from_reader(&table[..]).headers().unwrap().clone();
    let others: Vec<&str> = header.iter().filter(|name| *name != "assessments").collect();
    let assessments = app.file("assessments.csv", download(&app, "assessments.csv?", "").await);
    let with_list = |table: Vec<u8>| {
        let mut options = options();
        options.source.companions = vec![assessments.clone()];
        (app.file("records.csv", table), options)
    };
    // With the list file beside the matching cells, and instead of them.
    for table in [table.clone(), with_columns(&table, &others)] {
        let (file, options) = with_list(table);
        let (report, errors) = app.import_with(Source::Records, &file, &options).await.unwrap();
        assert_eq!((report.unchanged, report.rejected), (66, 0), "{errors:#?}");
    }
    // With no list at all.
    let few = with_columns(&table, &["id", "publisher", "title", "jurisdiction", "phase"]);
    let (report, errors) = import(&app, "few.csv", &few).await;
    assert_eq!((report.unchanged, report.rejected), (66, 0), "{errors:#?}");
    assert_eq!(kept(&app).await, before);
}

#[tokio::test]
async fn confirmations_stay_when_nothing_changes() {
    let (council, id) = sealed().await;
    let path = format!("/api/v1/records/{id}/confirm");
    let confirmed = council.app.call(Method::POST, &path, &council.approver, Some("\"1\""), json!({})).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    let state = async || {
        let tx = council.app.db.begin().await.unwrap();
        let standing = standing(&tx, &id).await.unwrap().unwrap();
        tx.rollback().await.unwrap();
        (standing, council.app.json(&format!("/api/v1/records/{id}")).await["flags"].clone())
    };
    let before = state().await;
    assert!(before.0.confirmed_at.is_some());
    for (form, name) in FORMS {
        let bytes = download(&council.app, form, "").await;
        changes_nothing(&upload(&council.app, &council.writer, name, bytes.clone()).await, 1, name);
        assert_eq!(import(&council.app, name, &bytes).await.0.unchanged, 1);
        assert_eq!(state().await, before, "{name}");
    }
}

#[tokio::test]
async fn a_client_that_sends_back_what_it_could_read_loses_nothing_sealed() {
    let (council, id) = sealed().await;
    let before = whole(&council, &id).await;
    let line = council.app.get("/api/v1/records.ndjson").await.text;
    let mut public: Value = serde_json::from_str(line.trim()).unwrap();
    for derived in importer::sources::DERIVED_COLUMNS.iter().chain(&["id"]) {
        public.as_object_mut().unwrap().remove(*derived);
    }
    // Replaced with the public text.
    let (path, etag) = council.begin(json!({ "record_id": id })).await;
    let put =
        council.app.call(Method::PUT, &path, &council.writer, Some(&etag), json!({ "record": public })).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    let draft: Record = serde_json::from_value(put.json()["record"].clone()).unwrap();
    assert_eq!(draft, before);
    // Started from the public text.
    let body = json!({ "record_id": id, "record": { "assessments": public["assessments"] } });
    let begun = council.app.call(Method::POST, "/api/v1/submissions", &council.writer, None, body).await;
    assert_eq!(begun.json()["record"]["assessments"], serde_json::to_value(&before.assessments).unwrap());
    // Removed only when that is said explicitly; made public only with text to publish.
    let etag = put.header("etag").to_owned();
    let patch = async |change: &dyn Fn(&mut Value), etag: &str| {
        let mut assessments = public["assessments"].clone();
        change(&mut assessments[0]);
        let body = json!({ "record": { "assessments": assessments } });
        council.app.call(Method::PATCH, &path, &council.writer, Some(etag), body).await
    };
    let opened = patch(&|one| one["visibility"] = "public".into(), &etag).await;
    assert_eq!(opened.status, StatusCode::BAD_REQUEST);
    assert_eq!(opened.json()["errors"][0]["code"], "sealed-and-opened", "{}", opened.text);
    assert_eq!(opened.json()["errors"][0]["pointer"], "/record/assessments/0");
    let gone = patch(&|one| one["summary"] = Value::Null, &etag).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let one = gone.json()["record"]["assessments"][0].clone();
    assert_eq!((one.get("summary"), &one["residual_risk"]), (None, &"SECRET risk".into()));
    // And what was removed does not come back by itself.
    let etag = gone.header("etag").to_owned();
    let later = council
        .app
        .call(Method::PATCH, &path, &council.writer, Some(&etag), json!({ "record": { "team": "Roads" } }))
        .await;
    assert_eq!(later.json()["record"]["assessments"][0].get("summary"), None);
}

#[tokio::test]
async fn an_oversight_body_neither_reads_nor_loses_what_is_sealed() {
    let (council, id) = sealed().await;
    let before = whole(&council, &id).await;
    let panel = council.app.organisation("Ethics Panel", OrganisationKind::OversightBody).await;
    let token = council.app.token("panel@ethics.example", Role::Oversight, Some(&panel)).await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let line = council.app.get("/api/v1/records.ndjson").await.text;
    let mut public: Value = serde_json::from_str(line.trim()).unwrap();
    for derived in importer::sources::DERIVED_COLUMNS.iter().chain(&["id", "origin"]) {
        public.as_object_mut().unwrap().remove(*derived);
    }
    public["reviews"] = json!([{ "body": "Ethics Panel", "advice": "support" }]);
    let begun = council
        .app
        .call(Method::POST, "/api/v1/submissions", &token, None, json!({ "record_id": id, "record": public }))
        .await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    assert!(!begun.text.contains("SECRET"), "{}", begun.text);
    let path = begun.header("location").to_owned();
    let put = council
        .app
        .call(Method::PUT, &path, &token, Some(begun.header("etag")), json!({ "record": public }))
        .await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    assert!(!put.text.contains("SECRET"), "{}", put.text);
    let mut etag = put.header("etag").to_owned();
    for (action, who) in [("submit", &token), ("approve", &admin), ("publish", &admin)] {
        let answer = council.act(&path, action, who, &etag).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.text);
        etag = answer.header("etag").to_owned();
    }
    let after = whole(&council, &id).await;
    assert_eq!((after.assessments, after.reviews.len()), (before.assessments, 1));
}

#[tokio::test]
async fn a_body_gets_no_word_about_what_others_keep_sealed() {
    let (council, id) = sealed().await;
    let other = council.app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let stranger = council.app.token("s@southmoor.example", Role::Contributor, Some(&other)).await;
    let table = download(&council.app, "records.csv?", "").await;
    // Public content is no change, no matter who sends it.
    changes_nothing(&upload(&council.app, &stranger, "records.csv", table.clone()).await, 1, "as it is");
    let guess = with_cell(
        &table,
        "assessments",
        &json!([{ "type": "dpia", "stage": "periodic", "status": "complete" }]).to_string(),
    );
    let answer = upload(&council.app, &stranger, "records.csv", guess).await.json();
    assert_eq!(answer["errors"][0]["code"], "unknown-id", "{answer:#}");
    assert_eq!(answer["errors"][0]["detail"], format!("you have no record {id}"));
}

#[tokio::test]
async fn a_text_that_a_workbook_cut_is_never_kept_in_place_of_the_whole() {
    let council = Council::new().await;
    let mut body = ready("Camera");
    body["record"]["detailed_description"] = "word ".repeat(10_000).trim_end().into();
    let (id, _) = council.publish(body).await;
    let before = whole(&council, &id).await;
    let sheet = download(&council.app, "records.xlsx?", "").await;
    changes_nothing(
        &upload(&council.app, &council.writer, "own.xlsx", sheet.clone()).await,
        1,
        "the workbook",
    );
    assert_eq!(import(&council.app, "own.xlsx", &sheet).await.0.unchanged, 1);
    // The same row from another register, unknown here; and one changed before the cut.
    let cut = written::fitting(before.detailed_description.as_deref().unwrap()).into_owned();
    let table = download(&council.app, "records.csv?", "").await;
    for (name, table) in [
        ("new.csv", with_cell(&with_cell(&table, "detailed_description", &cut), "id", "")),
        ("changed.csv", with_cell(&table, "detailed_description", &format!("x{cut}"))),
    ] {
        let (report, errors) = import(&council.app, name, &table).await;
        assert_eq!((report.rejected, report.created, report.changed), (1, 0, 0), "{errors:?}");
        assert!(
            errors[0].contains("detailed_description: [cut-text] a workbook cut this text"),
            "{errors:?}"
        );
    }
    assert_eq!(whole(&council, &id).await, before);
}

#[tokio::test]
async fn lines_of_json_are_taken_as_rows() {
    let council = Council::new().await;
    let (id, _) = council.publish(ready("Camera")).await;
    let line = |value: Value| value.to_string();
    let base = json!({ "publisher": { "name": "Northmoor Borough Council" }, "jurisdiction": "GB", "phase": "pilot" });
    let with = |members: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        line(all)
    };
    let lines = [
        with(json!({ "title": "New", "key": "N1", "people_affected_per_year": { "value": 7 } })),
        String::new(),
        with(json!({ "title": "Bad", "phase": "live", "colour": "red", "sectors": ["schols"] })),
        "{\"title\":\"Twice\",\"title\":\"Twice\"}".to_owned(),
        "[1]".to_owned(),
        format!(r#"{{"id":"{id}","team":null,"summary":"Says more.","decisions_per_year":{{"value":1.2e4,"basis":"measured"}}}}"#),
    ]
    .join("\n");
    let (report, errors) = import(&council.app, "lines.ndjson", lines.as_bytes()).await;
    assert_eq!((report.read, report.created, report.changed, report.rejected), (5, 1, 1, 3), "{errors:#?}");
    let starts = |at: usize, words: &str| assert!(errors[at].starts_with(words), "{errors:#?}");
    starts(0, "lines.ndjson:3: phase: [unknown-code] 'live' is not a phase");
    starts(1, "lines.ndjson:3: colour: [unknown-field] 'colour' is not a field");
    starts(2, "lines.ndjson:3: sectors: [unknown-code] 'schols' is not a sector");
    starts(3, "lines.ndjson:4: [bad-json] the line is no JSON: the member 'title' stands twice");
    starts(4, "lines.ndjson:5: [bad-json] the line is no JSON object");
    let record = whole(&council, &id).await;
    assert_eq!((record.team, record.summary.as_deref()), (None, Some("Says more.")));
    assert_eq!(record.decisions_per_year.unwrap().value, 12_000);
    assert_eq!(record.title, "Camera");
    let (again, _) = import(&council.app, "lines.ndjson", lines.as_bytes()).await;
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 2));
}

#[tokio::test]
async fn numbers_are_read_exactly_or_said_to_be_wrong() {
    let app = TestApp::new().await;
    let mapping = app.file(
        "city.toml",
        r#"
        source = "city"
        version = "1"
        key = ["No"]
        [defaults]
        jurisdiction = "GB"
        lang = "en"
        phase = "production"
        publisher = "Northmoor Borough Council"
        [[columns]]
        header = "No"
        [[columns]]
        header = "Tool"
        field = "title"
        [[columns]]
        header = "People"
        field = "people_affected_per_year"
        [[columns]]
        header = "Price"
        field = "contracts.value"
    "#,
    );
    let rows = "No,Tool,People,Price\n1,A,12000.0,125000.00\n2,B,12000.50,\n3,C,1.5,\n4,D,0.12,\n5,E,\"12,000\",\n\
        6,F,12000,\"1,250.50\"\n7,G,\"1,5\",\n8,H,1e3,\n9,I,1_000,\n10,J,,\"1,250\"\n11,K,NaN,\n12,L,9007199254740993,\n";
    let table = app.file("city.csv", rows);
    let mut with = options();
    with.source.mapping = Some(mapping.clone());
    let (report, errors) = app.import_with(Source::Table, &table, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (3, 9), "{errors:#?}");
    let values = async || -> BTreeMap<String, (u64, Value)> {
        let lines = app.get("/api/v1/records.ndjson").await.text;
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let said = lines.map(|line| {
            let people = line["people_affected_per_year"]["value"].as_u64().unwrap_or_default();
            (line["title"].as_str().unwrap().to_owned(), (people, line["contracts"][0]["value"].clone()))
        });
        said.collect()
    };
    let expected =
        [("A", 12_000, json!("125000.00")), ("F", 12_000, json!("1250.50")), ("H", 1_000, Value::Null)];
    let expected = expected.map(|(title, people, value)| (title.to_owned(), (people, value)));
    assert_eq!(values().await, BTreeMap::from(expected));
    assert!(
        errors[3].contains("'12,000' is not a whole number: it can be read as 12000 or as 12"),
        "{errors:#?}"
    );
    assert!(errors[3].contains("decimals = \"point\""), "{errors:#?}");
    assert!(errors[6].contains("'1,250' can be read as 1250 or as 1.25"), "{errors:#?}");
    for error in &errors {
        assert!(!error.contains("such as 12000") && !error.contains("did you mean"), "{error}");
    }

    // A file that declares its decimal mark is trusted.
    let said = std::fs::read_to_string(&mapping)
        .unwrap()
        .replace("version = \"1\"", "version = \"2\"\ndecimals = \"point\"");
    with.source.mapping = Some(app.file("point.toml", said));
    let (report, errors) = app.import_with(Source::Table, &table, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (2, 7), "{errors:#?}");
    assert_eq!(values().await["E"].0, 12_000);
}

#[tokio::test]
async fn whole_numbers_in_json_are_whole_however_they_are_written() {
    let council = Council::new().await;
    let send = async |number: &str| {
        let body = format!(
            r#"{{"record":{{"title":"T","people_affected_per_year":{{"value":{number},"basis":"measured"}}}}}}"#
        );
        let bearer = format!("Bearer {}", council.writer);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        council.app.send_body(Method::POST, "/api/v1/submissions", &headers, body.into_bytes()).await
    };
    for (number, value) in
        [("12000.0", 12_000_u64), ("1.2e4", 12_000), ("0.0", 0), ("9007199254740991", 9_007_199_254_740_991)]
    {
        let answer = send(number).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{number}: {}", answer.text);
        assert_eq!(answer.json()["record"]["people_affected_per_year"]["value"], json!(value), "{number}");
    }
    for number in [
        "1.5",
        "0.12",
        "-1",
        "9007199254740993",
        "9007199254740993.0",
        "1.0e400",
        "12000.0000000000000001",
        "\"12000\"",
        "NaN",
    ] {
        assert_eq!(send(number).await.status, StatusCode::BAD_REQUEST, "{number}");
    }
}
