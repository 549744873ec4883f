//! What is refused before it reaches a handler: ambiguous requests, large heads, other hosts. And what answers tell
//! browsers and finders of weaknesses.

use axum::http::{Method, StatusCode};
use suite::{TestApp, record};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A register listening on loopback. Returns its port.
async fn listening(app: &TestApp) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = api::site(app.api.clone(), web::pages);
    tokio::spawn(api::serve(listener, router, std::future::pending()));
    port
}

/// Sends bytes and returns everything that comes back until the connection closes.
async fn sent(port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // The register may have closed before it read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
fn check(answer: &str, status: u16, what: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{what}: {answer}");
}

#[tokio::test]
async fn requests_that_two_readers_may_read_differently_are_refused() {
    let app = TestApp::new().await;
    let port = listening(&app).await;
    let fine = "GET /healthz HTTP/1.1\r\nHost: register.test\r\nConnection: close\r\n\r\n";
    check(&sent(port, fine.as_bytes()).await, 200, "an ordinary request");
    let chunked = "POST /api/v1/tokens/leaked HTTP/1.1\r\nHost: register.test\r\nConnection: close\r\n\
        Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let body = "12\r\n{\"token\":\"oar_p_\"}\r\n0\r\n\r\n";
    check(&sent(port, format!("{chunked}{body}").as_bytes()).await, 204, "a body in chunks");
    for (what, request) in [
        ("bare LF everywhere", fine.replace("\r\n", "\n")),
        ("bare LF after the request line", fine.replacen("\r\n", "\n", 1)),
        ("bare LF at the end", format!("{}\n", fine.strip_suffix("\r\n").unwrap())),
        (
            "a length and chunks",
            chunked.replacen("Content-Type", "Content-Length: 4\r\nContent-Type", 1) + body,
        ),
        ("chunks and a length", chunked.replacen("\r\n\r\n", "\r\nContent-Length: 40\r\n\r\n", 1) + body),
        (
            "two lengths",
            fine.replacen("Connection", "Content-Length: 1\r\nContent-Length: 2\r\nConnection", 1),
        ),
        ("an unknown encoding", chunked.replacen("chunked", "chunked, gzip", 1) + body),
        ("a space before the colon", fine.replacen("Host:", "Host :", 1)),
    ] {
        let answer = sent(port, request.as_bytes()).await;
        check(&answer, 400, what);
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{what}: {answer}");
    }
    // The second request of a connection is looked at as well.
    let second = format!("{}{}", fine.replace("Connection: close\r\n", ""), fine.replace("\r\n", "\n"));
    let answer = sent(port, second.as_bytes()).await;
    check(&answer, 200, "the first of two");
    assert!(answer.contains("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn a_head_has_its_documented_limits() {
    let app = TestApp::new().await;
    let port = listening(&app).await;
    let head = |more: &str| {
        format!("GET /healthz HTTP/1.1\r\nHost: register.test\r\nConnection: close\r\n{more}\r\n")
    };
    // 64 fields: Host, Connection, and 62 more.
    check(&sent(port, head(&"X-A: b\r\n".repeat(62)).as_bytes()).await, 200, "64 fields");
    check(&sent(port, head(&"X-A: b\r\n".repeat(63)).as_bytes()).await, 431, "65 fields");
    // hyper asks for the size before it reads on, and a read may be as large as the limit.
    check(&sent(port, head(&format!("X-A: {}\r\n", "b".repeat(60 << 10))).as_bytes()).await, 200, "60 KiB");
    check(&sent(port, head(&format!("X-A: {}\r\n", "b".repeat(129 << 10))).as_bytes()).await, 431, "129 KiB");
}

#[tokio::test]
async fn a_register_with_an_address_answers_for_its_host_only() {
    let app = TestApp::made(|app| app.with_host_checked()).await;
    app.publish(&[record("One", |_| {})]).await;
    let port = listening(&app).await;
    let ask = async |path: &str, host: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        sent(port, request.as_bytes()).await
    };
    for host in ["register.test", "Register.Test:8080", "localhost", "127.0.0.1:8080", "[::1]"] {
        check(&ask("/api/v1/records", host).await, 200, host);
    }
    for host in ["evil.test", "register.test.evil.test", "10.0.0.1", ""] {
        // An answer that is in memory is not given to another host either.
        let answer = ask("/api/v1/records", host).await;
        check(&answer, 421, host);
        assert!(answer.contains("/problems/wrong-host") && answer.contains("register.test"), "{answer}");
    }
    let absolute =
        "GET http://evil.test/api/v1/records HTTP/1.1\r\nHost: register.test\r\nConnection: close\r\n\r\n";
    check(&sent(port, absolute.as_bytes()).await, 421, "the host in the address");
    for path in ["/healthz", "/readyz"] {
        check(&ask(path, "10.0.0.1:8080").await, 200, path);
    }
    // Without a set address, any name may lead here.
    let open = TestApp::new().await;
    let port = listening(&open).await;
    let request = "GET /api/v1/records HTTP/1.1\r\nHost: any.test\r\nConnection: close\r\n\r\n";
    check(&sent(port, request.as_bytes()).await, 200, "any host");
}

#[tokio::test]
async fn browsers_are_told_to_stay_with_https_where_there_is_https() {
    let plain = TestApp::new().await;
    assert_eq!(plain.get("/api/v1/records").await.header("strict-transport-security"), "");
    let secure = TestApp::made(|mut app| {
        app.base_url = "https://register.test".into();
        app
    })
    .await;
    // Also an answer from memory, a page and an error.
    for path in ["/api/v1/records", "/api/v1/records", "/api/v1/nowhere", "/healthz"] {
        let answer = secure.get(path).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    let page = secure.send(Method::GET, "/", &[("accept", "text/html")]).await;
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn whoever_finds_a_weakness_learns_where_to_report_it() {
    let contact = Some("mailto:security@register.test".to_owned());
    let app = TestApp::made(|app| app.with_security_contact(contact)).await;
    let answer = app.send(Method::GET, "/.well-known/security.txt", &[("accept", "text/plain")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    for line in [
        "Contact: mailto:security@register.test\r\n",
        "Expires: 2027-05-20T00:00:00Z\r\n",
        "Preferred-Languages: en, cy\r\n",
        "Canonical: http://register.test/.well-known/security.txt\r\n",
    ] {
        assert!(answer.text.contains(line), "{}", answer.text);
    }
    let none = TestApp::new().await.get("/.well-known/security.txt").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
