//! Files are their owner's only, and secrets in the database are encrypted under a key file.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::running::{Server, council, ends, record, register, send};

const KEY: &str = "data/register.secrets-key";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn open_to_all(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

/// Sets a person's password.
pub(crate) fn set_password(folder: &Path, email: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_register"))
        .args(["person", "password", email])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"otpauth://"));
}

#[test]
fn everything_the_register_writes_is_its_owners_only() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let token = council(folder).writer;
    let begin = |server: &Server| {
        let begun =
            send(server.port, "POST", "/api/v1/submissions", &token, "", &record("One", "s")).unwrap();
        assert_eq!(begun.status, 201, "{}", begun.body);
    };
    let mut server = Server::start(folder);
    begin(&server);
    let data = folder.join("data");
    let wide = |when: &str| {
        let wide: Vec<PathBuf> = below(&data).into_iter().filter(|path| mode(path) & 0o077 != 0).collect();
        assert_eq!(wide, Vec::<PathBuf>::new(), "{when}");
    };
    // The write-ahead log and its index among them.
    assert!(data.join("register.db-wal").exists() && data.join("register.db-shm").exists());
    assert_eq!(mode(&data), 0o700);
    wide("while it runs");
    server.stop();
    wide("when it has ended");

    // As an earlier release left them. They are narrowed at the start, and a key is not used.
    let objects = data.join("objects");
    std::fs::create_dir_all(&objects).unwrap();
    open_to_all(&data.join("register.db"), 0o644);
    open_to_all(&objects, 0o755);
    let mut server = Server::start(folder);
    begin(&server);
    assert_eq!((mode(&data.join("register.db")), mode(&objects)), (0o600, 0o700));
    wide("after they were open to all");
    server.stop();
    for key in ["register.log-key", "register.secrets-key"] {
        open_to_all(&data.join(key), 0o644);
        ends(folder, &["serve", "--listen", "127.0.0.1:0"], 2, "chmod 600");
        open_to_all(&data.join(key), 0o600);
    }
    // What is written for others, at a place they chose, has the usual modes.
    let command = format!(
        "umask 022 && exec {} export --output x.csv --base-url http://a.test",
        env!("CARGO_BIN_EXE_register")
    );
    let ended = Command::new("sh").arg("-c").arg(command).current_dir(folder).status().unwrap();
    assert!(ended.success());
    assert_eq!(mode(&folder.join("x.csv")), 0o644);
}

#[test]
fn a_start_without_the_right_key_says_what_to_do_and_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    council(folder);
    set_password(folder, "a@northmoor.example");
    assert_eq!(mode(&folder.join(KEY)), 0o600);
    ends(folder, &["secrets", "status"], 0, "1 secrets are encrypted, 0 are not");
    ends(folder, &["doctor"], 0, "1 encrypted, their key is here");
    ends(folder, &["secrets", "keygen"], 2, "is there already");
    let key = std::fs::read_to_string(folder.join(KEY)).unwrap();
    let id = key.split("SECRETS+KEY+").nth(1).unwrap().split('+').next().unwrap().to_owned();

    std::fs::rename(folder.join(KEY), folder.join("kept")).unwrap();
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["secrets", "keygen"]] {
        ends(folder, arguments, 2, "restore that file");
        ends(folder, arguments, 2, &id);
        assert!(!folder.join(KEY).exists(), "{arguments:?} made a key that decrypts nothing");
    }
    ends(folder, &["doctor"], 1, &id);
    ends(folder, &["secrets", "status"], 1, "MISSING");
    // A key of another register does not help either.
    let other = tempfile::tempdir().unwrap();
    register(other.path(), &["secrets", "keygen"]);
    std::fs::copy(other.path().join(KEY), folder.join(KEY)).unwrap();
    ends(folder, &["serve", "--listen", "127.0.0.1:0"], 2, &id);
    // Nor does half a key.
    std::fs::write(folder.join(KEY), &key[..key.len() - 6]).unwrap();
    ends(folder, &["serve", "--listen", "127.0.0.1:0"], 2, "does not hold the keys that encrypt secrets");
    std::fs::rename(folder.join("kept"), folder.join(KEY)).unwrap();
    ends(folder, &["doctor"], 0, "their key is here");
}

#[test]
fn a_new_key_takes_over_and_a_lost_one_takes_what_it_encrypted_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    council(folder);
    ends(folder, &["secrets", "rotate"], 2, "register secrets keygen");
    set_password(folder, "a@northmoor.example");
    let old = std::fs::read_to_string(folder.join(KEY)).unwrap();
    ends(folder, &["secrets", "rotate"], 0, "--finish");
    ends(folder, &["secrets", "rotate", "--finish"], 2, "not under the newest key yet");
    ends(folder, &["migrate"], 0, "Encrypted 1 secrets");
    ends(folder, &["secrets", "rotate", "--finish"], 0, "newest key only");
    let new = std::fs::read_to_string(folder.join(KEY)).unwrap();
    assert_eq!(mode(&folder.join(KEY)), 0o600);
    assert_eq!(new.matches("SECRETS+KEY+").count(), 1);
    assert_ne!(old.lines().last(), new.lines().last());
    ends(folder, &["doctor"], 0, "1 encrypted, their key is here");

    // The backup says which key it needs.
    let id = new.split("SECRETS+KEY+").nth(1).unwrap().split('+').next().unwrap();
    ends(folder, &["backup", "one"], 0, &format!("1 secrets ({id})"));
    let told = register(folder, &["backup", "two", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["secrets"]["plain"], &told["secrets"]["under"][id]), (&0.into(), &1.into()));
    let restored = folder.join("one");
    let on = ["--database-url", "sqlite://register.db"];
    ends(&restored, &[&["doctor"][..], &on].concat(), 1, id);
    std::fs::copy(folder.join(KEY), restored.join("register.secrets-key")).unwrap();
    ends(&restored, &[&["secrets", "status"][..], &on].concat(), 0, "1 secrets are encrypted");

    std::fs::remove_file(folder.join(KEY)).unwrap();
    ends(folder, &["secrets", "forget"], 0, "deleted 1 passwords");
    ends(folder, &["secrets", "status"], 0, "0 secrets are encrypted");
    set_password(folder, "a@northmoor.example");
    ends(folder, &["secrets", "status"], 0, "1 secrets are encrypted");
}

#[test]
fn a_security_contact_is_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wrong = ["serve", "--empty", "--listen", "127.0.0.1:0", "--security-contact", "the desk"];
    ends(folder, &wrong, 2, "is no security contact");
    let mut server =
        Server::start_with(folder, &["--empty", "--security-contact", "security@register.example"]);
    let answer = send(server.port, "GET", "/.well-known/security.txt", "", "", "").unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("Contact: mailto:security@register.example\r\n"), "{}", answer.body);
    server.stop();
}
