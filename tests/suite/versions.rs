//! History: versions, differences, withdrawal; what was published never changes.

use chrono::{DateTime, Duration, Utc};
use domain::codes::Phase;
use serde_json::json;
use suite::{TestApp, now, record};

#[tokio::test]
async fn a_change_makes_a_version_and_nothing_else_does() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    app.publish(&[record("Camera", |_| {})]).await;
    let changed = record("Camera", |r| {
        r.phase = Some(Phase::Retired);
        r.summary = Some("Camera in other plain words.".into());
    });
    assert_eq!(app.publish(&[changed]).await, std::slice::from_ref(&id));
    let versions = app.json(&format!("/api/v1/records/{id}/versions")).await;
    assert_eq!(versions["total"], 2);
    let first = app.json(&format!("/api/v1/records/{id}/versions/1")).await;
    assert_eq!(first["record"]["phase"], "production");
    assert!(first["superseded_at"].is_string());
    // A version's hash is the hash of its content.
    let commitments = serde_json::from_value(first["commitments"].clone()).unwrap();
    let said = transparency::said(first["record"].as_object().unwrap().clone(), first["note"].as_str());
    assert_eq!(first["content_sha256"], transparency::content_sha256(&said, &commitments).unwrap());
    let diff = app.json(&format!("/api/v1/records/{id}/diff")).await;
    let fields: Vec<&str> =
        diff["changes"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["summary", "phase"]);
    let marks: Vec<&str> =
        diff["changes"][0]["words"].as_array().unwrap().iter().map(|w| w["mark"].as_str().unwrap()).collect();
    assert!(marks.contains(&"inserted") && marks.contains(&"same"), "{marks:?}");
    let same = app.json(&format!("/api/v1/records/{id}/diff?from=2&to=2")).await;
    assert_eq!(same["changes"].as_array().unwrap().len(), 0);
    for path in ["versions/3", "diff?from=1&to=9"] {
        assert_eq!(app.get(&format!("/api/v1/records/{id}/{path}")).await.status.as_u16(), 404, "{path}");
    }
    for path in ["versions/0", "versions/-1", "versions/x", "diff?from=0", "diff?from=%2B1"] {
        assert_eq!(app.get(&format!("/api/v1/records/{id}/{path}")).await.status.as_u16(), 400, "{path}");
    }
}

#[tokio::test]
async fn a_withdrawn_record_leaves_a_tombstone_and_its_history() {
    let app = TestApp::new().await;
    let id = app.publish(&[record("Camera", |_| {})]).await.remove(0);
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), "The tool was never used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let gone = app.get(&format!("/api/v1/records/{id}")).await;
    assert_eq!(gone.status.as_u16(), 410);
    assert_eq!(gone.json()["tombstone"]["title"], "Camera");
    assert_eq!(gone.json()["tombstone"]["reason"], "The tool was never used");
    assert_eq!(app.json("/api/v1/records").await["total"], 0);
    assert_eq!(app.json(&format!("/api/v1/records/{id}/versions")).await["total"], 1);
    // An import does not bring it back.
    app.publish(&[record("Camera", |r| r.phase = Some(Phase::Pilot))]).await;
    assert_eq!(app.get(&format!("/api/v1/records/{id}")).await.status.as_u16(), 410);
}

