//! The search index follows the database and repairs itself, and cached answers never outlive their content.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use search::{Place, RecordQuery, Search};
use suite::{TestApp, record};

async fn found(search: &Search, q: &str) -> usize {
    let query = RecordQuery { q: Some(q.to_owned()), ..RecordQuery::default() };
    search.look().matching(&query).await.unwrap().len()
}

#[tokio::test]
async fn an_index_is_found_again_and_brought_up_to_date() {
    let app = TestApp::new().await;
    let folder = app.folder.path().join("index");
    app.publish(&[record("Camera", |_| {}), record("Tutor", |_| {})]).await;
    let first = Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap();
    assert_eq!(found(&first, "camera").await, 1);
    drop(first);
    app.publish(&[record("Camera", |r| r.summary = Some("Now a scanner.".into())), record("Drone", |_| {})])
        .await;
    let again = Search::open(&app.db, Place::Folder(folder)).await.unwrap();
    assert_eq!(found(&again, "scanner").await, 1);
    assert_eq!(found(&again, "drone").await, 1);
    assert_eq!(found(&again, "camera").await, 1, "the superseded version is not found");
}

#[tokio::test]
async fn a_broken_index_is_rebuilt() {
    let app = TestApp::new().await;
    let folder = app.folder.path().join("index");
    app.publish(&[record("Camera", |_| {})]).await;
    drop(Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap());
    let files = || std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    type Harm = fn(&std::path::Path);
    let harms: [(&str, Harm); 4] = [
        ("cut short", |file| std::fs::write(file, b"x").unwrap()),
        ("emptied", |file| std::fs::write(file, b"").unwrap()),
        ("removed", |file| std::fs::remove_file(file).unwrap()),
        ("foreign", |file| std::fs::write(file, br#"{"segments":[],"schema":[],"opstamp":0}"#).unwrap()),
    ];
    for (what, harm) in harms {
        for file in files().filter(|file| file.is_file() && !file.ends_with("keeper.lock")) {
            harm(&file);
        }
        let healed = Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap();
        assert_eq!(found(&healed, "camera").await, 1, "{what}");
        drop(healed);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let healed = Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap();
    assert_eq!(found(&healed, "camera").await, 1, "the folder was removed");
}

#[tokio::test]
async fn an_index_of_another_database_is_not_believed() {
    let (one, other) = (TestApp::new().await, TestApp::new().await);
    let folder = one.folder.path().join("index");
    one.publish(&[record("Camera", |_| {})]).await;
    other.publish(&[record("Tutor", |_| {})]).await;
    drop(Search::open(&one.db, Place::Folder(folder.clone())).await.unwrap());
    let search = Search::open(&other.db, Place::Folder(folder)).await.unwrap();
    assert_eq!(found(&search, "camera").await, 0);
    assert_eq!(found(&search, "tutor").await, 1);
}

#[tokio::test]
async fn replicas_agree_soon_after_a_publication() {
    let app = TestApp::new().await;
    let replicas = [
        Search::open(&app.db, Place::Memory).await.unwrap(),
        Search::open(&app.db, Place::Folder(app.folder.path().join("replica"))).await.unwrap(),
    ];
    let following: Vec<_> = replicas
        .iter()
        .map(|replica| {
            let replica = replica.clone();
            tokio::spawn(async move { replica.follow(Duration::from_millis(50)).await })
        })
        .collect();
    app.publish(&[record("Camera", |_| {})]).await;
    let change = app.db.state().await.unwrap().change;
    let agreed = async {
        while replicas.iter().any(|replica| replica.state().change < change) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), agreed).await.expect("replicas follow");
    for replica in &replicas {
        assert_eq!(found(replica, "camera").await, 1);
    }
    following.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn of_two_processes_one_writes_the_index_and_both_search() {
    let app = TestApp::new().await;
    let folder = app.folder.path().join("index");
    app.publish(&[record("Camera", |_| {})]).await;
    let writer = Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap();
    let reader = Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap();
    assert_eq!(found(&reader, "camera").await, 1);
    assert!(!Search::update(&app.db, &folder).await.unwrap(), "the writer sees to it");
    app.publish(&[record("Drone", |_| {})]).await;
    writer.catch_up().await.unwrap();
    reader.catch_up().await.unwrap();
    assert_eq!(found(&reader, "drone").await, 1);
    drop(writer);
    app.publish(&[record("Tutor", |_| {})]).await;
    reader.catch_up().await.unwrap();
    assert_eq!(found(&reader, "tutor").await, 1, "the reader takes over");
}

#[tokio::test]
async fn two_processes_share_the_index_of_an_empty_register() {
    let app = TestApp::new().await;
    let folder = app.folder.path().join("index");
    let writer = Search::open(&app.db, Place::Folder(folder.clone())).await.unwrap();
    let reader = Search::open(&app.db, Place::Folder(folder)).await.unwrap();
    app.publish(&[record("Camera", |_| {})]).await;
    writer.catch_up().await.unwrap();
    reader.catch_up().await.unwrap();
    assert_eq!(found(&reader, "camera").await, 1);
}

#[tokio::test]
async fn rebuilding_tells_how_far_it_is_and_finds_the_same() {
    let app = TestApp::demonstration().await;
    let place = Place::Folder(app.folder.path().join("index"));
    let before = found(&Search::open(&app.db, place.clone()).await.unwrap(), "people").await;
    let mut told = Vec::new();
    let rebuilt = Search::rebuild(&app.db, place, |done, all| told.push((done, all))).await.unwrap();
    let (done, all) = *told.last().unwrap();
    assert!(done == all && all > 60, "{told:?}");
    assert!(before > 10);
    assert_eq!(found(&rebuilt, "people").await, before);
}

#[tokio::test]
async fn a_prepared_answer_lasts_until_something_is_written() {
    let app = TestApp::new().await;
    let ids = app.publish(&[record("Camera", |_| {})]).await;
    let paths = [format!("/api/v1/records/{}", ids[0]), "/api/v1/records?facets=all".to_owned()];
    for path in &paths {
        let first = app.get(path).await;
        let again = app.get(path).await;
        assert_eq!((&first.text, &first.headers), (&again.text, &again.headers), "{path}");
        let tag = first.header("etag").to_owned();
        let known = app.send(Method::GET, path, &[("if-none-match", &tag)]).await;
        assert_eq!((known.status, known.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        let head = app.send(Method::HEAD, path, &[]).await;
        assert_eq!((head.header("etag"), head.text.as_str()), (tag.as_str(), ""), "{path}");
        assert_eq!(head.header("content-length"), first.text.len().to_string());
        let problem = app.send(Method::GET, path, &[("accept", "image/png")]).await;
        assert_eq!(problem.status, StatusCode::NOT_ACCEPTABLE, "{path}");
    }
    app.publish(&[record("Camera", |r| r.summary = Some("Something new.".into()))]).await;
    for path in &paths {
        assert!(app.get(path).await.text.contains("Something new."), "{path}");
    }
}

#[tokio::test]
async fn answers_stay_right_while_others_publish() {
    let app = std::sync::Arc::new(TestApp::new().await);
    app.publish(&[record("Counter", |r| r.description = Some("0".into()))]).await;
    let id = app.json("/api/v1/records").await["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/records/{id}?fields=description");
    for n in 1..=30 {
        let next = [record("Counter", |r| r.description = Some(n.to_string()))];
        let publishing = app.publish(&next);
        let reading = async {
            for _ in 0..5 {
                app.send_now(Method::GET, &path, &[]).await;
            }
        };
        tokio::join!(publishing, reading);
        assert_eq!(app.json(&path).await["description"], n.to_string());
    }
}

#[tokio::test]
async fn an_update_that_fails_leaves_nothing_half_done() {
    let app = TestApp::new().await;
    let many: Vec<_> = (0..600).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    app.publish(&many).await;
    let search = app.search.clone();
    // Remove the guard on versions, to break one, and with it the last of two batches.
    let unguard = if suite::on_postgres() {
        "ALTER TABLE record_versions DISABLE TRIGGER ALL"
    } else {
        "DROP TRIGGER record_versions_stay"
    };
    store::ground::raw::execute(&app.db, unguard).await.unwrap();
    let change =
        |content: &str| format!("UPDATE record_versions SET content = {content} WHERE record_seq = 600");
    store::ground::raw::execute(&app.db, &change("'x' || content")).await.unwrap();
    for _ in 0..3 {
        assert!(search.catch_up().await.is_err(), "no record can be read out of that");
    }
    assert_eq!(search.state().change, 0, "what is half done is not shown");
    store::ground::raw::execute(&app.db, &change("substr(content, 2)")).await.unwrap();
    search.catch_up().await.unwrap();
    assert_eq!(found(&search, "tool").await, 600, "each once");
}

#[tokio::test]
async fn prepared_answers_end_with_the_day() {
    let day = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(0));
    let clock = std::sync::Arc::clone(&day);
    let app = TestApp::ticking(move || {
        suite::now() + chrono::TimeDelta::days(clock.load(std::sync::atomic::Ordering::SeqCst))
    })
    .await;
    // First used nearly a year ago: in a few days a later assessment is overdue.
    let ids = app
        .publish(&[record("Camera", |record| {
            record.first_used = Some((suite::now() - chrono::TimeDelta::days(363)).date_naive());
        })])
        .await;
    let path = format!("/api/v1/records/{}", ids[0]);
    let today = app.get(&path).await.text;
    assert_eq!(app.get(&path).await.text, today);
    day.store(5, std::sync::atomic::Ordering::SeqCst);
    let later = app.get(&path).await.text;
    assert!(!today.contains("post_deployment_overdue"), "{today}");
    assert!(later.contains("post_deployment_overdue"), "{later}");
}
