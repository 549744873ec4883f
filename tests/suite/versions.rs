//! History: versions, differences, withdrawal; what was published never changes.

use domain::codes::Phase;
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
    // The hash a version states is the hash of what it states.
    let stored = store::records::find_version(&app.db, id.parse().unwrap(), 1).await.unwrap().unwrap();
    assert_eq!(first["content_sha256"], store::publish::hex_sha256(stored.content.as_bytes()));
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
    store::publish::withdraw(&tx, id.parse().unwrap(), "The tool was never used", now(), now())
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
