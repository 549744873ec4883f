//! Takes the cells of a spreadsheet's sheets in order and writes them as frames of CSV, each row with its
//! number in front. Everything is counted before it is copied or written.

use std::io::Write;

use super::HEADER_ROWS;
use super::frames::{self, Kind};
use super::marks::{self, Mark};
use super::parts;
use super::reading::Limits;
use super::scan::{CELL_MAX, COLUMNS_MAX, ROW_MAX};

/// Why a spreadsheet was not read to its end.
#[derive(Debug)]
pub(super) enum Failed {
    /// It is not what is read here.
    Refused {
        /// What is wrong.
        what: String,
        /// What to do.
        todo: String,
    },
    /// It exceeds a limit.
    Exceeded {
        /// Which one.
        what: String,
        /// What to do.
        todo: String,
    },
    /// Reading or writing failed.
    Io(std::io::Error),
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Failed {
    pub(super) fn refused(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), todo: todo.into() }
    }

    pub(super) fn exceeded(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::Exceeded { what: what.into(), todo: todo.into() }
    }
}

/// The rows of a sheet as pieces of CSV, counted.
struct Pieces<W> {
    out: W,
    left: u64,
}

impl<W: Write> Write for Pieces<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let size = bytes.len() as u64;
        // Told apart from a failure of the system by its kind, which a pipe never has.
        self.left = self.left.checked_sub(size).ok_or(std::io::ErrorKind::QuotaExceeded)?;
        for piece in bytes.chunks(1 << 15) {
            frames::write(&mut self.out, Kind::Rows, piece)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Takes the cells of all sheets in order.
pub(super) struct SheetWriter<'a, W: Write> {
    limits: &'a Limits,
    /// `None` only after the writer of a sheet has failed.
    out: Option<W>,
    sheet: Option<csv::Writer<Pieces<W>>>,
    sheets: u64,
    cells_left: u64,
    text_left: u64,
    /// Rows of this sheet so far.
    rows: usize,
    row: Option<u64>,
    /// The cells of the row; those from `width` on are left from longer rows, so that their room is used again.
    cells: Vec<String>,
    width: usize,
    /// Bytes of the row's cells.
    size: usize,
    /// Merged cells that reach below their row.
    spans: Vec<Span>,
    /// Cells of this sheet that a merged one fills.
    filled: u64,
}

/// A merged cell: its value counts for each row it spans.
struct Span {
    column: usize,
    first_row: u64,
    last_row: u64,
    cell: String,
}

impl<'a, W: Write> SheetWriter<'a, W> {
    pub(super) fn new(out: W, limits: &'a Limits) -> Self {
        Self {
            limits,
            out: Some(out),
            sheet: None,
            sheets: 0,
            cells_left: limits.cells,
            text_left: limits.sheet_text,
            rows: 0,
            row: None,
            cells: Vec::new(),
            width: 0,
            size: 0,
            spans: Vec::new(),
            filled: 0,
        }
    }

    /// Begins a sheet. Errors: there are too many.
    pub(super) fn begin(&mut self, name: &str, hidden: bool) -> Result<(), Failed> {
        self.end_sheet()?;
        self.sheets += 1;
        if self.sheets > self.limits.sheets {
            return Err(parts::sheets(self.sheets, self.limits));
        }
        let mut out = self.out.take().ok_or_else(|| std::io::Error::from(std::io::ErrorKind::BrokenPipe))?;
        let sign = if hidden { 'h' } else { 'v' };
        frames::write(&mut out, Kind::Sheet, format!("{sign}{name}").as_bytes())?;
        let pieces = Pieces { out, left: self.text_left };
        let writer = csv::WriterBuilder::new().flexible(true).buffer_capacity(1 << 15).from_writer(pieces);
        self.sheet = Some(writer);
        self.rows = 0;
        Ok(())
    }

    /// Counts cells before they are copied. Errors: they are too many.
    pub(super) fn count(&mut self, cells: u64) -> Result<(), Failed> {
        match self.cells_left.checked_sub(cells) {
            Some(left) => {
                self.cells_left = left;
                Ok(())
            }
            None => Err(Failed::exceeded(
                format!("it has more than {} cells, counting repeated ones", self.limits.cells),
                "delete what is not the table (cells may be repeated far down or to the right)",
            )),
        }
    }

    /// Adds a cell, which the caller has counted, and what is said of it. Rows count from 1, columns from 0;
    /// cells must come row by row. Errors: the cell is too long or too far to the right, or the row is too
    /// long.
    pub(super) fn cell(
        &mut self,
        row: u64,
        column: usize,
        text: &str,
        mark: Option<Mark<'_>>,
    ) -> Result<(), Failed> {
        if self.row != Some(row) {
            self.end_row()?;
            self.row = Some(row);
        }
        if text.is_empty() && mark.is_none() {
            return Ok(());
        }
        let cell = self.place(row, column, text.len())?;
        marks::write_text(cell, text);
        if let Some(mark) = mark {
            mark.write(cell);
        }
        Ok(())
    }

