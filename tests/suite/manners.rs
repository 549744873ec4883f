//! What all answers have in common: caching, headers, problems, HEAD and OPTIONS, compression.

use axum::http::{Method, StatusCode};
use suite::{TestApp, record};

async fn app() -> TestApp {
    let app = TestApp::new().await;
    app.publish(&[record("One", |_| {}), record("Two", |_| {})]).await;
    app
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let app = app().await;
    for path in ["/api/v1/records", "/api/v1/records.csv", "/api/v1/vocabularies", "/api/v1/openapi.json"] {
        let first = app.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        assert!(!first.header("last-modified").is_empty(), "{path}");
        assert_eq!(first.header("cache-control"), "public, max-age=60, stale-while-revalidate=600", "{path}");
        let again = app.send(Method::GET, path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        let among = format!("\"a, b\", {}", tag.trim_start_matches("W/"));
        let known = app.send(Method::GET, path, &[("if-none-match", &among)]).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED, "{path}");
        let odd = app.send(Method::GET, path, &[("if-none-match", "\"a b\", c, W/, \"")]).await;
        assert_eq!((odd.status, &odd.text), (StatusCode::OK, &first.text), "{path}");
    }
    let tag = app.get("/api/v1/records").await.header("etag").to_owned();
    app.publish(&[record("Three", |_| {})]).await;
    let changed = app.send(Method::GET, "/api/v1/records", &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_version_and_guards() {
    let app = app().await;
    for path in
        ["/api/v1/records", "/api/v1/nowhere", "/healthz", "/api/v1/records?x=1", "/api/v1/records/R-1"]
    {
        let answer = app.get(path).await;
        assert_eq!(answer.header("api-version"), api::API_VERSION, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
}

#[tokio::test]
async fn errors_are_problems_that_say_what_to_do() {
    let app = app().await;
    #[track_caller]
    fn check(answer: &suite::Answer, status: u16, kind: &str) {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["type"], format!("/problems/{kind}"));
    }
    check(&app.get("/api/v1/records?phse=production&sector=schols&limit=0").await, 400, "invalid-query");
    check(&app.get("/api/v1/records?q=%FF").await, 400, "malformed-request");
    check(&app.get("/api/v1/records?q=%00").await, 400, "malformed-request");
    check(&app.get("/api/v1/records/R-0000001").await, 400, "invalid-id");
    let unused = domain::RecordId::from_sequence(999_999).to_string();
    check(&app.get(&format!("/api/v1/records/{unused}")).await, 404, "not-found");
    check(&app.get("/nowhere").await, 404, "no-such-address");
    check(&app.send(Method::POST, "/api/v1/records", &[]).await, 405, "method-not-allowed");
    check(&app.send(Method::GET, "/api/v1/records", &[("accept", "image/png")]).await, 406, "not-acceptable");
    let all = app.get("/api/v1/records?phse=production&sector=schols&limit=0").await.json();
    assert_eq!(all["errors"].as_array().unwrap().len(), 3, "{all}");
    let hints: Vec<&str> =
        all["errors"].as_array().unwrap().iter().map(|e| e["hint"].as_str().unwrap()).collect();
    assert!(hints.iter().any(|hint| hint.starts_with("did you mean 'phase'?")), "{hints:?}");
    assert!(hints.iter().any(|hint| hint.starts_with("did you mean 'schools'?")), "{hints:?}");
}

#[tokio::test]
async fn head_and_options_work() {
    let app = app().await;
    for path in ["/api/v1/records", "/api/v1/records.csv"] {
        let head = app.send(Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""), "{path}");
        assert_eq!(head.header("etag"), app.get(path).await.header("etag"), "{path}");
    }
    let options = app.send(Method::OPTIONS, "/api/v1/records", &[("origin", "https://news.example")]).await;
    assert_eq!(options.status, StatusCode::OK);
    assert!(options.header("access-control-allow-methods").contains("GET"));
}

#[tokio::test]
async fn answers_are_compressed_when_asked() {
    let app = app().await;
    for coding in ["gzip", "br", "zstd"] {
        let answer = app.send(Method::GET, "/api/v1/vocabularies", &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding"), coding);
    }
}

#[tokio::test]
async fn a_request_has_one_host() {
    let app = app().await;
    let answer = app.send(Method::GET, "/api/v1", &[("host", "other.test")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_lost_database_is_a_503_and_the_process_lives() {
    let app = app().await;
    app.db.clone().close().await;
    let get = |path| app.send_now(Method::GET, path, &[]);
    let ready = get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{}", ready.text);
    assert_eq!(get("/healthz").await.status, StatusCode::OK);
    let list = get("/api/v1/records").await;
    assert_eq!(list.status, StatusCode::SERVICE_UNAVAILABLE, "{}", list.text);
    assert_eq!(list.header("retry-after"), "5");
}
