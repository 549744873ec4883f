//! Targets that send requests to a register: whatever they hold, it answers, and never with a fault of its own.

use std::cell::OnceCell;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use api::seen::as_client;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use domain::codes::{OrganisationKind, Role};
use http_body_util::BodyExt;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde_json::json;
use store::ground::keyring::Place;
use store::people::sessions;
use tower::ServiceExt;

use super::{Ground, chosen, first_line};
use crate::{Answer, TestApp, now, record};

/// What an address may not hold; everything else goes as it is, and a sign of per cent too.
const ODD: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`');

/// A register with something in it, and people.
#[derive(Debug)]
pub(super) struct Register {
    pub(super) app: TestApp,
    record: String,
    submission: String,
    writer: String,
    admin: String,
    /// The session of the writer's browser.
    cookie: String,
    port: OnceCell<u16>,
}

impl Register {
    pub(super) async fn new() -> Self {
        let app = TestApp::new().await;
        let body = app.organisation("Northmoor Borough Council", OrganisationKind::LocalAuthority).await;
        let published = app.publish(&[record("Bus planner", |_| {}), record("Parking camera", |_| {})]).await;
        let email = "writer@northmoor.example";
        let writer = app.token(email, Role::Contributor, Some(&body)).await;
        let admin = app.token("admin@register.example", Role::Admin, None).await;
        let draft = json!({ "record": { "title": "Draft" } });
        let draft = app.call(Method::POST, "/api/v1/submissions", &writer, None, draft).await;
        assert_eq!(draft.status, StatusCode::CREATED, "{}", draft.text);
        let submission = draft.header("location").rsplit('/').next().unwrap_or_default().to_owned();
        let cookie = signed_in(&app, email).await;
        Self { record: published[0].clone(), submission, writer, admin, cookie, app, port: OnceCell::new() }
    }

    /// A path with the ids that exist here in place of `{record}` and `{submission}`.
    fn path(&self, path: &str) -> String {
        path.replace("{record}", &self.record).replace("{submission}", &self.submission)
    }
}

/// Enrols somebody, signs them in, and returns their cookie.
async fn signed_in(app: &TestApp, email: &str) -> String {
    let password = "correct horse battery";
    let enrolled = api::sign_in::enrol(email, password).unwrap();
    let tx = app.db.begin_quietly().await.unwrap();
    let person = store::people::find(&tx, email).await.unwrap().unwrap();
    let second = app.api.keyring.encrypt(Place::SecondFactor(&person.id), &enrolled.second_factor).unwrap();
    sessions::set(&tx, &person.id, &enrolled.password, &second, now()).await.unwrap();
    tx.commit().await.unwrap();
    let code = api::sign_in::code(&enrolled.second_factor, now()).unwrap();
    let body = json!({ "email": email, "password": password, "code": code }).to_string().into_bytes();
    let json = [("content-type", "application/json")];
    let answer = app.send_body(Method::POST, "/api/v1/session", &json, body).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

/// Sends a request, each from another address, so that none is refused for those before it. `None` if it cannot
/// be sent at all.
fn ask(
    ground: &Ground,
    method: &Method,
    address: &str,
    headers: &[(HeaderName, HeaderValue)],
    body: &[u8],
) -> Option<Answer> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut request = Request::builder().method(method).uri(address);
    let named = headers.iter().any(|(name, _)| name == "host");
    if !named {
        request = request.header("host", "register.test");
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(body.to_vec())).ok()?;
    let router = ground.register().app.router.clone();
    let from = IpAddr::V4(Ipv4Addr::from_bits(0xc633_0000 + COUNT.fetch_add(1, Ordering::Relaxed) % 0xffff));
    let answer = ground.runtime.block_on(async {
        Box::pin(as_client(from, async {
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            let text = String::from_utf8(bytes.to_vec()).unwrap_or_default();
            Answer { status: parts.status, headers: parts.headers, text }
        }))
        .await
    });
    let said = || format!("{method} {address}: {} {}", answer.status, answer.text);
    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", said());
    if answer.status.is_client_error() && address.starts_with("/api/") {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", said());
    }
    Some(answer)
}

fn header(name: &'static str, value: &str) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(value).expect("our own header is plain ASCII");
    (HeaderName::from_static(name), value)
}

/// What anybody may read.
const READS: &[&str] = &[
    "/api/v1/records",
    "/api/v1/records.csv",
    "/api/v1/records.ndjson",
    "/api/v1/records/{record}",
    "/api/v1/records/{record}/diff",
    "/api/v1/stats",
    "/api/v1/assessments",
    "/api/v1/organisations",
    "/api/v1/suppliers",
    "/api/v1/products",
    "/api/v1/contracts",
    "/api/v1/links",
    "/api/v1/gaps",
    "/api/v1/changes",
    "/records.atom",
    "/changes.json",
    "/reconcile",
    "/reconcile/suggest/entity",
    "/reconcile/preview",
    "/records",
    "/cy/records",
    "/contracts",
];

/// The first line is a path, the rest its query.
pub(super) fn query(ground: &Ground, bytes: &[u8]) {
    let (path, query) = first_line(bytes);
    let path: &&str = chosen(READS, |path| path, path);
    let path = ground.register().path(path);
    let address = format!("{path}?{}", percent_encode(query, ODD));
    ask(ground, &Method::GET, &address, &[], &[]);
}

/// The first line is a path, the others are header fields.
pub(super) fn headers(ground: &Ground, bytes: &[u8]) {
    let (path, lines) = first_line(bytes);
    let path: &&str = chosen(READS, |path| path, path);
    let path = ground.register().path(path);
    let lines = lines.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        Some((HeaderName::from_bytes(&line[..colon]).ok()?, value))
    });
    ask(ground, &Method::GET, &path, &lines.collect::<Vec<_>>(), &[]);
}

/// Who sends something.
#[derive(Clone, Copy)]
enum By {
    Anybody,
    Writer,
    Admin,
}

/// What takes a body: its operation, its media type, and who sends it.
const BODIES: &[(&str, &str, By)] = &[
    ("POST /api/v1/submissions", "application/json", By::Writer),
    ("PUT /api/v1/submissions/{submission}", "application/json", By::Writer),
    ("PATCH /api/v1/submissions/{submission}", "application/merge-patch+json", By::Writer),
    ("POST /api/v1/records/{record}/corrections", "application/json", By::Anybody),
    ("POST /api/v1/records/{record}/annotations", "application/json", By::Writer),
    ("POST /api/v1/records/{record}/replies", "application/json", By::Writer),
    ("POST /api/v1/records/{record}/redactions", "application/json", By::Admin),
    ("POST /api/v1/webhooks", "application/json", By::Writer),
    ("POST /api/v1/tokens", "application/json", By::Writer),
    ("POST /api/v1/tokens/leaked", "application/json", By::Anybody),
    ("POST /api/v1/organisations", "application/json", By::Admin),
    ("POST /api/v1/people", "application/json", By::Admin),
    ("POST /api/v1/session", "application/json", By::Anybody),
    ("POST /reconcile", "application/x-www-form-urlencoded", By::Anybody),
    ("POST /api/v1/imports?check=true&name=records.csv", "application/octet-stream", By::Writer),
    ("POST /api/v1/imports?check=true&name=records.ndjson", "application/octet-stream", By::Writer),
    ("POST /api/v1/documents?name=note.txt", "text/plain", By::Writer),
    ("POST /api/v1/documents?name=note.pdf", "application/pdf", By::Writer),
];

/// The first line is an operation, the rest its body.
pub(super) fn body(ground: &Ground, bytes: &[u8]) {
    let (operation, content) = first_line(bytes);
    let (operation, kind, by) = *chosen(BODIES, |(operation, ..)| operation, operation);
    let (method, path) = operation.split_once(' ').expect("an operation is a method and a path");
    let (method, register): (Method, _) = (method.parse().expect("it is a method"), ground.register());
    let path = register.path(path);
    // A workbook would start a process that is not there when this runs without cargo.
    if path.starts_with("/api/v1/imports") && content.starts_with(b"PK") {
        return;
    }
    let bearer = |token: &str| header("authorization", &format!("Bearer {token}"));
    let mut headers = vec![header("content-type", kind)];
    headers.extend(match by {
        By::Anybody => None,
        By::Writer => Some(bearer(&register.writer)),
        By::Admin => Some(bearer(&register.admin)),
    });
    if path.contains(&register.submission) {
        let now = ask(ground, &Method::GET, &path, &[bearer(&register.writer)], &[]);
        headers.extend(now.map(|now| header("if-match", now.header("etag"))));
    }
    ask(ground, &method, &path, &headers, content);
}

/// Forms of pages.
const FORMS: &[&str] = &[
    "/submit/submissions/{submission}/sections/who",
    "/submit/submissions/{submission}/sections/what",
    "/submit/submissions/{submission}/items/datasets/new",
    "/submit/submissions/{submission}/items/assessments/new",
    "/submit/upload",
    "/submit/tokens",
    "/submit/new",
    "/submit/sign-in",
    "/records/{record}/report",
];

/// The first line is a path, the rest a form: in parts if it begins as such.
pub(super) fn form(ground: &Ground, bytes: &[u8]) {
    let (path, content) = first_line(bytes);
    let register = ground.register();
    let path: &&str = chosen(FORMS, |path| path, path);
    let path = register.path(path);
    // A workbook in a part would start a process that is not there when this runs without cargo.
    if content.windows(4).any(|four| four == b"PK\x03\x04") {
        return;
    }
    let parts = content.starts_with(b"--seed");
    let kind = if parts { "multipart/form-data; boundary=seed" } else { "application/x-www-form-urlencoded" };
    let mut headers = vec![header("content-type", kind), header("sec-fetch-site", "same-origin")];
    if path != "/submit/sign-in" {
        headers.push(header("cookie", &register.cookie));
    }
    ask(ground, &Method::POST, &path, &headers, content);
}

/// The input is the address of a webhook. One that is taken leads outside, by https.
pub(super) fn webhook(ground: &Ground, bytes: &[u8]) {
    let said = String::from_utf8_lossy(bytes);
    let bearer = header("authorization", &format!("Bearer {}", ground.register().writer));
    let headers = [header("content-type", "application/json"), bearer.clone()];
    let body = json!({ "label": "Seed", "url": said }).to_string();
    let Some(answer) = ask(ground, &Method::POST, "/api/v1/webhooks", &headers, body.as_bytes()) else {
        return;
    };
    if answer.status == StatusCode::CREATED {
        let url: reqwest::Url = said.parse().expect("an address that is taken is one");
        assert_eq!(url.scheme(), "https", "{said:?}");
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if let Ok(address) = host.parse::<IpAddr>() {
            assert!(is_outside(address.to_canonical()), "{said:?}");
        }
        // So that there is room for the next.
        let place = answer.header("location").rsplit('/').next().unwrap_or_default();
        let tag = header("if-match", answer.header("etag"));
        ask(ground, &Method::DELETE, &format!("/api/v1/webhooks/{place}"), &[bearer, tag], &[]);
    }
}

/// Whether an address is not of this machine or a network behind it.
fn is_outside(address: IpAddr) -> bool {
    let unspecified = address.is_loopback() || address.is_unspecified() || address.is_multicast();
    !unspecified
        && match address {
            IpAddr::V4(four) => !four.is_private() && !four.is_link_local() && !four.is_broadcast(),
            IpAddr::V6(six) => !six.is_unique_local() && !six.is_unicast_link_local(),
        }
}

/// How long a connection may be silent before it counts as waiting for more.
const SILENCE: Duration = Duration::from_millis(50);
/// How long its end may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The input goes into a connection as it is.
pub(super) fn wire(ground: &Ground, bytes: &[u8]) {
    let register = ground.register();
    let port = *register.port.get_or_init(|| {
        ground.runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            tokio::spawn(api::serve(listener, register.app.router.clone(), std::future::pending()));
            port
        })
    });
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    // It may close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    if stream.read_to_end(&mut answer).is_err() {
        let _ = stream.shutdown(Shutdown::Write);
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.read_to_end(&mut answer);
    }
    let text = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || text.starts_with("HTTP/1."), "{text}");
    assert!(!text.contains("HTTP/1.1 500 ") && !text.contains("HTTP/1.0 500 "), "{text}");
}
