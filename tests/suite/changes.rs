//! Changes are found by the body and sector of their record, by kind and by date, also after a withdrawal.

use axum::http::{Method, StatusCode};
use domain::codes::{AliasKind, OrganisationKind, Sector};
use domain::organisation::OrganisationRef;
use serde_json::Value;
use suite::{TestApp, now, record};

async fn withdraw(app: &TestApp, id: &str) {
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), "no longer used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Kind and title of each change, in order.
async fn changes(app: &TestApp, query: &str) -> Vec<(String, String)> {
    let list = app.json(&format!("/api/v1/changes?{query}")).await;
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|item| (text(item, "kind"), text(item, "title"))).collect()
}

fn said(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, title)| ((*kind).to_owned(), (*title).to_owned())).collect()
}

/// A camera of the police, withdrawn since, and a timetable of the council.
async fn two() -> TestApp {
    let app = TestApp::new().await;
    let camera = record("Camera", |r| {
        r.publisher = OrganisationRef::named("Calder Vale Police");
        r.sectors = vec![Sector::Policing, Sector::Transport];
    });
    let ids = app.publish(&[camera, record("Timetable", |r| r.sectors = vec![Sector::Transport])]).await;
    withdraw(&app, &ids[0]).await;
    app
}

#[tokio::test]
async fn changes_are_found_by_body_and_sector_even_of_withdrawn_records() {
    let app = two().await;
    let (camera, gone) = (("published", "Camera"), ("withdrawn", "Camera"));
    let timetable = ("published", "Timetable");
    for (query, expected) in [
        ("", vec![camera, timetable, gone]),
        ("publisher=calder-vale-police", vec![camera, gone]),
        ("publisher=northmoor-borough-council", vec![timetable]),
        ("publisher=northmoor-borough-council&publisher=calder-vale-police", vec![camera, timetable, gone]),
        ("sector=policing", vec![camera, gone]),
        ("sector=transport", vec![camera, timetable, gone]),
        ("sector=transport&publisher=northmoor-borough-council", vec![timetable]),
        ("sector=policing&kind=withdrawn", vec![gone]),
        ("sector=schools", vec![]),
        ("publisher=calder-vale-police&after=1", vec![gone]),
    ] {
        assert_eq!(changes(&app, query).await, said(&expected), "{query}");
    }
    // The feeds take the same filters.
    let feed = app.get("/changes.atom?publisher=calder-vale-police").await.text;
    assert!(feed.contains("Withdrawn: Camera") && !feed.contains("Timetable"), "{feed}");
    let feed = app.json("/changes.json?sector=transport&kind=published").await;
    assert_eq!(feed["items"].as_array().unwrap().len(), 2, "{feed}");
    let unknown = app.get("/api/v1/changes?publisher=calder-vale-polise").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert_eq!(unknown.json()["errors"][0]["code"], "unknown-organisation");
}

#[tokio::test]
async fn changes_of_a_merged_body_are_those_of_the_other() {
    let app = two().await;
    app.organisation("Constabulary of the Calder Vale", OrganisationKind::PoliceForce).await;
    app.merge("calder-vale-police", "constabulary-of-the-calder-vale", AliasKind::Former).await;
    let expected = said(&[("published", "Camera"), ("withdrawn", "Camera")]);
    assert_eq!(changes(&app, "publisher=constabulary-of-the-calder-vale").await, expected);
    assert_eq!(changes(&app, "publisher=calder-vale-police").await, expected, "its former slug leads there");
}

#[tokio::test]
async fn what_an_older_release_withdrew_is_found_too() {
    let app = two().await;
    // As if an older release had written all of it.
    store::ground::raw::undo(&app.db, "m0021_lists").await.unwrap();
    app.db.migrate().await.unwrap();
    let expected = said(&[("published", "Camera"), ("withdrawn", "Camera")]);
    assert_eq!(changes(&app, "sector=policing").await, expected);
    assert_eq!(changes(&app, "publisher=calder-vale-police").await, expected);
}

#[tokio::test]
async fn dates_of_changes_take_a_day_or_an_instant() {
    let app = two().await;
    // The clock stands at 2026-11-21T12:00:00Z.
    for (query, found) in [
        ("from=2026-11-21", 3),
        ("from=2026-11-22", 0),
        ("to=2026-11-20", 0),
        ("to=2026-11-21", 3),
        ("from=2026-11-21T12:00:00Z&to=2026-11-21T12:00:00Z", 3),
        ("from=2026-11-21T12:00:01Z", 0),
        ("to=2026-11-21T11:59:59Z", 0),
        ("from=2026-11-21T13:00:00%2B01:00", 3),
    ] {
        assert_eq!(changes(&app, query).await.len(), found, "{query}");
    }
    for (query, code) in [
        ("from=yesterday", "bad-date"),
        ("from=21/11/2026", "bad-date"),
        ("to=2026-11-21T12:00", "bad-instant"),
    ] {
        let answer = app.get(&format!("/api/v1/changes?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let fault = answer.json()["errors"][0].clone();
        assert_eq!(fault["code"], code, "{query}");
        assert!(fault["hint"].as_str().unwrap().contains("2026-01-31"), "{query}: {fault}");
    }
}

#[tokio::test]
async fn other_lists_take_a_day_or_an_instant_for_a_day() {
    let app = TestApp::demonstration().await;
    for (path, filter) in [
        ("/api/v1/assessments", "due_before"),
        ("/api/v1/contracts", "awarded_to"),
        ("/api/v1/contracts", "active_on"),
        ("/api/v1/incidents", "to"),
    ] {
        let day = app.json(&format!("{path}?{filter}=2024-08-19&limit=1")).await["total"].clone();
        let instant =
            app.json(&format!("{path}?{filter}=2024-08-19T09:30:00Z&limit=1")).await["total"].clone();
        assert_eq!(day, instant, "{path}?{filter}");
        let all = app.json(&format!("{path}?limit=1")).await["total"].clone();
        assert_ne!(day, all, "{path}?{filter} filters nothing");
    }
}

#[tokio::test]
async fn changes_are_downloaded_field_by_field() {
    let app = two().await;
    let path = "/api/v1/changes.csv?publisher=calder-vale-police";
    let answer = app.get(path).await;
    let mut rows = csv::Reader::from_reader(answer.text.as_bytes());
    let header: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, export::tables::changes().table.header().collect::<Vec<_>>());
    let kinds: Vec<String> = rows.records().map(|row| row.unwrap()[3].to_owned()).collect();
    assert_eq!(kinds, ["published", "withdrawn"]);
    let again = app.send(Method::GET, path, &[("if-none-match", answer.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}
