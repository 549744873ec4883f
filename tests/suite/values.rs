//! Values that cannot be true are refused with a plain sentence, and placeholders are no answers. In imports of other
//! registers they become no value, counted by name, and the raw row keeps what the source says.

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::fields::{FIELDS, FieldKind};
use domain::placeholder::{Place, is_no_name, meaning};
use importer::{Report, Source};
use serde_json::{Value, json};
use suite::data::real;
use suite::{Answer, TestApp, options};

use crate::submissions::{Council, ready};
use crate::uploads::{table, upload};

/// A complete record with these members instead of its own.
fn with(members: Value) -> Value {
    let mut body = ready("Planner");
    body["record"].as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

/// The pointer and code of each error of an answer.
fn errors(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|one| format!("{} {}", one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect()
}

async fn submit(council: &Council, body: Value) -> Answer {
    let (path, etag) = council.begin(body).await;
    council.act(&path, "submit", &council.writer, &etag).await
}

#[tokio::test]
async fn a_draft_with_a_value_that_cannot_be_true_is_not_submitted() {
    let council = Council::new().await;
    for (members, expected) in [
        (json!({ "phase_since": "1949-12-31" }), "/record/phase_since before-1950"),
        (json!({ "planned_start": "0027-01-01" }), "/record/planned_start before-1950"),
        (
            json!({ "first_used": "2024-05-01", "retired_on": "2024-04-30" }),
            "/record/retired_on dates-out-of-order",
        ),
        (json!({ "contracts": [{ "value": "-12.00" }] }), "/record/contracts/0/value bad-amount"),
        (
            json!({ "contracts": [{ "title": "A" }, { "value": "99999999999999" }] }),
            "/record/contracts/1/value bad-amount",
        ),
        (
            json!({ "contracts": [{ "value": "12", "currency": "POUND" }] }),
            "/record/contracts/0/currency unknown-currency",
        ),
        (
            json!({ "people_affected_per_year": { "value": 90_000_000_000_u64, "basis": "estimated" } }),
            "/record/people_affected_per_year out-of-range",
        ),
        (json!({ "contact_email": "jane.austen@library.example" }), "/record/contact_email personal-mailbox"),
        (json!({ "summary": "TBD" }), "/record/summary placeholder"),
        (json!({ "team": " n/a " }), "/record/team placeholder"),
        (json!({ "description": "[blank]" }), "/record/description placeholder"),
        (json!({ "joint_publishers": [{ "name": "-" }] }), "/record/joint_publishers/0/name placeholder"),
        (
            json!({ "supplier_involvement": [{ "supplier": { "name": "[blank]" } }] }),
            "/record/supplier_involvement/0/supplier/name placeholder",
        ),
    ] {
        let answer = submit(&council, with(members.clone())).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{members}: {}", answer.text);
        assert!(errors(&answer).contains(&expected.to_owned()), "{members}: {}", answer.text);
        let hints = answer.json()["errors"].as_array().unwrap().iter().all(|one| one["hint"].is_string());
        assert!(hints, "{}", answer.text);
    }
    // What is not required may be a placeholder; the draft says so, and is not stopped.
    let (path, etag) = council.begin(with(json!({ "accountable_elected_office": "n/a" }))).await;
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    let findings = draft["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|one| one["code"] == "placeholder" && one["severity"] == "warning"),
        "{findings:?}"
    );
    assert_eq!(council.act(&path, "submit", &council.writer, &etag).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_first_use_in_the_future_is_a_plan() {
    let council = Council::new().await;
    let later = json!({ "phase": "production", "first_used": "2026-11-22" });
    let answer = submit(&council, with(later)).await;
    assert!(errors(&answer).contains(&"/record/first_used in-the-future".to_owned()), "{}", answer.text);
    let today = json!({ "phase": "production", "first_used": "2026-11-21" });
    let answer = submit(&council, with(today)).await;
    let about = |error: &String| error.contains("first_used");
    assert!(!errors(&answer).iter().any(about), "{}", answer.text);
    let planned = json!({ "phase": "design", "first_used": "2027-01-01" });
    assert_eq!(submit(&council, with(planned)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_mailbox_that_looks_like_a_persons_is_published_once_it_is_confirmed() {
    let council = Council::new().await;
    let jane = "jane.austen@library.example";
    let mut body = with(json!({ "contact_email": jane }));
    let statements = body["record"]["field_statements"].as_array_mut().unwrap();
    statements.push(json!({ "field": "contact_email", "kind": "confirmed" }));
    let answer = submit(&council, body.clone()).await;
    let found = errors(&answer);
    assert!(found.contains(&"/record/contact_email personal-mailbox".to_owned()), "no reason: {found:?}");
    assert!(found.iter().any(|error| error.ends_with("reason-missing")), "{found:?}");

    let last = body["record"]["field_statements"].as_array_mut().unwrap().last_mut().unwrap();
    last["reason"] = json!("The reading room is called after Jane Austen.");
    // Who approves it sees that it was doubted, and why it is right.
    let (path, _) = council.begin(body.clone()).await;
    let draft = council.app.call(Method::GET, &path, &council.approver, None, Value::Null).await.json();
    let doubted = draft["findings"].as_array().unwrap().iter().find(|one| one["code"] == "personal-mailbox");
    assert_eq!(doubted.unwrap()["severity"], "warning");
    let (id, _) = council.publish(body).await;
    let record = council.app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(record["contact_email"], jane);
    let said = record["field_statements"].to_string();
    assert!(said.contains("confirmed") && said.contains("called after Jane Austen"), "{said}");

    // A confirmation is no answer.
    let mut body = with(json!({ "contact_email": null }));
    let statements = body["record"]["field_statements"].as_array_mut().unwrap();
    statements.push(json!({ "field": "contact_email", "kind": "confirmed", "reason": "It is right." }));
    let found = errors(&submit(&council, body).await);
    assert!(found.contains(&"/record/contact_email missing".to_owned()), "{found:?}");
    assert!(found.iter().any(|error| error.ends_with("nothing-to-confirm")), "{found:?}");
}

#[tokio::test]
async fn what_was_accepted_before_may_stay() {
    let council = Council::new().await;
    let mut members = with(json!({
        "contact_email": "jane.smith@northmoor.example",
        "summary": "TBD",
        "phase_since": "1905-07-11",
        "contracts": [{ "title": "Old", "value": "-5", "currency": "XYZ" }],
        "supplier_involvement": [{ "supplier": { "name": "Lumen Ltd" } }],
    }))["record"]
        .clone();
    let more = json!({
        "kind": "algorithmic_tool", "origin": "self_declared", "name": "Planner", "lang": "en", "jurisdiction": "GB",
        "publisher": { "name": "Northmoor Borough Council" },
    });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let record: Record = serde_json::from_value(members).unwrap();
    let id = council.app.publish(&[record]).await.remove(0);

    // A new value of the same kind is refused.
    let contracts = json!([{ "title": "New" }, { "title": "Old", "value": "-5", "currency": "XYZ" }]);
    let changed = json!({
        "team": "Streets", "contracts": contracts, "summary": "tbc", "contact_email": "john.smith@northmoor.example",
    });
    let (path, etag) = council.begin(json!({ "record_id": id, "record": changed })).await;
    let answer = council.act(&path, "submit", &council.writer, &etag).await;
    assert_eq!(errors(&answer), ["/record/contact_email personal-mailbox", "/record/summary placeholder"]);

    // The next version may keep all that was accepted, also where it moved in its list, and is told.
    let back = json!({ "summary": "TBD", "contact_email": "jane.smith@northmoor.example" });
    let patch = json!({ "record": back });
    let kept = council.app.call(Method::PATCH, &path, &council.writer, Some(&etag), patch).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    let draft = council.app.call(Method::GET, &path, &council.writer, None, Value::Null).await.json();
    for code in ["personal-mailbox", "placeholder", "before-1950", "bad-amount", "unknown-currency"] {
        let found = draft["findings"].as_array().unwrap().iter().find(|one| one["code"] == code);
        assert_eq!(found.map(|one| &one["severity"]), Some(&json!("warning")), "{code}: {draft}");
    }
    let answer = council.act(&path, "submit", &council.writer, kept.header("etag")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn a_table_says_the_same_by_row() {
    let council = Council::new().await;
    let statements = ready("Planner")["record"]["field_statements"].clone();
    let mut confirmed = statements.as_array().unwrap().clone();
    confirmed.push(
        json!({ "field": "contact_email", "kind": "confirmed", "reason": "Called after Jane Austen." }),
    );
    let confirmed = Value::from(confirmed).to_string();
    let jane = ("contact_email", "jane.austen@library.example");
    let bytes = table(&[
        &[("title", "Good")],
        &[("title", "Unsaid"), ("summary", "To be confirmed")],
        &[("title", "Personal"), jane],
        &[("title", "Confirmed"), jane, ("field_statements", &confirmed)],
        &[("title", "TBD")],
        &[("title", "Nobody's"), ("team", "?")],
    ]);
    let report = upload(&council, "name=records.csv&check=true", bytes.clone()).await.json();
    let faults: Vec<String> = report["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!("{} {} {}", one["line"], one["column"].as_str().unwrap(), one["code"].as_str().unwrap())
        })
        .collect();
    // A row without a name takes its title for one.
    let expected = [
        "3 summary placeholder",
        "4 contact_email personal-mailbox",
        "6 title placeholder",
        "6 name placeholder",
        "7 team placeholder",
    ];
    assert_eq!(faults, expected);
    assert_eq!((&report["read"], &report["rejected"]), (&6.into(), &4.into()), "{report}");
    let (imported, errors) = import(&council.app, "records.csv", Source::Records, &bytes).await;
    assert_eq!((imported.created, imported.rejected), (2, 4), "{errors:?}");
    assert!(errors[0].contains("'To be confirmed' is no answer"), "{errors:?}");
}

#[tokio::test]
async fn a_date_of_two_digits_is_not_guessed() {
    let app = TestApp::new().await;
    let rows = "publisher,title,jurisdiction,phase,first_used\nNorthmoor,A,GB,production,01/02/03\n\
        Northmoor,B,GB,production,0003-02-01\nNorthmoor,C,GB,production,1905-07-11\n\
        Northmoor,D,GB,production,2026-11-22\nNorthmoor,E,GB,production,2026-11-21\n";
    let (report, errors) = import(&app, "dates.csv", Source::Records, rows.as_bytes()).await;
    assert_eq!((report.created, report.rejected), (1, 4), "{errors:?}");
    assert!(errors[0].contains("[bad-date]") && errors[0].contains("all four digits"), "{errors:?}");
    assert!(errors[1].contains("[before-1950]") && errors[1].contains("all four digits"), "{errors:?}");
    assert!(errors[2].contains("[before-1950]") && errors[2].contains("the year 2019"), "{errors:?}");
    assert!(errors[3].contains("[in-the-future]"), "{errors:?}");
}

async fn import(app: &TestApp, name: &str, source: Source, bytes: &[u8]) -> (Report, Vec<String>) {
    app.import(source, &app.file(name, bytes)).await
}

#[tokio::test]
async fn an_inventory_published_with_blanks_names_nobody() {
    let app = TestApp::new().await;
    let rows = "Use Case ID,Use Case Name,Bureau/Component,Stage of Development,\
        What problem is the AI intended to solve?,Was the system involved in this use case purchased from a vendor or \
        developed under contract(s) or in-house?,Vendor(s) Name,Describe the AI system’s outputs.,Date Retired\n\
        FTC-1,Letter sorter,Office of Mail,c) Deployed,[blank],a) Purchased from a vendor,[blank],None,7/15/23\n\
        FTC-2,Parcel sorter,[BLANK],c) Deployed,TBD,a) Purchased from a vendor,\"Lumen; N/A\",Sorted parcels,1/1/1900\n\
        FTC-3,[blank],Office of Mail,c) Deployed,Sorting,,,,\n";
    let (report, errors) = import(&app, "ftc_2025.csv", Source::Us, rows.as_bytes()).await;
    assert_eq!((report.created, report.rejected), (2, 1), "{errors:?}");
    assert!(errors[0].contains("the row has no title"), "{errors:?}");
    let used = |rule: &str| report.rules.get(rule).copied().unwrap_or_default();
    assert_eq!(used("placeholder-says-nothing"), 4, "{:?}", report.rules);
    assert_eq!(
        (used("retired_on-two-digit-year"), used("retired_on-before-1950")),
        (1, 1),
        "{:?}",
        report.rules
    );
    let list = app.json("/api/v1/records?q=sorter").await;
    for item in list["items"].as_array().unwrap() {
        let record = app.json(&format!("/api/v1/records/{}", item["id"].as_str().unwrap())).await;
        assert!(placeholders(&record).is_empty(), "{:?}", placeholders(&record));
        assert!(record["retired_on"].is_null(), "{record}");
        // The raw row keeps what the source says.
        assert!(record["import"]["raw"].to_string().to_lowercase().contains("[blank]"), "{record}");
        let stated = record["field_statements"].to_string();
        assert!(stated.contains("the source says"), "{stated}");
    }
    let letters = app.json("/api/v1/records?q=letter").await["items"][0]["id"].as_str().unwrap().to_owned();
    let letters = app.json(&format!("/api/v1/records/{letters}")).await;
    assert_eq!(letters["provided_information"], "None", "in prose it may be the answer");
    assert!(letters["supplier_involvement"].is_null());
    assert_eq!(nameless(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn values_of_a_mapped_table_that_cannot_be_true_are_named_in_the_report() {
    let app = TestApp::new().await;
    let mapping = app.file(
        "city.toml",
        r#"
        source = "city"
        version = "1"
        key = ["No"]
        dates = "day_first"
        unknown = "state"
        [defaults]
        jurisdiction = "NL"
        lang = "nl"
        phase = "production"
        publisher = "Northmoor Borough Council"
        [[columns]]
        header = "No"
        [[columns]]
        header = "Tool"
        field = "title"
        [[columns]]
        header = "Start"
        field = "first_used"
        [[columns]]
        header = "Price"
        field = "contracts.value"
        [[columns]]
        header = "Currency"
        field = "contracts.currency"
        [[columns]]
        header = "Supplier"
        field = "supplier_involvement.supplier"
        [[columns]]
        header = "Contact"
        field = "contact_email"
        [[columns]]
        header = "Effects"
        field = "decision_effects"
        [[columns]]
        header = "Objection"
        field = "opt_out_route"
    "#,
    );
    let rows = "No,Tool,Start,Price,Currency,Supplier,Contact,Effects,Objection\n\
        1,Early,01/01/1900,-5,EUR,geen,,none,n.v.t.\n\
        2,Late,22/11/2026,5,PND,n.v.t.,jane.smith@city.example,,volgt\n\
        3,Short,01/02/23,5,EUR,[blank],,,onbekend\n\
        4,Serial,15/07/1905,99999999999999,EUR,Lumen,,,geen\n";
    let mut with = options();
    with.source.mapping = Some(mapping);
    let table = app.file("city.csv", rows);
    let (report, errors) = app.import_with(Source::Table, &table, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (4, 0), "{errors:?}");
    for (rule, count) in [
        ("first_used-before-1950", 1),
        ("first_used-in-the-future", 1),
        ("first_used-two-digit-year", 1),
        ("date-excel-serial-is-a-year", 1),
        ("contracts-bad-amount", 2),
        ("contracts-unknown-currency", 1),
        ("contact-dropped", 1),
        ("placeholder-means-none", 1),
        ("placeholder-means-not-applicable", 2),
        ("placeholder-means-unknown", 1),
        ("placeholder-says-nothing", 2),
    ] {
        assert_eq!(report.rules.get(rule), Some(&count), "{rule}: {:?}", report.rules);
    }
    let record = async |title: &str| {
        let list = app.json(&format!("/api/v1/records?q={title}")).await;
        app.json(&format!("/api/v1/records/{}", list["items"][0]["id"].as_str().unwrap())).await
    };
    let kind = |record: &Value, field: &str| {
        let all = record["field_statements"].as_array().unwrap();
        all.iter().find(|one| one["field"] == field).map(|one| one["kind"].as_str().unwrap().to_owned())
    };
    let early = record("Early").await;
    assert_eq!((&early["first_used"], &early["contracts"][0]["value"]), (&Value::Null, &Value::Null));
    assert_eq!(early["contracts"][0]["currency"], "EUR", "what stands beside it stays");
    assert_eq!(early["decision_effects"], json!(["none"]), "a code of the field's list is an answer");
    assert_eq!(kind(&early, "opt_out_route").as_deref(), Some("not_applicable"));
    assert_eq!(kind(&early, "first_used").as_deref(), Some("not_stated_by_source"));
    assert_eq!(early["import"]["raw"]["Start"], "01/01/1900");
    let late = record("Late").await;
    assert_eq!((&late["first_used"], &late["contracts"][0]["currency"]), (&Value::Null, &Value::Null));
    assert_eq!((&late["contracts"][0]["value"], &late["contact_email"]), (&"5".into(), &Value::Null));
    assert_eq!(kind(&late, "opt_out_route").as_deref(), Some("not_stated_by_source"));
    let short = record("Short").await;
    assert_eq!((&short["first_used"], &short["supplier_involvement"]), (&Value::Null, &Value::Null));
    assert_eq!(kind(&short, "opt_out_route").as_deref(), Some("unknown"));
    let serial = record("Serial").await;
    assert_eq!((&serial["first_used"], &serial["opt_out_route"]), (&"2023-01-01".into(), &"geen".into()));
    assert_eq!(nameless(&app).await, Vec::<String>::new());
}

/// The bodies and suppliers whose name is a placeholder.
async fn nameless(app: &TestApp) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), 0);
    for list in ["/api/v1/organisations", "/api/v1/suppliers"] {
        let mut path = format!("{list}?limit=100");
        loop {
            let page = app.json(&path).await;
            let items = page["items"].as_array().unwrap();
            seen += items.len();
            let names = items.iter().map(|item| item["organisation"]["name"].as_str().unwrap().to_owned());
            found.extend(names.filter(|name| is_no_name(name)));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{list}?limit=100&cursor={next}");
        }
    }
    assert!(seen > 0, "no list has a body");
    found
}

/// Every placeholder in a record that stands where an answer belongs, with its place.
fn placeholders(record: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for field in FIELDS {
        let value = &record[field.name];
        match field.kind {
            FieldKind::Text(_) | FieldKind::Markdown | FieldKind::Texts => {
                look(value, field.name, Place::from(&field.kind), &mut found);
            }
            FieldKind::Organisation | FieldKind::Organisations => {
                look(value, field.name, Place::Name, &mut found);
            }
            FieldKind::Objects(..) | FieldKind::Object(..)
                if !["references", "field_statements"].contains(&field.name) =>
            {
                look(value, field.name, Place::Prose, &mut found);
            }
            _ => {}
        }
    }
    found
}

fn look(value: &Value, at: &str, place: Place, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "basis") {
                let place =
                    if ["supplier", "organisation"].contains(&name.as_str()) { Place::Name } else { place };
                look(value, &format!("{at}/{name}"), place, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| look(item, at, place, found)),
        Value::String(text) if meaning(text, place).is_some() => found.push(format!("{at}: {text}")),
        _ => {}
    }
}

#[tokio::test]
async fn no_record_of_a_real_register_has_a_placeholder_for_an_answer() {
    let app = TestApp::new().await;
    for (source, name) in [
        (Source::Atrs, "uk/atrs_records_2026-07-10.json"),
        (Source::Nl, "nl/algoritmes_2026-08-08.json"),
        (Source::Us, "us/2024_consolidated_ai_inventory_raw_v2.csv"),
        (Source::Us, "us/2025_individually_reported_AI_use_cases.csv"),
        (Source::Us, "us/2025_consolidated_COTS_AI_use_cases.csv"),
        (Source::Us, "us/agency-raw-2025/treasury.csv"),
    ] {
        let Some(file) = real(name) else { return };
        let (report, _) = app.import(source, &file).await;
        assert!(report.created + report.changed + report.unchanged > 0, "{name}");
    }
    let lines = app.get("/api/v1/records.ndjson").await.text;
    let mut seen = 0_u32;
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        assert!(placeholders(&record).is_empty(), "{}: {:?}", record["id"], placeholders(&record));
        seen += 1;
    }
    assert!(seen > 5_000, "{seen}");
    assert_eq!(nameless(&app).await, Vec::<String>::new());
}
