//! Refusals are seen: in the audit trail, which can be filtered and downloaded, and in the security log.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use api::seen::as_client;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::codes::Role;
use serde_json::{Value, json};
use suite::{Answer, TestApp, now};

use crate::sessions::{PASSWORD, enrol};
use crate::submissions::Council;

const HERE: &str = "203.0.113.7";

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

async fn sign_in(app: &TestApp, from: &str, email: &str, code: &str) -> StatusCode {
    let body = json!({ "email": email, "password": PASSWORD, "code": code }).to_string().into_bytes();
    let headers = [("content-type", "application/json")];
    as_client(address(from), app.send_body(Method::POST, "/api/v1/session", &headers, body)).await.status
}

async fn audit(app: &TestApp, admin: &str, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/audit?limit=100&{query}");
    let answer = app.call(Method::GET, &path, admin, None, Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

async fn with_bearer(app: &TestApp, from: &str, token: &str, path: &str) -> Answer {
    as_client(address(from), app.call(Method::GET, path, token, None, Value::Null)).await
}

#[tokio::test]
async fn failed_sign_ins_refused_tokens_and_refused_rights_are_in_the_audit_trail() {
    let council = Council::new().await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    enrol(app, email).await;
    assert_eq!(sign_in(app, HERE, email, "000000").await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(app, HERE, "nobody@northmoor.example", "000000").await, StatusCode::UNAUTHORIZED);
    for token in ["nonsense", "oar_p_0000000000000000000000000000000000000"] {
        let refused = with_bearer(app, HERE, token, "/api/v1/people/me").await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    let refused = with_bearer(app, HERE, &council.writer, "/api/v1/people").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    // Who shows nothing is refused without a line, and what is allowed leaves none of these.
    assert_eq!(app.get("/api/v1/people").await.status, StatusCode::UNAUTHORIZED);
    with_bearer(app, HERE, &council.writer, "/api/v1/people/me").await;

    let lines = audit(app, &admin, &format!("address={HERE}")).await;
    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            [&line["action"], &line["object_kind"], &line["person"]].map(|one| one.as_str().unwrap_or(""))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ["right.refused", "operation", email],
            ["token.refused", "address", ""],
            ["session.refused", "address", ""],
            ["session.refused", "person", email],
        ]
    );
    assert_eq!(lines[0]["object_id"], "GET /api/v1/people");
    assert!(lines.iter().all(|line| line["address"] == HERE && !line.to_string().contains("oar_p_")));
    assert!(!format!("{lines:?}").contains("nobody@"), "addresses of unknown people may be passwords");
    // Bodies see what concerns them, which refusals do not.
    assert!(audit(app, &council.approver, "action=token.refused").await.is_empty());
}

#[tokio::test]
async fn a_page_that_signs_in_is_seen_too() {
    let council = Council::new().await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let form =
        format!("email=nobody%40northmoor.example&password={}&code=000000", "x".repeat(12)).into_bytes();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let sent = council.app.send_body(Method::POST, "/submit/sign-in", &headers, form);
    let answer = as_client(address(HERE), sent).await;
    assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text);
    let lines = audit(&council.app, &admin, "action=session.refused").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["address"], HERE);
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_its_line_too() {
    let app = TestApp::new().await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    // Where there is one writer, the line waits for it while the client goes away.
    let writer = app.db.begin_quietly().await.unwrap();
    let headers = [("authorization", "Bearer nonsense")];
    let request = as_client(address(HERE), app.send_now(Method::GET, "/api/v1/people/me", &headers));
    let _ = tokio::time::timeout(Duration::from_secs(1), request).await;
    writer.rollback().await.unwrap();
    let begun = Instant::now();
    while audit(&app, &admin, "action=token.refused").await.len() != 1 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the line was lost");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_flood_leaves_a_few_lines() {
    let seconds = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&seconds);
    let app = TestApp::ticking(move || now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    for _ in 0..200 {
        with_bearer(&app, HERE, "oar_p_0000000000000000000000000000000000000", "/api/v1/people/me").await;
    }
    with_bearer(&app, "2001:db8::1", "nonsense", "/api/v1/people/me").await;
    assert_eq!(audit(&app, &admin, "action=token.refused").await.len(), 2);
    seconds.store(60, Ordering::SeqCst);
    api::seen::write_past(&app.api).await;
    api::seen::write_past(&app.api).await;
    let lines = audit(&app, &admin, &format!("action=token.&address={HERE}")).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["detail"], "199 more in the minute from 2026-11-21T12:00Z");
    assert_eq!(lines[0]["object_id"], HERE);
}

