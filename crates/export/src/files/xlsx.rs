//! One workbook with a sheet per table, and one that describes the columns.
//!
//! Rows are written as they come, so memory use stays flat. A cell holds 32,767 characters and a sheet
//! 1,048,576 rows: longer texts are cut, with a mark, and further rows go to another sheet.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use domain::written::fitting;
use rust_xlsxwriter::{DocProperties, Format, Workbook, Worksheet, XlsxError};

use super::Sink;
use crate::error::Named;
use crate::tables::vocabularies;
use crate::{Cell, ExportError, Kind, Table};

/// Rows in a sheet, including the header.
const ROWS: u32 = 1_048_576;
/// Earlier dates are written as text. The calendar of spreadsheets begins two months before, with a 29 February that
/// never was: programs disagree about the days until then.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1900, 3, 1).expect("1 March 1900 is a date");

/// The workbook being written.
pub struct Book {
    path: PathBuf,
    book: Workbook,
    sheets: Vec<Sheet>,
    day: Format,
    instant: Format,
}

/// The sheet a table is currently writing to.
#[derive(Debug)]
struct Sheet {
    table: &'static Table,
    /// Its place in the workbook.
    place: usize,
    /// Which of the table's sheets it is, from 1.
    number: u32,
    next_row: u32,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Book {
    /// Starts a workbook whose data are as of an instant. Rows wait in temporary files in `beside`.
    pub fn begin(
        path: PathBuf,
        beside: &Path,
        at: DateTime<Utc>,
        tables: &[&'static Table],
    ) -> Result<Self, ExportError> {
        let mut book = Workbook::new();
        book.set_tempdir(beside).named(&path)?;
        book.set_properties(
            &DocProperties::new().set_title("Open Algorithm Register").set_creation_datetime(&at),
        );
        let mut this = Self {
            path,
            book,
            sheets: Vec::new(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        for table in tables {
            let place = this.sheet(table, 1).named(&this.path)?;
            this.sheets.push(Sheet { table, place, number: 1, next_row: 1 });
        }
        this.dictionary().named(&this.path)?;
        Ok(this)
    }

    /// Takes a row of a table. Tables without a sheet are skipped.
    pub fn write(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        self.write_row(table, cells).map_err(|error| ExportError::of(&self.path)(&error))
    }

    /// Writes the file. No rows may follow.
    pub fn save(&mut self) -> Result<(), ExportError> {
        self.book.save(&self.path).named(&self.path)
    }

    fn sheet(&mut self, table: &Table, number: u32) -> Result<usize, XlsxError> {
        let name = if number == 1 { table.name.to_owned() } else { format!("{} {number}", table.name) };
        let sheet = new_sheet(&mut self.book, &name, table.header())?;
        for (place, column) in (0..).zip(&table.columns) {
            sheet.set_column_width(place, width(&column.kind))?;
        }
        Ok(self.book.worksheets_mut().len() - 1)
    }

    /// Adds the sheets that describe the columns and the code lists.
    fn dictionary(&mut self) -> Result<(), XlsxError> {
        let header = ["table", "column", "title", "about", "type", "codes", "required"];
        let sheet = new_sheet(&mut self.book, "dictionary", header.into_iter())?;
        for (place, width) in (0..).zip([22.0, 32.0, 32.0, 80.0, 10.0, 22.0, 10.0]) {
            sheet.set_column_width(place, width)?;
        }
        let mut next = 1..;
        for table in self.sheets.iter().map(|sheet| sheet.table) {
            for (column, row) in table.columns.iter().zip(next.by_ref()) {
                let codes = column.kind.codes().map_or("", |list| list.name);
                let texts =
                    [table.name, &column.name, &column.title, &column.about, column.kind.name(), codes];
                for (place, text) in (0..).zip(texts) {
                    sheet.write_string(row, place, text)?;
                }
                sheet.write_boolean(row, 6, column.required)?;
            }
        }
        let header = ["list", "code", "label", "definition"];
        let sheet = new_sheet(&mut self.book, "codes", header.into_iter())?;
        for (place, width) in (0..).zip([22.0, 32.0, 32.0, 100.0]) {
            sheet.set_column_width(place, width)?;
        }
        let mut next = 1..;
        for list in vocabularies() {
            for (entry, row) in list.entries.iter().zip(next.by_ref()) {
                for (place, text) in (0..).zip([list.name, entry.code, entry.label, entry.definition]) {
                    sheet.write_string(row, place, text)?;
                }
            }
        }
        Ok(())
    }

    fn write_row(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        let Some(of) = self.sheets.iter().position(|sheet| sheet.table.name == table.name) else {
            return Ok(());
        };
        if self.sheets[of].next_row == ROWS {
            let number = self.sheets[of].number + 1;
            let place = self.sheet(table, number)?;
            self.sheets[of] = Sheet { table: self.sheets[of].table, place, number, next_row: 1 };
        }
        let known = &mut self.sheets[of];
        let row = known.next_row;
        known.next_row += 1;
        let sheet = self.book.worksheet_from_index(known.place)?;
        for ((place, cell), column) in (0..).zip(cells).zip(&table.columns) {
            match (cell, column.kind) {
                (Cell::Empty, _) => {}
                (Cell::Integer(number), _) => {
                    #[expect(clippy::cast_precision_loss, reason = "numbers in sheets are floats")]
                    sheet.write_number(row, place, *number as f64)?;
                }
                (Cell::Boolean(value), _) => {
                    sheet.write_boolean(row, place, *value)?;
                }
                (Cell::List(items), _) => {
                    let text = domain::cell::join(items.iter().map(AsRef::as_ref));
                    write_text(sheet, row, place, &text)?;
                }
                (Cell::Text(text), Kind::Decimal) => match text.parse::<f64>() {
                    Ok(number) => {
                        sheet.write_number(row, place, number)?;
                    }
                    Err(_) => write_text(sheet, row, place, text)?,
                },
                (Cell::Text(text), Kind::Date) => match text.parse::<NaiveDate>() {
                    Ok(day) if in_calendar(day) => {
                        sheet.write_datetime_with_format(row, place, day, &self.day)?;
                    }
                    _ => write_text(sheet, row, place, text)?,
                },
                (Cell::Text(text), Kind::Instant) => match DateTime::parse_from_rfc3339(text) {
                    Ok(at) if in_calendar(at.date_naive()) => {
                        sheet.write_datetime_with_format(row, place, at.naive_utc(), &self.instant)?;
                    }
                    _ => write_text(sheet, row, place, text)?,
                },
                (Cell::Text(text), _) => write_text(sheet, row, place, text)?,
            }
        }
        Ok(())
    }
}

fn in_calendar(day: NaiveDate) -> bool {
    use chrono::Datelike;
    day >= FIRST_DAY && day.year() < 10_000
}

fn width(kind: &Kind) -> f64 {
    match kind {
        Kind::Date | Kind::Integer | Kind::Boolean => 12.0,
        Kind::Instant => 20.0,
        _ => 28.0,
    }
}

fn new_sheet<'b, 'h>(
    book: &'b mut Workbook,
    name: &str,
    header: impl Iterator<Item = &'h str>,
) -> Result<&'b mut Worksheet, XlsxError> {
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (place, name) in (0..).zip(header) {
        sheet.write_string_with_format(0, place, name, &bold)?;
    }
    Ok(sheet)
}

/// Writes text, cut to what a cell can hold.
fn write_text(sheet: &mut Worksheet, row: u32, place: u16, text: &str) -> Result<(), XlsxError> {
    sheet.write_string(row, place, fitting(text)).map(|_| ())
}

/// The dump's workbook. Versions have no sheet: their texts do not fit into cells.
#[derive(Debug)]
pub struct Sheets {
    book: Book,
    tables: Vec<&'static Table>,
}

impl Sheets {
    /// Starts the workbook. See [`Book::begin`].
    pub fn begin(
        path: PathBuf,
        beside: &Path,
        at: DateTime<Utc>,
        tables: &[&'static Table],
    ) -> Result<Self, ExportError> {
        let shown: Vec<&'static Table> =
            tables.iter().copied().filter(|table| table.name != "versions").collect();
        Ok(Self { book: Book::begin(path, beside, at, &shown)?, tables: tables.to_vec() })
    }
}

impl Sink for Sheets {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        self.book.write(self.tables[table], cells)
    }

    fn finish(&mut self) -> Result<(), ExportError> {
        self.book.save()
    }
}
