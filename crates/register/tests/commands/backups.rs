//! Backups: made while people publish, restored with everything acknowledged before; and copies that are not
//! backups.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::running::{self, Server, council, ends, member, record, register, send};

/// Publishes a record, step by step. Returns its id once that is acknowledged.
fn publish(port: u16, token: &str, title: &str) -> String {
    let begun = send(port, "POST", "/api/v1/submissions", token, "", &record(title, "s")).unwrap();
    assert_eq!(begun.status, 201, "{}", begun.body);
    let (path, mut etag) = (begun.header("location"), begun.header("etag"));
    let mut id = String::new();
    for action in ["submit", "approve", "publish"] {
        let done = send(port, "POST", &format!("{path}/{action}"), token, &etag, "").unwrap();
        assert_eq!(done.status, 200, "{action}: {}", done.body);
        etag = done.header("etag");
        id = member(&done.body, "record_id");
    }
    id
}

fn is_there(port: u16, id: &str) -> bool {
    send(port, "GET", &format!("/api/v1/records/{id}"), "", "", "").unwrap().status == 200
}

/// Ends the writers when dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_made_under_load_holds_everything_that_was_acknowledged_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let token = council(folder).writer;
    let mut server = Server::start_with(folder, &["--empty", "--no-dumps"]);
    let port = server.port;
    // A document is an acknowledged write too.
    let document = "%PDF-1.4 the bytes of a document %%EOF";
    let sent = Command::new("curl")
        .args(["-fsS", "-H", "Content-Type: application/pdf", "--data-binary", document, "-H"])
        .arg(format!("Authorization: Bearer {token}"))
        .arg(format!("http://127.0.0.1:{port}/api/v1/documents?name=a.pdf"))
        .output()
        .unwrap();
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let sha256 = member(&String::from_utf8_lossy(&sent.stdout), "sha256");

    let (acknowledged, done) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut backups = Vec::new();
    std::thread::scope(|scope| {
        for hand in 0..3 {
            let (acknowledged, done, token) = (&acknowledged, &done, &token);
            scope.spawn(move || {
                for number in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    let id = publish(port, token, &format!("Tool {hand} {number}"));
                    acknowledged.lock().unwrap().push(id);
                }
            });
        }
        // The writers end, even if an assertion fails.
        let _over = Over(&done);
        // A checkpoint is public before the database knows it. Once the second is public, it knows the first.
        let mut seen = BTreeSet::new();
        running::until("two checkpoints are signed", || {
            let got = send(port, "GET", "/log/checkpoint", "", "", "").unwrap();
            if got.status == 200 {
                seen.insert(got.body);
            }
            seen.len() >= 2
        });
        for round in 0..3 {
            let enough = || acknowledged.lock().unwrap().len() >= 4 * (round + 1);
            running::until("people publish", enough);
            let before = acknowledged.lock().unwrap().clone();
            let out = format!("backups/{round}");
            register(folder, &["backup", &out]);
            backups.push((out, before));
        }
    });
    server.stop();
    ends(folder, &["backup", "backups/0"], 2, "is there already");
    let mut left = running::names(&folder.join("backups"));
    left.retain(|name| name.starts_with('.'));
    assert_eq!(left, Vec::<String>::new());

    for (out, before) in backups {
        let restored = folder.join(out);
        // The key is not in the backup: it is put back by hand.
        std::fs::copy(folder.join("data/register.log-key"), restored.join("register.log-key")).unwrap();
        let on = ["--database-url", "sqlite://register.db"];
        let mut server = Server::start_with(&restored, &[&["--empty", "--no-dumps"][..], &on].concat());
        for id in &before {
            assert!(is_there(server.port, id), "{id} was acknowledged before the backup and is lost");
        }
        // The register continues: everything is signed, starting from the checkpoint in the backup.
        let id = publish(server.port, &token, "Afterwards");
        assert!(is_there(server.port, &id));
        server.stop();
        let with = |arguments: &[&'static str]| [arguments, &on].concat();
        ends(&restored, &with(&["log", "sign"]), 0, "of them signed");
        ends(&restored, &with(&["verify"]), 0, "no faults");
        ends(&restored, &with(&["doctor"]), 0, "agree with the versions");
        let kept = restored.join("objects").join(&sha256[..2]).join(&sha256[2..]);
        assert_eq!(std::fs::read_to_string(kept).unwrap(), document);
        // Checkpoints kept by others still verify.
        let key = std::fs::read_to_string(restored.join("register.log-key")).unwrap();
        let key = transparency::Key::read_all(&key).unwrap().remove(0).public().as_str().to_owned();
        let kept = ["verify", "objects/log", "--key", &key, "--checkpoint", "checkpoint"];
        ends(&restored, &kept, 0, "it only grew since");
    }
}

#[test]
fn a_copy_without_its_write_ahead_log_is_told_by_the_log_and_one_can_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let token = council(folder).writer;
    // Commands close the database when they end, so everything up to the start is in the main file. What
    // comes now is in the write-ahead log beside it.
    let beside = || -> Vec<String> {
        let names = running::names(&folder.join("data"));
        names.into_iter().filter(|name| name.starts_with("register.db-")).collect()
    };
    assert_eq!(beside(), Vec::<String>::new());
    let mut server = Server::start_with(folder, &["--empty", "--no-dumps"]);
    let lost = publish(server.port, &token, "Lost");
    running::until("the entry is signed", || {
        let log = send(server.port, "GET", "/api/v1/log", "", "", "").unwrap();
        log.body.contains("\"signed\":1,") || log.body.contains("\"signed\":1}")
    });
    std::fs::copy(folder.join("data/register.db"), folder.join("copy.db")).unwrap();
    server.stop();
    assert_eq!(beside(), Vec::<String>::new());
    std::fs::copy(folder.join("copy.db"), folder.join("data/register.db")).unwrap();
    ends(folder, &["doctor"], 1, "copied without its -wal");
    ends(folder, &["log", "status"], 1, "copied without its -wal");
    ends(
        folder,
        &["dump", "--out", "d", "--base-url", "http://register.test"],
        2,
        "no dump without a checkpoint",
    );
    ends(folder, &["log", "sign"], 2, "docs/verify.md");
    // As the documentation says: move the old log elsewhere, and signing continues.
    std::fs::rename(folder.join("data/objects/log"), folder.join("log-until-now")).unwrap();
    let mut server = Server::start_with(folder, &["--empty", "--no-dumps"]);
    assert!(!is_there(server.port, &lost));
    publish(server.port, &token, "Afterwards");
    server.stop();
    ends(folder, &["log", "sign"], 0, "1 entries, 1 of them signed");
    ends(folder, &["verify"], 0, "no faults");
    let key = std::fs::read_to_string(folder.join("data/register.log-key")).unwrap();
    let key = transparency::Key::read_all(&key).unwrap().remove(0).public().as_str().to_owned();
    // Both logs verify, and anybody who kept the older checkpoint sees that they differ.
    ends(folder, &["verify", "log-until-now", "--key", &key], 0, "no faults");
    let kept = ["verify", "--key", &key, "--checkpoint", "log-until-now/checkpoint"];
    ends(folder, &kept, 1, "the log was rewritten");
}

#[test]
fn a_backup_of_postgresql_is_somebody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let at = ["--database-url", "postgres://x@127.0.0.1:1/x", "backup", "out"];
    ends(folder.path(), &at, 2, "pg_dump");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_backup_of_nothing_is_refused_and_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    ends(folder.path(), &["backup", "out"], 2, "register.db is not there");
    assert_eq!(running::names(folder.path()), Vec::<String>::new());
}
