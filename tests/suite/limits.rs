//! What one address, token or body may do, and that nobody is shut out by what others do.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::seen::as_client;
use api::{Limits, Proxies, ProxyHeader, Quotas};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use axum::routing::get;
use domain::codes::{OrganisationKind, Role};
use futures::future::{join, join_all};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use suite::{Answer, TestApp, now, record};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::sessions::{PASSWORD, enrol};
use crate::submissions::{Council, ready};

const STRANGER: &str = "127.0.0.2";
const STAFF: &str = "127.0.0.1";

async fn from<T>(address: &str, doing: impl Future<Output = T>) -> T {
    as_client(address.parse::<IpAddr>().unwrap(), doing).await
}

/// An answer whose body nobody has read yet.
async fn unread(router: &Router, address: &str, path: &str) -> Response {
    let request = Request::get(path).header("host", "register.test").body(Body::empty()).unwrap();
    from(address, router.clone().oneshot(request)).await.unwrap()
}

#[track_caller]
fn refused(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(
        answer.json()["detail"].is_string() || status == StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        answer.text
    );
}

fn all(answer: &Answer, name: &str) -> Vec<String> {
    answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_left_is_announced_and_too_much_is_refused() {
    let limits = Limits { requests: 3, of_token: 2, ..Limits::default() };
    let app = TestApp::made(|app| app.with_limits(limits)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let first = from(STRANGER, app.get("/api/v1/records")).await;
    assert_eq!(first.header("ratelimit-policy"), "\"requests\";q=3;w=60");
    assert_eq!(first.header("ratelimit"), "\"requests\";r=2;t=20");
    // From memory: not counted, and nothing to say.
    for _ in 0..5 {
        let again = from(STRANGER, app.get("/api/v1/records")).await;
        assert_eq!((again.status, again.header("ratelimit")), (StatusCode::OK, ""));
        assert_eq!(again.text, first.text);
    }
    for path in ["/api/v1/rules", "/api/v1/vocabularies"] {
        assert_eq!(from(STRANGER, app.get(path)).await.status, StatusCode::OK);
    }
    let much = from(STRANGER, app.get("/api/v1/fields")).await;
    refused(&much, StatusCode::TOO_MANY_REQUESTS);
    assert!(much.header("ratelimit").starts_with("\"requests\";r=0;t="), "{:?}", much.headers);
    assert_eq!(much.json()["type"], "/problems/too-many");
    // Scripts of other sites can read it.
    assert_eq!(much.header("access-control-allow-origin"), "*");
    assert!(!much.header("api-version").is_empty());
    // Others are not concerned, and health checks never are.
    assert_eq!(from(STAFF, app.get("/api/v1/fields")).await.status, StatusCode::OK);
    assert_eq!(from(STRANGER, app.get("/healthz")).await.status, StatusCode::OK);
    // A token has its own limit, wherever it is used.
    let ask = |address: &'static str| {
        from(address, app.call(Method::GET, "/api/v1/people/me", &admin, None, Value::Null))
    };
    let first = ask("192.0.2.1").await;
    assert_eq!(all(&first, "ratelimit-policy"), ["\"requests\";q=3;w=60", "\"token\";q=2;w=60"]);
    assert_eq!(ask("192.0.2.2").await.status, StatusCode::OK);
    refused(&ask("192.0.2.3").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_word_of_trusted_proxies_counts_and_nobody_elses() {
    let proxies =
        Proxies { trusted: vec!["10.0.0.0/8".parse().unwrap()], header: ProxyHeader::XForwardedFor };
    let limits = Limits { requests: 1, ..Limits::default() };
    let app = TestApp::made(|app| app.with_limits(limits).with_proxies(proxies)).await;
    let ask = async |peer: &str, client: &str| {
        let headers = [("x-forwarded-for", client), ("accept", "application/json")];
        from(peer, app.send(Method::GET, "/api/v1/records/R-0000000", &headers)).await.status
    };
    let much = StatusCode::TOO_MANY_REQUESTS;
    assert_ne!(ask("10.0.0.1", "192.0.2.1").await, much);
    assert_ne!(ask("10.0.0.1", "192.0.2.2").await, much);
    assert_eq!(ask("10.0.0.2", "198.51.100.1, 192.0.2.2").await, much);
    assert_ne!(ask("203.0.113.1", "192.0.2.3").await, much);
    assert_eq!(ask("203.0.113.1", "192.0.2.4").await, much);
    // A whole network of IPv6 is one.
    assert_ne!(ask("10.0.0.1", "2001:db8::1").await, much);
    assert_eq!(ask("10.0.0.1", "2001:db8::2").await, much);
    assert_ne!(ask("10.0.0.1", "2001:db8:0:1::1").await, much);
}

#[tokio::test]
async fn a_flood_of_sign_ins_shuts_nobody_out() {
    let limits = Limits { sign_ins: 40, ..Limits::default() };
    let council = Council::made(|app| app.with_limits(limits)).await;
    let (app, email) = (&council.app, "writer@northmoor.example");
    let secret = enrol(app, email).await;
    let code = api::sign_in::code(&secret, now()).unwrap();
    let sign_in = |address: &'static str, email: &str, code: &str| {
        let body = json!({ "email": email, "password": PASSWORD, "code": code }).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        async move { from(address, app.send_body(Method::POST, "/api/v1/session", &headers, body)).await }
    };
    let begun = Instant::now();
    let flood = async {
        let answers =
            join_all((0..60).map(|_| sign_in(STRANGER, "nobody@northmoor.example", "000000"))).await;
        (answers, begun.elapsed())
    };
    let staff = async {
        let answer = sign_in(STAFF, email, &code).await;
        (answer, begun.elapsed())
    };
    let ((answers, flooded), (signed_in, waited)) = join(flood, staff).await;
    assert_eq!(signed_in.status, StatusCode::NO_CONTENT, "{}", signed_in.text);
    assert!(waited < flooded, "staff waited {waited:?} of {flooded:?}");
    let mut much = 0;
    for answer in &answers {
        match answer.status {
            StatusCode::UNAUTHORIZED => {}
            StatusCode::TOO_MANY_REQUESTS => {
                much += 1;
                refused(answer, StatusCode::TOO_MANY_REQUESTS);
            }
            _ => refused(answer, StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    assert_eq!(much, 20, "of 60, with a limit of 40");
    // Those who are signed in are not concerned at all.
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
    let me = from(STAFF, app.send(Method::GET, "/api/v1/people/me", &[("cookie", &cookie)])).await;
    assert_eq!(me.status, StatusCode::OK);
}

#[tokio::test]
async fn corrections_of_one_address_do_not_stop_those_of_others() {
    let council = Council::new().await;
    let app = &council.app;
    let (id, _) = council.publish(ready("Camera")).await;
    let path = format!("/api/v1/records/{id}/corrections");
    let send = async |address: &str| {
        let body = json!({ "text": "Wrong." }).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        from(address, app.send_body(Method::POST, &path, &headers, body)).await
    };
    // Twenty are what one address may send in an hour, and what may wait for one record.
    for n in 0..20 {
        let answer = send("2001:db8::1").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{n}: {}", answer.text);
        assert!(all(&answer, "ratelimit-policy").contains(&"\"corrections\";q=20;w=3600".to_owned()));
    }
    for address in ["2001:db8::1", "2001:db8::2"] {
        let answer = send(address).await;
        refused(&answer, StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 180, "{:?}", answer.headers);
    }
    // Everybody else's first ones are taken.
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8:0:1::1"] {
        assert_eq!(send(address).await.status, StatusCode::CREATED, "{address}");
        assert_eq!(send(address).await.status, StatusCode::CREATED, "{address}");
        refused(&send(address).await, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn a_form_that_comes_too_often_keeps_its_words() {
    let limits = Limits { corrections: 1, sign_ins: 1, ..Limits::default() };
    let council = Council::made(|app| app.with_limits(limits)).await;
    let app = &council.app;
    let (id, _) = council.publish(ready("Camera")).await;
    let send = async |path: &str, form: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        from(STRANGER, app.send_body(Method::POST, path, &headers, form.as_bytes().to_vec())).await
    };
    let report = format!("/records/{id}/report");
    assert_eq!(send(&report, "text=It+began+in+2024").await.status, StatusCode::SEE_OTHER);
    let again = send(&report, "text=It+ended+in+2025").await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "{}", again.text);
    assert!(
        again.text.contains("It ended in 2025") && again.text.contains("t most 1 corrections in an hour")
    );
    assert_eq!(again.header("retry-after"), "60");
    let sign_in = "email=nobody%40northmoor.example&password=x&code=1&to=%2Fsubmit&held=title%3DKept";
    assert_eq!(send("/submit/sign-in", sign_in).await.status, StatusCode::UNAUTHORIZED);
    let again = send("/submit/sign-in", sign_in).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "{}", again.text);
    assert!(again.text.contains("title=Kept") && again.text.contains("nobody@northmoor.example"));
}

/// Text that does not compress well.
fn noise(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::new();
    while text.len() < 1_900 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:016x}"));
    }
    text
}

#[tokio::test]
async fn readers_that_never_read_do_not_block_the_workbooks_of_others() {
    let app = TestApp::new().await;
    let noisy = |n: u64| {
        record(&format!("Tool {n}"), |record| {
            record.summary = Some(noise(3 * n));
            record.description = Some(noise(3 * n + 1));
            record.public_purpose = Some(noise(3 * n + 2));
        })
    };
    app.publish(&(0..320).map(noisy).collect::<Vec<_>>()).await;
    app.search.catch_up().await.unwrap();
    let router = api::site(app.api.clone(), web::pages);
    for path in ["/api/v1/records.xlsx", "/api/v1/records.parquet"] {
        let mut stuck = Vec::new();
        for _ in 0..4 {
            let one = unread(&router, STRANGER, path).await;
            assert_eq!(one.status(), StatusCode::OK);
            stuck.push(one);
        }
        let served = unread(&router, STAFF, path).await;
        assert_eq!(served.status(), StatusCode::OK);
        let bytes = served.into_body().collect().await.unwrap().to_bytes();
        // More than a stuck reader is given in advance.
        assert!(bytes.len() > 700_000, "{path}: {}", bytes.len());
        drop(stuck);
    }
}

#[tokio::test]
async fn an_address_has_only_so_many_downloads_open() {
    let app = TestApp::new().await;
    app.publish(&[record("One", |_| {})]).await;
    app.search.catch_up().await.unwrap();
    let router = api::site(app.api.clone(), web::pages);
    let mut open = Vec::new();
    for _ in 0..8 {
        let one = unread(&router, STRANGER, "/api/v1/records.csv").await;
        assert_eq!(one.status(), StatusCode::OK);
        open.push(one);
    }
    refused(&from(STRANGER, app.get("/api/v1/records.csv")).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from(STRANGER, app.get("/api/v1/records")).await.status, StatusCode::OK);
    assert_eq!(from(STAFF, app.get("/api/v1/records.csv")).await.status, StatusCode::OK);
    open.pop();
    assert_eq!(from(STRANGER, app.get("/api/v1/records.csv")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn past_days_are_made_for_those_who_had_fewest() {
    let app = TestApp::new().await;
    let long_ago = now() - chrono::TimeDelta::days(300);
    app.publish_at(&[record("One", |_| {}), record("Two", |_| {})], long_ago).await;
    app.search.catch_up().await.unwrap();
    let ask = |address: &'static str, day: u32| {
        let path = format!("/api/v1/records?as_of=2026-{:02}-{:02}", 6 + day / 28, 1 + day % 28);
        let app = &app;
        async move { from(address, app.send_now(Method::GET, &path, &[])).await }
    };
    let flood = join_all((0..30).map(|day| ask(STRANGER, day)));
    let (flood, staff) = join(flood, ask(STAFF, 40)).await;
    assert_eq!(staff.status, StatusCode::OK, "{}", staff.text);
    assert_eq!(staff.json()["total"], 2);
    let served = flood.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert!((1..30).contains(&served), "{served}");
    for answer in flood.iter().filter(|answer| answer.status != StatusCode::OK) {
        refused(answer, StatusCode::SERVICE_UNAVAILABLE);
    }
}

/// Says that it was dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn an_answer_that_nobody_reads_ends() {
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&dropped);
    let endless = move || {
        let held = Dropped(Arc::clone(&flag));
        let chunks = futures::stream::repeat_with(move || {
            let _ = &held;
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 16 << 10]))
        });
        async move { Body::from_stream(chunks) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().route("/", get(endless));
    let patience = Duration::from_millis(300);
    tokio::spawn(api::serve_with(listener, router, std::future::pending(), patience));
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: register.test\r\n\r\n").await.unwrap();
    let begun = Instant::now();
    while !dropped.load(Ordering::SeqCst) {
        assert!(begun.elapsed() < Duration::from_secs(20), "it is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() >= patience);
    drop(stream);
}

#[tokio::test]
async fn a_body_has_its_quotas() {
    let quotas = Quotas { documents: 1, drafts: 2, tokens: 4, webhooks: 1 };
    let council = Council::made(|app| app.with_quotas(quotas)).await;
    let app = &council.app;
    #[track_caller]
    fn full(answer: &Answer, words: &str) {
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["type"], "/problems/quota-reached");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{}", answer.text);
    }
    let draft = |token: &str| {
        let body = json!({ "record": { "title": "Draft" } });
        let token = token.to_owned();
        async move { app.call(Method::POST, "/api/v1/submissions", &token, None, body).await }
    };
    let first = draft(&council.writer).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    assert_eq!(draft(&council.colleague).await.status, StatusCode::CREATED);
    full(&draft(&council.writer).await, "2 drafts");
    // Nothing of the refused one is left, and what is discarded makes room.
    let (path, etag) = (first.header("location"), first.header("etag"));
    assert_eq!(council.act(path, "discard", &council.writer, etag).await.status, StatusCode::OK);
    assert_eq!(draft(&council.writer).await.status, StatusCode::CREATED);
    // Another body has its own.
    let other = app.organisation("Southmoor Borough Council", OrganisationKind::LocalAuthority).await;
    let other = app.token("writer@southmoor.example", Role::Contributor, Some(&other)).await;
    assert_eq!(draft(&other).await.status, StatusCode::CREATED);

    // Three tokens of the council are there from the start.
    let token = async || {
        let body = json!({ "label": "script", "days": 1 });
        app.call(Method::POST, "/api/v1/tokens", &council.writer, None, body).await
    };
    let made = token().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    full(&token().await, "4 working tokens");
    let path = format!("/api/v1/tokens/{}", made.json()["id"].as_str().unwrap());
    assert!(app.call(Method::DELETE, &path, &council.writer, None, Value::Null).await.status.is_success());
    assert_eq!(token().await.status, StatusCode::CREATED);

    let hook = async |token: &str| {
        let body = json!({ "label": "desk", "url": "https://hooks.example/" });
        app.call(Method::POST, "/api/v1/webhooks", token, None, body).await
    };
    let made = hook(&council.writer).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    full(&hook(&council.colleague).await, "1 webhooks");

    let document = async |token: &str, byte: u8| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
        let body = vec![byte; 600 << 10];
        app.send_body(Method::POST, "/api/v1/documents?name=a.txt", &headers, body).await
    };
    assert_eq!(document(&council.writer, b'a').await.status, StatusCode::CREATED);
    full(&document(&council.writer, b'b').await, "1 MiB");
    // The same again takes no room.
    assert_eq!(document(&council.colleague, b'a').await.status, StatusCode::CREATED);
    assert_eq!(document(&other, b'b').await.status, StatusCode::CREATED);
}
