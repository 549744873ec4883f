//! A table, open for reading: its header is found, and each row has as many cells as the header.

use std::path::Path;

use domain::fields::{FieldKind, field};

use super::header::{self, Header};
use super::repeats::{self, KeyOf, Repeats};
use super::rows::{Flaw, Raw, RawRows, lines};
use super::scan::{self, Dialect};
use super::sheets::Best;
use super::{Either, FileError, Input, KnownHeader, Progress, Reading, Sheet, Text, marks, rewrite, sniff};
use super::{foreign, parent, swallowed, totals};
use crate::RowError;
use crate::columns::{Account, Column, ColumnUse};
use crate::report::{Uses, changed, used};

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file, or row of the sheet.
    pub line: u64,
    /// The cells, exactly as many as the header has columns.
    pub cells: Vec<String>,
}

/// A table, open for reading.
pub struct Table {
    /// The file's name, as the caller gave it.
    pub name: String,
    /// What is known of the file.
    pub input: Input,
    /// The header of each column, as written.
    pub headers: Vec<String>,
    /// Line of the header.
    pub header_line: u64,
    /// Whether the text starts with a byte order mark, as CSV for spreadsheets does.
    pub marked: bool,
    dialect: Dialect,
    rows: RawRows,
    /// Rows read while looking for the header, last one first.
    held: Vec<Result<Raw, RowError>>,
    repeats: Repeats,
    wants: Vec<Want>,
    uses: Uses,
    // The last field, so that a temporary file is deleted only after the reader has closed it.
    text: Text,
}

