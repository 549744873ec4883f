//! Dumps of a running register: signed from the first one on, and never left half-written, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::running::{Server, council, member, names, record, register, send};

/// Enough records that a dump takes a while.
const MANY: usize = 3_000;

fn wait(what: &str, mut until: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !until() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn signal(name: &str, child: &Child) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// A folder with a register of many records that has never been served.
fn with_many() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows: String =
        (0..MANY).map(|n| format!("Tool {n},Northmoor Borough Council,GB,production\n")).collect();
    std::fs::write(folder.path().join("many.csv"), format!("title,publisher,jurisdiction,phase\n{rows}"))
        .unwrap();
    register(folder.path(), &["import", "records", "many.csv"]);
    folder
}

fn dumps(folder: &Path) -> PathBuf {
    folder.join("data/objects/dumps")
}

/// Unfinished dumps.
fn unfinished(folder: &Path) -> Vec<String> {
    names(&dumps(folder)).into_iter().filter(|name| name.starts_with(".unfinished-")).collect()
}

/// The day's dump, once complete.
fn whole(folder: &Path) -> Option<PathBuf> {
    let day = names(&dumps(folder)).into_iter().find(|name| !name.starts_with('.'))?;
    Some(dumps(folder).join(day))
}

/// Who holds the lease for dumps, from the database.
fn holder(folder: &Path) -> Option<String> {
    let db = rusqlite::Connection::open(folder.join("data/register.db")).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    db.query_row("SELECT value FROM settings WHERE name = 'dumping'", (), |row| row.get(0)).ok()
}

/// Makes the lease expire.
fn end_lease(folder: &Path) {
    let db = rusqlite::Connection::open(folder.join("data/register.db")).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    let sql = "UPDATE settings SET value = '2020' || substr(value, 5) WHERE name = 'dumping'";
    assert_eq!(db.execute(sql, ()).unwrap(), 1);
}

/// Checks the day's dump: everything in its log is signed.
fn check(folder: &Path) {
    let key = std::fs::read_to_string(folder.join("data/register.log-key")).unwrap();
    let key = transparency::Key::read_all(&key).unwrap().remove(0).public().as_str().to_owned();
    let dump = whole(folder).unwrap().display().to_string();
    let said: serde_json::Value =
        serde_json::from_str(&register(folder, &["verify", &dump, "--key", &key, "--json"])).unwrap();
    assert!(said["checked"].to_string().contains("entries have the root that the checkpoint says"), "{said}");
    assert!(!said["not_checked"].to_string().contains("signed"), "{said}");
}

#[test]
fn the_dump_of_a_first_start_is_signed() {
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut server = Server::start_with(folder, &["--base-url", "https://register.example/"]);
        wait("the dump is there", || whole(folder).is_some());
        server.stop();
        check(folder);
        let package = std::fs::read_to_string(whole(folder).unwrap().join("datapackage.json")).unwrap();
        assert!(package.contains("\"homepage\": \"https://register.example\""), "{package}");
    }
}

#[test]
fn a_register_that_is_stopped_while_it_writes_a_dump_leaves_nothing_of_it() {
    let folder = with_many();
    let folder = folder.path();
    let mut stopped = 0;
    for _ in 0..3 {
        let mut server = Server::start(folder);
        wait("a dump is begun", || !unfinished(folder).is_empty() || whole(folder).is_some());
        signal("-TERM", &server.child);
        assert!(server.child.wait().unwrap().success());
        assert_eq!((unfinished(folder), holder(folder)), (vec![], None));
        match whole(folder) {
            Some(dump) => std::fs::remove_dir_all(dump).unwrap(),
            None => stopped += 1,
        }
    }
    assert!(stopped > 0, "every dump was whole before it was stopped");
    // The same for the command.
    let mut dump = Command::new(env!("CARGO_BIN_EXE_register"))
        .arg("dump")
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait("a dump is begun", || !unfinished(folder).is_empty());
    signal("-INT", &dump);
    assert_eq!(dump.wait().unwrap().code(), Some(130));
    assert_eq!((unfinished(folder), whole(folder), holder(folder)), (vec![], None, None));
    register(folder, &["dump"]);
    check(folder);
}

