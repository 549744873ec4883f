//! Reads ODS as a stream of XML events. A repeated row or cell is written only if it has content, because
//! sheets pad themselves with huge numbers of empty ones, and is counted before it is written.

use std::fs::File;
use std::io::{BufReader, Write};

use chrono::{NaiveDateTime, NaiveTime};
use domain::number::{self, Mark};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::scan::{CELL_MAX, COLUMNS_MAX, ROW_MAX};
use super::sheet::{Failed, SheetWriter, cell_too_long, row_too_long};

/// How often a row with content may be repeated.
const REPEATS_MAX: u64 = 10_000;

fn broken(what: impl std::fmt::Display) -> Failed {
    Failed::refused(
        format!("the spreadsheet cannot be read ({what})"),
        "open it, save it again as .ods or .csv, and send that",
    )
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
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
    /// Each with its column and how often it is repeated to the right.
    cells: Vec<(usize, usize, String)>,
    /// Bytes of the row's cells, counting repeated ones.
    size: usize,
}

/// Writes the cells of every sheet.
pub(super) fn write(file: &File, out: &mut SheetWriter<'_, impl Write>) -> Result<(), Failed> {
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let part = zip.by_name("content.xml").map_err(broken)?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    let mut at = Place::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(broken)? {
            Event::Eof => return Ok(()),
            Event::Start(element) => start(&mut at, &element, false, out)?,
            Event::Empty(element) => {
                start(&mut at, &element, true, out)?;
                end(&mut at, element.name().as_ref(), out)?;
            }
            Event::Text(text) if at.takes_text() => at.text.push_str(text.as_ref()),
            Event::GeneralRef(reference) if at.takes_text() => {
                let name: &str = reference.as_ref();
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_owned(),
                };
                at.text.push_str(&resolved);
            }
            Event::End(element) => end(&mut at, element.name().as_ref(), out)?,
            _ => {}
        }
        if at.text.len() > CELL_MAX {
            return Err(cell_too_long(at.row));
        }
    }
}

impl Place {
    fn takes_text(&self) -> bool {
        self.inside && self.in_paragraph && !self.in_note
    }
}

fn start(
    at: &mut Place,
    element: &BytesStart<'_>,
    empty: bool,
    out: &mut SheetWriter<'_, impl Write>,
) -> Result<(), Failed> {
    match element.name().as_ref() {
        "table:table" => {
            out.begin(&attribute(element, "table:name").unwrap_or_default())?;
            *at = Place { inside: true, row: 1, ..Place::default() };
        }
        "table:table-row" => {
            at.row_repeats = repeats(element, "table:number-rows-repeated");
            at.cells.clear();
            (at.column, at.size) = (0, 0);
        }
        "table:table-cell" | "table:covered-table-cell" => {
            at.cell_repeats = repeats(element, "table:number-columns-repeated");
            at.value = value(element);
            (at.text, at.paragraphs) = (String::new(), 0);
        }
        "office:annotation" => at.in_note = !empty,
        "text:p" if at.inside && !at.in_note => {
            if at.paragraphs > 0 {
                at.text.push('\n');
            }
            at.paragraphs += 1;
            at.in_paragraph = true;
        }
        "text:s" if at.inside && !at.in_note => {
            let spaces = repeats(element, "text:c").min(CELL_MAX as u64 + 1) as usize;
            at.text.push_str(&" ".repeat(spaces));
        }
        "text:tab" if at.inside && !at.in_note => at.text.push(' '),
        "text:line-break" if at.inside && !at.in_note => at.text.push('\n'),
        _ => {}
    }
    Ok(())
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

fn end(at: &mut Place, name: &str, out: &mut SheetWriter<'_, impl Write>) -> Result<(), Failed> {
    match name {
        "text:p" => at.in_paragraph = false,
        "office:annotation" => at.in_note = false,
        "table:table-cell" | "table:covered-table-cell" => end_cell(at)?,
        "table:table-row" if at.inside => end_row(at, out)?,
        "table:table" => at.inside = false,
        _ => {}
    }
    Ok(())
}

fn end_cell(at: &mut Place) -> Result<(), Failed> {
    let text = at.value.take().unwrap_or_else(|| std::mem::take(&mut at.text));
    let last = (at.column as u64).saturating_add(at.cell_repeats);
    if at.inside && !text.is_empty() {
        if last > COLUMNS_MAX as u64 {
            return Err(broken(format!("a cell in column {last}, more than {COLUMNS_MAX}")));
        }
        let repeats = last as usize - at.column;
        at.size = at.size.saturating_add(text.len().saturating_mul(repeats));
        if at.size > ROW_MAX {
            return Err(row_too_long(at.row));
        }
        at.cells.push((at.column, repeats, text));
    }
    at.column = usize::try_from(last).unwrap_or(usize::MAX);
    Ok(())
}

fn end_row(at: &mut Place, out: &mut SheetWriter<'_, impl Write>) -> Result<(), Failed> {
    if !at.cells.is_empty() {
        if at.row_repeats > REPEATS_MAX {
            return Err(broken(format!("row {} is repeated {} times", at.row, at.row_repeats)));
        }
        // At most the columns of a row, ten thousand times.
        let cells: u64 = at.cells.iter().map(|(_, repeats, _)| *repeats as u64).sum();
        out.count(cells * at.row_repeats)?;
        for row in at.row..at.row.saturating_add(at.row_repeats) {
            for (column, repeats, text) in &at.cells {
                for column in *column..column + repeats {
                    out.cell(row, column, text)?;
                }
            }
        }
    }
    at.row = at.row.saturating_add(at.row_repeats);
    at.cells.clear();
    Ok(())
}
