//! What records list beside their answers - reviews, audits, consultations, redress routes, complaints, incidents,
//! environment, the five tests - is found, counted and downloaded, and says the same as the dumps.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use domain::Record;
use domain::codes::{OrganisationKind, ReviewAdvice, ReviewResponse, Sector};
use domain::organisation::OrganisationRef;
use domain::oversight::Review;
use domain::record::{Incident, RedressRoute, TestAnswer, Tests};
use serde_json::{Value, json};
use suite::{TestApp, now, record};

use crate::dumps::{rows, write};

/// Tables of the dumps with the addresses of the same tables in the API.
const TABLES: &[(&str, &str)] = &[
    ("organisations", "/api/v1/organisations.csv"),
    ("suppliers", "/api/v1/suppliers.csv"),
    ("products", "/api/v1/products.csv"),
    ("changes", "/api/v1/changes.csv"),
    ("assessments", "/api/v1/assessments.csv"),
    ("reviews", "/api/v1/reviews.csv"),
    ("audits", "/api/v1/audits.csv"),
    ("consultations", "/api/v1/consultations.csv"),
    ("redress_routes", "/api/v1/redress-routes.csv"),
    ("complaints", "/api/v1/complaints.csv"),
    ("incidents", "/api/v1/incidents.csv"),
    ("environment", "/api/v1/environment.csv"),
    ("tests", "/api/v1/tests.csv"),
];

/// Header and rows of a table of the API.
async fn table(app: &TestApp, path: &str) -> (Vec<String>, Vec<csv::StringRecord>) {
    let text = app.get(path).await.text;
    let mut read = csv::Reader::from_reader(text.as_bytes());
    let header = read.headers().unwrap().iter().map(str::to_owned).collect();
    (header, read.records().map(Result::unwrap).collect())
}

#[tokio::test]
async fn the_tables_of_the_api_are_those_of_the_dumps() {
    let app = TestApp::demonstration().await;
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let written = write(&app, out.path()).await.unwrap();
    for (name, path) in TABLES {
        let declared = export::tables::TABLES.iter().find(|one| one.name == *name).unwrap();
        let (header, found) = table(&app, path).await;
        assert_eq!(header, declared.header().collect::<Vec<_>>(), "{path}");
        let sorted = |rows: Vec<csv::StringRecord>| {
            let mut rows: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(str::to_owned).collect()).collect();
            rows.sort();
            rows
        };
        let dumped = sorted(rows(&written.folder, name));
        assert!(!dumped.is_empty(), "{name}");
        assert_eq!(sorted(found), dumped, "{path}");
        let answer = app.get(path).await;
        assert!(answer.header("content-disposition").contains(&format!("{name}.csv")), "{path}");
        let again = app.send(Method::GET, path, &[("if-none-match", answer.header("etag"))]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn lists_have_the_rows_of_their_tables() {
    let app = TestApp::demonstration().await;
    for (name, path) in TABLES.iter().filter(|(name, _)| *name != "changes") {
        let list = app.json(&format!("{}?limit=1", path.trim_end_matches(".csv"))).await;
        let (_, rows) = table(&app, path).await;
        assert_eq!(list["total"].as_u64(), Some(rows.len() as u64), "{name}");
    }
}

#[tokio::test]
async fn cells_that_look_like_formulas_are_guarded_in_each_table() {
    let app = TestApp::new().await;
    app.organisation("=SUM(A1)", OrganisationKind::MinisterialDepartment).await;
    let plain = app.get("/api/v1/organisations.csv").await.text;
    assert!(plain.contains(",=SUM(A1),"), "{plain}");
    let guarded = app.get("/api/v1/organisations.csv?excel=true").await.text;
    assert!(guarded.contains(",\"'=SUM(A1)\","), "{guarded}");
}

fn reviewed(title: &str, reviews: &[(ReviewAdvice, Option<ReviewResponse>, &str)]) -> Record {
    record(title, |r| {
        r.sectors = vec![Sector::Policing];
        r.reviews = reviews
            .iter()
            .map(|(advice, response, day)| Review {
                body: "Ethics committee".into(),
                met_on: Some(day.parse().unwrap()),
                minutes_url: None,
                advice: *advice,
                conditions: None,
                response: *response,
                response_text: None,
            })
            .collect();
    })
}

/// Titles of the records with what is found, and the places within them.
async fn found(app: &TestApp, path: &str) -> Vec<(String, u64)> {
    let list = app.json(path).await;
    let items = list["items"].as_array().unwrap();
    assert_eq!(list["total"].as_u64(), Some(items.len() as u64), "{path}");
    let place = |item: &Value| {
        (item["record_title"].as_str().unwrap().to_owned(), item["position"].as_u64().unwrap())
    };
    items.iter().map(place).collect()
}

fn places(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(title, place)| ((*title).to_owned(), *place)).collect()
}

#[tokio::test]
async fn reviews_are_found_by_advice_and_by_what_became_of_it() {
    let app = TestApp::new().await;
    let support = (ReviewAdvice::Support, Some(ReviewResponse::Accepted), "2026-01-10");
    let against = (ReviewAdvice::DoNotSupport, Some(ReviewResponse::Rejected), "2026-02-20");
    let waiting = (ReviewAdvice::DoNotSupport, None, "2026-03-30");
    let camera = Record {
        publisher: OrganisationRef::named("Calder Vale Police"),
        ..reviewed("Camera", &[support, against])
    };
    let ids = app.publish(&[camera, reviewed("Drone", &[waiting])]).await;
    for (query, expected) in [
        ("", vec![("Camera", 1), ("Camera", 2), ("Drone", 1)]),
        ("advice=do_not_support", vec![("Camera", 2), ("Drone", 1)]),
        // One review that is both, not a record that has one of each.
        ("advice=support&response=rejected", vec![]),
        ("advice=do_not_support&response=rejected", vec![("Camera", 2)]),
        ("response=pending", vec![("Drone", 1)]),
        ("from=2026-02-20&to=2026-02-20", vec![("Camera", 2)]),
        ("publisher=calder-vale-police", vec![("Camera", 1), ("Camera", 2)]),
        ("sector=policing&response=accepted", vec![("Camera", 1)]),
        ("sector=schools", vec![]),
        ("sort=-date", vec![("Drone", 1), ("Camera", 2), ("Camera", 1)]),
    ] {
        assert_eq!(found(&app, &format!("/api/v1/reviews?{query}")).await, places(&expected), "{query}");
    }
    let of_drone = found(&app, &format!("/api/v1/reviews?record={}", ids[1])).await;
    assert_eq!(of_drone, places(&[("Drone", 1)]));
    let item = app.json("/api/v1/reviews?response=pending").await["items"][0].clone();
    assert_eq!(item["item"]["body"], "Ethics committee");
    assert_eq!(item["publisher"]["slug"], "northmoor-borough-council");
    assert_eq!(item["record_url"], format!("http://register.test/api/v1/records/{}", ids[1]));
    let (_, rows) = table(&app, "/api/v1/reviews.csv?advice=do_not_support&response=rejected").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(&rows[0][0], ids[0].as_str());
    let wrong = app.get("/api/v1/reviews?advice=suport").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("did you mean 'support'?"), "{}", wrong.text);
}

