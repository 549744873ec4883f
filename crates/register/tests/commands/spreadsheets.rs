//! The server while it reads spreadsheets: the process that reads ends with its client and with the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::running::{self, Server, council, register, until};

/// Small, harmless and slow: a hundred sheets that show the same million empty rows.
fn slow() -> Vec<u8> {
    let list: String = (1..=100)
        .map(|number| format!(r#"<sheet name="Sheet {number}" sheetId="{number}" r:id="r1"/>"#))
        .collect();
    let workbook = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>"#,
        "<row/>".repeat(1_000_000)
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        (
            "_rels/.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", &workbook),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Begins an upload, without waiting for its answer.
fn upload(port: u16, token: &str, name: &str, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "POST /api/v1/imports?check=true&name={name} HTTP/1.1\r\nHost: register\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        bytes.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

/// The processes that a process has started and that have not ended.
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { return false };
        // After the name in brackets: the state, then the parent.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        after.split_whitespace().nth(1).and_then(|parent| parent.parse().ok()) == Some(parent)
    })
    .collect()
}

#[test]
fn the_process_that_reads_ends_with_its_client() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let writer = council(folder.path()).writer;
    let stream = upload(server.port, &writer, "slow.xlsx", &slow());
    until("a process reads the workbook", || children(server.child.id()).len() == 1);
    drop(stream);
    until("the process is gone", || children(server.child.id()).is_empty());
    let table = b"publisher,title,jurisdiction,phase\nNorthmoor Borough Council,A,GB,pilot\n";
    let mut answer = [0; 12];
    upload(server.port, &writer, "a.csv", table).read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[test]
fn a_killed_server_leaves_no_process_that_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    let writer = council(folder.path()).writer;
    let _stream = upload(server.port, &writer, "slow.xlsx", &slow());
    until("a process reads the workbook", || children(server.child.id()).len() == 1);
    let reader = children(server.child.id())[0];
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    // It may still be there as a name without a process, until somebody collects it.
    until("the process is gone", || {
        !std::fs::read(format!("/proc/{reader}/cmdline")).is_ok_and(|line| !line.is_empty())
    });
}

#[test]
fn a_server_that_reads_a_workbook_ends_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    let writer = council(folder.path()).writer;
    let _streams = [0, 1, 2].map(|_| upload(server.port, &writer, "slow.xlsx", &slow()));
    until("two processes read, and one upload waits", || children(server.child.id()).len() == 2);
    let readers = children(server.child.id());
    let begun = Instant::now();
    assert!(Command::new("kill").arg(server.child.id().to_string()).status().unwrap().success());
    server.child.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(32), "it took {:?}", begun.elapsed());
    for reader in readers {
        let line = std::fs::read(format!("/proc/{reader}/cmdline")).unwrap_or_default();
        assert!(line.is_empty(), "process {reader} is still there");
    }
}

#[test]
fn the_command_line_reads_workbooks_within_limits_that_are_flags() {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path(), &["migrate"]);
    std::fs::write(
        folder.path().join("records.csv"),
        "publisher,title,jurisdiction,phase\nNorthmoor,Bus,GB,pilot\nNorthmoor,Tram,GB,pilot\n",
    )
    .unwrap();
    register(folder.path(), &["import", "records", "records.csv"]);
    let export =
        ["export", "--format", "xlsx", "--output", "records.xlsx", "--base-url", "http://register.test"];
    register(folder.path(), &export);
    running::ends(folder.path(), &["import", "records", "records.xlsx"], 0, "2 rows read");
    running::ends(
        folder.path(),
        &["import", "records", "records.xlsx", "--most-cells", "3"],
        2,
        "it has more than 3 cells, counting repeated ones",
    );
    running::ends(
        folder.path(),
        &["validate", "records.xlsx", "--most-sheets", "0"],
        2,
        "at most 0 are read",
    );
    running::ends(folder.path(), &["decode-spreadsheet"], 2, "is started by the register itself");
    let help = register(folder.path(), &["--help"]);
    assert!(!help.contains("decode-spreadsheet"), "{help}");
}
