//! The database: settings, migrations, immutability, refusals.

use store::{Db, StoreError};
use suite::{TestApp, on_postgres, record};

#[tokio::test]
async fn a_published_version_can_neither_be_changed_nor_deleted() {
    let app = TestApp::new().await;
    app.publish(&[record("Camera", |_| {})]).await;
    for statement in ["UPDATE record_versions SET content = '{}'", "DELETE FROM record_versions"] {
        let error = store::ground::raw::execute(&app.db, statement).await.unwrap_err();
        assert!(error.to_string().contains("a published version"), "{error}");
    }
}

#[tokio::test]
async fn migrating_twice_or_at_once_changes_nothing() {
    let app = TestApp::new().await;
    assert_eq!(app.db.migrate().await.unwrap(), 0);
    assert_eq!(app.db.pending().await.unwrap(), 0);
    let (one, two) = (Db::open(&app.url).await.unwrap(), Db::open(&app.url).await.unwrap());
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    assert_eq!((first.unwrap(), second.unwrap()), (0, 0));
}

#[tokio::test]
async fn every_change_can_be_undone_and_done_again() {
    let app = TestApp::new().await;
    store::ground::raw::down_and_up(&app.db).await.unwrap();
    app.publish(&[record("Camera", |_| {})]).await;
    assert_eq!(app.json("/api/v1/records").await["total"], 1);
}

#[tokio::test]
async fn the_entities_are_the_tables() {
    let app = TestApp::new().await;
    store::ground::raw::read_every_table(&app.db).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_refused() {
    let app = TestApp::new().await;
    store::ground::raw::execute(
        &app.db,
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 1)",
    )
    .await
    .unwrap();
    let error = Db::open(&app.url).await.unwrap_err();
    assert!(matches!(&error, StoreError::Newer(name) if name == "m9999_future"), "{error}");
}

#[tokio::test]
async fn an_address_that_cannot_be_is_a_clear_sentence() {
    for (url, expected) in [
        ("mysql://x", "'mysql://x' is not a database address"),
        ("sqlite::memory:", "is not a database address"),
        ("postgres://nobody@127.0.0.1:1/none", "the database cannot be used now"),
    ] {
        let error = Db::open(url).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_read_only_database_says_so() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    store::ground::raw::execute(&app.db, "PRAGMA query_only = ON").await.unwrap();
    let failed = app.db.begin().await.unwrap_err();
    assert!(matches!(failed, StoreError::ReadOnly), "{failed:?}");
}
