//! A register that is killed while people publish or while it writes a dump loses nothing that it acknowledged, and keeps
//! nothing half.
//!
//! A few kills by default; `REGISTER_KILLS=1000 cargo test --release -p register --test kills -- --nocapture` for more.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Server {
    child: Child,
    port: u16,
}

fn register(folder: &Path, arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_register")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Server {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &["--empty"])
    }

    fn start_with(folder: &Path, arguments: &[&str]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
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
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> String {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map_or(String::new(), |(_, value)| value.to_owned())
    }
}

/// One request on a connection of its own; `None` when the answer did not come whole.
fn send(port: u16, method: &str, path: &str, token: &str, etag: &str, body: &str) -> Option<Answer> {
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

fn member(body: &str, name: &str) -> String {
    let start = format!("\"{name}\":\"");
    body.split_once(&start)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or(String::new(), |(text, _)| text.to_owned())
}

fn record(title: &str) -> String {
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
        "{{\"record\":{{\"title\":\"{title}\",\"phase\":\"design\",\"summary\":\"s\",\"sectors\":[\"schools\"],\"field_statements\":[{}]}}}}",
        statements.join(",")
    )
}

/// Publishes records one after the other until the server is gone; the ids that were acknowledged.
fn publish_until_killed(port: u16, token: &str, round: usize, hand: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let title = format!("Tool {round} {hand} {number}");
        let Some(begun) = send(port, "POST", "/api/v1/submissions", token, "", &record(&title)) else {
            break;
        };
        assert_eq!(begun.status, 201, "{}", begun.body);
        let (path, mut etag) = (begun.header("location"), begun.header("etag"));
        let mut last = None;
        for action in ["submit", "approve", "publish"] {
            last = send(port, "POST", &format!("{path}/{action}"), token, &etag, "");
            let Some(answer) = &last else { break };
            assert_eq!(answer.status, 200, "{action}: {}", answer.body);
            etag = answer.header("etag");
        }
        let Some(answer) = last else { break };
        acknowledged.push(member(&answer.body, "record_id"));
    }
    acknowledged
}

#[test]
fn nothing_acknowledged_is_lost_when_the_register_is_killed() {
    let kills: usize = std::env::var("REGISTER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let body =
        register(folder, &["organisation", "add", "Northmoor Borough Council", "--kind", "local_authority"]);
    register(folder, &["organisation", "four-eyes", &body, "off"]);
    register(folder, &["person", "add", "a@northmoor.example", "--name", "A"]);
    for role in ["contributor", "approver"] {
        register(folder, &["person", "grant", "a@northmoor.example", role, "--organisation", &body]);
    }
    let token = register(folder, &["token", "create", "a@northmoor.example"]);
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..kills {
        let mut server = Server::start(folder);
        let port = server.port;
        let hands: Vec<_> = (0..3)
            .map(|hand| {
                let token = token.clone();
                std::thread::spawn(move || publish_until_killed(port, &token, round, hand))
            })
            .collect();
        // Another moment each time, without asking for randomness: the machine gives enough.
        std::thread::sleep(Duration::from_millis(40 + (round as u64 * 37) % 200));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for hand in hands {
            acknowledged.extend(hand.join().unwrap());
        }
    }
    let mut server = Server::start(folder);
    for id in &acknowledged {
        let answer = send(server.port, "GET", &format!("/api/v1/records/{id}"), "", "", "").unwrap();
        assert_eq!(answer.status, 200, "{id} was acknowledged and is lost");
    }
    let list = send(server.port, "GET", "/api/v1/records?limit=1", "", "", "").unwrap();
    let total: usize =
        list.body.rsplit_once("\"total\":").unwrap().1.split([',', '}']).next().unwrap().parse().unwrap();
    // What was committed and not acknowledged is there whole: at most one a hand and kill.
    assert!(total >= acknowledged.len() && total <= acknowledged.len() + 3 * kills, "{total}");
    let published =
        send(server.port, "GET", "/api/v1/submissions?state=published&limit=1", &token, "", "").unwrap();
    assert!(
        published.body.contains(&format!("\"total\":{total},")),
        "{total} records: {}",
        &published.body[..200.min(published.body.len())]
    );
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    register(folder, &["doctor"]);
    println!(
        "{kills} kills: {} publications acknowledged, none lost; {total} there, each whole",
        acknowledged.len()
    );
    assert!(!acknowledged.is_empty());
}

/// Names of what lies in a folder of dumps.
fn names(out: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(out)
        .map(|entries| {
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

#[test]
fn a_dump_that_is_killed_leaves_the_one_before_and_nothing_half() {
    let kills: u64 = std::env::var("REGISTER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let out = folder.join("out");
    // The demonstration data, and how long a dump of it takes.
    let mut server = Server::start_with(folder, &["--no-dumps"]);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let begun = Instant::now();
    register(folder, &["dump", "--out", "out"]);
    let takes = begun.elapsed();
    let [day] = &names(&out).into_iter().filter(|name| !name.starts_with('.')).collect::<Vec<_>>()[..] else {
        panic!("{:?}", names(&out));
    };
    std::fs::rename(out.join(day), out.join("2020-01-01")).unwrap();
    let (mut whole, mut none, mut begun_and_not_ended) = (0, 0, 0);
    for round in 0..kills {
        let mut dump = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["dump", "--out", "out"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From its first moment to a little after its last one.
        std::thread::sleep(takes.mul_f64((round as f64 * 0.618) % 1.1));
        dump.kill().unwrap();
        dump.wait().unwrap();
        let seen: Vec<String> = names(&out).into_iter().filter(|name| !name.starts_with('.')).collect();
        begun_and_not_ended += usize::from(names(&out).iter().any(|name| name.starts_with(".unfinished-")));
        match seen.as_slice() {
            [before] => {
                assert_eq!(before, "2020-01-01");
                none += 1;
            }
            [before, new] => {
                assert_eq!((before.as_str(), new), ("2020-01-01", day));
                register(folder, &["verify", &format!("out/{new}")]);
                std::fs::remove_dir_all(out.join(new)).unwrap();
                whole += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    register(folder, &["verify", "out/2020-01-01"]);
    register(folder, &["dump", "--out", "out"]);
    register(folder, &["verify", &format!("out/{day}")]);
    assert_eq!(names(&out), [".lock", "2020-01-01", day], "what was left unfinished is gone");
    println!(
        "{kills} kills: {whole} dumps whole, {none} not there, {begun_and_not_ended} left unfinished and cleaned up"
    );
}