#[tokio::test]
async fn the_audit_trail_is_filtered_walked_and_downloaded() {
    let council = Council::new().await;
    let app = &council.app;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    for title in ["One", "Two", "Three"] {
        council.begin(json!({ "record": { "title": title } })).await;
    }
    with_bearer(app, HERE, "nonsense", "/api/v1/people/me").await;
    #[track_caller]
    fn check(found: &[Value], expected: usize, query: &str) {
        assert_eq!(found.len(), expected, "{query}: {found:?}");
    }
    let day = now().date_naive();
    let (before, after) = (day.pred_opt().unwrap(), day.succ_opt().unwrap());
    for (query, expected) in [
        (String::new(), 4),
        ("action=submission.create".to_owned(), 3),
        ("action=submission.".to_owned(), 3),
        ("action=submission.&action=token.refused".to_owned(), 4),
        ("action=sub".to_owned(), 0),
        ("kind=submission".to_owned(), 3),
        ("actor=writer@northmoor.example".to_owned(), 3),
        ("actor=nobody@northmoor.example".to_owned(), 0),
        (format!("address={HERE}"), 1),
        (format!("address=::ffff:{HERE}"), 1),
        ("address=203.0.113.8".to_owned(), 0),
        (format!("from={day}&to={day}"), 4),
        (format!("to={before}"), 0),
        (format!("from={after}"), 0),
    ] {
        check(&audit(app, &admin, &query).await, expected, &query);
    }
    let wrong =
        app.call(Method::GET, "/api/v1/audit?address=here&from=soon", &admin, None, Value::Null).await;
    assert_eq!(
        (wrong.status, wrong.json()["errors"].as_array().unwrap().len()),
        (StatusCode::BAD_REQUEST, 2)
    );

    // The pages of a filtered walk add up, and its cursor is for that query only.
    let path = "/api/v1/audit?action=submission.&limit=2";
    let first = app.call(Method::GET, path, &admin, None, Value::Null).await.json();
    let cursor = first["next"].as_str().unwrap();
    let next =
        app.call(Method::GET, &format!("{path}&cursor={cursor}"), &admin, None, Value::Null).await.json();
    assert_eq!((next["items"].as_array().unwrap().len(), &next["next"]), (1, &Value::Null));
    let other = format!("/api/v1/audit?limit=2&cursor={cursor}");
    let other = app.call(Method::GET, &other, &admin, None, Value::Null).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);

    let csv = app.call(Method::GET, "/api/v1/audit.csv?action=submission.", &admin, None, Value::Null).await;
    assert_eq!(
        (csv.status, csv.header("cache-control")),
        (StatusCode::OK, "private, no-store"),
        "{}",
        csv.text
    );
    assert_eq!(csv.header("etag"), "");
    let rows: Vec<&str> = csv.text.lines().collect();
    assert_eq!(rows[0], "at,person,role,action,object_kind,object_id,reason,detail,address");
    assert_eq!(rows.len(), 4, "{}", csv.text);
    assert!(
        rows[1].contains(",writer@northmoor.example,contributor,submission.create,submission,"),
        "{}",
        rows[1]
    );
}

#[tokio::test]
async fn the_audit_trail_as_csv_is_for_approvers_and_administrators() {
    let council = Council::new().await;
    council.begin(json!({ "record": { "title": "T" } })).await;
    let read = async |token: &str| {
        council.app.call(Method::GET, "/api/v1/audit.csv", token, None, Value::Null).await
    };
    assert_eq!(read(&council.writer).await.status, StatusCode::FORBIDDEN);
    // The refusal itself concerns no body.
    assert_eq!(read(&council.approver).await.text.lines().count(), 2);
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    assert_eq!(read(&admin).await.text.lines().count(), 3);
}
