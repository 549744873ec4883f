//! Reads ODS as a stream of XML events. A repeated row or cell is written only if it has content, because
//! sheets pad themselves with huge numbers of empty ones, and is counted before it is written.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Write};

use domain::number::{self, Mark as Point};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::marks::Mark;
use super::scan::{CELL_MAX, COLUMNS_MAX, ROW_MAX};
use super::sheet::{Failed, SheetWriter, cell_too_long, row_too_long};
use super::shown::{self, Shown};

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

/// A cell of the row.
struct Cell {
    column: usize,
    /// How often it is repeated to the right.
    repeats: usize,
    text: String,
    mark: Said,
    /// How many rows it spans.
    rows: u64,
}

/// What is said of a cell beside its text.
#[derive(Default)]
enum Said {
    #[default]
    Nothing,
    Error,
    NotComputed,
    Link(String),
}

impl Said {
    fn mark(&self) -> Option<Mark<'_>> {
        match self {
            Self::Nothing => None,
            Self::Error => Some(Mark::Error),
            Self::NotComputed => Some(Mark::NotComputed),
            Self::Link(target) => Some(Mark::Link(target)),
        }
    }
}

/// What a cell states in its attributes.
#[derive(Default)]
struct Stated {
    kind: String,
    value: Option<String>,
    formula: Option<String>,
    is_error: bool,
    /// Whether a merged cell covers it, which is what people see.
    is_covered: bool,
    repeats: u64,
    rows: u64,
}

#[derive(Default)]
struct Place {
    inside: bool,
    row: u64,
    row_repeats: u64,
    column: usize,
    stated: Stated,
    text: String,
    link: Option<String>,
    paragraphs: u32,
    in_paragraph: bool,
    /// How deep in comments and drawings, which are no part of the cell's text.
    aside: u32,
    cells: Vec<Cell>,
    /// Bytes of the row's cells, counting repeated ones.
    size: usize,
    /// The styles of hidden sheets, and the one that is being read.
    hidden: HashSet<String>,
    style: Option<String>,
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
            Event::Start(element) => start(&mut at, &element, out)?,
            Event::Empty(element) => {
                start(&mut at, &element, out)?;
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
        self.inside && self.in_paragraph && self.aside == 0
    }

    fn takes_layout(&self) -> bool {
        self.inside && self.aside == 0
    }
}

/// Whether an element and what is in it is no part of a cell's text.
fn is_aside(name: &str) -> bool {
    name == "office:annotation" || name.starts_with("draw:")
}

fn start(
    at: &mut Place,
    element: &BytesStart<'_>,
    out: &mut SheetWriter<'_, impl Write>,
) -> Result<(), Failed> {
    match element.name().as_ref() {
        "style:style" => at.style = attribute(element, "style:name"),
        "style:table-properties"
            if attribute(element, "table:display").is_some_and(|shown| shown == "false") =>
        {
            at.hidden.extend(at.style.take());
        }
        "table:table" => {
            let hidden =
                attribute(element, "table:style-name").is_some_and(|style| at.hidden.contains(&style));
            out.begin(&attribute(element, "table:name").unwrap_or_default(), hidden)?;
            let hidden = std::mem::take(&mut at.hidden);
            *at = Place { inside: true, row: 1, hidden, ..Place::default() };
        }
        "table:table-row" => {
            at.row_repeats = repeats(element, "table:number-rows-repeated");
            at.cells.clear();
            (at.column, at.size) = (0, 0);
        }
        name @ ("table:table-cell" | "table:covered-table-cell") => {
            at.stated = stated(element, name == "table:covered-table-cell");
            (at.text, at.link, at.paragraphs) = (String::new(), None, 0);
        }
        name if is_aside(name) => at.aside += 1,
        "text:p" if at.takes_layout() => {
            if at.paragraphs > 0 {
                at.text.push('\n');
            }
            at.paragraphs += 1;
            at.in_paragraph = true;
        }
        "text:a" if at.takes_layout() && at.link.is_none() => at.link = attribute(element, "xlink:href"),
        "text:s" if at.takes_layout() => {
            let spaces = repeats(element, "text:c").min(100) as usize;
            at.text.push_str(&" ".repeat(spaces));
        }
        "text:tab" if at.takes_layout() => at.text.push(' '),
        "text:line-break" if at.takes_layout() => at.text.push('\n'),
        _ => {}
    }
    Ok(())
}

fn stated(cell: &BytesStart<'_>, is_covered: bool) -> Stated {
    let mut stated = Stated { is_covered, repeats: 1, rows: 1, ..Stated::default() };
    // Each attribute is looked at once: most cells have one or two.
    for attribute in cell.attributes().flatten() {
        let value = || attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok();
        let text = || value().map(std::borrow::Cow::into_owned);
        let count = || value().and_then(|count| count.parse::<u64>().ok()).unwrap_or(1).max(1);
        match attribute.key.as_ref() {
            "office:value-type" => stated.kind = text().unwrap_or_default(),
            "office:value"
            | "office:date-value"
            | "office:boolean-value"
            | "office:string-value"
            | "office:time-value" => stated.value = text(),
            "table:formula" => stated.formula = text(),
            "calcext:value-type" => stated.is_error = value().is_some_and(|kind| kind == "error"),
            "table:number-columns-repeated" => stated.repeats = count(),
            "table:number-rows-spanned" => stated.rows = count(),
            _ => {}
        }
    }
    stated
}

