//! Targets that read files: tables, workbooks, other registers' files, notices.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use domain::fields::field;
use importer::sources::SourceOptions;
use importer::table::{Limits, Reading, Table, decode};
use importer::{Source, organisations, upload};
use serde_json::json;

use super::{Ground, chosen, first_line, parts};

/// Rows read of a file.
const ROWS: usize = 1_000;

/// Whether a file would be read by another process, where a fault harms nobody and cannot be seen from here.
fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
}

pub(super) fn table(ground: &Ground, bytes: &[u8]) {
    if is_archive(bytes) {
        return;
    }
    let path = ground.file("table.csv", bytes);
    let known = |header: &str| field(header.trim()).is_some();
    let Ok(mut table) = Table::open(&path, &known, &Reading::of_uploads()) else { return };
    let width = table.headers.len();
    while let Some(row) = table.next_row() {
        assert!(row.is_err() || row.is_ok_and(|row| row.cells.len() == width), "a row of another width");
    }
}

pub(super) fn register(ground: &Ground, bytes: &[u8]) {
    const FORMS: &[(&str, Source)] = &[
        ("records.csv", Source::Records),
        ("records.ndjson", Source::Records),
        ("atrs.csv", Source::Atrs),
        ("atrs.json", Source::Atrs),
        ("nl.csv", Source::Nl),
        ("nl.json", Source::Nl),
        ("us.csv", Source::Us),
        ("ca.csv", Source::Ca),
        ("nyc.csv", Source::Nyc),
    ];
    let (name, content) = first_line(bytes);
    let (name, source) = *chosen(FORMS, |(name, _)| name, name);
    read(ground, source, name, content);
}

pub(super) fn html(ground: &Ground, bytes: &[u8]) {
    let item = json!({
        "title": "DWP: Attendance reports",
        "base_path": "/algorithmic-transparency-records/attendance-reports",
        "details": { "body": [{ "content_type": "text/html", "content": String::from_utf8_lossy(bytes) }] },
    });
    read(ground, Source::Atrs, "item.json", item.to_string().as_bytes());
}

fn read(ground: &Ground, source: Source, name: &str, content: &[u8]) {
    if is_archive(content) {
        return;
    }
    let path = ground.file(name, content);
    let reading = Reading::of_uploads();
    let options =
        SourceOptions { reading, today: Some(crate::now().date_naive()), ..SourceOptions::default() };
    let Ok(upload) = upload::read(source, &path, name, ROWS, &options) else {
        return;
    };
    assert_eq!(
        upload.rejected == 0,
        upload.errors.is_empty(),
        "rows are refused with a reason, and no others are"
    );
    for sent in upload.items.iter().filter_map(|item| item.sent.as_ref()) {
        // As a new record; what is wrong with it is told where it is laid over one.
        let _ = sent.over(None, crate::now().date_naive());
    }
}

pub(super) fn notices(ground: &Ground, bytes: &[u8]) {
    if is_archive(bytes) {
        return;
    }
    let path = ground.file("notices.json", bytes);
    let mut said = 0_u64;
    let report = importer::ocds::validate(&path, None, |_| said += 1);
    assert!(
        report.is_err() || report.is_ok_and(|report| said >= report.rejected),
        "refused without a reason"
    );
    if let Ok(elements) = importer::ocds::read_all(bytes) {
        assert!(elements.iter().all(|element| !element.ocid.is_empty() && !element.key.is_empty()));
    }
}

pub(super) fn organisations(ground: &Ground, bytes: &[u8]) {
    if is_archive(bytes) {
        return;
    }
    let path = ground.file("organisations.csv", bytes);
    let register = ground.register();
    // A list that cannot be used is an error in words; the store must not be what fails.
    let reading = organisations::import(&register.app.db, &path, None, true, |_| {});
    let read = ground.runtime.block_on(Box::pin(reading));
    if let Err(importer::ImportError::Store(error)) = read {
        panic!("the store failed: {error}");
    }
}

/// Limits that let libFuzzer see growth before the machine does.
fn limits() -> Limits {
    Limits { cells: 100_000, sheet_text: 8 << 20, sheet_inflated: 8 << 20, ..Limits::of_uploads() }
}

/// Reads a workbook as the process for it does, but here, where libFuzzer can see it.
fn sheets(file: File) {
    let limits = limits();
    let mut written = Vec::new();
    let _ = decode(file, &limits, &mut written);
    // Frames have heads, and there may be a few between the rows.
    assert!((written.len() as u64) < limits.sheet_text + (1 << 20), "{} bytes were written", written.len());
}

pub(super) fn workbook(_: &Ground, bytes: &[u8]) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    sheets(file);
}

fn zipped(parts: &[(&str, &[u8])]) -> File {
    let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    let mut file = zip.finish().unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

const XLSX: [(&str, &[u8]); 4] = [
    (
        "[Content_Types].xml",
        br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Records" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

/// The parts are a sheet, the shared texts, and the styles.
pub(super) fn xlsx(_: &Ground, bytes: &[u8]) {
    let names = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];
    let given = names.into_iter().zip(parts(bytes));
    let all: Vec<(&str, &[u8])> = XLSX.into_iter().chain(given).collect();
    sheets(zipped(&all));
}

pub(super) fn ods(_: &Ground, bytes: &[u8]) {
    sheets(zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", bytes),
    ]));
}