    /// Says that the cell just added is merged down to a row. Errors: too many are merged side by side.
    pub(super) fn span(&mut self, column: usize, last_row: u64) -> Result<(), Failed> {
        let Some(cell) = self.cells.get(column).filter(|cell| column < self.width && !cell.is_empty()) else {
            return Ok(());
        };
        if self.spans.len() >= COLUMNS_MAX {
            return Err(Failed::refused("too many merged cells overlap", "split them, and send it again"));
        }
        let first_row = self.row.unwrap_or_default();
        self.spans.push(Span { column, first_row, last_row, cell: cell.clone() });
        Ok(())
    }

    /// The emptied cell at a place of the row.
    fn place(&mut self, row: u64, column: usize, length: usize) -> Result<&mut String, Failed> {
        if column >= COLUMNS_MAX {
            return Err(Failed::refused(
                format!("row {row} has a cell in column {}, more than {COLUMNS_MAX}", column + 1),
                "delete what stands far to the right of the table",
            ));
        }
        if length > CELL_MAX {
            return Err(cell_too_long(row));
        }
        self.size += length;
        if self.size > ROW_MAX {
            return Err(row_too_long(row));
        }
        while self.width <= column {
            match self.cells.get_mut(self.width) {
                Some(cell) => cell.clear(),
                None => self.cells.push(String::new()),
            }
            self.width += 1;
        }
        let cell = &mut self.cells[column];
        cell.clear();
        Ok(cell)
    }

    /// Repeats the values of merged cells in a row below them. A row without a cell of its own stays blank.
    fn fill(&mut self, row: u64) -> Result<(), Failed> {
        if self.spans.is_empty() {
            return Ok(());
        }
        let spans = std::mem::take(&mut self.spans);
        for span in spans.iter().filter(|span| span.first_row < row && row <= span.last_row) {
            self.count(1)?;
            self.filled += 1;
            self.place(row, span.column, span.cell.len())?.push_str(&span.cell);
        }
        self.spans = spans;
        self.spans.retain(|span| row < span.last_row);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Failed> {
        let row = self.row.take().filter(|_| self.width > 0);
        if let Some(row) = row {
            self.fill(row)?;
        }
        if let (Some(row), Some(sheet)) = (row, &mut self.sheet) {
            let number = row.to_string();
            let cells = self.cells[..self.width].iter().map(String::as_str);
            sheet.write_record(std::iter::once(number.as_str()).chain(cells)).map_err(|error| match error
                .into_kind()
            {
                csv::ErrorKind::Io(error) => failed(error, self.limits),
                other => Failed::Io(std::io::Error::other(format!("{other:?}"))),
            })?;
            self.rows += 1;
            if self.rows == HEADER_ROWS {
                sheet.flush().map_err(|error| failed(error, self.limits))?;
                self.head()?;
            }
        }
        (self.width, self.size) = (0, 0);
        Ok(())
    }

    /// Tells that the first rows of the sheet are complete.
    fn head(&mut self) -> Result<(), Failed> {
        let Some(sheet) = self.sheet.take() else { return Ok(()) };
        // A CSV writer lends its inner writer only for reading, so a new one takes its place, once a sheet.
        let mut pieces = into_inner(sheet, self.limits)?;
        frames::write(&mut pieces.out, Kind::Head, b"")?;
        let writer = csv::WriterBuilder::new().flexible(true).buffer_capacity(1 << 15).from_writer(pieces);
        self.sheet = Some(writer);
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), Failed> {
        self.end_row()?;
        if self.rows < HEADER_ROWS {
            self.head()?;
        }
        if let Some(sheet) = self.sheet.take() {
            let mut pieces = into_inner(sheet, self.limits)?;
            let ended = format!("{} {}", self.rows, self.filled);
            frames::write(&mut pieces.out, Kind::Ended, ended.as_bytes())?;
            self.spans.clear();
            self.filled = 0;
            self.text_left = pieces.left;
            self.out = Some(pieces.out);
        }
        Ok(())
    }

    /// Ends the last sheet.
    pub(super) fn finish(mut self) -> Result<(), Failed> {
        self.end_sheet()
    }
}

fn into_inner<W: Write>(writer: csv::Writer<Pieces<W>>, limits: &Limits) -> Result<Pieces<W>, Failed> {
    // The error holds the writer, which is of no more use.
    writer.into_inner().map_err(|error| failed(error.into_error(), limits))
}

/// Why a row could not be written.
fn failed(error: std::io::Error, limits: &Limits) -> Failed {
    if error.kind() != std::io::ErrorKind::QuotaExceeded {
        return Failed::Io(error);
    }
    let mib = limits.sheet_text >> 20;
    Failed::exceeded(format!("as CSV it has more than {mib} MiB, counting repeated cells"), "split the table")
}

pub(super) fn cell_too_long(row: u64) -> Failed {
    Failed::refused(format!("a cell in row {row} is longer than {CELL_MAX} bytes"), "shorten it")
}

pub(super) fn row_too_long(row: u64) -> Failed {
    Failed::refused(format!("row {row} is longer than {ROW_MAX} bytes"), "shorten its cells")
}
