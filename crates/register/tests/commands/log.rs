//! The commands for the public log, as used by those who run a register and those who check it.

use std::path::Path;

use crate::running::{self, Server, ends, register, run};

/// Publishes a record.
fn publish(folder: &Path, title: &str) {
    let row =
        format!("title,publisher,jurisdiction,phase\n{title},Northmoor Borough Council,GB,production\n");
    std::fs::write(folder.join("more.csv"), row).unwrap();
    assert!(run(folder, &["import", "records", "more.csv"]).status.code().unwrap() < 2);
}

const LOG: &str = "data/objects/log";

#[test]
fn a_key_is_made_once_and_changed_while_both_sign() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    publish(folder, "One");
    ends(folder, &["log", "sign"], 2, "register log keygen");
    let old = register(folder, &["log", "keygen", "--name", "register.test/log"]);
    assert!(old.starts_with("register.test/log+"), "{old}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join("data/register.log-key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    ends(folder, &["log", "keygen"], 2, "is there already");
    ends(folder, &["log", "status"], 0, "1 entries, 0 of them signed");
    ends(folder, &["log", "sign"], 0, "1 entries, 1 of them signed");
    let both = register(folder, &["log", "rotate"]);
    let (first, new) = both.split_once('\n').unwrap();
    assert_eq!(first, old);
    ends(folder, &["log", "rotate"], 2, "--finish");
    // Nothing is signed with the new key yet, so the old one is still needed.
    ends(folder, &["log", "rotate", "--finish"], 2, "no checkpoint is signed by both");
    ends(folder, &["log", "sign"], 0, "1 of them signed");
    for key in [first, new] {
        ends(folder, &["verify", LOG, "--key", key], 0, "no faults");
    }
    assert_eq!(register(folder, &["log", "rotate", "--finish"]), new);
    publish(folder, "Two");
    ends(folder, &["log", "sign"], 0, "2 entries, 2 of them signed");
    ends(folder, &["verify", LOG, "--key", new], 0, "no faults");
    ends(folder, &["verify", LOG, "--key", first], 1, "and not by a key that is known");
    // A lost key is not replaced by another.
    std::fs::rename(folder.join("data/register.log-key"), folder.join("lost")).unwrap();
    ends(folder, &["log", "keygen"], 2, "restore the file of that key");
    ends(folder, &["log", "status"], 1, "REFUSED");
    ends(folder, &["doctor"], 1, "public log");
    ends(folder, &["log", "status", "--log-key-file", "none"], 2, "none");
    std::fs::write(folder.join("data/register.log-key"), "PRIVATE+KEY+nonsense").unwrap();
    ends(folder, &["log", "status"], 2, "chmod 600");
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(folder.join("data/register.log-key"), own).unwrap();
    ends(folder, &["log", "status"], 2, "does not hold the keys");
}

#[test]
fn a_checkpoint_that_was_kept_shows_what_became_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = register(folder, &["log", "keygen", "--name", "register.test/log"]);
    for title in ["One", "Two"] {
        publish(folder, title);
    }
    register(folder, &["log", "sign"]);
    let kept = folder.join("kept.txt");
    std::fs::copy(folder.join(LOG).join("checkpoint"), &kept).unwrap();
    let backup = folder.join("backup.db");
    rusqlite::Connection::open(folder.join("data/register.db"))
        .unwrap()
        .execute("VACUUM INTO ?1", [backup.to_str().unwrap()])
        .unwrap();
    publish(folder, "Three");
    register(folder, &["log", "sign"]);
    let later = folder.join("later.txt");
    std::fs::copy(folder.join(LOG).join("checkpoint"), &later).unwrap();
    let dump = |name: &str| {
        let out = register(folder, &["dump", "--out", name, "--json", "--base-url", "http://register.test"]);
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["folder"].as_str().unwrap().to_owned()
    };
    let first = dump("first");
    let checks = |what: &[&str], kept: &str, code: i32, says: &str| {
        ends(folder, &[&["verify"], what, &["--key", &key, "--checkpoint", kept]].concat(), code, says);
    };
    for what in [&[LOG][..], &[&first], &[]] {
        checks(what, "kept.txt", 0, "it only grew since the checkpoint that was kept, of 2 entries");
        checks(what, "later.txt", 0, "of 3 entries");
    }
    checks(&[LOG], "none.txt", 2, "none.txt");
    // An older backup is restored, with the log as it was then, and the register continues there.
    for beside in ["register.db-wal", "register.db-shm"] {
        // These belong to the old database, not the restored one. They need not exist.
        let _ = std::fs::remove_file(folder.join("data").join(beside));
    }
    std::fs::copy(&backup, folder.join("data/register.db")).unwrap();
    ends(folder, &["log", "status"], 1, "older than the log");
    ends(folder, &["log", "sign"], 2, "older than");
    ends(folder, &["verify"], 1, "log_entries, 2: it is missing, and was signed");
    std::fs::remove_dir_all(folder.join(LOG)).unwrap();
    register(folder, &["log", "sign"]);
    checks(&[LOG], "later.txt", 1, "the log was cut");
    publish(folder, "Another");
    register(folder, &["log", "sign"]);
    let second = dump("second");
    for what in [&[LOG][..], &[&second], &[]] {
        checks(what, "kept.txt", 0, "no faults");
        checks(what, "later.txt", 1, "the log was rewritten");
    }
}