impl Stated {
    /// The value as people see it, in the form other spreadsheets use; `shown` is the text of the cell.
    fn value(&self, shown: String, has_text: bool) -> String {
        let Some(value) = self.value.as_deref() else { return shown };
        match self.kind.as_str() {
            "date" => shown::iso(value),
            "boolean" => value.to_owned(),
            "percentage" => percent(value),
            "float" | "currency" => self.truth(value, &shown).map_or_else(|| digits(value), str::to_owned),
            _ if has_text => shown,
            _ => value.to_owned(),
        }
    }

    /// A truth value that is stored as a number: LibreOffice writes so what it took over from XLSX, with the
    /// formula `TRUE()` or `FALSE()`, or with a format that shows numbers as truth values.
    fn truth(&self, value: &str, shown: &str) -> Option<&'static str> {
        if let Some((_, call)) = self.formula.as_deref().and_then(|formula| formula.split_once('=')) {
            match call.trim().to_ascii_uppercase().as_str() {
                "TRUE()" => return Some("true"),
                "FALSE()" => return Some("false"),
                _ => {}
            }
        }
        let is_truth = TRUTHS.iter().any(|word| shown.eq_ignore_ascii_case(word));
        match digits(value).as_str() {
            "0" if is_truth => Some("false"),
            "1" if is_truth => Some("true"),
            _ => None,
        }
    }

    fn said(&self, text: &str, link: Option<String>) -> Said {
        let has_formula = self.formula.is_some();
        if self.is_error || has_formula && shown::is_error(text) {
            return Said::Error;
        }
        if has_formula && self.kind.is_empty() && text.is_empty() {
            return Said::NotComputed;
        }
        let of_formula = || self.formula.as_deref().and_then(shown::link_in).map(str::to_owned);
        link.or_else(of_formula).map_or(Said::Nothing, Said::Link)
    }
}

/// How LibreOffice shows truth values in the languages of our sources.
const TRUTHS: &[&str] =
    &["true", "false", "wahr", "falsch", "vrai", "faux", "waar", "onwaar", "verdadero", "falso", "vero"];

/// A share as a percentage: `0.25` is `25%`.
fn percent(share: &str) -> String {
    share.parse().map_or_else(|_| share.to_owned(), |share| shown::number(share, Shown::Percent))
}

/// A number without exponent and trailing zeros, as sheets show it; unchanged if it cannot be read exactly.
fn digits(text: &str) -> String {
    number::read(text, Point::Point).map_or_else(|_| text.to_owned(), |number| number.normalize().to_string())
}

fn end(at: &mut Place, name: &str, out: &mut SheetWriter<'_, impl Write>) -> Result<(), Failed> {
    match name {
        "text:p" if at.aside == 0 => at.in_paragraph = false,
        name if is_aside(name) => at.aside = at.aside.saturating_sub(1),
        "table:table-cell" | "table:covered-table-cell" => end_cell(at)?,
        "table:table-row" if at.inside => end_row(at, out)?,
        "table:table" => at.inside = false,
        _ => {}
    }
    Ok(())
}

fn end_cell(at: &mut Place) -> Result<(), Failed> {
    let shown = std::mem::take(&mut at.text);
    let stated = std::mem::take(&mut at.stated);
    let mark = stated.said(&shown, at.link.take());
    let text = match mark {
        Said::Error => shown,
        _ => stated.value(shown, at.paragraphs > 0),
    };
    let last = (at.column as u64).saturating_add(stated.repeats);
    let says = !stated.is_covered && (!text.is_empty() || !matches!(mark, Said::Nothing | Said::Link(_)));
    if at.inside && says {
        if last > COLUMNS_MAX as u64 {
            return Err(broken(format!("a cell in column {last}, more than {COLUMNS_MAX}")));
        }
        let repeats = last as usize - at.column;
        at.size = at.size.saturating_add(text.len().saturating_mul(repeats));
        if at.size > ROW_MAX {
            return Err(row_too_long(at.row));
        }
        at.cells.push(Cell { column: at.column, repeats, text, mark, rows: stated.rows });
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
        let cells: u64 = at.cells.iter().map(|cell| cell.repeats as u64).sum();
        out.count(cells * at.row_repeats)?;
        for row in at.row..at.row.saturating_add(at.row_repeats) {
            for cell in &at.cells {
                for column in cell.column..cell.column + cell.repeats {
                    out.cell(row, column, &cell.text, cell.mark.mark())?;
                }
                if cell.rows > 1 {
                    out.span(cell.column, row.saturating_add(cell.rows - 1))?;
                }
            }
        }
    }
    at.row = at.row.saturating_add(at.row_repeats);
    at.cells.clear();
    Ok(())
}
