//! A real register for tests: its commands, its server, and requests to it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A running register.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) port: u16,
}

/// Waits for a condition. Fails after a minute, naming it.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "after a minute still not: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Runs a command, however it ends.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_register")).args(arguments).current_dir(folder).output().unwrap()
}

/// Runs a command and checks its exit code and part of its output.
#[track_caller]
pub(crate) fn ends(folder: &Path, arguments: &[&str], code: i32, says: &str) {
    let output = run(folder, arguments);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(says), "{arguments:?} does not say '{says}': {said}");
}

/// Runs a command that must succeed, and returns its output.
pub(crate) fn register(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended; if a test failed, it must not run on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &["--empty"])
    }

    pub(crate) fn start_with(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_as(folder, arguments, &[])
    }

    pub(crate) fn start_as(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(folder)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, port };
        let begun = Instant::now();
        while send(port, "GET", "/readyz", "", "", "").is_none_or(|answer| answer.status != 200) {
            assert!(begun.elapsed() < Duration::from_secs(60), "the register does not start again");
            std::thread::sleep(Duration::from_millis(5));
        }
        server
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(&mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success() && self.child.wait().unwrap().success());
    }
}

/// An HTTP answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> String {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map_or(String::new(), |(_, value)| value.to_owned())
    }
}

/// Sends one request on its own connection; `None` without a complete answer.
pub(crate) fn send(
    port: u16,
    method: &str,
    path: &str,
    token: &str,
    etag: &str,
    body: &str,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: register\r\nConnection: close\r\n");
    for (name, value) in [("Authorization: Bearer ", token), ("If-Match: ", etag)] {
        if !value.is_empty() {
            request += &format!("{name}{value}\r\n");
        }
    }
    if !body.is_empty() {
        request += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// A text member of a JSON body, by name.
pub(crate) fn member(body: &str, name: &str) -> String {
    let start = format!("\"{name}\":\"");
    body.split_once(&start)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or(String::new(), |(text, _)| text.to_owned())
}

/// A record that can be published.
pub(crate) fn record(title: &str, summary: &str) -> String {
    let statements: Vec<String> = [
        "deployments",
        "regions",
        "planned_start",
        "national_identifiers",
        "special_category_data",
        "affected_groups",
        "description",
        "team",
        "accountable_role",
        "public_purpose",
        "problem_statement",
        "technologies",
        "automation_level",
        "decision_effects",
        "burden_of_proof",
        "uses_children_data",
        "contact_email",
    ]
    .iter()
    .map(|field| format!("{{\"field\":\"{field}\",\"kind\":\"unknown\"}}"))
    .collect();
    format!(
        "{{\"record\":{{\"title\":\"{title}\",\"phase\":\"design\",\"summary\":\"{summary}\",\"sectors\":[\"schools\"],\"field_statements\":[{}]}}}}",
        statements.join(",")
    )
}

/// The names in a folder; none if it does not exist.
pub(crate) fn names(out: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(out)
        .map(|entries| {
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

/// Tokens of a council: one person publishes alone, the other also decides.
pub(crate) struct Council {
    pub(crate) writer: String,
    pub(crate) approver: String,
}

/// Adds a council and its people.
pub(crate) fn council(folder: &Path) -> Council {
    let body =
        register(folder, &["organisation", "add", "Northmoor Borough Council", "--kind", "local_authority"]);
    register(folder, &["organisation", "four-eyes", &body, "off"]);
    let person = |email: &str, roles: &[&str]| {
        register(folder, &["person", "add", email, "--name", "A"]);
        for role in roles {
            register(folder, &["person", "grant", email, role, "--organisation", &body]);
        }
        register(folder, &["token", "create", email])
    };
    let writer = person("a@northmoor.example", &["contributor", "approver"]);
    Council { writer, approver: person("b@northmoor.example", &["approver"]) }
}
