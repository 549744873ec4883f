//! What was refused is in the log, without anything secret.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use crate::running::{Server, council, register, send, until};
use crate::secrets::set_password;

/// Starts a server that writes its log to the file `log` in its folder.
fn logging(folder: &Path) -> Server {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new(env!("CARGO_BIN_EXE_register"))
        .args(["serve", "--empty", "--no-dumps", "--listen", &format!("127.0.0.1:{port}")])
        .env("NO_COLOR", "1")
        .env_remove("REGISTER_LOG")
        .current_dir(folder)
        .stderr(File::create(folder.join("log")).unwrap())
        .spawn()
        .unwrap();
    let server = Server { child, port };
    until("it is ready", || {
        send(port, "GET", "/readyz", "", "", "").is_some_and(|answer| answer.status == 200)
    });
    server
}

#[test]
fn a_damaged_second_factor_is_in_the_log_and_not_in_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    council(folder);
    set_password(folder, "a@northmoor.example");
    let mut server = logging(folder);
    let database = rusqlite::Connection::open(folder.join("data/register.db")).unwrap();
    let damage = "UPDATE credentials SET second_factor = second_factor || 'x'";
    assert_eq!(database.execute(damage, []).unwrap(), 1);
    drop(database);
    let port = server.port;
    let sign_in = |password: &str| {
        let body = format!(r#"{{"email":"a@northmoor.example","password":"{password}","code":"482913"}}"#);
        let answer = send(port, "POST", "/api/v1/session", "", "", &body).unwrap();
        (answer.status, answer.body)
    };
    let wrong = sign_in("not the password");
    assert_eq!(wrong.0, 401, "{}", wrong.1);
    assert_eq!(sign_in("correct horse battery"), wrong);
    server.stop();
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    let lines: Vec<&str> =
        log.lines().filter(|line| line.contains("nobody can sign in as person ")).collect();
    assert!(lines.len() == 1 && lines[0].contains("ERROR") && lines[0].contains("it is damaged"), "{log}");
    assert!(!log.contains("correct horse") && !log.contains("482913"), "{log}");
}

#[test]
fn refusals_are_in_the_log_and_nothing_secret_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let writer = council(folder).writer;
    register(folder, &["person", "add", "admin@register.example", "--name", "Admin", "--admin"]);
    let admin = register(folder, &["token", "create", "admin@register.example"]);
    let mut server = logging(folder);
    let port = server.port;
    let status = |method: &str, path: &str, token: &str, body: &str| {
        send(port, method, path, token, "", body).unwrap().status
    };
    let sign_in =
        r#"{"email":"nobody@northmoor.example","password":"correct horse battery","code":"482913"}"#;
    assert_eq!(status("POST", "/api/v1/session", "", sign_in), 401);
    assert_eq!(status("GET", "/api/v1/people/me", "oar_p_notatoken", ""), 401);
    assert_eq!(status("GET", "/api/v1/people", &writer, ""), 403);
    // A hundred more: the audit trail has a line for each kind, and their number when the server ends.
    for _ in 0..100 {
        assert_eq!(status("GET", "/api/v1/people/me", "oar_p_notatoken", ""), 401);
    }
    server.stop();
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    let address = "address=\"127.0.0.1\"";
    for line in [
        format!(
            "WARN security: session.refused {address} person=\"unknown\" operation=\"POST /api/v1/session\""
        ),
        format!(
            "WARN security: token.refused {address} person=\"unknown\" operation=\"GET /api/v1/people/me\""
        ),
        format!("WARN security: right.refused {address} person=\""),
    ] {
        assert!(log.contains(&line), "no '{line}' in {log}");
    }
    assert_eq!(log.matches("token.refused").count(), 101);
    for secret in ["correct horse", "482913", "notatoken", "nobody@", writer.as_str()] {
        assert!(!log.contains(secret), "'{secret}' is in the log");
    }
    let server = Server::start_with(folder, &["--empty", "--no-dumps"]);
    let path = "/api/v1/audit?action=token.refused";
    let trail = send(server.port, "GET", path, &admin, "", "").unwrap().body;
    let lines = trail.matches("\"action\":\"token.refused\"").count();
    // The hundred may cross the end of a minute.
    assert!((2..=4).contains(&lines), "{lines}: {trail}");
    assert!(trail.contains("more in the minute from "), "{trail}");
}
