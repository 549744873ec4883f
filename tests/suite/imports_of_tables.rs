//! Our own template, and how bad files are refused.

use std::io::Write;
use std::path::Path;

use importer::{ImportError, Source};
use store::ground::raw::execute;
use suite::{TestApp, options};

const HEAD: &str = "publisher,title,jurisdiction,phase,sectors\n";
const GOOD: &str = "Northmoor Borough Council,Bus planner,GB,production,transport\n";

async fn imported(name: &str, content: impl AsRef<[u8]>) -> (importer::Report, Vec<String>, TestApp) {
    let app = TestApp::new().await;
    let file = app.file(name, content);
    let (report, errors) = app.import(Source::Records, &file).await;
    (report, errors, app)
}

/// Imports an unusable file: the error is one line, and nothing is written.
async fn refused(name: &str, content: impl AsRef<[u8]>, expected: &str) {
    let app = TestApp::new().await;
    let file = app.file(name, content);
    let error = app.import_with(Source::Records, &file, &options()).await.unwrap_err();
    assert!(matches!(error, ImportError::File(_)), "{error}");
    let said = error.to_string();
    assert!(said.contains(expected), "{name}: {said}");
    assert!(!said.contains('\n'), "{said}");
    assert!(store::records::is_empty(&app.db).await.unwrap());
}

#[tokio::test]
async fn every_bad_cell_of_a_row_is_reported_and_the_next_row_goes_in() {
    let file = suite::data::fixture("records/six_bad_cells.csv");
    let app = TestApp::new().await;
    let (report, errors) = app.import(Source::Records, &file).await;
    assert_eq!((report.read, report.created, report.rejected), (2, 1, 1));
    let expected = std::fs::read_to_string(suite::data::fixture("records/six_bad_cells.expected")).unwrap();
    assert_eq!(errors.join("\n"), expected.trim_end());
}

#[tokio::test]
async fn encodings_line_ends_and_separators_do_not_matter() {
    let text = format!("{HEAD}Brüssow Council,Größe,GB,production,transport\n");
    let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let marked = if mark { format!("\u{FEFF}{text}") } else { text.clone() };
        marked.encode_utf16().flat_map(order).collect()
    };
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text.as_bytes()).unwrap();
    for (name, bytes) in [
        ("plain.csv", text.clone().into_bytes()),
        ("mark.csv", format!("\u{FEFF}{text}").into_bytes()),
        ("crlf.csv", text.replace('\n', "\r\n").into_bytes()),
        ("cr.csv", text.replace('\n', "\r").into_bytes()),
        ("semicolon.csv", text.replace(',', ";").into_bytes()),
        ("tab.tsv", text.replace(',', "\t").into_bytes()),
        ("latin.csv", latin),
        ("le.csv", utf16(u16::to_le_bytes, true)),
        ("be.csv", utf16(u16::to_be_bytes, true)),
        ("le-unmarked.csv", utf16(u16::to_le_bytes, false)),
        ("text.csv.gz", gz.finish().unwrap()),
        ("blank.csv", format!("\n{}\n,,,,\n\n", text.replace('\n', "\n\n")).into_bytes()),
    ] {
        let (report, errors, app) = imported(name, bytes).await;
        assert_eq!((report.created, report.rejected), (1, 0), "{name}: {errors:?}");
        assert_eq!(app.json("/api/v1/records").await["items"][0]["title"], "Größe", "{name}");
    }
    let (report, ..) =
        imported("latin.csv", b"publisher,title,jurisdiction,phase\nA,Gr\xF6\xDFe,GB,pilot\n").await;
    assert_eq!(report.notices, ["the file is not UTF-8: read as windows-1252"]);
}

