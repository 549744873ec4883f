//! Derived data stay correct by themselves.

use chrono::Days;
use store::ground::settings;
use suite::{TestApp, now, record};

#[tokio::test]
async fn a_flag_comes_on_its_day_without_a_new_version() {
    let app = TestApp::new().await;
    app.publish_at(&[record("Camera", |_| {})], "2025-12-01T00:00:00Z".parse().unwrap()).await;
    assert_eq!(app.json("/api/v1/records?flag=stale").await["total"], 0);
    assert_eq!(store::records::maintenance::judge_due(&app.db, now()).await.unwrap(), 0);
    let later = now().checked_add_days(Days::new(10)).unwrap();
    assert_eq!(store::records::maintenance::judge_due(&app.db, later).await.unwrap(), 1);
    assert_eq!(app.json("/api/v1/records?flag=stale").await["total"], 1);
    assert_eq!(store::records::maintenance::judge_due(&app.db, later).await.unwrap(), 0, "once is enough");
}

#[tokio::test]
async fn a_release_with_other_rules_judges_every_record_once() {
    use store::records::maintenance::judge_due;

    let app = TestApp::new().await;
    app.publish(&[record("Camera", |_| {}), record("Planner", |_| {})]).await;
    assert_eq!(
        judge_due(&app.db, now()).await.unwrap(),
        0,
        "these rules judged them when they were published"
    );
    for earlier in [Some("the digest of other rules"), None] {
        let tx = app.db.begin().await.unwrap();
        match earlier {
            Some(rules) => settings::set(&tx, settings::RULES, rules).await.unwrap(),
            // Releases before this one kept no digest.
            None => settings::unset(&tx, settings::RULES).await.unwrap(),
        }
        tx.commit().await.unwrap();
        assert_eq!(judge_due(&app.db, now()).await.unwrap(), 2, "{earlier:?}");
        assert_eq!(judge_due(&app.db, now()).await.unwrap(), 0, "once is enough after {earlier:?}");
    }
}

#[tokio::test]
async fn everything_derived_can_be_rebuilt() {
    let app = TestApp::new().await;
    let many: Vec<_> = (0..40).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    app.publish(&many).await;
    let before = app.get("/api/v1/records?facets=all&limit=100").await.text;
    let csv = app.get("/api/v1/records.csv").await.text;
    let mut told = Vec::new();
    store::records::maintenance::reindex(&app.db, now(), |done, all| told.push((done, all))).await.unwrap();
    assert_eq!(told, [(40, 40)]);
    assert_eq!(app.get("/api/v1/records?facets=all&limit=100").await.text, before);
    assert_eq!(app.get("/api/v1/records.csv").await.text, csv);
    assert!(store::records::maintenance::faults(&app.db).await.unwrap().is_empty());
}

#[tokio::test]
async fn superseded_listings_are_forgotten_and_their_cursors_expire() {
    let app = TestApp::new().await;
    let at = "2026-11-19T00:00:00Z".parse().unwrap();
    app.publish_at(&[record("One", |_| {}), record("Two", |_| {})], at).await;
    let old = app.json("/api/v1/records?limit=1").await["next"].as_str().unwrap().to_owned();
    app.publish_at(&[record("One", |r| r.description = Some("Changed".into()))], at).await;
    assert!(app.get(&format!("/api/v1/records?limit=1&cursor={old}")).await.status.is_success());
    assert_eq!(store::records::maintenance::forget_superseded(&app.db, now()).await.unwrap(), 0, "too young");
    let tomorrow = now().checked_add_days(Days::new(1)).unwrap();
    assert_eq!(store::records::maintenance::forget_superseded(&app.db, tomorrow).await.unwrap(), 1);
    let expired = app.get(&format!("/api/v1/records?limit=1&cursor={old}")).await;
    assert_eq!(expired.status.as_u16(), 400);
    assert_eq!(expired.json()["errors"][0]["detail"], "this cursor has expired");
    assert_eq!(app.json("/api/v1/records").await["total"], 2);
}
