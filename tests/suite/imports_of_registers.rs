//! Pitfalls in other registers' files, with fixtures of our own.

use domain::codes::OrganisationKind;
use importer::Source;
use serde_json::Value;
use suite::TestApp;
use suite::data::fixture;

async fn record(app: &TestApp, words: &str) -> Value {
    let list = app.json(&format!("/api/v1/records?q={words}&limit=1")).await;
    let id = list["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no record of {words}")).to_owned();
    app.json(&format!("/api/v1/records/{id}")).await
}

fn statement<'a>(record: &'a Value, field: &str) -> &'a Value {
    record["field_statements"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["field"] == field)
        .unwrap_or(&Value::Null)
}

#[tokio::test]
async fn traps_of_the_us_originals() {
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Us, &fixture("us/original_2025.csv")).await;
    // A row without an id is matched by mailbox, a row without a mailbox by id.
    assert_eq!((report.read, report.created, report.rejected), (5, 5, 0), "{errors:?}");
    let notice = "the header is in line 3; the row above it is not read".to_owned();
    assert!(report.notices.contains(&notice), "{:?}", report.notices);
    let sorter = record(&app, "complaint").await;
    assert_eq!(sorter["publisher"]["name"], "Federal Trade Commission");
    assert_eq!((&sorter["phase"], &sorter["first_used"]), (&"production".into(), &"2019-01-01".into()));
    assert_eq!(sorter["supplier_involvement"][0]["supplier"]["name"], "Microsoft");
    assert_eq!(sorter["import"]["raw"]["Vendor(s) Name"], "Microsoft Corporation", "the raw form stays");
    assert!(!sorter.to_string().contains("jane.roe"), "contact data go");
    let twin = record(&app, "another").await;
    assert_ne!(twin["id"], sorter["id"], "one id, two use cases");
    assert_eq!(twin["first_used"], "2023-01-01", "a year that a spreadsheet made a day of 1905");
    assert_eq!(twin["supplier_involvement"].as_array().unwrap().len(), 2);
    let sealed = record(&app, "sealed").await;
    assert_eq!(statement(&sealed, "description")["kind"], "withheld");
    assert_eq!(statement(&sealed, "description")["ground"], "prohibited_by_law");
    let formula = record(&app, "calc").await;
    assert_eq!(
        formula["title"], "=cmd|' /C calc'!A0",
        "published as it stands; only spreadsheets are guarded"
    );
    assert_eq!(statement(&formula, "first_used")["reason"], "the source says \"soon\"");
}

#[tokio::test]
async fn an_original_of_2023_is_read_without_its_people() {
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Us, &fixture("us/original_2023.csv")).await;
    assert_eq!((report.created, report.rejected), (1, 0), "{errors:?}");
    let router = record(&app, "parcel").await;
    assert_eq!(
        (&router["phase"], &router["public_purpose"]),
        (&"production".into(), &"Sends each parcel to its hall.".into())
    );
    assert_eq!(router["summary"], "Sends each parcel to its hall.");
    let whole = router.to_string();
    assert!(!whole.contains("Roe") && !whole.contains("jane"), "names of people are in no table: {whole}");
}

#[tokio::test]
async fn traps_of_the_dutch_register() {
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Nl, &fixture("nl/shapes.json")).await;
    assert_eq!((report.read, report.created, report.unchanged, report.rejected), (4, 2, 1, 1), "{errors:?}");
    assert_eq!(
        errors,
        ["shapes.json:4: publisher: [required] the row has no publisher (every record needs one)"]
    );
    let gate = app.json("/api/v1/records?phase=production").await["items"][0].clone();
    assert_eq!((&gate["lang"], &gate["sectors"][0]), (&"nl".into(), &"policing".into()));
    let gate = app.json(&format!("/api/v1/records/{}", gate["id"].as_str().unwrap())).await;
    assert_eq!(gate["first_used"], "2022-03-01");
    assert_eq!(gate["assessments"][0]["type"], "dpia");
    assert_eq!(gate["references"][0]["value"], "12345678", "prose in the uuid cell is no key");
    assert!(!gate.to_string().contains("devries") && gate["contact_email"].is_null());
    let ended = app
        .json("/api/v1/records?phase=retired&fields=sectors,contact_email,assessments,website_url")
        .await["items"][0]
        .clone();
    assert_eq!(ended["sectors"], serde_json::json!(["employment_services", "planning"]));
    assert_eq!(
        (&ended["contact_email"], &ended["assessments"][0]["type"]),
        (&"info@voorbeeld.nl".into(), &"dpia".into())
    );
    assert!(ended["website_url"].is_null());
}