#[tokio::test]
async fn a_wrong_file_is_refused_in_one_line() {
    refused("empty.csv", "", "the file is empty").await;
    refused("prose.csv", "Dear all,\nthis is a letter.\n", "no row has a column this source knows").await;
    refused("nul.csv", format!("{HEAD}A\0,B,GB,pilot,\n"), "line 2 holds a NUL byte").await;
    refused(
        "open.csv",
        format!("{HEAD}\"A,B,GB,pilot,\n{GOOD}"),
        "the quote opened in line 2 is never closed",
    )
    .await;
    refused("twice.csv", "title,publisher,title\n", "the column 'title' appears twice, in columns 1 and 3")
        .await;
    refused(
        "misspelt.csv",
        "title,publisher,jurisdiction,phase,sumary\n",
        "'sumary' (column 5) is not a field of the register: did you mean 'summary'?",
    )
    .await;
    refused("lacking.csv", "title,publisher,phase\n", "the column 'jurisdiction' is missing").await;
    refused(
        "long.csv",
        format!("{HEAD}{},B,GB,pilot,\n", "x".repeat(importer::table::CELL_MAX + 1)),
        "a cell in line 2 is longer than 1048576 bytes",
    )
    .await;
    refused(
        "wide.csv",
        format!("{HEAD}{}\n", ",".repeat(importer::table::COLUMNS_MAX)),
        "more than 1000 columns",
    )
    .await;
    refused(
        "old.xls",
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
        "this is a file of an old Microsoft Office, such as .xls, or an encrypted one",
    )
    .await;
    refused("paper.pdf", "%PDF-1.7 and so on", "this is a PDF").await;
    refused("cut.xlsx", b"PK\x03\x04 and no more", "damaged or cut short").await;
    refused("cut.csv.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1], "the gz data are damaged or cut short")
        .await;
    refused("other.zip", zipped(&[("readme.txt", "hello")]), "this is a zip: unpack it").await;
    refused("locked.xlsx", zipped(&[("EncryptedPackage", "x")]), "this spreadsheet is encrypted").await;
}

#[tokio::test]
async fn at_the_limit_a_cell_still_goes_in() {
    let long = "x".repeat(domain::text::MARKDOWN_MAX);
    let (report, errors, _) = imported(
        "long.csv",
        format!("publisher,title,jurisdiction,phase,description\nA,B,GB,pilot,{long}\n"),
    )
    .await;
    assert_eq!(report.created, 1, "{errors:?}");
    let (_, errors, _) = imported(
        "longer.csv",
        format!("publisher,title,jurisdiction,phase,description\nA,B,GB,pilot,{long}x\n"),
    )
    .await;
    assert_eq!(
        errors,
        [
            "longer.csv:2: description: [too-long] 100001 characters, at most 100000 fit (shorten it by 1 characters)"
        ]
    );
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn xlsx(sheet: &str) -> Vec<u8> {
    zipped(&[
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Records" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!(
                r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
            ),
        ),
    ])
}

fn inline(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn sheet_row(row: u32, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(n, text)| inline(&format!("{}{row}", char::from(b'A' + n as u8)), text))
        .collect();
    format!(r#"<row r="{row}">{cells}</row>"#)
}

#[tokio::test]
async fn a_spreadsheet_is_read_by_its_rows() {
    let sheet = sheet_row(1, &["A report for the council"])
        + &sheet_row(3, &["publisher", "title", "jurisdiction", "phase"])
        + &sheet_row(4, &["Northmoor", "Bus planner", "GB", "pilot"])
        + &sheet_row(9, &["Northmoor", "Camera", "GB", "live"]);
    let (report, errors, _) = imported("records.xlsx", xlsx(&sheet)).await;
    assert_eq!((report.read, report.created, report.rejected), (2, 1, 1), "{errors:?}");
    assert!(
        errors[0].starts_with("records.xlsx:9: phase: [unknown-code] 'live' is not a phase"),
        "{errors:?}"
    );
    let notice = "the header is in line 3; the row above it is not read".to_owned();
    assert!(report.notices.contains(&notice), "{:?}", report.notices);
}

#[tokio::test]
async fn a_small_spreadsheet_that_claims_the_whole_grid_costs_nothing() {
    let sheet = sheet_row(1, &["publisher", "title", "jurisdiction", "phase"])
        + &format!(r#"<row r="1048576">{}</row>"#, inline("XFD1048576", "far away"));
    refused("grid.xlsx", xlsx(&sheet), "row 1048576 has a cell in column 16384, more than 1000").await;
}

#[tokio::test]
async fn a_decompression_bomb_is_refused() {
    let bomb = zipped(&[("xl/workbook.xml", &"0".repeat(40 << 20))]);
    refused("bomb.xlsx", bomb, "decompression bomb").await;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(&vec![b'0'; 40 << 20]).unwrap();
    refused("bomb.csv.gz", gz.finish().unwrap(), "decompression bomb").await;
}

fn ods(rows: &str) -> Vec<u8> {
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "content.xml",
            &format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="Records">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
            ),
        ),
    ])
}

