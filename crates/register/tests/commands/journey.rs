//! The journey in `docs/` runs as written and prints what the page shows.

use std::path::PathBuf;
use std::process::Command;

#[test]
fn the_journey_in_the_docs_runs_and_prints_what_is_printed_there() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = Command::new("bash")
        .arg(docs.join("journey.sh"))
        .env("REGISTER", env!("CARGO_BIN_EXE_register"))
        .env("PORT", free.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let expected = std::fs::read_to_string(docs.join("journey.txt")).unwrap();
    assert_eq!(said, expected);
}
