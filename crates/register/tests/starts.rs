//! How a register starts: what it tells the commands beside it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod running;

use std::path::Path;
use std::process::{Command, Output};

use running::Server;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_register")).args(arguments).current_dir(folder).output().unwrap()
}

/// A command that ends with a code and says something of it.
#[track_caller]
fn ends(folder: &Path, arguments: &[&str], code: i32, says: &str) {
    let output = run(folder, arguments);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(says), "{arguments:?} does not say '{says}': {said}");
}

#[test]
fn what_is_written_names_the_address_that_somebody_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let row = "title,publisher,jurisdiction,phase\nCamera,Northmoor,GB,production\n";
    std::fs::write(folder.join("one.csv"), row).unwrap();
    assert!(run(folder, &["import", "records", "one.csv"]).status.success());
    for command in [&["dump", "--out", "d"][..], &["dump"], &["export"]] {
        ends(folder, command, 2, "give it with --base-url");
    }
    assert!(!folder.join("d").exists());
    let exported = |arguments: &[&str]| {
        let output = run(folder, &[&["export", "--format", "ndjson"], arguments].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        text.split("\"url\":\"").nth(1).and_then(|rest| rest.split("/api/").next()).unwrap().to_owned()
    };
    assert_eq!(exported(&["--base-url", "https://given.example/"]), "https://given.example");
    // Where it listens is what a server says that was told nothing else.
    let mut server = Server::start_with(folder, &["--empty", "--no-dumps"]);
    let listening = format!("http://127.0.0.1:{}", server.port);
    assert_eq!(exported(&[]), listening);
    server.stop();
    assert_eq!(exported(&[]), listening);
    let told = ["--empty", "--no-dumps", "--base-url", "https://register.example"];
    Server::start_with(folder, &told).stop();
    assert_eq!(exported(&[]), "https://register.example");
    std::fs::write(folder.join("register.toml"), "base_url = \"https://file.example/\"\n").unwrap();
    assert_eq!(exported(&[]), "https://file.example");
    ends(folder, &["dump", "--out", "d", "--base-url", "https://given.example"], 0, "records");
    let dump = running::names(&folder.join("d")).into_iter().find(|name| !name.starts_with('.')).unwrap();
    let records = std::fs::read_to_string(folder.join("d").join(dump).join("records.csv")).unwrap();
    assert!(records.contains("https://given.example/api/v1/records/"), "{records}");
}