#[tokio::test]
async fn routes_incidents_and_tests_have_filters_of_their_own() {
    let app = TestApp::new().await;
    let route = |channel: &str| RedressRoute { channel: Some(channel.into()), ..RedressRoute::default() };
    let incident = |day: &str, kind: &str| Incident {
        happened_on: Some(day.parse().unwrap()),
        kind: Some(kind.into()),
        ..Incident::default()
    };
    let answer = |text: &str| Some(TestAnswer { text: Some(text.into()), evidence_url: None });
    app.publish(&[record("Camera", |r| {
        r.redress_routes = vec![route("post"), route("appeal panel")];
        r.incidents = vec![incident("2025-05-01", "privacy"), incident("2026-05-01", "error")];
        r.tests = Some(Tests { principles: answer("Yes"), power: answer("Nobody"), ..Tests::default() });
    })])
    .await;
    for (path, expected) in [
        ("redress-routes?channel=appeal%20panel", vec![("Camera", 2)]),
        ("redress-routes?channel=appeal", vec![]),
        ("incidents?kind=privacy&kind=error", vec![("Camera", 1), ("Camera", 2)]),
        ("incidents?to=2025-12-31", vec![("Camera", 1)]),
        ("incidents?from=2026-01-01T00:00:00Z&kind=error", vec![("Camera", 2)]),
        ("tests?test=power", vec![("Camera", 2)]),
        ("tests?test=prosperity", vec![]),
        ("complaints", vec![]),
    ] {
        assert_eq!(found(&app, &format!("/api/v1/{path}")).await, places(&expected), "{path}");
    }
    let power = app.json("/api/v1/tests?test=power").await["items"][0]["item"].clone();
    assert_eq!(power, json!({ "test": "power", "text": "Nobody" }));
}

#[tokio::test]
async fn only_the_current_version_of_a_published_record_is_listed() {
    let app = TestApp::new().await;
    let support = (ReviewAdvice::Support, None, "2026-01-10");
    let first = app.publish(&[reviewed("Camera", &[support, support])]).await;
    assert_eq!(found(&app, "/api/v1/reviews").await.len(), 2);
    let second = app.publish(&[reviewed("Camera", &[(ReviewAdvice::NoAdvice, None, "2026-01-10")])]).await;
    assert_eq!(first, second, "it is another version");
    assert_eq!(found(&app, "/api/v1/reviews").await, places(&[("Camera", 1)]));
    assert_eq!(found(&app, "/api/v1/reviews?advice=support").await, []);
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, first[0].parse().unwrap(), "gone", now(), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&app, "/api/v1/reviews").await, []);
    assert_eq!(table(&app, "/api/v1/reviews.csv").await.1.len(), 0);
}

#[tokio::test]
async fn what_an_older_release_published_is_listed_after_the_update() {
    let app = TestApp::demonstration().await;
    let mut before = Vec::new();
    for (_, path) in &TABLES[4..] {
        let rows: BTreeSet<String> = table(&app, path).await.1.iter().map(|row| format!("{row:?}")).collect();
        assert!(!rows.is_empty(), "{path}");
        before.push(rows);
    }
    store::ground::raw::undo(&app.db, "m0021_lists").await.unwrap();
    app.db.migrate().await.unwrap();
    for ((_, path), before) in TABLES[4..].iter().zip(before) {
        // Asked in other words, so that no answer from memory is taken.
        let (_, rows) = table(&app, &format!("{path}?excel=false")).await;
        let rows: BTreeSet<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        assert_eq!(rows, before, "{path}");
    }
}