#[tokio::test]
async fn a_record_is_read_as_it_stood_on_a_day() {
    let app = TestApp::new().await;
    let day = Duration::days(1);
    let first = now() - day * 200;
    let id = app.publish_at(&[record("Camera", |_| {})], first).await.remove(0);
    let changed = record("Camera", |r| r.phase = Some(Phase::Retired));
    app.publish_at(std::slice::from_ref(&changed), now() - day * 100).await;
    let path = |at: DateTime<Utc>| format!("/api/v1/records/{id}?as_of={}", at.date_naive());

    let old = app.json(&path(now() - day * 101)).await;
    assert_eq!((&old["version"], &old["phase"]), (&json!(1), &json!("production")));
    let page = path(now() - day * 101).replace("/api/v1", "");
    assert!(old["citation"].as_str().unwrap().ends_with(&format!("http://register.test{page}")), "{old}");
    assert!(old["links"]["self"].as_str().unwrap().ends_with(&path(now() - day * 101)), "{old}");
    // The end of the day counts, so what was published that day is included.
    assert_eq!(app.json(&path(first)).await["version"], 1);
    assert_eq!(app.json(&path(now() - day * 100)).await["version"], 2);
    let today = app.json(&path(now())).await;
    let current = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!((&today["version"], &today["phase"]), (&current["version"], &current["phase"]));
    // Rules run as of the day: what is stale today was not in its first year.
    let quiet = app.publish_at(&[record("Quiet camera", |_| {})], now() - day * 800).await.remove(0);
    let stale = async |ago: i32| {
        let view =
            app.json(&format!("/api/v1/records/{quiet}?as_of={}", (now() - day * ago).date_naive())).await;
        view["flags"].as_array().unwrap().iter().any(|flag| flag["flag"] == "stale")
    };
    assert!(stale(0).await && !stale(700).await);

    let early = app.get(&path(first - day)).await;
    assert_eq!(early.status.as_u16(), 404);
    assert!(early.json()["type"].as_str().unwrap().ends_with("/problems/not-yet"), "{}", early.text);
    let said = early.json()["detail"].to_string();
    assert!(said.contains(&first.date_naive().to_string()), "{said}");
    let future = app.get(&path(now() + day)).await;
    assert_eq!((future.status.as_u16(), &future.json()["errors"][0]["code"]), (400, &json!("in-the-future")));
    for bad in ["2026-02-30", "soon", "", "9999-12-31"] {
        let answer = app.get(&format!("/api/v1/records/{id}?as_of={bad}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{bad}");
    }
    assert_eq!(app.get("/api/v1/records/R-0000000?as_of=2026-01-01").await.status.as_u16(), 404);

    // Withdrawn today, it was still there yesterday.
    let tx = app.db.begin().await.unwrap();
    store::records::publish::withdraw(&tx, id.parse().unwrap(), "The tool was never used", now(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.json(&path(now() - day)).await["version"], 2);
    assert_eq!(app.get(&path(now())).await.status.as_u16(), 410);
}

/// A list's titles, in order.
fn titles(list: &serde_json::Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_register_is_listed_as_it_stood_on_a_day() {
    let app = TestApp::new().await;
    let at = |day: &str| format!("{day}T10:00:00Z").parse::<DateTime<Utc>>().unwrap();
    let with = |title: &str, text: &str| record(title, |r| r.summary = Some(text.to_owned()));
    let ids = app
        .publish_at(&[with("First", "Walrus counting."), with("Second", "Fences.")], at("2026-05-01"))
        .await;
    let retired = record("First", |r| {
        r.summary = Some("Otters.".to_owned());
        r.phase = Some(Phase::Retired);
    });
    app.publish_at(&[retired], at("2026-06-01")).await;
    app.publish_at(&[with("Third", "Walrus again.")], at("2026-06-02")).await;
    let withdraw = async |id: &str, on: &str| {
        let tx = app.db.begin().await.unwrap();
        store::records::publish::withdraw(&tx, id.parse().unwrap(), "replaced", at(on), now()).await.unwrap();
        tx.commit().await.unwrap();
    };
    withdraw(&ids[1], "2026-07-01").await;

    let list = async |query: &str| app.json(&format!("/api/v1/records?sort=title&{query}")).await;
    for (query, expected) in [
        ("as_of=2026-04-30", &[][..]),
        ("as_of=2026-05-01", &["First", "Second"]),
        ("as_of=2026-06-01", &["First", "Second"]),
        ("as_of=2026-06-30", &["First", "Second", "Third"]),
        ("as_of=2026-07-01", &["First", "Third"]),
        ("as_of=2026-11-21", &["First", "Third"]),
        // Search and counts use what was said then.
        ("as_of=2026-05-31&q=walrus", &["First"]),
        ("as_of=2026-06-01&q=walrus", &[]),
        ("as_of=2026-05-31&phase=retired", &[]),
        ("as_of=2026-06-01&phase=retired", &["First"]),
    ] {
        let found = list(query).await;
        assert_eq!(titles(&found), expected, "{query}");
        assert_eq!(found["total"], expected.len(), "{query}");
    }
    let counted = list("as_of=2026-06-01&facets=phase").await["facets"]["phase"].clone();
    let counts: Vec<_> =
        counted.as_array().unwrap().iter().map(|one| (&one["value"], &one["count"])).collect();
    assert_eq!(counts, [(&json!("production"), &json!(1)), (&json!("retired"), &json!(1))]);
    // The items are that day's too, whichever fields are requested.
    let then = list("as_of=2026-05-01&fields=summary,phase,version").await["items"][0].clone();
    assert_eq!((&then["summary"], &then["version"]), (&json!("Walrus counting."), &json!(1)));

    // A cursor stays on its day; another day is another query.
    let first = list("as_of=2026-06-30&limit=2").await;
    let next = first["next"].as_str().unwrap();
    assert_eq!(titles(&list(&format!("as_of=2026-06-30&limit=2&cursor={next}")).await), ["Third"]);
    let other = app.get(&format!("/api/v1/records?sort=title&as_of=2026-07-01&limit=2&cursor={next}")).await;
    assert_eq!(other.status.as_u16(), 400, "{}", other.text);

    let csv = app.get("/api/v1/records.csv?as_of=2026-05-01").await.text;
    assert!(csv.contains("Walrus counting.") && csv.contains("Fences.") && csv.lines().count() == 3, "{csv}");
    let lines = app.get("/api/v1/records.ndjson?as_of=2026-06-01&phase=retired").await.text;
    assert!(lines.contains("Otters.") && lines.lines().count() == 1, "{lines}");

    // What becomes known later with an earlier date counts from that date on.
    app.publish_at(&[with("Late", "Found in a drawer.")], at("2026-04-30")).await;
    assert_eq!(titles(&list("as_of=2026-04-30").await), ["Late"]);
    withdraw(&ids[0], "2026-06-15").await;
    assert_eq!(titles(&list("as_of=2026-06-30").await), ["Late", "Second", "Third"]);
    assert_eq!(titles(&list("as_of=2026-06-14").await), ["First", "Late", "Second", "Third"].to_vec());

    for (query, code) in [
        ("as_of=2026-11-22", "in-the-future"),
        ("as_of=soon", "bad-date"),
        ("as_off=2026-05-01", "unknown-parameter"),
    ] {
        for path in ["/api/v1/records", "/api/v1/records.csv"] {
            let answer = app.get(&format!("{path}?{query}")).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["errors"][0]["code"]), (400, &json!(code)));
        }
    }
}