#[test]
fn a_dump_of_a_killed_register_is_taken_over_and_that_of_a_live_one_is_not() {
    let folder = with_many();
    let folder = folder.path();
    let mut server = Server::start(folder);
    wait("a dump is begun", || !unfinished(folder).is_empty());
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    assert_eq!(unfinished(folder).len(), 1);
    let until: chrono::DateTime<chrono::Utc> =
        holder(folder).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(until < chrono::Utc::now() + chrono::TimeDelta::seconds(31), "{until} is long");

    let mut server = Server::start(folder);
    end_lease(folder);
    let left = unfinished(folder);
    wait("the dump is begun again", || !unfinished(folder).is_empty() && unfinished(folder) != left);
    // Suspended in the middle: nobody touches its files, even once its lease has expired.
    signal("-STOP", &server.child);
    let writing = unfinished(folder);
    let busy = |folder: &Path| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_register")).arg("dump").current_dir(folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains("another dump is being written"), "{said}");
        assert_eq!(unfinished(folder), writing);
    };
    busy(folder);
    end_lease(folder);
    busy(folder);
    signal("-CONT", &server.child);
    wait("the dump is there", || whole(folder).is_some());
    server.stop();
    assert_eq!((unfinished(folder), holder(folder)), (vec![], None));
    check(folder);
}

#[test]
fn a_dump_that_is_taken_back_has_a_successor_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let people = council(folder);
    // Nothing to dump at the start: the next round of upkeep is a quarter of an hour away.
    let mut server = Server::start_with(folder, &["--empty"]);
    let port = server.port;
    let ask = |method: &str, path: &str, token: &str, etag: &str, body: &str| {
        let answer = send(port, method, path, token, etag, body).unwrap();
        assert!((200..300).contains(&answer.status), "{method} {path}: {}", answer.body);
        answer
    };
    let begun =
        ask("POST", "/api/v1/submissions", &people.writer, "", &record("Tool", "Ask Quillon Vexborough."));
    let (path, mut etag) = (begun.header("location"), begun.header("etag"));
    let mut id = String::new();
    for action in ["submit", "approve", "publish"] {
        let done = ask("POST", &format!("{path}/{action}"), &people.writer, &etag, "");
        etag = done.header("etag");
        id = member(&done.body, "record_id");
    }
    register(folder, &["dump"]);
    let first = whole(folder).unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let status =
        |dump: &str| send(port, "GET", &format!("/data/{dump}/records.csv"), "", "", "").unwrap().status;
    assert_eq!((status(&first), status("latest")), (200, 200));
    let path = format!("/api/v1/records/{id}/redactions");
    let body = "{\"words\":\"Quillon Vexborough\",\"ground\":\"foia_40\",\"reason\":\"A name of staff\"}";
    let asked = ask("POST", &path, &people.writer, "", body);
    let begun = Instant::now();
    ask("POST", &format!("{path}/{}/carry-out", member(&asked.body, "id")), &people.approver, "", "");
    assert_eq!(status(&first), 410);
    wait("the latest is there again", || status("latest") == 200);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let latest = ask("GET", "/data/latest/records.csv", "", "", "");
    assert!(!latest.body.contains("Vexborough") && latest.body.contains("[redacted]"), "{}", latest.body);
    let second = latest.header("content-location");
    assert!(second.ends_with("/records.csv") && !second.contains(&format!("/{first}/")), "{second}");
    assert_eq!(status(&first), 410, "its address is not used again");
    let left = names(&dumps(folder).join(&first));
    assert_eq!(left, ["WITHDRAWN"]);
    let folder_of_it = dumps(folder).join(&first);
    let checked = Command::new(env!("CARGO_BIN_EXE_register"))
        .args(["verify".as_ref(), folder_of_it.as_os_str()])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(!checked.status.success() && said.contains("was taken back"), "{said}");
    server.stop();
}
