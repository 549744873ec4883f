//! How a register starts: what it loads, and which address it leaves for commands.

use std::path::Path;

use crate::running::{self, Server, ends, run, send};

/// Whether a register started with these arguments shows demonstration data.
fn is_demonstration(folder: &Path, arguments: &[&str]) -> bool {
    let mut server = Server::start_with(folder, &[&["--no-dumps"], arguments].concat());
    let about = send(server.port, "GET", "/api/v1/records?limit=1", "", "", "").unwrap().body;
    server.stop();
    about.contains("Demonstration data")
}

#[test]
fn demonstration_data_are_loaded_where_no_database_is_named_or_they_are_asked_for() {
    let named = ["--database-url", "sqlite://named.db"];
    for (arguments, toml, expected) in [
        (&[][..], "", true),
        (&["--empty"], "", false),
        (&named, "", false),
        (&["--demo", named[0], named[1]], "", true),
        (&[], "database_url = \"sqlite://told.db\"\n", false),
        (&["--demo"], "database_url = \"sqlite://told.db\"\n", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("register.toml"), toml).unwrap();
        let found = is_demonstration(folder.path(), arguments);
        assert_eq!(found, expected, "{arguments:?} {toml}");
        // The second start behaves like the first.
        assert_eq!(is_demonstration(folder.path(), arguments), expected, "{arguments:?} {toml}, again");
    }
    let by_environment = tempfile::tempdir().unwrap();
    let mut server =
        Server::start_as(by_environment.path(), &[], &[("REGISTER_DATABASE_URL", "sqlite://named.db")]);
    let about = send(server.port, "GET", "/api/v1/records?limit=1", "", "", "").unwrap().body;
    server.stop();
    assert!(!about.contains("Demonstration data"), "{about}");
}

#[test]
fn invented_records_are_never_put_among_others() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(run(folder, &["organisation", "add", "Northmoor", "--kind", "local_authority"]).status.success());
    ends(folder, &["serve", "--demo", "--listen", "127.0.0.1:0"], 2, "data/register.db is not empty");
    ends(folder, &["serve", "--demo", "--empty"], 2, "cannot be used with");
    assert!(!is_demonstration(folder, &[]));
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
    // A server given no other address uses the one it listens on.
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