fn ods_row(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|text| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>"))
        .collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

/// An ODS cell with a typed value.
fn ods_cell(attributes: &str, shown: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>")
}

#[tokio::test]
async fn what_other_programs_write_into_an_open_document_is_read_as_shown() {
    let head = [
        "publisher",
        "title",
        "jurisdiction",
        "phase",
        "first_used",
        "open_source",
        "uses_children_data",
        "explanation_available",
        "people_affected_per_year",
        "decisions_per_year",
    ];
    let row = |title: &str, people: &str| {
        let texts = ["Northmoor", title, "GB", "pilot"];
        let texts = texts.map(|text| ods_cell("office:value-type=\"string\"", text)).concat();
        let cells = [
            // From pandas: midnight, a boolean, a whole number as a float. From LibreOffice: booleans
            // converted from XLSX.
            ods_cell(
                "office:value-type=\"date\" office:date-value=\"2026-03-31T00:00:00\"",
                "Tue Mar 31 00:00:00 2026",
            ),
            ods_cell("office:value-type=\"boolean\" office:boolean-value=\"true\"", "TRUE"),
            ods_cell("table:formula=\"of:=FALSE()\" office:value-type=\"float\" office:value=\"0\"", "FALSE"),
            ods_cell("table:formula=\"of:=TRUE()\" office:value-type=\"float\" office:value=\"1\"", "TRUE"),
            ods_cell(&format!("office:value-type=\"float\" office:value=\"{people}\""), people),
            ods_cell("office:value-type=\"float\" office:value=\"1.2E+04\"", "12000"),
        ];
        format!("<table:table-row>{texts}{}</table:table-row>", cells.concat())
    };
    let (report, errors, app) =
        imported("pandas.ods", ods(&(ods_row(&head) + &row("Planner", "12000.0") + &row("Router", "1.5"))))
            .await;
    assert_eq!((report.created, report.rejected), (1, 1), "{errors:?}");
    assert!(
        errors[0].contains("people_affected_per_year: [bad-number] '1.5' is not a whole number"),
        "{errors:?}"
    );
    let line = app.get("/api/v1/records.ndjson").await.text;
    for said in [
        r#""first_used":"2026-03-31""#,
        r#""open_source":true"#,
        r#""uses_children_data":false"#,
        r#""explanation_available":true"#,
        r#""people_affected_per_year":{"value":12000,"#,
        r#""decisions_per_year":{"value":12000,"#,
    ] {
        assert!(line.contains(said), "{said}: {line}");
    }
}

#[tokio::test]
async fn an_open_document_is_read_too() {
    let rows = ods_row(&["publisher", "title", "jurisdiction", "phase", "first_used", "summary"])
        + r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>"#
        + r#"<table:table-row><table:table-cell><text:p>Northmoor</text:p></table:table-cell><table:table-cell><text:p>Bus &amp; tram</text:p></table:table-cell><table:table-cell><text:p>GB</text:p></table:table-cell><table:table-cell><text:p>pilot</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-02-03"><text:p>3 Feb</text:p></table:table-cell><table:table-cell><office:annotation><text:p>a note</text:p></office:annotation><text:p>One<text:s text:c="2"/>two</text:p></table:table-cell></table:table-row>"#
        + r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>"#;
    let (report, errors, app) = imported("records.ods", ods(&rows)).await;
    assert_eq!((report.read, report.created), (1, 1), "{errors:?}");
    let record = app.json("/api/v1/records?fields=title,first_used,summary").await["items"][0].clone();
    assert_eq!(
        (&record["title"], &record["first_used"], &record["summary"]),
        (&"Bus & tram".into(), &"2026-02-03".into(), &"One two".into())
    );
    let bomb = ods(&(ods_row(&["publisher", "title", "jurisdiction", "phase"])
        + r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"#));
    refused("rows.ods", bomb, "is repeated 1048570 times").await;
}

#[tokio::test]
async fn ragged_rows_are_errors_of_their_own() {
    let (report, errors, _) =
        imported("ragged.csv", format!("{HEAD}{GOOD}A,B,GB,pilot,transport,surplus\nA,C,GB,pilot\n")).await;
    assert_eq!((report.created, report.rejected), (1, 2));
    assert_eq!(
        errors,
        [
            "ragged.csv:3: [ragged-row] 6 cells, the header has 5 (there is a separator inside a cell: put that cell in quotes)",
            "ragged.csv:4: [ragged-row] 4 cells, the header has 5 (write a separator for each cell, also for empty ones; a line break inside a cell needs quotes)"
        ]
    );
}

#[tokio::test]
async fn quoted_line_breaks_keep_the_line_numbers_right() {
    let (_, errors, _) =
        imported("lines.csv", format!("{HEAD}A,\"two\nlines\",GB,pilot,\nA,C,GB,live,\n")).await;
    assert!(errors[0].starts_with("lines.csv:4: phase:"), "{errors:?}");
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_a_check_writes_nothing() {
    let app = TestApp::new().await;
    let file = app.file("records.csv", format!("{HEAD}{GOOD}A,B,GB,pilot,health\n"));
    let mut check = options();
    check.check = true;
    let (report, _) = app.import_with(Source::Records, &file, &check).await.unwrap();
    assert_eq!((report.created, report.check), (2, true));
    assert!(store::records::is_empty(&app.db).await.unwrap());
    assert_eq!(app.import(Source::Records, &file).await.0.created, 2);
    let (report, _) = app.import(Source::Records, &file).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 2));
    let changed = app
        .file("records.csv", format!("{HEAD}{}A,B,GB,pilot,health\n", GOOD.replace("production", "retired")));
    let (report, _) = app.import(Source::Records, &changed).await;
    assert_eq!((report.changed, report.unchanged), (1, 1));
    let fewer = app.file("records.csv", format!("{HEAD}A,B,GB,pilot,health\n"));
    let (report, _) = app.import(Source::Records, &fewer).await;
    assert_eq!(report.vanished_count, 1, "{report:?}");
    assert_eq!(app.json("/api/v1/records").await["total"], 2, "what vanished from the file stays");
}

/// Begins an import and drops it after its first batch, like a killed process.
async fn interrupt(app: &TestApp, file: &Path) {
    let (first, batches) = tokio::sync::oneshot::channel();
    let mut first = Some(first);
    let options = options();
    tokio::select! {
        _ = importer::import(&app.db, Source::Records, file, &options, |event| {
            if matches!(event, importer::Event::Rows(_)) && let Some(first) = first.take() {
                first.send(()).unwrap();
            }
        }) => {}
        _ = batches => {}
    }
    // The server may need a moment to notice that the other connection is gone.
    let free = async {
        loop {
            match store::records::imports::lock(&app.db, "records").await {
                Ok(held) => break held.release().await.unwrap(),
                Err(error) => assert!(matches!(error, store::StoreError::ImportRunning(_)), "{error}"),
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), free).await.unwrap();
}

#[tokio::test]
async fn an_interrupted_import_goes_on_where_it_was() {
    let app = TestApp::new().await;
    let rows: String = (0..1_200).map(|n| format!("Northmoor,Tool {n},GB,pilot,health\n")).collect();
    let file = app.file("many.csv", format!("{HEAD}{rows}"));
    interrupt(&app, &file).await;
    let before = store::records::count(&app.db).await.unwrap();
    assert_eq!(before % 500, 0, "batches are whole");
    let (report, errors) = app.import(Source::Records, &file).await;
    assert_eq!((report.read, report.rejected), (1_200, 0), "{errors:?}");
    assert_eq!(store::records::count(&app.db).await.unwrap(), 1_200);
    assert!(store::records::maintenance::faults(&app.db).await.unwrap().is_empty());
    assert_eq!(app.import(Source::Records, &file).await.0.unchanged, 1_200);
}

#[tokio::test]
async fn rows_rejected_before_an_interruption_still_count() {
    let app = TestApp::new().await;
    let nobody = domain::RecordId::from_sequence(900_000);
    let rows: String = (0..1_200)
        .map(|n| match n {
            // Refused by the reader, which meets it again.
            3 => "R-1,Northmoor,Tool 3,GB,live,health\n".to_owned(),
            // Refused by the store, which does not: there is no record that could fill its title.
            5 => format!("{nobody},Northmoor,,GB,pilot,health\n"),
            _ => format!(",Northmoor,Tool {n},GB,pilot,health\n"),
        })
        .collect();
    let file = app.file("many.csv", format!("id,{HEAD}{rows}"));
    interrupt(&app, &file).await;
    let (report, errors) = app.import(Source::Records, &file).await;
    assert!(report.resumed >= 500, "{}", report.resumed);
    assert_eq!((report.read, report.created, report.rejected), (1_200, 1_198, 2), "{errors:?}");
    assert!(errors.iter().all(|error| error.starts_with("many.csv:5: ")), "{errors:?}");
    assert!(errors[0].contains("[bad-id]"), "{errors:?}");
    // A run from the start says both again.
    let (report, errors) = app.import(Source::Records, &file).await;
    assert_eq!((report.unchanged, report.rejected), (1_198, 2), "{errors:?}");
    assert!(errors.iter().any(|error| error.starts_with("many.csv:7: ")), "{errors:?}");
}

#[tokio::test]
async fn two_imports_of_one_source_at_once_are_not_mixed() {
    let app = TestApp::new().await;
    let file = app.file("records.csv", format!("{HEAD}{GOOD}"));
    let held = store::records::imports::lock(&app.db, "records").await.unwrap();
    let error = app.import_with(Source::Records, &file, &options()).await.unwrap_err();
    assert!(error.to_string().starts_with("another import of records is running"), "{error}");
    drop(held);
    let begun = std::time::Instant::now();
    loop {
        // The server may need a moment to notice that the other connection is gone.
        match app.import_with(Source::Records, &file, &options()).await {
            Ok((report, _)) => break assert_eq!(report.created, 1),
            Err(error) => assert!(begun.elapsed().as_secs() < 10, "{error}"),
        }
    }
}

#[tokio::test]
async fn an_import_that_fails_lets_the_next_one_begin_at_once() {
    let app = TestApp::new().await;
    let file = app.file("records.csv", format!("{HEAD}{GOOD}"));
    let forces = app.file("forces.tsv", "police-force\tname\nsurrey\tSurrey Police\n");
    // The import runs have gone: the first write of an import fails, after it has locked its source.
    execute(&app.db, "ALTER TABLE imports RENAME TO away").await.unwrap();
    let error = app.import_with(Source::Records, &file, &options()).await.unwrap_err();
    assert!(matches!(error, ImportError::Store(_)), "{error}");
    execute(&app.db, "ALTER TABLE away RENAME TO imports").await.unwrap();
    // The same for a list of bodies, which has a loop of its own.
    execute(&app.db, "ALTER TABLE organisation_identifiers RENAME TO away").await.unwrap();
    let import = || importer::organisations::import(&app.db, &forces, None, false, |_| {});
    let error = import().await.unwrap_err();
    assert!(matches!(error, ImportError::Store(_)), "{error}");
    execute(&app.db, "ALTER TABLE away RENAME TO organisation_identifiers").await.unwrap();
    // Not after a while: a person who corrects what was wrong tries again at once.
    assert_eq!(app.import_with(Source::Records, &file, &options()).await.unwrap().0.created, 1);
    assert_eq!(import().await.unwrap().created, 1);
}

#[tokio::test]
async fn companion_files_fill_the_lists_of_their_records() {
    let app = TestApp::new().await;
    let records = app.file(
        "records.csv",
        "key,publisher,title,jurisdiction,phase\nK1,Northmoor,Camera,GB,pilot\nK2,Northmoor,Bus,GB,pilot\n",
    );
    let assessments = app.file("assessments.csv", "record_id,type,stage,status,completed_on,consulted_groups\nK1,dpia,before_deployment,complete,2026-01-02,pupils;parents\nK1,eqia,screening,in_progress,,\nK2,dpia,never,complete,,\n");
    let mut with = options();
    with.source.companions = vec![assessments];
    let (report, errors) = app.import_with(Source::Records, &records, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (1, 1));
    assert!(
        errors[0].starts_with("records.csv:3: assessments: [bad-companion]")
            && errors[0].contains("not Assessment: 'never' is not"),
        "{errors:?}"
    );
    let list = app.json("/api/v1/assessments").await;
    assert_eq!(list["total"], 2);
    assert_eq!(list["items"][0]["assessment"]["consulted_groups"][1], "parents");
}

#[tokio::test]
async fn any_table_goes_in_by_a_mapping() {
    let app = TestApp::new().await;
    let mapping = app.file(
        "city.toml",
        r#"
        source = "city"
        version = "1"
        key = ["No"]
        dates = "day_first"
        [defaults]
        jurisdiction = "NL"
        lang = "nl"
        [[columns]]
        header = "No"
        [[columns]]
        header = "Naam"
        field = "title"
        [[columns]]
        header = "Wie"
        field = "publisher"
        [[columns]]
        header = "Stand"
        field = "phase"
        values = { "in gebruik" = "production", "gestopt" = "retired" }
        [[columns]]
        header = "Sinds"
        field = "first_used"
    "#,
    );
    let table = app.file("city.csv", "No;Naam;Wie;Stand;Sinds\n1;Poort;Gemeente A;In gebruik;3-2-2024\n2;Deur;Gemeente A;Misschien;\n3;Raam;Gemeente A;gestopt;gisteren\n");
    let mut with = options();
    with.source.mapping = Some(mapping);
    let (report, errors) = app.import_with(Source::Table, &table, &with).await.unwrap();
    assert_eq!((report.created, report.rejected), (1, 2));
    assert!(
        errors[0]
            .starts_with("city.csv:3: Stand: [unknown-value] 'Misschien' is not in the mapping's values"),
        "{errors:?}"
    );
    assert!(errors[1].starts_with("city.csv:4: Sinds: [bad-date] 'gisteren' is not a date"), "{errors:?}");
    let id = app.json("/api/v1/records").await["items"][0]["id"].as_str().unwrap().to_owned();
    let record = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(
        (&record["first_used"], &record["import"]["raw"]["Naam"]),
        (&"2024-02-03".into(), &"Poort".into())
    );
    let unmapped = app.import_with(Source::Table, &table, &options()).await.unwrap_err();
    assert!(unmapped.to_string().contains("add --mapping FILE.toml"), "{unmapped}");
}
