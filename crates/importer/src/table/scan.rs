//! Scans a CSV text once before it is read: finds how it is written, refuses what a CSV reader would silently
//! accept (NUL bytes, a quote that never closes, oversized cells and rows), and notes the rows whose quotes
//! are not written as CSV has them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::FileError;
use super::machine::{In, Machine, Quoting};

/// Longest cell allowed, in bytes.
pub const CELL_MAX: usize = 1 << 20;
/// Longest row allowed, in bytes.
pub const ROW_MAX: usize = 4 << 20;
/// Most columns allowed.
pub const COLUMNS_MAX: usize = 1_000;
/// Most rows with misplaced quotes that are reported one by one.
const FAULTS_MAX: usize = 10_000;

/// How a CSV text is written.
#[derive(Debug, Clone)]
pub(super) struct Dialect {
    pub(super) separator: u8,
    pub(super) quoting: Quoting,
    /// Whether rows end with CR and LF.
    pub(super) crlf: bool,
    /// Whether a CR alone ends rows.
    pub(super) lone_cr: bool,
    /// Whether the last row has a line end.
    pub(super) ended: bool,
    /// The rows whose quotes are misplaced: the line where each begins, and where it ends.
    pub(super) misquoted: BTreeMap<u64, u64>,
}

/// Scans a text. Errors: it is not a table, it exceeds a limit, or its quotes can be read in two ways.
/// `separator` is the one it has, if it is known.
pub(super) fn scan(path: &Path, name: &str, separator: Option<u8>) -> Result<Dialect, FileError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(1 << 16).read_to_end(&mut head))
        .map_err(|error| FileError::io(Path::new(name), error))?;
    let separator = separator.unwrap_or_else(|| separator_of(&head));
    let doubled = Pass::over(path, name, separator, Quoting::Doubled)?;
    if doubled.escapes_quotes && (!doubled.is_clean() || doubled.escapes_plainly) {
        let escaped = Pass::over(path, name, separator, Quoting::Backslash { pairs: false });
        if let Ok(escaped) = escaped
            && escaped.is_clean()
            && !escaped.is_ambiguous()
        {
            return Ok(escaped.dialect());
        }
        if let Some(line) = doubled.broken_by_escape {
            return Err(FileError::unusable(
                name,
                format!(
                    "line {line} has \\\" inside a cell in quotes, and other quotes of the file are written otherwise"
                ),
                "write a quote inside a cell as \"\" throughout, as spreadsheets do, or as \\\" throughout",
            ));
        }
    }
    doubled.refuse_open_quote(name)?;
    Ok(doubled.dialect())
}

/// One pass over a text, with one way of writing quotes.
struct Pass {
    separator: u8,
    machine: Machine,
    line: u64,
    /// Line where the open cell in quotes begins.
    opened: u64,
    /// Bytes of the cell and of the row, and columns of the row.
    cell: usize,
    row: usize,
    columns: usize,
    row_begins: u64,
    row_is_misquoted: bool,
    last: u8,
    after_cr: bool,
    crlf: bool,
    lone_cr: bool,
    misquoted: BTreeMap<u64, u64>,
    too_many: bool,
    escapes_quotes: bool,
    /// Whether a quote in a cell that is not in quotes is written as `\"`.
    escapes_plainly: bool,
    closed_by_escape: bool,
    /// The first line where `\"` cannot be the end of a cell.
    broken_by_escape: Option<u64>,
    pairs: u64,
    others: u64,
    pairs_before_quotes: u64,
}

