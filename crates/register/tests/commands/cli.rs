//! The binary as people and scripts meet it: its output, its exit codes, and its behaviour on the network.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn register(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_register")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn fixture(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name).display().to_string()
}

#[test]
fn exit_codes_tell_clean_from_rejects_from_unusable_from_unreachable() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.csv");
    std::fs::write(&good, "publisher,title,jurisdiction,phase\nNorthmoor,Bus,GB,pilot\n").unwrap();
    let good = good.to_str().unwrap();
    let bad = fixture("records/six_bad_cells.csv");
    for (arguments, code, said) in [
        (vec!["import", "records", good], 0, "1 created"),
        (vec!["import", "records", &bad], 1, "[unknown-code] 'live' is not a phase"),
        (vec!["import", "recods", good], 2, "did you mean 'records'?"),
        (
            vec!["import", "spreadsheet", good],
            2,
            "use records, atrs, nl, us, ca, nyc, table, ocds or organisations",
        ),
        (
            vec!["validate", "--source", "spreadsheet", good],
            2,
            "use records, atrs, nl, us, ca, nyc, table or ocds",
        ),
        (vec!["import", "records", "none.csv"], 2, "none.csv: cannot be read"),
        (vec!["import", "records", &fixture("nl/shapes.json")], 2, "right source"),
        (vec!["--database-url", "mysql://x", "migrate"], 2, "is not a database address"),
        (vec!["--database-url", "postgres://x@127.0.0.1:1/x", "migrate"], 3, "cannot be used now"),
        (vec!["gaps"], 2, "the gap rules were never asked"),
        (vec!["import", "ocds", good], 2, "was not read to its end"),
        (vec!["import", "ocds", &bad, "--encoding", "utf9"], 2, "'utf9' is not an encoding"),
        (vec!["organisation", "show", "nobody"], 2, "there is no organisation 'nobody'"),
        (vec!["doctor"], 0, ""),
    ] {
        let output = register(folder.path(), &arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn the_help_names_every_source() {
    let folder = tempfile::tempdir().unwrap();
    let help = text(&register(folder.path(), &["import", "--help"]).stdout);
    for (name, source) in importer::Source::ALL {
        let line = format!("  {name:<14} {}", source.files());
        assert!(help.lines().any(|shown| shown == line), "{line}\n{help}");
    }
    for line in
        ["  organisations  lists of public bodies (CSV)", "Exit codes: 0 clean, 1 some rows were rejected"]
    {
        assert!(help.contains(line), "{help}");
    }
    for (command, names) in [
        ("import", "records, atrs, nl, us, ca, nyc, table, ocds or organisations"),
        ("validate", "records, atrs, nl, us, ca, nyc, table or ocds"),
    ] {
        let help = text(&register(folder.path(), &[command, "--help"]).stdout);
        // Wherever a line ends.
        let words: Vec<&str> = help.split_whitespace().collect();
        assert!(words.join(" ").contains(&format!("What the files are: {names}")), "{help}");
    }
}

#[test]
fn a_killed_reindex_leaves_nothing_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = String::from("key,publisher,title,jurisdiction,phase,summary\n");
    for n in 0..3_000 {
        rows += &format!("k{n},Northmoor,Tool {n},GB,pilot,What tool {n} does for the people of Northmoor\n");
    }
    let file = folder.path().join("tools.csv");
    std::fs::write(&file, rows).unwrap();
    let imported = register(folder.path(), &["import", "records", file.to_str().unwrap()]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    for wait in [30, 120, 300, 600] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_register"))
            .arg("reindex")
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        for (filter, expected) in [("q=northmoor", 3_000), ("q=\"tool 77\"", 1), ("phase=production", 0)] {
            let to = ["export", "--format", "ndjson", "--base-url", "http://register.test", filter];
            let found = register(folder.path(), &to);
            assert!(found.status.success(), "{}", text(&found.stderr));
            assert_eq!(text(&found.stdout).lines().count(), expected, "{filter} after {wait} ms");
        }
    }
    let doctor = register(folder.path(), &["doctor"]);
    assert!(doctor.status.success(), "{}", text(&doctor.stdout));
}

#[test]
fn json_goes_to_stdout_and_the_report_has_every_error() {
    let folder = tempfile::tempdir().unwrap();
    let bad = fixture("records/six_bad_cells.csv");
    let output = register(folder.path(), &["import", "records", &bad, "--json", "--report", "errors.csv"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (key, expected) in [("read", 2), ("created", 1), ("changed", 0), ("unchanged", 0), ("rejected", 1)] {
        assert_eq!(report[key], expected, "{key}");
    }
    assert_eq!(report["errors"].as_array().unwrap().len(), 6);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let sheet = std::fs::read_to_string(folder.path().join("errors.csv")).unwrap();
    assert!(sheet.starts_with("file,line,column,field,code,value,message,hint\n"));
    assert_eq!(csv::Reader::from_reader(sheet.as_bytes()).records().count(), 6);
}

#[test]
fn a_copy_with_the_faults_beside_its_rows_is_written_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let bad = fixture("records/six_bad_cells.csv");
    let copy = folder.path().join("faults.csv");
    for command in [&["import", "records", &bad, "--check"][..], &["validate", &bad]] {
        let arguments = [command, &["--faults", "faults.csv"]].concat();
        let output = register(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("every fault stands beside its row in faults.csv"));
        let mut reader = csv::Reader::from_path(&copy).unwrap();
        let place = reader.headers().unwrap().iter().position(|header| header == "faults").unwrap();
        let beside: Vec<String> = reader.records().map(|row| row.unwrap()[place].to_owned()).collect();
        let faulty: Vec<&String> = beside.iter().filter(|cell| !cell.is_empty()).collect();
        assert_eq!((beside.len(), faulty.len()), (2, 1), "{beside:#?}");
        assert_eq!(faulty[0].split(" | ").count(), 6, "{}", faulty[0]);
        std::fs::remove_file(&copy).unwrap();
    }
    // A file with another ending would not be opened as what it is, and the file itself is never written over.
    for (to, words) in
        [("faults.xlsx", "the copy is a .csv file"), (bad.as_str(), "write over the file itself")]
    {
        let output = register(folder.path(), &["validate", &bad, "--faults", to]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
    let other = register(folder.path(), &["import", "us", &bad, "--faults", "faults.csv"]);
    assert!(text(&other.stderr).contains("--faults is for our own template"), "{}", text(&other.stderr));
}

#[test]
fn commands_that_only_print_need_no_database() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["openapi"][..],
        &["openapi", "--yaml"],
        &["fields"],
        &["fields", "--json"],
        &["completions", "bash"],
        &["man"],
        &["serve", "--help"],
        &["import", "--help"],
    ] {
        let output = register(folder.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.len() > 200, "{arguments:?}");
    }
    assert!(!folder.path().join("data").exists());
    let committed = std::fs::read_to_string(fixture("../openapi/register.v1.json")).unwrap();
    assert_eq!(text(&register(folder.path(), &["openapi"]).stdout), committed);
}

/// A running register. Stops when dropped.
struct Served {
    process: Child,
    address: String,
    said: Vec<String>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // Some tests stop it themselves.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(process.stderr.take().unwrap()).lines() {
            said.push(line.unwrap());
            let line = said.last().unwrap();
            if let Some(rest) = line.strip_prefix("The register listens at http://") {
                let address = rest.split(' ').next().unwrap().to_owned();
                return Self { process, address, said };
            }
        }
        let ended = process.wait();
        panic!("the register did not start ({ended:?}): {said:?}");
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn the_first_start_shows_demonstration_data_and_the_second_does_not_load_them_again() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    assert!(
        served.said[0].starts_with("The register is empty: loading the demonstration data"),
        "{:?}",
        served.said
    );
    for path in
        ["/api/v1", "/api/v1/records", "/api/v1/organisations", "/api/v1/assessments", "/api/v1/products"]
    {
        assert!(served.get(path).contains("\"about\":\"Demonstration data"), "{path}");
    }
    let total = |served: &Served| -> u64 {
        let answer = served.get("/api/v1/records?limit=1");
        answer.split("\"total\":").nth(1).unwrap().split(['}', ',']).next().unwrap().parse().unwrap()
    };
    let first = total(&served);
    assert!(first >= 60, "{first}");
    drop(served);
    let served = Served::start(folder.path(), &[]);
    assert_eq!((served.said.len(), total(&served)), (1, first));
    drop(served);
    let output = register(folder.path(), &["export", "sector=policing"]);
    assert!(output.status.success());
    assert!(csv::Reader::from_reader(&output.stdout[..]).records().count() >= 8);
    let count = |query: &str| -> i64 {
        let db = rusqlite::Connection::open(folder.path().join("policing.sqlite")).unwrap();
        db.query_row(query, [], |row| row.get(0)).unwrap()
    };
    let to_file = ["export", "--format", "sqlite", "sector=policing", "-o", "policing.sqlite"];
    for _ in 0..2 {
        let output = register(folder.path(), &to_file);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert!(count("SELECT count(*) FROM records") >= 8);
    assert!(count("SELECT count(*) FROM assessments a JOIN records r ON r.id = a.record_id") > 0);
    assert!(count("SELECT count(*) FROM codes") > 100);
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    let to_stdout = register(folder.path(), &["export", "--format", "sqlite"]);
    assert_eq!(to_stdout.status.code(), Some(2));
    assert!(text(&to_stdout.stderr).contains("-o FILE"), "{}", text(&to_stdout.stderr));
    let early = register(folder.path(), &["export", "as_of=2019-01-01"]);
    assert_eq!(csv::Reader::from_reader(&early.stdout[..]).records().count(), 0, "{}", text(&early.stderr));
    let refused = register(folder.path(), &["export", "sector=polising"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("did you mean 'policing'?"), "{}", text(&refused.stderr));
}

#[test]
fn the_demonstration_shows_what_the_register_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    for flag in domain::codes::VOCABULARIES.iter().find(|list| list.name == "flag").unwrap().entries {
        let answer = served.get(&format!("/api/v1/records?limit=1&flag={}", flag.code));
        assert!(!answer.contains("\"total\":0"), "no demonstration record shows {}", flag.code);
    }
    for path in [
        "/api/v1/organisations?silent=true",
        "/api/v1/assessments?status=overdue",
        "/api/v1/records?phase=retired",
    ] {
        assert!(!served.get(path).contains("\"total\":0"), "{path}");
    }
}

#[test]
fn a_head_that_never_ends_is_closed_and_a_stop_is_quick() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::start(folder.path(), &["--empty"]);
    let mut slow = TcpStream::connect(&served.address).unwrap();
    write!(slow, "GET / HTTP/1.1\r\nHost:").unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let begun = Instant::now();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(15), "the connection stayed open");
    let many: String = (0..100).map(|n| format!("X-{n}: 1\r\n")).collect();
    let mut stream = TcpStream::connect(&served.address).unwrap();
    write!(stream, "GET /api/v1 HTTP/1.1\r\nHost: test\r\n{many}\r\n").unwrap();
    let mut answer = String::new();
    // The connection may be reset before the refusal can be read.
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    let stopped = Command::new("kill").arg(served.process.id().to_string()).status().unwrap();
    assert!(stopped.success());
    let begun = Instant::now();
    while served.process.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(10), "SIGTERM did not stop it");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_import_killed_at_any_moment_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..6_000).map(|n| format!("Northmoor,Tool {n},GB,pilot\n")).collect();
    std::fs::write(folder.path().join("many.csv"), format!("publisher,title,jurisdiction,phase\n{rows}"))
        .unwrap();
    register(folder.path(), &["migrate"]);
    for wait in [150, 300, 450] {
        let mut import = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["import", "records", "many.csv"])
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        import.kill().unwrap();
        import.wait().unwrap();
        let doctor = register(folder.path(), &["doctor"]);
        assert_eq!(doctor.status.code(), Some(0), "{}", text(&doctor.stdout));
    }
    let last = register(folder.path(), &["import", "records", "many.csv", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&last.stdout).unwrap();
    assert_eq!((&report["read"], &report["rejected"]), (&6_000.into(), &0.into()));
    let again = register(folder.path(), &["import", "records", "many.csv", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(
        (&report["unchanged"], &report["created"], &report["changed"]),
        (&6_000.into(), &0.into(), &0.into())
    );
}

#[test]
fn an_import_of_notices_killed_at_any_moment_goes_on_and_ends_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let line = |n: u32| {
        let (process, status) = if n % 3 == 2 { (n - 1, "active") } else { (n, "pending") };
        format!(
            r#"{{"ocid":"ocds-b5fd17-{process}","id":"{n}","date":"2025-01-01T00:00:{:02}Z","tag":["award"],"buyer":{{"id":"b","name":"Council {}"}},"tender":{{"title":"Cameras"}},"awards":[{{"id":"1","status":"{status}","suppliers":[{{"id":"s","name":"Firm {}"}}]}}]}}"#,
            n % 60,
            process % 40,
            process % 90
        )
    };
    let lines: Vec<String> = (0..6_000).map(line).collect();
    std::fs::write(folder.path().join("notices.jsonl"), lines.join("\n")).unwrap();
    let mut killed = 0;
    for wait in [60, 150, 300, 200, 400] {
        let mut import = Command::new(env!("CARGO_BIN_EXE_register"))
            .args(["import", "ocds", "notices.jsonl"])
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        import.kill().unwrap();
        killed += u32::from(!import.wait().unwrap().success());
    }
    println!("{killed} imports killed");
    assert!(killed > 0);
    let output = register(folder.path(), &["--json", "import", "ocds", "notices.jsonl"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["read"].as_u64(), report["rejected"].as_u64()), (Some(6_000), Some(0)));
    // A register that was never killed has the same contracts under the same ids.
    let other = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("notices.jsonl"), other.path().join("notices.jsonl")).unwrap();
    assert!(register(other.path(), &["import", "ocds", "notices.jsonl"]).status.success());
    let coverage = |folder: &Path| {
        let output = register(folder, &["--json", "gaps"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let of = |name: &str| report["coverage"][name].clone();
        (of("sources"), of("contracts"), of("on_watch_list"), report["gaps"].as_array().unwrap().len())
    };
    assert_eq!(coverage(folder.path()), coverage(other.path()));
    assert_eq!(coverage(other.path()).1, 4_000);
}
