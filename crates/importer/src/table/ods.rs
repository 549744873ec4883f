//! Reads ODS as a stream of XML events. A repeated row or cell is expanded only if it has content, because
//! sheets pad themselves with huge numbers of empty ones.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use chrono::{NaiveDateTime, NaiveTime};
use domain::number::{self, Mark};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::FileError;
use super::scan::COLUMNS_MAX;
use super::sheet::RowWriter;

/// How often a row with content may be repeated.
const REPEATS_MAX: u64 = 10_000;

fn broken(path: &Path, what: impl std::fmt::Display) -> FileError {
    FileError::unusable(
        path.display().to_string(),
        format!("the spreadsheet cannot be read ({what})"),
        "open it, save it again as .ods or .csv, and send that",
    )
}

/// Passes every event of `content.xml` to `see`.
fn events(path: &Path, mut see: impl FnMut(&Event<'_>) -> Result<(), FileError>) -> Result<(), FileError> {
    let file = File::open(path).map_err(|error| FileError::io(path, error))?;
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| broken(path, error))?;
    let part = zip.by_name("content.xml").map_err(|error| broken(path, error))?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| broken(path, error))? {
            Event::Eof => return Ok(()),
            event => see(&event)?,
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

pub(super) fn sheet_names(path: &Path) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    events(path, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && element.name().as_ref() == "table:table"
        {
            names.push(attribute(element, "table:name").unwrap_or_default());
        }
        Ok(())
    })?;
    Ok(names)
}

#[derive(Default)]
struct Place {
    inside: bool,
    row: u64,
    row_repeats: u64,
    column: usize,
    cell_repeats: u64,
    /// The value of a cell that is displayed differently, such as a date or number.
    value: Option<String>,
    text: String,
    paragraphs: u32,
    in_paragraph: bool,
    in_note: bool,
    cells: Vec<(usize, String)>,
}

pub(super) fn write(path: &Path, sheet: &str, out: &mut RowWriter<'_>) -> Result<(), FileError> {
    let mut at = Place { row: 1, ..Place::default() };
    events(path, |event| {
        match event {
            Event::Start(element) => start(&mut at, element, sheet, false),
            Event::Empty(element) => {
                start(&mut at, element, sheet, true);
                end(&mut at, element.name().as_ref(), path, out)?;
            }
            Event::Text(text) if at.in_paragraph && !at.in_note => {
                at.text.push_str(text.as_ref());
            }
            Event::GeneralRef(reference) if at.in_paragraph && !at.in_note => {
                let name: &str = reference.as_ref();
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_owned(),
                };
                at.text.push_str(&resolved);
            }
            Event::End(element) => end(&mut at, element.name().as_ref(), path, out)?,
            _ => {}
        }
        Ok(())
    })
}

fn start(at: &mut Place, element: &BytesStart<'_>, sheet: &str, empty: bool) {
    match element.name().as_ref() {
        "table:table" => at.inside = attribute(element, "table:name").unwrap_or_default() == sheet,
        "table:table-row" => {
            at.row_repeats = repeats(element, "table:number-rows-repeated");
            (at.column, at.cells) = (0, Vec::new());
        }
        "table:table-cell" | "table:covered-table-cell" => {
            at.cell_repeats = repeats(element, "table:number-columns-repeated");
            at.value = value(element);
            (at.text, at.paragraphs) = (String::new(), 0);
        }
        "office:annotation" => at.in_note = !empty,
        "text:p" if !at.in_note => {
            if at.paragraphs > 0 {
                at.text.push('\n');
            }
            at.paragraphs += 1;
            at.in_paragraph = true;
        }
        "text:s" if !at.in_note => {
            let spaces = repeats(element, "text:c").min(100) as usize;
            at.text.push_str(&" ".repeat(spaces));
        }
        "text:tab" if !at.in_note => at.text.push(' '),
        "text:line-break" if !at.in_note => at.text.push('\n'),
        _ => {}
    }
}

/// The value of a cell as text, in the form other spreadsheets use; `None` if the cell's text is its value.
fn value(cell: &BytesStart<'_>) -> Option<String> {
    match attribute(cell, "office:value-type")?.as_str() {
        "date" => attribute(cell, "office:date-value").map(|date| day_or_instant(&date)),
        "boolean" => attribute(cell, "office:boolean-value"),
        "float" | "currency" | "percentage" => {
            let number = attribute(cell, "office:value")?;
            Some(truth(cell).map_or_else(|| digits(&number), str::to_owned))
        }
        _ => None,
    }
}

/// `YYYY-MM-DD` at midnight, `YYYY-MM-DD HH:MM:SS` at other times.
fn day_or_instant(text: &str) -> String {
    match NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") {
        Ok(at) if at.time() == NaiveTime::MIN => at.date().to_string(),
        Ok(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// A boolean that LibreOffice took over from XLSX, where it is a number with the formula `TRUE()` or
/// `FALSE()`.
fn truth(cell: &BytesStart<'_>) -> Option<&'static str> {
    let formula = attribute(cell, "table:formula")?;
    let (_, call) = formula.split_once('=')?;
    match call.trim().to_ascii_uppercase().as_str() {
        "TRUE()" => Some("true"),
        "FALSE()" => Some("false"),
        _ => None,
    }
}

/// A number without exponent and trailing zeros, as sheets show it; unchanged if it cannot be read exactly.
fn digits(text: &str) -> String {
    number::read(text, Mark::Point).map_or_else(|_| text.to_owned(), |number| number.normalize().to_string())
}

fn end(at: &mut Place, name: &str, path: &Path, out: &mut RowWriter<'_>) -> Result<(), FileError> {
    match name {
        "text:p" => at.in_paragraph = false,
        "office:annotation" => at.in_note = false,
        "table:table-cell" | "table:covered-table-cell" => {
            let text = at.value.take().unwrap_or_else(|| std::mem::take(&mut at.text));
            if !text.is_empty() {
                let last = at.column as u64 + at.cell_repeats;
                if last > COLUMNS_MAX as u64 {
                    return Err(broken(path, format!("a cell in column {last}, more than {COLUMNS_MAX}")));
                }
                at.cells.extend((at.column..last as usize).map(|column| (column, text.clone())));
            }
            at.column = at.column.saturating_add(usize::try_from(at.cell_repeats).unwrap_or(usize::MAX));
        }
        "table:table-row" => {
            if at.inside && !at.cells.is_empty() {
                if at.row_repeats > REPEATS_MAX {
                    return Err(broken(path, format!("row {} is repeated {} times", at.row, at.row_repeats)));
                }
                for row in at.row..at.row + at.row_repeats {
                    for (column, text) in &at.cells {
                        out.cell(row, *column, text.clone())?;
                    }
                }
            }
            if at.inside {
                at.row = at.row.saturating_add(at.row_repeats);
            }
        }
        "table:table" => at.inside = false,
        _ => {}
    }
    Ok(())
}