/// What is wanted of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Text,
    Address,
    Mailbox,
    Nothing,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("name", &self.name)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Table {
    /// Opens a table. Of several visible sheets, the one with the best header is read.
    ///
    /// Errors: [`FileError`] if the file is not a table, is encrypted, truncated or too large, or if no row
    /// has a known header.
    pub fn open(path: &Path, known: KnownHeader<'_>, reading: &Reading) -> Result<Self, FileError> {
        Self::read(path, sniff::open(path, reading)?, known, reading)
    }

    /// Opens a table, or returns the text if the file is JSON. Errors: as for [`Self::open`].
    pub fn open_unless_json(
        path: &Path,
        known: KnownHeader<'_>,
        reading: &Reading,
    ) -> Result<Either, FileError> {
        match sniff::open(path, reading)? {
            sniff::Content::Text(text) if text.is_json()? => Ok(Either::Json(text)),
            content => Self::read(path, content, known, reading).map(|table| Either::Table(Box::new(table))),
        }
    }

    fn read(
        path: &Path,
        content: sniff::Content,
        known: KnownHeader<'_>,
        reading: &Reading,
    ) -> Result<Self, FileError> {
        let name = path.display().to_string();
        match content {
            sniff::Content::Text(text) => Self::of_text(name, text, known),
            sniff::Content::Sheet { sha256 } => {
                let best = parent::to_csv(path, known, reading)?;
                Self::of_sheet(name, sha256, best, known)
            }
        }
    }

    fn of_text(name: String, text: Text, known: KnownHeader<'_>) -> Result<Self, FileError> {
        if let Some((what, todo)) = foreign::of_text(&text.head()?) {
            return Err(FileError::unusable(name, what, todo));
        }
        Self::of(name, text, None, known)
    }

    pub(super) fn of_sheet(
        name: String,
        sha256: String,
        best: Best,
        known: KnownHeader<'_>,
    ) -> Result<Self, FileError> {
        let Best { file, notices, sheets, merged } = best;
        let text = Text { path: file.to_path_buf(), _temporary: Some(file), sha256, notices };
        let mut table = Self::of(name, text, Some(sheets), known)?;
        table.uses.add("merged-value-repeated", merged);
        Ok(table)
    }

    fn of(
        name: String,
        mut text: Text,
        sheets: Option<Vec<Sheet>>,
        known: KnownHeader<'_>,
    ) -> Result<Self, FileError> {
        let numbered = sheets.is_some();
        let marked = !numbered && text.begins_with_mark()?;
        let dialect = usual(&mut text, &name, numbered)?;
        let mut notices = text.notices.clone();
        if dialect.separator != b',' {
            notices.push(format!("columns are separated by {:?}", char::from(dialect.separator)));
        }
        let progress = Progress::default();
        let mut rows = RawRows::open(&text.path, dialect.clone(), numbered, progress.clone())?;
        let Header { names, line, above, held } = header::take(&mut rows, &name, known)?;
        if line > 1 {
            notices.push(match above {
                0 => format!("the header is in line {line}"),
                1 => format!("the header is in line {line}; the row above it is not read"),
                above => format!("the header is in line {line}; {above} rows above it are not read"),
            });
        }
        let sha256 = text.sha256.clone();
        let sheets = sheets.unwrap_or_default();
        let bytes = rows.bytes();
        // Until the source says otherwise, each column is read.
        let wants = vec![Want::Text; names.len()];
        Ok(Self {
            name,
            input: Input { sha256, notices, bytes, progress, sheets, columns: Vec::new() },
            headers: names,
            header_line: line,
            marked,
            dialect,
            rows,
            held,
            repeats: Repeats::default(),
            wants,
            uses: Uses::default(),
            text,
        })
    }

    /// States what is done with each column. Where an address is wanted, a cell's link counts; in columns
    /// that are not read, errors do not.
    pub fn account_for(&mut self, used: impl IntoIterator<Item = ColumnUse>) {
        self.input.columns = Column::all(&self.headers, used);
        let wants = self.input.columns.iter().map(|column| match &column.used {
            ColumnUse::Read { field: name } => match field(name).map(|field| field.kind) {
                Some(FieldKind::Url) => Want::Address,
                Some(FieldKind::Email) => Want::Mailbox,
                _ => Want::Text,
            },
            ColumnUse::Ignored { .. } | ColumnUse::Unknown => Want::Nothing,
        });
        self.wants = wants.collect();
    }

    /// Requires that each key stands once. Rows that have the key of another are faults, unless they say
    /// exactly the same: then the first counts. `key_of` gets the trimmed cells of a row. Errors: the text
    /// cannot be read.
    pub fn one_row_per(&mut self, key_of: KeyOf<'_>) -> Result<(), FileError> {
        let rows =
            RawRows::open(&self.text.path, self.dialect.clone(), self.rows.numbered, Progress::default())?;
        self.repeats = repeats::find(&self.text.path, rows, self.header_line, key_of)?;
        Ok(())
    }

    /// Shows the trimmed cells of each row below the header, before any is read. Errors: the text cannot be
    /// read.
    pub fn look_through(&self, mut look: impl FnMut(&[&str])) -> Result<(), FileError> {
        let dialect = self.dialect.clone();
        let rows = RawRows::open(&self.text.path, dialect, self.rows.numbered, Progress::default())?;
        repeats::each(rows, self.header_line, |_, cells| look(cells));
        Ok(())
    }

    /// The next row, or what is wrong with it; `None` at the end.
    pub fn next_row(&mut self) -> Option<Result<Row, RowError>> {
        loop {
            let raw = match self.held.pop() {
                Some(row) => row,
                None => self.rows.next()?,
            };
            match raw {
                Ok(raw) if totals::is_total(&raw.cells) => {
                    let said = format!("line {}: {}", raw.line, raw.cells.join(" | "));
                    changed(&mut self.uses, "total-row-left-out", &said, "");
                }
                Ok(raw) if self.repeats.is_identical(raw.line) => {
                    used(&mut self.uses, "identical-row-left-out");
                }
                Ok(raw) => return Some(self.fit(raw)),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Number of blank rows skipped.
    pub fn blank_rows(&self) -> u64 {
        self.rows.blank
    }

    /// What is to say of the table once its rows are read.
    pub fn account(&self) -> Account {
        let mut uses = self.uses.clone();
        uses.add("blank-row-left-out", self.rows.blank);
        Account { columns: self.input.columns.clone(), uses }
    }

    /// Gives a row exactly as many cells as the header. In a text, a row with fewer or more is an error,
    /// because its cells may have moved; in a sheet, cells at the end may be missing.
    fn fit(&mut self, mut raw: Raw) -> Result<Row, RowError> {
        let width = self.headers.len();
        while raw.cells.len() > width && raw.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            raw.cells.pop();
        }
        let found = raw.cells.len();
        if found > width || found < width && !self.rows.numbered {
            return Err(self.ragged(&raw, found));
        }
        self.refuse_swallowed(&raw)?;
        raw.cells.resize(width, String::new());
        self.refuse_flaws(&raw)?;
        if let Some(fault) = self.repeats.fault(raw.line, self.rows.numbered) {
            return Err(fault);
        }
        let Raw { line, mut cells, links, .. } = raw;
        for (place, target) in links {
            self.take_link(&mut cells, place, &target);
        }
        for (column, cell) in self.input.columns.iter_mut().zip(&cells) {
            if !column.is_read() && !cell.trim().is_empty() {
                column.left_out += 1;
            }
        }
        Ok(Row { line, cells })
    }

    fn ragged(&self, raw: &Raw, found: usize) -> RowError {
        let width = self.headers.len();
        let cells = if found == 1 { "cell" } else { "cells" };
        let hint = match (self.rows.numbered, found > width) {
            (true, _) => "give the columns to the right of the table a header, or delete them",
            (_, true) => "there is a separator inside a cell: put that cell in quotes",
            _ if found == 1 => {
                "there is a line break inside a cell of the row before: put that cell in quotes"
            }
            _ => {
                "write a separator for each cell, also for empty ones; a line break inside a cell needs quotes"
            }
        };
        let at = if raw.last_line > raw.line {
            format!(", in {}", lines(raw.line, raw.last_line))
        } else {
            String::new()
        };
        RowError::row(raw.line, "ragged-row", format!("{found} {cells}, the header has {width}{at}"), hint)
    }

    /// Errors: a cell holds lines of the table itself.
    fn refuse_swallowed(&self, raw: &Raw) -> Result<(), RowError> {
        if raw.last_line == raw.line {
            return Ok(());
        }
        let (width, separator) = (self.headers.len(), self.rows.separator);
        let place = raw.cells.iter().enumerate().position(|(place, cell)| {
            cell.contains(['\n', '\r']) && swallowed::holds_rows(cell, place, width, separator)
        });
        let Some(place) = place else { return Ok(()) };
        let column = self.headers.get(place).cloned().unwrap_or_default();
        Err(RowError {
            column,
            value: domain::cell::short(raw.cells.get(place).map_or("", String::as_str)),
            ..RowError::row(
                raw.line,
                "swallowed-rows",
                format!("a cell in quotes holds rows of the table, in {}", lines(raw.line, raw.last_line)),
                "a quote is missing or too many in these lines: correct it",
            )
        })
    }

    /// Errors: cells that are read hold errors, or formulas without a value; all of them.
    fn refuse_flaws(&mut self, raw: &Raw) -> Result<(), RowError> {
        let mut said = Vec::new();
        let mut first = None;
        for (place, flaw) in &raw.flaws {
            if self.wants.get(*place).is_none_or(|want| *want == Want::Nothing) {
                used(&mut self.uses, "error-in-a-column-not-read");
                continue;
            }
            let cell = format!("{}{}", marks::letters(*place), raw.line);
            let shown = raw.cells.get(*place).map_or("", String::as_str);
            said.push(match flaw {
                Flaw::Error => format!("{cell} holds the error {shown}"),
                Flaw::NotComputed => format!("the formula in {cell} has no stored value"),
            });
            first.get_or_insert((*place, *flaw));
        }
        let Some((place, flaw)) = first else { return Ok(()) };
        let (code, hint) = match flaw {
            Flaw::Error => ("error-cell", "correct the formula, or write the value itself"),
            Flaw::NotComputed => (
                "formula-without-value",
                "open the file in a spreadsheet program, save it, and send it again",
            ),
        };
        let header = self.headers.get(place).cloned().unwrap_or_default();
        let value = raw.cells.get(place).map(|cell| domain::cell::short(cell)).unwrap_or_default();
        Err(RowError { column: header, value, ..RowError::row(raw.line, code, said.join("; "), hint) })
    }

    /// Puts a link's target in place of the cell's text, where an address is wanted and the text is none.
    fn take_link(&mut self, cells: &mut [String], place: usize, target: &str) {
        let Some(cell) = cells.get_mut(place) else { return };
        let taken = match self.wants.get(place) {
            Some(Want::Address) if domain::validate::is_address(cell.trim()) => return,
            Some(Want::Address) if domain::validate::is_address(target) => target,
            Some(Want::Mailbox) if cell.contains('@') => return,
            Some(Want::Mailbox) if target.starts_with("mailto:") => {
                let mailbox = target.trim_start_matches("mailto:");
                mailbox.split('?').next().unwrap_or(mailbox)
            }
            // The text says it already.
            _ if target.trim_end_matches('/') == cell.trim().trim_end_matches('/') => return,
            _ => {
                changed(&mut self.uses, "link-left-out", target, cell);
                return;
            }
        };
        changed(&mut self.uses, "link-taken-for-its-text", cell, taken);
        taken.clone_into(cell);
    }
}

/// The dialect of a text. One that the reader does not read as it is, is written again.
fn usual(text: &mut Text, name: &str, numbered: bool) -> Result<Dialect, FileError> {
    let dialect = scan::scan(&text.path, name, numbered.then_some(b','))?;
    let doubled = dialect.quoting == super::machine::Quoting::Doubled;
    if doubled && !dialect.lone_cr {
        return Ok(dialect);
    }
    let written =
        rewrite::usual(&text.path, &dialect).map_err(|error| FileError::io(Path::new(name), error))?;
    text.path = written.to_path_buf();
    text._temporary = Some(written);
    if !doubled {
        text.notices.push("quotes inside cells are written as \\\": read so".to_owned());
    }
    Ok(Dialect { crlf: false, lone_cr: false, ended: dialect.ended, ..dialect })
}
