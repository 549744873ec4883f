//! Redacted text is gone from all of the register's files.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::running::{self, Server, council, member, record, register, run, send};

/// Words found nowhere else.
const CANARY: &str = "Quillonvex Thrawnborough";

/// Every file below a folder that contains one of the words, in any case.
fn holding(folder: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
            if words.to_ascii_lowercase().split(' ').any(holds) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn wait(what: &str, mut until: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !until() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_was_taken_out_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let people = council(folder);
    let mut server = Server::start_with(folder, &["--empty", "--no-dumps"]);
    let port = server.port;
    let ask = |method: &str, path: &str, token: &str, etag: &str, body: &str| {
        let answer = send(port, method, path, token, etag, body).unwrap();
        assert!((200..300).contains(&answer.status), "{method} {path}: {}", answer.body);
        answer
    };
    let mut ids = Vec::new();
    // Among other records, so that the files are not simply empty afterwards.
    for (title, summary) in [("One", "Plain."), ("Two", CANARY), ("Three", "Plain.")] {
        let begun = ask(
            "POST",
            "/api/v1/submissions",
            &people.writer,
            "",
            &record(title, &format!("Ask {summary} first.")),
        );
        let (path, mut etag) = (begun.header("location"), begun.header("etag"));
        for action in ["submit", "approve", "publish"] {
            let done = ask("POST", &format!("{path}/{action}"), &people.writer, &etag, "");
            etag = done.header("etag");
            if action == "publish" {
                ids.push(member(&done.body, "record_id"));
            }
        }
    }
    let id = &ids[1];
    // The second version says it elsewhere, and the first is superseded.
    let more = format!("{{\"record_id\":\"{id}\",\"record\":{{\"team\":\"The team of {CANARY}\"}}}}");
    let begun = ask("POST", "/api/v1/submissions", &people.writer, "", &more);
    let (path, mut etag) = (begun.header("location"), begun.header("etag"));
    for action in ["submit", "approve", "publish"] {
        etag = ask("POST", &format!("{path}/{action}"), &people.writer, &etag, "").header("etag");
    }
    let is_signed = || ask("GET", "/api/v1/log", "", "", "").body.contains("\"signed\":4");
    wait("four entries are signed", is_signed);
    wait("the search finds it", || {
        ask("GET", "/api/v1/records?q=quillonvex", "", "", "").body.contains(id.as_str())
    });
    register(folder, &["dump"]);
    let proof = ask("GET", &format!("/api/v1/records/{id}/versions/1/proof"), "", "", "").body;
    let before = holding(folder, CANARY);
    // The index does not store words in running text, so look there separately.
    let index = folder.join("data/register.index");
    assert!(search::Search::stands_in(&index, "quillon").unwrap());
    for place in ["register.db", "dumps"] {
        assert!(
            before.iter().any(|path| path.to_string_lossy().contains(place)),
            "{place} is not in {before:?}"
        );
    }

    let asked = format!("{{\"words\":\"{CANARY}\",\"ground\":\"foia_40\",\"reason\":\"A name of staff\"}}");
    let path = format!("/api/v1/records/{id}/redactions");
    let asked = ask("POST", &path, &people.writer, "", &asked);
    let decide = format!("{path}/{}/carry-out", member(&asked.body, "id"));
    ask("POST", &decide, &people.approver, "", "");
    wait("the redaction is signed", || ask("GET", "/api/v1/log", "", "", "").body.contains("\"signed\":5"));
    wait("the search forgot it", || {
        !ask("GET", "/api/v1/records?q=quillonvex", "", "", "").body.contains(id.as_str())
    });
    register(folder, &["dump"]);
    wait("no file holds it while the register runs", || {
        holding(folder, CANARY).is_empty() && !search::Search::stands_in(&index, "quillon").unwrap()
    });
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    assert_eq!(holding(folder, CANARY), Vec::<PathBuf>::new());

    // Anybody who kept the proof can still use it, and the register proves what is left.
    let key = std::fs::read_to_string(folder.join("data/register.log-key")).unwrap();
    let key = transparency::Key::read_all(&key).unwrap().remove(0).public().as_str().to_owned();
    std::fs::write(folder.join("kept.tlog-proof"), proof).unwrap();
    register(folder, &["verify", "kept.tlog-proof", "--key", &key]);
    register(folder, &["verify"]);
    // The dump that held it was taken back; its successor is whole.
    let dumps = folder.join("data/objects/dumps");
    let mut whole = 0;
    for dump in running::names(&dumps).into_iter().filter(|name| !name.starts_with('.')) {
        let verified = run(folder, &["verify", &format!("data/objects/dumps/{dump}"), "--key", &key]);
        let said = String::from_utf8_lossy(&verified.stderr);
        let is_taken_back = dumps.join(&dump).join("WITHDRAWN").exists();
        assert_eq!(verified.status.success(), !is_taken_back, "{dump}: {said}");
        whole += u32::from(!is_taken_back);
    }
    assert!(whole > 0, "there is no successor");
}