#[tokio::test]
async fn traps_of_the_uk_hub() {
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Atrs, &fixture("atrs/search_rows.json")).await;
    assert_eq!((report.created, report.rejected), (2, 0), "{errors:?}");
    let attendance = record(&app, "attendance").await;
    assert_eq!(attendance["publisher"]["name"], "DfE", "the owner stands before the colon, the hub never");
    assert_eq!(
        attendance["updated_at"], "2026-11-21T12:00:00Z",
        "the date of republication is not the record's"
    );
    let references = attendance["references"].to_string();
    assert!(
        references.contains("Department for Education") && references.contains("\"3.0\""),
        "{references}"
    );
    let nobody = record(&app, "nobody").await;
    assert_eq!(statement(&nobody, "publisher")["kind"], "unknown");

    // The content item for the same record gives a new, fuller version, and visibly changes its owner.
    let (report, errors) = app.import(Source::Atrs, &fixture("atrs/content_item.json")).await;
    assert_eq!((report.changed, report.created), (1, 0), "{errors:?}");
    let richer = record(&app, "attendance").await;
    assert_eq!((&richer["version"], &richer["phase"]), (&2.into(), &"pilot".into()));
    assert_eq!(richer["models"].as_array().unwrap().len(), 2, "ids repeat, models do not");
    assert_eq!(richer["redress_routes"][0]["channel"], "Write to us.");
    assert!(richer["contact_email"].is_null(), "a person's mailbox is not published");
    let diff = app.json(&format!("/api/v1/records/{}/diff", richer["id"].as_str().unwrap())).await;
    let owner =
        diff["changes"].as_array().unwrap().iter().find(|change| change["field"] == "publisher").unwrap();
    assert_eq!((&owner["from"]["name"], &owner["to"]["name"]), (&"DfE".into(), &"DWP".into()));

    // The poorer search row, imported later, removes nothing.
    let again = app.file(
        "later.json",
        std::fs::read_to_string(fixture("atrs/search_rows.json"))
            .unwrap()
            .replace("Identifying schools.", "Finding schools."),
    );
    app.import(Source::Atrs, &again).await;
    let kept = record(&app, "attendance").await;
    assert_eq!((&kept["summary"], &kept["models"]), (&"Finding schools.".into(), &richer["models"]));
}

#[tokio::test]
async fn the_dutch_register_says_what_was_not_made_and_why() {
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Nl, &fixture("nl/assessments.json")).await;
    assert_eq!((report.created, report.rejected), (4, 0), "{errors:?}");
    let gate = record(&app, "slagboom").await;
    let spared = &gate["assessments"][0];
    assert_eq!((&spared["type"], &spared["status"]), (&"dpia".into(), &"not_required".into()));
    assert!(spared["status_reason"].as_str().unwrap().contains("geen persoonsgegevens"), "{spared}");
    assert_eq!(gate["summary"], "Opent de slagboom.", "markup becomes text");
    let raw = gate["import"]["raw"]["description_short"].as_str().unwrap();
    assert_eq!(raw, "<p>Opent de <strong>slagboom</strong>.</p>", "the raw form stays");
    assert_eq!(report.rules["markup-becomes-text"], 1);

    let control = record(&app, "parkeercontrole").await;
    let types: Vec<&str> =
        control["assessments"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["dpia", "fria"]);
    assert_eq!(control["assessments"][0]["document"]["url"], "https://voorbeeldstad.nl/dpia.pdf");
    assert_eq!(control["legal_basis"], "Gemeentewet artikel 225 (https://wetten.nl/225)");
    assert_eq!(control["datasets"][0]["description"], "Kentekenregister");

    let view = record(&app, "klantbeeld").await;
    assert_eq!(statement(&view, "assessments")["kind"], "absent");
    assert!(view["assessments"].is_null());
    let mute = record(&app, "zwijger").await;
    assert_ne!(statement(&mute, "assessments")["kind"], "absent");
}