impl Pass {
    fn over(path: &Path, name: &str, separator: u8, quoting: Quoting) -> Result<Self, FileError> {
        let io = |error| FileError::io(Path::new(name), error);
        let mut pass = Self::new(separator, quoting);
        let special = special(separator, quoting);
        let mut file = File::open(path).map_err(io)?;
        let mut buffer = vec![0_u8; 1 << 17];
        let mut begun = false;
        loop {
            let n = file.read(&mut buffer).map_err(io)?;
            let mut rest = buffer.get(..n).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            if !std::mem::replace(&mut begun, true) {
                rest = rest.strip_prefix(super::MARK).unwrap_or(rest);
            }
            pass.chunk(rest, &special).map_err(|(what, todo)| FileError::unusable(name, what, todo))?;
        }
        pass.lone_cr |= pass.after_cr;
        pass.end_row();
        if pass.too_many {
            return Err(FileError::unusable(
                name,
                format!("more than {FAULTS_MAX} rows have a quote inside a cell in quotes"),
                "write a quote inside a cell as \"\", as spreadsheets do when they save CSV",
            ));
        }
        Ok(pass)
    }

    fn new(separator: u8, quoting: Quoting) -> Self {
        Self {
            separator,
            machine: Machine::new(separator, quoting),
            line: 1,
            opened: 0,
            cell: 0,
            row: 0,
            columns: 1,
            row_begins: 1,
            row_is_misquoted: false,
            last: b'\n',
            after_cr: false,
            crlf: false,
            lone_cr: false,
            misquoted: BTreeMap::new(),
            too_many: false,
            escapes_quotes: false,
            escapes_plainly: false,
            closed_by_escape: false,
            broken_by_escape: None,
            pairs: 0,
            others: 0,
            pairs_before_quotes: 0,
        }
    }

    /// Whether every quote is where CSV has it.
    fn is_clean(&self) -> bool {
        self.misquoted.is_empty() && !self.machine.is_in_quotes()
    }

    /// Whether a backslash before a quote may belong to the text: some backslashes of the file are not
    /// doubled.
    fn is_ambiguous(&self) -> bool {
        self.others > 0 && self.pairs_before_quotes > 0
    }

    fn dialect(self) -> Dialect {
        let quoting = match self.machine.quoting() {
            Quoting::Backslash { .. } => Quoting::Backslash { pairs: self.others == 0 && self.pairs > 0 },
            Quoting::Doubled => Quoting::Doubled,
        };
        Dialect {
            separator: self.separator,
            quoting,
            crlf: self.crlf,
            lone_cr: self.lone_cr,
            ended: matches!(self.last, b'\n' | b'\r'),
            misquoted: self.misquoted,
        }
    }

    fn refuse_open_quote(&self, name: &str) -> Result<(), FileError> {
        if !self.machine.is_in_quotes() {
            return Ok(());
        }
        Err(FileError::unusable(
            name,
            format!("the quote opened in line {} is never closed", self.opened),
            "the file may be cut short: send it whole, or close the quote",
        ))
    }