#[test]
fn what_cannot_be_checked_is_said_and_how_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = register(folder, &["log", "keygen", "--name", "register.test/log"]);
    publish(folder, "One");
    register(folder, &["log", "sign"]);
    register(folder, &["dump", "--out", "d", "--base-url", "http://register.test"]);
    let day = running::names(&folder.join("d")).into_iter().find(|name| !name.starts_with('.')).unwrap();
    let dump = format!("d/{day}");
    ends(
        folder,
        &["verify", &dump],
        0,
        "NOT checked: the signature of the checkpoint: give its key with --key",
    );
    ends(folder, &["verify", &dump, "--key", &key], 0, "1 entries have the root");
    ends(folder, &["verify", "d", "--key", &key], 2, &format!("did you mean {dump}?"));
    ends(folder, &["verify", "nothing", "--key", &key], 2, "there is no file or folder 'nothing'");
    ends(folder, &["verify", LOG], 2, "give it with --key");
    ends(folder, &["verify", &dump, "--key", ""], 2, "--key ''");
    ends(folder, &["verify", &dump, "--key", "no.such.file"], 2, "neither a key");
    // The same key twice counts once.
    ends(folder, &["verify", LOG, "--key", &key, "--key", &key], 0, "no faults");
    // A witness that was never asked has not signed.
    let witness = "witness.test/1+36433343+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
    for what in [&[LOG][..], &[&dump], &[]] {
        let asked = [&["verify"], what, &["--key", &key, "--witness", witness]].concat();
        ends(folder, &asked, 1, "the witness witness.test/1 did not sign it");
    }
    ends(folder, &["verify", LOG, "--key", &key, "--witness", &witness[..40]], 2, "--witness");
    // A damaged file is not blamed on the database.
    let bundle = folder.join(LOG).join("tile/entries/000.p/1");
    let mut bytes = std::fs::read(&bundle).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let output = run(folder, &["verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("tile/entries/000.p/1") && said.contains("register log rebuild"), "{said}");
    assert!(!said.contains("log_entries"), "{said}");
    register(folder, &["log", "rebuild"]);
    ends(folder, &["verify"], 0, "no faults");
    // A dump without its checkpoint, though a key was given.
    std::fs::remove_file(folder.join(&dump).join("checkpoint")).unwrap();
    ends(folder, &["verify", &dump, "--key", &key], 1, "it is not there, and a key was given");
}

#[test]
fn a_register_that_shows_something_else_than_its_log_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = register(folder, &["log", "keygen", "--name", "register.test/log"]);
    for title in ["One", "Two"] {
        publish(folder, title);
    }
    register(folder, &["log", "sign"]);
    let verify = |code: i32, says: &str| {
        let mut server = Server::start_with(folder, &["--empty", "--no-dumps"]);
        ends(
            folder,
            &["verify", &format!("http://127.0.0.1:{}/log", server.port), "--key", &key],
            code,
            says,
        );
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    };
    verify(0, "what the register shows of 2 versions");
    let edit = |statements: &str| {
        let db = rusqlite::Connection::open(folder.join("data/register.db")).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        db.execute_batch(statements).unwrap();
    };
    edit("DROP TRIGGER record_versions_stay; DROP TRIGGER log_entries_stay; DROP TRIGGER log_entries_remain");
    for (change, says, back) in [
        (
            "UPDATE record_versions SET published_at = published_at - 86400000000 WHERE change = 1",
            "entry 0 of the log says otherwise",
            "UPDATE record_versions SET published_at = published_at + 86400000000 WHERE change = 1",
        ),
        (
            "UPDATE record_versions SET content = replace(content, 'One', 'Won') WHERE change = 1",
            "it is not what was entered",
            "UPDATE record_versions SET content = replace(content, 'Won', 'One') WHERE change = 1",
        ),
        (
            "UPDATE events SET kind = 'withdrawn' WHERE change = 2",
            "entry 1 of the log says otherwise",
            "UPDATE events SET kind = 'published' WHERE change = 2",
        ),
        (
            "UPDATE events SET record_seq = record_seq + 100 WHERE change = 2",
            "the register does not show it",
            "UPDATE events SET record_seq = record_seq - 100 WHERE change = 2",
        ),
    ] {
        edit(&format!("PRAGMA foreign_keys = OFF; {change}"));
        verify(1, says);
        edit(&format!("PRAGMA foreign_keys = OFF; {back}"));
    }
    verify(0, "no faults");
}
