//! The register says no more than it knows: what its pages and answers say of who uses what, what became of
//! reports, and what stands beside a record.

use axum::http::{Method, StatusCode};
use chrono::NaiveDate;
use domain::codes::{OrganisationKind, Phase};
use domain::organisation::OrganisationRef;
use domain::record::Deployment;
use domain::{Organisation, Record};
use serde_json::{Value, json};
use suite::{TestApp, now, record};

/// A deployment of which only the body is known.
pub(crate) fn used_at(body: &str) -> Deployment {
    Deployment {
        organisation: OrganisationRef::named(body),
        role: None,
        phase: None,
        started_on: None,
        ended_on: None,
        local_settings: None,
        local_contact: None,
    }
}

/// A page as a browser asks for it.
async fn shown(app: &TestApp, path: &str) -> String {
    let page = app.send(Method::GET, path, &[("accept", "text/html,*/*;q=0.8")]).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    page.text
}

#[track_caller]
fn has(page: &str, words: &str) {
    assert!(page.contains(words), "'{words}' is not on the page: {page}");
}

#[track_caller]
fn lacks(page: &str, words: &str) {
    assert!(!page.contains(words), "'{words}' is on the page: {page}");
}

/// A trust with two schools, known to the register.
async fn trust(app: &TestApp) {
    let tx = app.db.begin().await.unwrap();
    for (name, kind, parent) in [
        ("Fenland Trust", OrganisationKind::AcademyTrust, None),
        ("Marsh School", OrganisationKind::School, Some("fenland-trust")),
        ("Dyke School", OrganisationKind::School, Some("fenland-trust")),
    ] {
        let body = Organisation {
            kind: Some(kind),
            parent: parent.map(str::to_owned),
            ..Organisation::named(name, "GB")
        };
        store::names::organisations::save(&tx, &body).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A live tool of a council, used at these bodies.
fn tool(title: &str, bodies: &[&str]) -> Record {
    record(title, |r| {
        r.publisher = OrganisationRef::named("Brook Council");
        r.phase = Some(Phase::Production);
        r.deployments = bodies.iter().map(|body| used_at(body)).collect();
    })
}

#[tokio::test]
async fn a_school_shows_what_is_used_there_and_through_its_trust() {
    let app = TestApp::new().await;
    trust(&app).await;
    let over = |title: &str, change: fn(&mut Deployment)| {
        let mut over = tool(title, &["Marsh School"]);
        change(&mut over.deployments[0]);
        over
    };
    app.publish(&[
        tool("Tutor", &["Marsh School", "Dyke School"]),
        tool("Marker", &["Fenland Trust"]),
        over("Ended", |one| one.ended_on = NaiveDate::from_ymd_opt(2026, 1, 31)),
        over("Retired", |one| one.phase = Some(Phase::Retired)),
        tool("Elsewhere", &["Hill School"]),
    ])
    .await;
    let found = app.json("/api/v1/records?used_by=marsh-school").await;
    assert_eq!((&found["total"], &found["items"][0]["title"]), (&json!(1), &json!("Tutor")));
    let school = app.json("/api/v1/organisations/marsh-school").await;
    assert_eq!(school["coverage"], "not_expected");
    let used = &school["as_user"];
    assert_eq!((&used["records"], &used["phase"]), (&json!(1), &json!({ "production": 1 })), "{used}");
    assert_eq!(used["records_url"], "http://register.test/api/v1/records?used_by=marsh-school");
    assert_eq!(
        used["through_parent"],
        json!({
            "organisation": "fenland-trust", "name": "Fenland Trust", "records": 1,
            "records_url": "http://register.test/api/v1/records?used_by=fenland-trust",
        })
    );
    let trust = app.json("/api/v1/organisations/fenland-trust").await["as_user"].clone();
    let below: Vec<(&str, u64)> = trust["below"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["organisation"].as_str().unwrap(), one["records"].as_u64().unwrap()))
        .collect();
    assert_eq!(below, [("dyke-school", 1), ("marsh-school", 1)]);
    assert_eq!(trust["through_parent"], Value::Null);

    let page = shown(&app, "/organisations/marsh-school").await;
    has(&page, "Marsh School publishes nothing here itself. By the records of others, 1 tool is used there.");
    has(&page, "1 record names it as a place of use");
    has(&page, ">Tutor</a>");
    has(&page, "What they describe may be used here too.");
    lacks(&page, ">Marker</a>");
    let page = shown(&app, "/cy/organisations/marsh-school").await;
    has(&page, "Yn ôl cofnodion eraill, nifer yr offer a ddefnyddir yno yw 1.");
    let page = shown(&app, "/organisations/fenland-trust").await;
    has(&page, "Bodies below it that records name as places of use");
    has(&page, "<a class=\"govuk-link\" href=\"/organisations/dyke-school\">Dyke School</a>");
    // Whoever only lists bodies is not told.
    let list = app.json("/api/v1/organisations?q=marsh").await;
    assert_eq!(list["items"][0]["as_user"], Value::Null);
}

#[tokio::test]
async fn a_silent_body_where_something_is_used_is_not_only_called_silent() {
    let app = TestApp::new().await;
    let mut force = Organisation::named("Calder Vale Police", "GB");
    force.expected_to_publish = true;
    let tx = app.db.begin().await.unwrap();
    store::names::organisations::save(&tx, &force).await.unwrap();
    tx.commit().await.unwrap();
    let path = "/organisations/calder-vale-police";
    has(&shown(&app, path).await, "and has published nothing here.");
    let planned = record("Planned", |r| {
        r.phase = Some(Phase::PreDeployment);
        r.deployments = vec![used_at("Calder Vale Police")];
    });
    app.publish(&[planned]).await;
    // Planned is not used.
    lacks(&shown(&app, path).await, "is used there");
    app.publish(&[tool("Camera", &["Calder Vale Police"])]).await;
    let page = shown(&app, path).await;
    has(&page, "publishes nothing here itself. By the records of others, 1 tool is used there.");
    lacks(&page, "and has published nothing here.");
    // The API says both: it is silent, and this is used there.
    let body = app.json("/api/v1/organisations/calder-vale-police").await;
    assert_eq!((&body["coverage"], &body["as_user"]["records"]), (&json!("silent"), &json!(2)));
}

#[tokio::test]
async fn a_place_of_use_that_becomes_known_is_found_and_a_use_that_ends_is_not() {
    let app = TestApp::new().await;
    let mut ending = tool("Ending", &["Marsh School"]);
    ending.deployments[0].ended_on = NaiveDate::from_ymd_opt(2026, 12, 31);
    app.publish(&[ending]).await;
    let tx = app.db.begin().await.unwrap();
    // Under another name than the record has.
    let mut school = Organisation::named("The Marsh Academy", "GB");
    school.aliases = vec![domain::organisation::Alias {
        name: "Marsh School".to_owned(),
        kind: domain::codes::AliasKind::TradingAs,
    }];
    let (_, slug) = store::names::organisations::save(&tx, &school).await.unwrap();
    store::records::relisting::project_named(&tx, std::slice::from_ref(&slug)).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/api/v1/records?used_by={slug}");
    assert_eq!(app.json(&path).await["total"], 1);
    // Its last day is a day of use; the day after it is none.
    let on = |days: i64| now() + chrono::TimeDelta::days(days);
    store::records::maintenance::judge_due(&app.db, on(40)).await.unwrap();
    assert_eq!(
        (on(40).date_naive().to_string().as_str(), app.json(&path).await["total"].clone()),
        ("2026-12-31", json!(1))
    );
    store::records::maintenance::judge_due(&app.db, on(41)).await.unwrap();
    assert_eq!(app.json(&path).await["total"], 0);
}
