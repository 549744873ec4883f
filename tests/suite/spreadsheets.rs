//! No spreadsheet and no compressed file costs more than it may: each limit, just exceeded by a harmless file,
//! is said in words, and the process that read it is gone.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use importer::Options;
use importer::Source;
use importer::table::{Limits, Reading};
use suite::{Answer, TestApp, options};

use crate::submissions::Council;

const HEAD: [&str; 4] = ["publisher", "title", "jurisdiction", "phase"];

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An XLSX of sheets that all show the same part, with shared texts.
fn xlsx(sheets: usize, rows: &str, shared: &str) -> Vec<u8> {
    let list: String = (1..=sheets)
        .map(|number| format!(r#"<sheet name="Sheet {number}" sheetId="{number}" r:id="r1"/>"#))
        .collect();
    let workbook = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    zipped(&[
        (
            "_rels/.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", workbook.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn shared(attributes: &str, texts: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" {attributes}>{texts}</sst>"#
    )
}

/// Small, harmless and slow: a hundred sheets that show the same million empty rows.
fn slow() -> Vec<u8> {
    xlsx(100, &"<row/>".repeat(1_000_000), &shared("", ""))
}

fn ods(sheets: &[(&str, &str)]) -> Vec<u8> {
    let tables: String = sheets
        .iter()
        .map(|(name, rows)| format!(r#"<table:table table:name="{name}">{rows}</table:table>"#))
        .collect();
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[("content.xml", content.as_bytes())])
}

/// A header and a record: eight cells.
fn small() -> Vec<u8> {
    ods(&[("A", &(row(&HEAD) + &row(&["Northmoor Borough Council", "Bus", "GB", "pilot"])))])
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|text| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>"))
        .collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

/// A row of one text, repeated to the right and downwards.
fn repeated(text: &str, columns: u32, rows: u32) -> String {
    format!(
        r#"<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}"><text:p>{text}</text:p></table:table-cell></table:table-row>"#
    )
}

/// The options of an import with changed limits.
fn limited(change: impl FnOnce(&mut Limits)) -> Options {
    let mut with = options();
    change(&mut with.source.reading.limits);
    with
}

/// Imports a file that exceeds a limit, and returns what is said about it.
async fn said(source: Source, name: &str, content: &[u8], options: &Options) -> String {
    let app = TestApp::new().await;
    let file = app.file(name, content);
    let error = app.import_with(source, &file, options).await.unwrap_err().to_string();
    assert!(store::records::is_empty(&app.db).await.unwrap());
    error
}

/// Whether a process that reads spreadsheets has this number among its limits, by which a test knows its own.
fn is_reading(number: u64) -> bool {
    let number = number.to_string();
    std::fs::read_dir("/proc").unwrap().flatten().any(|process| {
        std::fs::read(process.path().join("cmdline")).is_ok_and(|line| {
            let arguments: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
            arguments.contains(&&b"decode-spreadsheet"[..]) && arguments.contains(&number.as_bytes())
        })
    })
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "still not: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn upload(council: &Council, name: &str, bytes: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {}", council.writer);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    let path = format!("/api/v1/imports?check=true&name={name}");
    council.app.send_body(Method::POST, &path, &headers, bytes).await
}

#[tokio::test]
async fn an_upload_over_a_limit_is_answered_with_the_limit_and_what_to_do() {
    let council = Council::new().await;
    let tables: Vec<(String, String)> = (0..=100).map(|n| (format!("Sheet {n}"), row(&["x"]))).collect();
    let tables: Vec<(&str, &str)> =
        tables.iter().map(|(name, rows)| (name.as_str(), rows.as_str())).collect();
    let many = shared("uniqueCount=\"4000000000\"", "<si><t>x</t></si>");
    for (name, bytes, expected) in [
        // Ten million cells in a few hundred bytes.
        (
            "cells.ods",
            ods(&[("A", &repeated("x", 1_000, 10_000))]),
            "more than 2000000 cells, counting repeated",
        ),
        // 80 MiB of text from 4 kB.
        ("text.ods", ods(&[("A", &repeated(&"x".repeat(4_000), 1_000, 20))]), "it has more than 32 MiB"),
        (
            "row.ods",
            ods(&[("A", &repeated(&"x".repeat(1_000_000), 5, 1))]),
            "row 1 is longer than 4194304 bytes",
        ),
        ("sheets.ods", ods(&tables), "it has 101 sheets or more, and at most 100 are read"),
        (
            "sheets.xlsx",
            xlsx(101, "", &shared("", "")),
            "it has 101 sheets or more, and at most 100 are read",
        ),
        ("shared.xlsx", xlsx(1, "", &many), "its cells share 4000000000 texts or more"),
    ] {
        let answer = upload(&council, name, bytes).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {}", answer.text);
        let fault = answer.json()["errors"][0].clone();
        assert_eq!(fault["code"], "unusable-file", "{name}");
        let detail = fault["detail"].as_str().unwrap();
        assert!(detail.contains(expected), "{name}: {detail}");
        assert!(detail.starts_with(&format!("{name}: ")), "{name}: {detail}");
        if name != "row.ods" {
            let todo = "or let the register's operator import it on the command line";
            assert!(detail.ends_with(todo), "{name}: {detail}");
        }
    }
    // The register lives, and reads the next one.
    let answer = upload(&council, "small.ods", small()).await;
    assert_eq!((answer.status, &answer.json()["read"]), (StatusCode::OK, &1.into()), "{}", answer.text);
}

#[tokio::test]
async fn limits_of_an_import_are_settings() {
    let eight = small();
    let (app, file) = (TestApp::new().await, "eight.ods");
    let path = app.file(file, &eight);
    let (report, errors) =
        app.import_with(Source::Records, &path, &limited(|limits| limits.cells = 8)).await.unwrap();
    assert_eq!(report.created, 1, "{errors:?}");
    let error = said(Source::Records, file, &eight, &limited(|limits| limits.cells = 7)).await;
    assert!(error.contains("more than 7 cells") && error.contains("raise the limit"), "{error}");

    let two = shared("", "<si><t>a</t></si><si><t>b</t></si>");
    let error =
        said(Source::Records, "a.xlsx", &xlsx(1, "", &two), &limited(|limits| limits.shared_texts = 1)).await;
    assert!(error.contains("its cells share 2 texts or more, and at most 1 are read"), "{error}");

    let mib = "publisher,title,jurisdiction,phase\n".to_owned() + &"x".repeat(2 << 20);
    let long = xlsx(1, &format!("<row>{mib}</row>"), &shared("", ""));
    let error =
        said(Source::Records, "b.xlsx", &long, &limited(|limits| limits.sheet_inflated = 1 << 20)).await;
    assert!(error.contains("bytes inflate to more than"), "{error}");

    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(mib.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let error = said(Source::Records, "c.csv.gz", &gz, &limited(|limits| limits.inflated = 1 << 20)).await;
    assert!(error.contains("it inflates to more than 1 MiB"), "{error}");

    let latin = [mib.as_bytes(), b"\xE9"].concat();
    let error = said(Source::Records, "d.csv", &latin, &limited(|limits| limits.decoded = 1 << 20)).await;
    assert!(error.contains("as UTF-8 it is longer than 1 MiB"), "{error}");

    let json = format!("[{{\"a\":\"{}\"}}]", "x".repeat(100));
    let error = said(Source::Nl, "e.json", json.as_bytes(), &limited(|limits| limits.whole = 100)).await;
    assert!(error.contains("bytes are more than fit at once (100)"), "{error}");
}

#[tokio::test]
async fn a_spreadsheet_that_takes_too_much_memory_ends_its_process_only() {
    let least = limited(|limits| limits.memory = 24 << 20);
    let app = TestApp::new().await;
    let file = app.file("small.ods", small());
    let (report, errors) = app.import_with(Source::Records, &file, &least).await.unwrap();
    assert_eq!(report.created, 1, "this much memory is enough for a small one: {errors:?}");
    let text = shared("", &format!("<si><t>{}</t></si>", "x".repeat(31 << 20)));
    let error = said(Source::Records, "large.xlsx", &xlsx(1, "", &text), &least).await;
    assert!(error.contains("reading it takes more than 24 MiB of memory: save the table as .csv"), "{error}");
}

#[tokio::test]
async fn a_spreadsheet_that_takes_too_long_is_ended() {
    let slow = slow();
    let second = |limits: &mut Limits| (limits.processor_seconds, limits.cells) = (1, 7_000_001);
    let error = said(Source::Records, "slow.xlsx", &slow, &limited(second)).await;
    assert!(error.contains("reading it takes more than 1 s of processor time"), "{error}");
    assert!(!is_reading(7_000_001));
    let late = |limits: &mut Limits| (limits.seconds, limits.cells) = (1, 7_000_002);
    let begun = Instant::now();
    let error = said(Source::Records, "slow.xlsx", &slow, &limited(late)).await;
    assert!(error.contains("reading it takes longer than 1 s"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(!is_reading(7_000_002));
}

#[tokio::test]
async fn a_request_that_ends_takes_its_reading_with_it() {
    let limits = Limits { cells: 7_000_003, ..Limits::of_uploads() };
    let reading = Reading { limits, ..Reading::default() };
    let council = Council::made(|app| app.with_reading(reading)).await;
    let request = upload(&council, "slow.xlsx", slow());
    tokio::select! {
        answer = request => panic!("a slow workbook was read at once: {}", answer.text),
        () = until("the workbook is read", || is_reading(7_000_003)) => {}
    }
    // The request is dropped here, as when its client goes away.
    until("the process is gone", || !is_reading(7_000_003)).await;
    let answer = upload(&council, "small.ods", small()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn a_reader_that_does_not_start_is_the_registers_fault() {
    let small = small();
    for (program, why) in [("/nowhere/register", "No such file"), ("/bin/true", "it is not the register")] {
        let mut with = options();
        with.source.reading.program = Some(Path::new(program).to_path_buf());
        let error = said(Source::Records, "small.ods", &small, &with).await;
        let begins = format!("the process that reads spreadsheets does not start ({program}: ");
        assert!(error.starts_with(&begins) && error.contains(why), "{error}");
        let reading = Reading { program: with.source.reading.program, ..Reading::of_uploads() };
        let council = Council::made(|app| app.with_reading(reading)).await;
        let answer = upload(&council, "small.ods", small.clone()).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!answer.text.contains(program), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_sheet_with_the_best_header_is_read() {
    let records = row(&HEAD) + &row(&["Northmoor", "Bus", "GB", "pilot"]);
    let many: String = (0..30).map(|n| row(&["note", &n.to_string()])).collect();
    let poor = row(&["title"]);
    let sheets =
        [("Notes", many.as_str()), ("Records", records.as_str()), ("Empty", ""), ("Poor", poor.as_str())];
    let app = TestApp::new().await;
    let file = app.file("several.ods", ods(&sheets));
    let (report, errors) = app.import(Source::Records, &file).await;
    assert_eq!((report.read, report.created), (1, 1), "{errors:?}");
    assert_eq!(
        report.notices,
        [
            "of 4 sheets 'Records' is read; not read: 'Notes' (30 rows, no header), 'Empty' (empty), 'Poor' (0 rows below a header)"
        ]
    );
}
