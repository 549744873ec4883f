//! What a register is filled with, and hostile files: small, and just over a limit.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::torture::http::Client;
use crate::torture::process::{Running, until};
use crate::torture::world::{World, free_port};

/// Records of the attacked register.
const RECORDS: usize = 400;
/// Characters of each record's description, random, so that a workbook of them does not fit into the system's buffers.
const LONG: usize = 30_000;
const HEAD: [&str; 4] = ["publisher", "title", "jurisdiction", "phase"];

/// How long loading the demonstration data may take.
const LOADING: Duration = Duration::from_secs(120);

/// Makes a register with the demonstration data, which have a past, and with long records. Errors: it does not work.
pub(crate) fn made(folder: &Path, binary: &Path, database_url: &str) -> Result<World, String> {
    let mut world = World::empty(folder, binary, database_url)?;
    let port = free_port()?;
    let listen = format!("127.0.0.1:{port}");
    let server = Running::start(&world.command(&["serve", "--demo", "--no-dumps", "--listen", &listen]))?;
    let ready = until(LOADING, || {
        let answer = Client::new(port, "").get("/readyz")?;
        (answer.status == 200).then_some(())
    });
    ready.ok_or_else(|| format!("the demonstration data are not loaded: {}", server.said()))?;
    drop(server);
    world.people()?;
    fill(&world)?;
    Ok(world)
}

/// Fills a register with records. Errors: the import fails.
fn fill(world: &World) -> Result<(), String> {
    let (mut rng, mut text) = (fastrand::Rng::with_seed(23), format!("{},description\n", HEAD.join(",")));
    for number in 0..RECORDS {
        let long: String = std::iter::repeat_with(|| rng.alphanumeric()).take(LONG).collect();
        let _ = writeln!(text, "Northmoor Borough Council,Tool {number},GB,pilot,{long}");
    }
    let path = world.folder.join("records.csv");
    std::fs::write(&path, text).map_err(|error| error.to_string())?;
    world.say(&["import", "records", &path.display().to_string()])?;
    std::fs::remove_file(path).map_err(|error| error.to_string())
}

fn zipped(parts: &[(&str, &str)]) -> Result<Vec<u8>, String> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).map_err(|error| error.to_string())?;
        zip.write_all(content.as_bytes()).map_err(|error| error.to_string())?;
    }
    Ok(zip.finish().map_err(|error| error.to_string())?.into_inner())
}

/// An ODS with one cell that is repeated more often than cells are read.
pub(crate) fn repeated() -> Result<Vec<u8>, String> {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let head = HEAD.map(cell).concat();
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="A"><table:table-row>{head}</table:table-row><table:table-row table:number-rows-repeated="2001"><table:table-cell table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[("content.xml", &content)])
}

/// An XLSX of so many sheets that all show the same rows.
pub(crate) fn sheets(number: usize, rows: &str) -> Result<Vec<u8>, String> {
    let list: String = (1..=number)
        .map(|number| format!(r#"<sheet name="Sheet {number}" sheetId="{number}" r:id="r1"/>"#))
        .collect();
    let workbook = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let related = |kind: &str, target: &str| {
        format!(
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    zipped(&[
        ("_rels/.rels", &related("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &related("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

/// Small, harmless and slow: a hundred sheets that show the same million empty rows.
pub(crate) fn slow() -> Result<Vec<u8>, String> {
    sheets(100, &"<row/>".repeat(1_000_000))
}

/// A transparency record whose elements are nested deeper than a stack is.
pub(crate) fn nested() -> String {
    let html = format!("<h3>1.1 - Name</h3>{}", "<span>".repeat(600_000));
    let body = serde_json::json!([{ "content_type": "text/html", "content": html }]);
    let path = "/algorithmic-transparency-records/tool";
    serde_json::json!({ "title": "DWP: Tool", "base_path": path, "details": { "body": body } }).to_string()
}

/// A CSV that is small as gz, and one MiB over its limit without.
pub(crate) fn inflated() -> Result<Vec<u8>, String> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let line = format!("{}\n", "x".repeat(1023));
    gz.write_all(HEAD.join(",").as_bytes()).map_err(|error| error.to_string())?;
    for _ in 0..33 << 10 {
        gz.write_all(line.as_bytes()).map_err(|error| error.to_string())?;
    }
    gz.finish().map_err(|error| error.to_string())
}
