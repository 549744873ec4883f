//! The rows of a table as they stand in its text, each with the line that an editor shows for it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::marks::{self, Mark, SIGN};
use super::scan::Dialect;
use super::{Counted, FileError, Progress};
use crate::RowError;

pub(super) type Reader = csv::Reader<Counted<BufReader<File>>>;

/// A row as it stands in the text.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// Line where it begins, or row of the sheet.
    pub(super) line: u64,
    /// Line where it ends; the same for a sheet.
    pub(super) last_line: u64,
    pub(super) cells: Vec<String>,
    /// Cells of a sheet that hold an error or a formula without a value.
    pub(super) flaws: Vec<(usize, Flaw)>,
    /// Cells of a sheet that link somewhere.
    pub(super) links: Vec<(usize, String)>,
}

/// Why a cell of a sheet has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    Error,
    NotComputed,
}

/// Reads the rows of a text in order.
pub(super) struct RawRows {
    pub(super) reader: Reader,
    record: csv::StringRecord,
    /// Whether the first cell of each row is its row number in the sheet.
    pub(super) numbered: bool,
    pub(super) separator: u8,
    crlf: bool,
    ended: bool,
    bytes: u64,
    /// The line after the last row.
    line: u64,
    /// Rows with misplaced quotes, by the line where they begin.
    misquoted: BTreeMap<u64, u64>,
    /// Blank rows passed over.
    pub(super) blank: u64,
}

impl RawRows {
    /// Opens the text at a path. Errors: it cannot be read.
    pub(super) fn open(
        path: &Path,
        dialect: Dialect,
        numbered: bool,
        progress: Progress,
    ) -> Result<Self, FileError> {
        let io = |error| FileError::io(path, error);
        let file = File::open(path).map_err(io)?;
        let bytes = file.metadata().map_err(io)?.len();
        let counted = Counted { inner: BufReader::new(file), progress };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.separator)
            // A CR before it is taken off by hand: with both as one end, the reader counts lines wrongly.
            .terminator(csv::Terminator::Any(b'\n'))
            .buffer_capacity(1 << 16)
            .from_reader(counted);
        Ok(Self {
            reader,
            record: csv::StringRecord::new(),
            numbered,
            separator: dialect.separator,
            crlf: dialect.crlf,
            ended: dialect.ended,
            bytes,
            line: 1,
            misquoted: dialect.misquoted,
            blank: 0,
        })
    }

    /// Bytes of the text.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self) -> Option<Result<Raw, RowError>> {
        Some(self.next_record()?.map(|(line, last_line)| {
            if self.numbered { self.sheet_row(line) } else { self.text_row(line, last_line) }
        }))
    }

    /// Reads the next row that is not blank, and returns the lines where it begins and ends. Its cells are in
    /// [`Self::cells`].
    pub(super) fn next_record(&mut self) -> Option<Result<(u64, u64), RowError>> {
        loop {
            let before = self.reader.position().line();
            match self.reader.read_record(&mut self.record) {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => {
                    let (what, todo) = (error.to_string(), "check the row");
                    return Some(Err(RowError::row(self.line, "unreadable-row", what, todo)));
                }
            }
            let (line, last_line) = self.count_lines(before);
            if self.cells().0.all(|cell| cell.trim().is_empty()) {
                self.blank += 1;
                continue;
            }
            return Some(match self.misquoted.remove(&line) {
                Some(_) if !self.numbered => Err(misquoted(line, last_line)),
                _ => Ok((line, last_line)),
            });
        }
    }

    /// The cells of the record just read, with their marks, and where it stands in the text.
    pub(super) fn cells(&self) -> (impl Iterator<Item = &str>, Option<&csv::Position>) {
        (cells_of(&self.record, self.numbered), self.record.position())
    }

    /// The lines where the record just read begins and ends. `before` is the reader's line before it, which
    /// counts LF only and does not know blank lines from the record.
    fn count_lines(&mut self, before: u64) -> (u64, u64) {
        let text = self.record.as_slice().as_bytes();
        let feeds = memchr::memchr_iter(b'\n', text).count() as u64;
        let lone_returns = memchr::memchr_iter(b'\r', text)
            .filter(|at| !matches!(text.get(at + 1), Some(b'\n')))
            .count() as u64;
        // The CR of the row's own end stands at the end of its last cell.
        let own_return = u64::from(self.crlf && text.ends_with(b"\r"));
        let position = self.reader.position();
        let end = u64::from(self.ended || position.byte() < self.bytes);
        let blank = (position.line() - before).saturating_sub(feeds + end);
        let line = self.line + blank;
        let last_line = line + feeds + lone_returns.saturating_sub(own_return);
        self.blank += blank;
        self.line = last_line + 1;
        (line, last_line)
    }

    fn text_row(&self, line: u64, last_line: u64) -> Raw {
        let mut cells: Vec<String> = self.record.iter().map(str::to_owned).collect();
        if self.crlf
            && let Some(last) = cells.last_mut()
            && last.ends_with('\r')
        {
            last.pop();
        }
        Raw { line, last_line, cells, ..Raw::default() }
    }

    /// The number of a sheet's row; of a text, the line itself.
    pub(super) fn sheet_line(&self, line: u64) -> u64 {
        let number = self.record.get(0).filter(|_| self.numbered);
        number.and_then(|number| number.parse().ok()).unwrap_or(line)
    }

    fn sheet_row(&self, line: u64) -> Raw {
        let line = self.sheet_line(line);
        let cells = cells_of(&self.record, true);
        let mut raw = Raw { line, last_line: line, ..Raw::default() };
        if !self.record.as_slice().contains(SIGN) {
            raw.cells = cells.map(str::to_owned).collect();
            return raw;
        }
        for (place, cell) in cells.enumerate() {
            let (text, mark) = marks::split(cell);
            raw.cells.push(text.into_owned());
            match mark {
                Some(Mark::Error) => raw.flaws.push((place, Flaw::Error)),
                Some(Mark::NotComputed) => raw.flaws.push((place, Flaw::NotComputed)),
                Some(Mark::Link(target)) => raw.links.push((place, target.to_owned())),
                None => {}
            }
        }
        raw
    }
}

/// The cells of a record, without the number of a sheet's row.
pub(super) fn cells_of(record: &csv::StringRecord, numbered: bool) -> impl Iterator<Item = &str> {
    record.iter().skip(usize::from(numbered))
}

fn misquoted(line: u64, last_line: u64) -> RowError {
    let lines = lines(line, last_line);
    RowError::row(
        line,
        "misplaced-quote",
        format!("a quote stands behind the end of a cell in quotes, in {lines}"),
        "write a quote inside a cell as \"\"; if one is missing or too many, correct it",
    )
}

/// `line 4`, or `lines 4 to 9`.
pub(super) fn lines(first: u64, last: u64) -> String {
    if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
}