#[tokio::test]
async fn an_american_answer_is_made_denied_waived_or_unsaid() {
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Us, &fixture("us/practices_2025.csv")).await;
    assert_eq!((report.created, report.rejected), (5, 0), "{errors:?}");
    let impact = |record: &Value| {
        let all = record["assessments"].as_array().cloned().unwrap_or_default();
        all.iter().find(|one| one["type"] == "aiia").map(|one| one["status"].as_str().unwrap().to_owned())
    };
    let ranker = record(&app, "ranker").await;
    assert_eq!(impact(&ranker).as_deref(), Some("complete"));
    assert_eq!(ranker["assessments"][1]["document"]["url"], "https://example.gov/pia.pdf");
    assert_eq!(ranker["redress_routes"][0]["channel"], "Appeal Process Established");
    assert!(ranker["references"].to_string().contains("\"high_impact\""));
    let sorter = record(&app, "sorter").await;
    assert_eq!(impact(&sorter).as_deref(), Some("not_started"));
    for field in ["redress_routes", "audits", "evaluations"] {
        assert_eq!(statement(&sorter, field)["kind"], "absent", "{field}");
    }
    let reader = record(&app, "permit").await;
    assert_eq!(impact(&reader).as_deref(), Some("not_required"));
    assert_eq!(reader["assessments"][0]["status_reason"], "the source says \"CAIO Waived\"");
    let quiet = record(&app, "quiet").await;
    assert_eq!(
        (impact(&quiet), &statement(&quiet, "redress_routes")["kind"]),
        (None, &"not_applicable".into())
    );
}

#[tokio::test]
async fn a_sector_that_the_source_does_not_state_is_derived_with_its_evidence() {
    let app = TestApp::new().await;
    let (report, _) = app.import(Source::Us, &fixture("us/practices_2025.csv")).await;
    app.import(Source::Nl, &fixture("nl/assessments.json")).await;
    assert_eq!(report.rules["sector-derived-from-body"], 1);
    assert_eq!(report.rules["sector-not-derivable"], 3);
    let chart = record(&app, "chart").await;
    assert_eq!(chart["sectors"], serde_json::json!(["licensing_regulation"]));
    let said = statement(&chart, "sectors");
    assert_eq!(said["kind"], "derived");
    assert_eq!(
        said["reason"],
        "rule sectors/1 us-regulators: the body is \"Securities and Exchange Commission\""
    );
    let control = app.json("/api/v1/records?q=parkeercontrole&sector=transport").await;
    assert_eq!(control["items"][0]["derived"], serde_json::json!(["sectors"]), "the list says so too");
    let ranker = app.json("/api/v1/records?q=ranker").await["items"][0].clone();
    assert_eq!((&ranker["sectors"][0], &ranker["derived"]), (&"welfare_benefits".into(), &Value::Null));
    let page = app.get(&format!("/records/{}", chart["id"].as_str().unwrap())).await.text;
    assert!(page.contains("Derived by the register: rule sectors/1 us-regulators"), "{page}");
    // The same file again changes nothing.
    let (again, _) = app.import(Source::Us, &fixture("us/practices_2025.csv")).await;
    assert_eq!((again.created, again.changed), (0, 0));
}

#[tokio::test]
async fn a_body_whose_kind_the_register_knows_gives_its_sector() {
    let app = TestApp::new().await;
    app.organisation("Northmoor Care Unit", OrganisationKind::NhsBody).await;
    let rows = r#"[{"title": "Northmoor Care Unit: Waiting list", "base_path": "/algorithmic-transparency-records/unit"}]"#;
    let file = app.file("kind.json", rows);
    let (report, errors) = app.import(Source::Atrs, &file).await;
    assert_eq!((report.created, report.rules["sector-derived-from-kind-of-body"]), (1, 1), "{errors:?}");
    let list = record(&app, "waiting").await;
    assert_eq!(list["sectors"], serde_json::json!(["health"]));
    assert_eq!(statement(&list, "sectors")["reason"], "rule sectors/1 body-kind: the body is a nhs_body");
    let (again, _) = app.import(Source::Atrs, &file).await;
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 1));
}

#[tokio::test]
async fn a_file_of_another_source_is_refused() {
    let app = TestApp::new().await;
    for (source, file) in [
        (Source::Atrs, "nl/shapes.json"),
        (Source::Nl, "atrs/search_rows.json"),
        (Source::Us, "records/six_bad_cells.csv"),
    ] {
        let error = app.import_with(source, &fixture(file), &suite::options()).await.unwrap_err().to_string();
        assert!(error.contains("right source"), "{file}: {error}");
    }
    let cut = app.file("cut.json", r#"[{"name": "A", "organi"#);
    let error = app.import_with(Source::Nl, &cut, &suite::options()).await.unwrap_err().to_string();
    assert!(error.contains("the JSON is cut short"), "{error}");
}
