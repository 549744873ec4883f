//! Files, clients and people that hold only part of a record take nothing away from the rest: columns, lists,
//! sealed texts and texts that were cut.

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use domain::{Record, written};
use importer::Source;
use serde_json::{Value, json};
use store::records::standing;
use suite::{TestApp, options};

use crate::submissions::{Council, ready};
use crate::unaltered::{FORMS, changes_nothing, download, ids, import, kept, upload, with_cell};

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

pub(crate) async fn whole(council: &Council, id: &str) -> Record {
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