    /// Takes a chunk of the text. Errors: what is wrong, and what to do.
    fn chunk(&mut self, mut rest: &[u8], special: &[bool; 256]) -> Result<(), (String, &'static str)> {
        while let Some((&byte, after)) = rest.split_first() {
            // Most bytes mean nothing here, so a run of them is counted at once.
            if self.machine.takes_runs() {
                let run = rest.iter().position(|byte| special[usize::from(*byte)]).unwrap_or(rest.len());
                if let Some(&last) = rest.get(..run).and_then(<[u8]>::last) {
                    (self.cell, self.row) = (self.cell + run, self.row + run);
                    (self.last, self.after_cr) = (last, false);
                    rest = rest.get(run..).unwrap_or_default();
                    self.refuse_too_long()?;
                    continue;
                }
            }
            rest = after;
            if byte == 0 {
                return Err((
                    format!("line {} holds a NUL byte, so this is no text table", self.line),
                    "save the table as CSV UTF-8 and send that",
                ));
            }
            self.byte(byte);
            self.refuse_too_long()?;
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        if self.row == 0 {
            self.row_begins = self.line;
        }
        self.cell += 1;
        self.row += 1;
        let before = self.machine.state();
        let now = self.machine.step(byte);
        self.look_at_backslash(before, byte);
        let is_end = matches!(byte, b'\n' | b'\r');
        self.crlf |= self.after_cr && byte == b'\n';
        self.lone_cr |= self.after_cr && byte != b'\n';
        self.after_cr = false;
        match now {
            In::CellStart if is_end => {
                self.after_cr = byte == b'\r';
                self.end_row();
            }
            In::CellStart => {
                self.cell = 0;
                self.columns += 1;
            }
            In::Quotes if before == In::CellStart => self.opened = self.line,
            In::Stray => self.note_misquoted(),
            _ => {}
        }
        if byte == b'\n' && self.last != b'\r' || byte == b'\r' {
            self.line += 1;
        }
        self.last = byte;
    }

    /// Notes how the file writes backslashes before quotes.
    fn look_at_backslash(&mut self, before: In, byte: u8) {
        match (before, byte) {
            (In::Quotes, b'"') => {
                self.closed_by_escape = self.last == b'\\';
                self.escapes_quotes |= self.closed_by_escape;
            }
            (In::Plain, b'"') if self.last == b'\\' => {
                (self.escapes_quotes, self.escapes_plainly) = (true, true);
            }
            (In::Escaped | In::PlainEscaped, b'"') => self.escapes_quotes = true,
            (In::Escaped | In::PlainEscaped, b'\\') => self.pairs += 1,
            (In::Escaped | In::PlainEscaped, _) => self.others += 1,
            _ => {}
        }
        // In `\\"` the last backslash may escape the quote or be escaped itself.
        if byte == b'"' && self.last == b'\\' && before == In::Quotes {
            self.pairs_before_quotes += 1;
        }
    }

    fn note_misquoted(&mut self) {
        self.row_is_misquoted = true;
        if self.closed_by_escape && self.broken_by_escape.is_none() {
            self.broken_by_escape = Some(self.line);
        }
    }

    fn end_row(&mut self) {
        if std::mem::take(&mut self.row_is_misquoted) {
            self.too_many |= self.misquoted.len() >= FAULTS_MAX;
            if !self.too_many {
                self.misquoted.insert(self.row_begins, self.line);
            }
        }
        (self.cell, self.row, self.columns) = (0, 0, 1);
    }

    /// Errors: a limit is exceeded.
    fn refuse_too_long(&self) -> Result<(), (String, &'static str)> {
        let (line, opened) = (self.line, self.opened);
        let what = match (self.cell > CELL_MAX, self.row > ROW_MAX, self.columns > COLUMNS_MAX) {
            (false, false, false) => return Ok(()),
            (true, ..) if self.machine.is_in_quotes() => {
                format!("the cell in quotes that begins in line {opened} is longer than {CELL_MAX} bytes")
            }
            (true, ..) => format!("a cell in line {line} is longer than {CELL_MAX} bytes"),
            (_, true, _) => format!("the row in line {line} is longer than {ROW_MAX} bytes"),
            _ => format!("the row in line {line} has more than {COLUMNS_MAX} columns"),
        };
        Err((what, "a quote may be missing, or this is not a table with the separators , ; tab or |"))
    }
}

/// The bytes that mean something inside a cell.
fn special(separator: u8, quoting: Quoting) -> [bool; 256] {
    let mut special = [false; 256];
    for byte in [0, b'"', b'\n', b'\r', separator] {
        special[usize::from(byte)] = true;
    }
    special[usize::from(b'\\')] = quoting != Quoting::Doubled;
    special
}

/// The separator that occurs most often outside quotes in the first rows; a comma if none does.
fn separator_of(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let (mut quoted, mut rows) = (false, 0);
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                rows += 1;
                // Two rows are enough: the header, and the row below it in case the first is a title.
                if rows == 2 && counts.iter().any(|(_, count)| *count > 0) {
                    break;
                }
            }
            _ if !quoted => {
                for (separator, count) in &mut counts {
                    *count += usize::from(*separator == byte);
                }
            }
            _ => {}
        }
    }
    // Reversed because `max_by_key` keeps the last of equals: the comma wins.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}
