//! Whatever is acknowledged is stored, no matter what failed before; and what is not stored is never
//! acknowledged.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use serde_json::json;
use store::ground::db::Options;
use store::ground::{raw, settings};
use store::{Db, StoreError};
use suite::{TestApp, on_postgres};

/// Writes a setting in its own transaction.
async fn write(db: &Db, name: &str) -> Result<(), StoreError> {
    let tx = db.begin_quietly().await?;
    settings::set(&tx, name, "kept").await?;
    tx.commit().await
}

/// Reads through another connection, as another process would.
async fn is_kept(app: &TestApp, name: &str) -> bool {
    let other = Db::open(&app.url).await.unwrap();
    let found = settings::read(&other, name).await.unwrap();
    other.close().await;
    found.is_some()
}

/// Tables whose reference is checked only at commit.
const LATE: [&str; 2] = [
    "CREATE TABLE of_this (id integer PRIMARY KEY)",
    "CREATE TABLE names_it (id integer REFERENCES of_this (id) DEFERRABLE INITIALLY DEFERRED)",
];

/// A transaction whose commit fails.
async fn commit_fails(db: &Db) -> StoreError {
    let tx = db.begin_quietly().await.unwrap();
    settings::set(&tx, "refused", "never").await.unwrap();
    raw::within(&tx, "INSERT INTO names_it VALUES (7)").await.unwrap();
    tx.commit().await.unwrap_err()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to this: {what}");
}

#[tokio::test]
async fn a_commit_that_fails_is_told_and_the_next_write_is_kept() {
    let app = TestApp::new().await;
    for table in LATE {
        raw::execute(&app.db, table).await.unwrap();
    }
    for round in 0..3 {
        commit_fails(&app.db).await;
        let name = format!("after {round}");
        write(&app.db, &name).await.unwrap();
        assert!(is_kept(&app, &name).await, "{name}");
    }
    assert!(!is_kept(&app, "refused").await);
}

#[tokio::test]
async fn a_statement_that_fails_ends_its_write_and_no_other() {
    let app = TestApp::new().await;
    // SQLite then rolls back by itself, as it does on a full disk. PostgreSQL would answer a commit as if it
    // had worked.
    let or = if on_postgres() { "" } else { "OR ROLLBACK " };
    let twice = format!("INSERT {or}INTO settings (name, value) VALUES ('twice', 'x')");
    for round in 0..3 {
        let tx = app.db.begin_quietly().await.unwrap();
        settings::set(&tx, "before", "never").await.unwrap();
        settings::set(&tx, "twice", "x").await.unwrap();
        raw::within(&tx, &twice).await.unwrap_err();
        let after = settings::set(&tx, "after", "never").await.unwrap_err();
        assert!(after.to_string().contains("an earlier statement"), "{after}");
        let told = tx.commit().await.unwrap_err();
        assert!(told.to_string().contains("a statement of this write failed"), "{told}");
        let name = format!("next {round}");
        write(&app.db, &name).await.unwrap();
        assert!(is_kept(&app, &name).await, "{name}");
    }
    for name in ["before", "twice", "after"] {
        assert!(!is_kept(&app, name).await, "{name}");
    }
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_any_more_leaves_the_way_free() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        let tx = app.db.begin().await.unwrap();
        settings::set(&tx, "left", "never").await.unwrap();
        drop(tx);
        write(&app.db, "right").await.unwrap();
    }
    assert!(is_kept(&app, "right").await);
    assert!(!is_kept(&app, "left").await);
}

#[tokio::test]
async fn a_register_whose_last_write_failed_is_not_ready_until_one_is_kept() {
    let app = TestApp::new().await;
    for table in LATE {
        raw::execute(&app.db, table).await.unwrap();
    }
    let ready = async || app.send_now(Method::GET, "/readyz", &[]).await.status;
    assert_eq!(ready().await, StatusCode::OK);
    commit_fails(&app.db).await;
    assert!(app.db.failing().is_some());
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    // Nobody writes to a register that is not ready, so it must recover by itself.
    until("ready again", async || ready().await == StatusCode::OK).await;
    assert_eq!(app.db.failing(), None);
}

#[tokio::test]
async fn a_write_is_refused_before_it_begins_where_little_space_is_free_and_reads_go_on() {
    let app = TestApp::made(|app| app).await;
    let council = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let token = app.token("sam@northmoor.example", Role::Contributor, Some(&council)).await;
    if on_postgres() {
        // PostgreSQL looks after its own disk; the folder of documents is the register's to check.
        let full = app.objects.clone().with_least_free(u64::MAX);
        let error = full.put("x".into()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        return;
    }
    let options = Options { least_free: u64::MAX, ..Options::default() };
    let full = app.on(Db::open_with(&app.url, &options).await.unwrap()).await;
    let draft = json!({ "record": { "title": "Route planner" } });
    let answer = full.call(Method::POST, "/api/v1/submissions", &token, None, draft.clone()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(!answer.text.contains("MiB"), "it says nothing of the inside: {}", answer.text);
    let reason = full.db.failing().unwrap();
    assert!(reason.contains("free some space"), "{reason}");
    assert_eq!(full.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.get("/api/v1/records").await.status, StatusCode::OK);
    let list = full.call(Method::GET, "/api/v1/submissions", &token, None, json!(null)).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    // The same write where there is room.
    let answer = app.call(Method::POST, "/api/v1/submissions", &token, None, draft).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

#[tokio::test]
async fn nothing_is_written_by_a_connection_that_reads() {
    let app = TestApp::new().await;
    let insert = "INSERT INTO settings (name, value) VALUES ('sly', 'x') RETURNING name";
    raw::text(&app.db, insert).await.unwrap_err();
    assert!(!is_kept(&app, "sly").await);
}

/// The whole suite runs with this check, so a request that holds one connection and asks for another fails
/// somewhere.
#[tokio::test]
async fn who_holds_the_connection_that_writes_and_asks_for_another_is_found_out() {
    let app = TestApp::new().await;
    let tx = app.db.begin().await.unwrap();
    assert_eq!(settings::get(&tx, "x").await.unwrap(), None);
    let error = settings::read(&app.db, "x").await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    drop(tx);
    assert_eq!(settings::read(&app.db, "x").await.unwrap(), None);
}
