//! Reads tables: CSV, XLSX and ODS as rows of text, whatever their encoding, line ends and header row.
//!
//! Every file is first turned into a UTF-8 CSV file (itself, or a temporary one), then scanned once for
//! anything a CSV reader would silently accept, and then read row by row, so memory use does not grow with
//! the file. Spreadsheets are read in a process of their own, under limits (decision 27).

pub(crate) mod aside;
mod child;
mod decode;
mod frames;
mod ods;
mod parent;
mod parts;
mod reading;
mod scan;
mod sheet;
mod sniff;
pub(crate) mod whole;
mod xlsx;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use child::{decode, decode_if_asked};
pub use reading::{Limits, Reading, Stop, StopOnDrop, set_program};
pub use scan::{CELL_MAX, COLUMNS_MAX, ROW_MAX};
pub use sniff::{INFLATED_MAX, RATIO_MAX, STREAM_INFLATED_MAX};

use crate::RowError;

/// The byte order mark of UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();
/// The header is looked for in this many rows from the top.
const HEADER_ROWS: usize = 10;

/// Why a file cannot be used at all, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be opened or read.
    #[error("{path}: cannot be read: {error}")]
    Io {
        /// The file.
        path: String,
        /// The system's error.
        error: std::io::Error,
    },
    /// The file is not what the command reads.
    #[error("{path}: {what}: {todo}")]
    Unusable {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
        /// What to do.
        todo: String,
    },
    /// The mapping that should read the file is wrong, or does not fit its header.
    #[error(transparent)]
    Mapping(#[from] crate::mapping::Faults),
    /// The process that reads spreadsheets does not start. Not the file's fault.
    #[error(
        "the process that reads spreadsheets does not start ({program}: {what}): make the register's program \
         executable for the account it runs as"
    )]
    NoReader {
        /// The program that was started.
        program: String,
        /// What went wrong.
        what: String,
    },
}

impl FileError {
    /// An error for a file that cannot be used.
    pub fn unusable(path: impl Into<String>, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::Unusable { path: path.into(), what: what.into(), todo: todo.into() }
    }

    pub(crate) fn io(path: &Path, error: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), error }
    }
}

/// How much of a file has been read; clones share the count.
#[derive(Debug, Default, Clone)]
pub struct Progress {
    read: Arc<AtomicU64>,
}

impl Progress {
    /// Adds bytes, or rows if the file is read whole.
    pub(crate) fn add(&self, read: u64) {
        self.read.fetch_add(read, Ordering::Relaxed);
    }

    /// Bytes read so far, or rows if the file is read whole.
    pub fn bytes(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// What is known of a file before its rows are read.
#[derive(Debug, Default, Clone)]
pub struct Input {
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
    /// Notices about how the file was read.
    pub notices: Vec<String>,
    /// Bytes to read; for JSON that is read whole, the number of rows.
    pub bytes: u64,
    /// How much has been read, in the same unit.
    pub progress: Progress,
}

struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

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
    /// The byte between its cells.
    pub(crate) separator: u8,
    /// The name of its sheet, if it stands in a spreadsheet.
    pub sheet: Option<String>,
    /// Other sheets of the spreadsheet that were asked for, in their order.
    pub(crate) aside: Vec<parent::Sheet>,
    rows: Rows,
    // The last field, so that a temporary file is deleted only after the reader has closed it.
    _text: Text,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("headers", &self.headers).finish()
    }
}

/// The text of a file as UTF-8: the file itself, or a temporary copy.
pub struct Text {
    path: PathBuf,
    _temporary: Option<tempfile::TempPath>,
    /// SHA-256 of the original file's bytes, in hex.
    pub sha256: String,
    /// Notices about how the file was read.
    pub notices: Vec<String>,
}

impl Text {
    /// The text of a sheet in a temporary file.
    fn of_sheet(file: tempfile::TempPath, sha256: String, notices: Vec<String>) -> Self {
        Self { path: file.to_path_buf(), _temporary: Some(file), sha256, notices }
    }

    /// Opens a file to be read as a stream of bytes, not as a table. gz is inflated; UTF-16 and a named
    /// encoding are decoded. Errors: [`FileError`].
    pub(crate) fn open_encoded(
        path: &Path,
        encoding: Option<&'static encoding_rs::Encoding>,
    ) -> Result<Self, FileError> {
        sniff::open_text(path, encoding)
    }

    /// A reader of its bytes from the start, and what is known of it, with the progress of that reader.
    pub(crate) fn bytes(self) -> Result<(impl Read + Send, Input), FileError> {
        let file = File::open(&self.path).map_err(|error| FileError::io(&self.path, error))?;
        let bytes = file.metadata().map_err(|error| FileError::io(&self.path, error))?.len();
        let progress = Progress::default();
        let (sha256, notices) = (self.sha256.clone(), self.notices.clone());
        let file = Counted { inner: file, progress: progress.clone() };
        Ok((Bytes { file, _text: self }, Input { sha256, notices, bytes, progress }))
    }

    /// Its first 4,096 bytes. Errors: it cannot be read.
    fn head(&self) -> Result<Vec<u8>, FileError> {
        let io = |error| FileError::io(&self.path, error);
        let mut head = Vec::new();
        File::open(&self.path).map_err(io)?.take(4096).read_to_end(&mut head).map_err(io)?;
        Ok(head)
    }

    fn begins_with_mark(&self) -> Result<bool, FileError> {
        Ok(self.head()?.starts_with(MARK))
    }

    /// Whether it starts like JSON, with a brace or a bracket.
    fn is_json(&self) -> Result<bool, FileError> {
        let head = self.head()?;
        let begins = head.strip_prefix(MARK).unwrap_or(&head).iter().find(|byte| !byte.is_ascii_whitespace());
        Ok(begins.is_some_and(|byte| matches!(byte, b'{' | b'[')))
    }

    /// Opens a text file, or a gz of one. Errors: [`FileError`], also for a spreadsheet.
    pub fn open(path: &Path, reading: &Reading) -> Result<Self, FileError> {
        match sniff::open(path, reading)? {
            sniff::Content::Text(text) => Ok(text),
            sniff::Content::Sheet { .. } => Err(FileError::unusable(
                path.display().to_string(),
                "this is a spreadsheet",
                "this source reads text files (JSON or CSV)",
            )),
        }
    }

    /// The whole text, without a byte order mark. Errors: it is larger than the limit, or cannot be read.
    pub fn read_whole(&self, name: &str, limits: &Limits) -> Result<String, FileError> {
        let io = |error| FileError::io(Path::new(name), error);
        let length = std::fs::metadata(&self.path).map_err(io)?.len();
        if length > limits.whole {
            return Err(FileError::unusable(
                name,
                format!("{length} bytes are more than fit at once ({})", limits.whole),
                format!("split the file, or {}", limits.otherwise),
            ));
        }
        std::fs::read_to_string(&self.path)
            .map(|text| text.trim_start_matches('\u{FEFF}').to_owned())
            .map_err(io)
    }
}

/// The bytes of a text.
struct Bytes {
    file: Counted<File>,
    // The last field, so that a temporary file is deleted only after the reader has closed it.
    _text: Text,
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(buffer)
    }
}

/// A file that may be a table or JSON.
#[derive(Debug)]
pub enum Either {
    /// A table of rows.
    Table(Box<Table>),
    /// JSON, not read yet.
    Json(Text),
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Whether a text is a header the reader knows. Of the first rows, the one with most known headers is the
/// header.
pub type KnownHeader<'a> = &'a dyn Fn(&str) -> bool;

impl Table {
    /// Opens a table. Of several sheets, the one with the best header is read.
    ///
    /// Errors: [`FileError`] if the file is not a table, is encrypted, truncated or too large, or if no row
    /// has a known header.
    pub fn open(path: &Path, known: KnownHeader<'_>, reading: &Reading) -> Result<Self, FileError> {
        Self::read(path, sniff::open(path, reading)?, known, &|_| false, reading)
    }

    /// Opens a table, or returns the text if the file is JSON. The sheets that `aside` names are read besides it, never
    /// instead of it. Errors: as for [`Self::open`].
    pub fn open_unless_json(
        path: &Path,
        known: KnownHeader<'_>,
        aside: &dyn Fn(&str) -> bool,
        reading: &Reading,
    ) -> Result<Either, FileError> {
        match sniff::open(path, reading)? {
            sniff::Content::Text(text) if text.is_json()? => Ok(Either::Json(text)),
            content => {
                let table = Self::read(path, content, known, aside, reading)?;
                Ok(Either::Table(Box::new(table)))
            }
        }
    }

    fn read(
        path: &Path,
        content: sniff::Content,
        known: KnownHeader<'_>,
        aside: &dyn Fn(&str) -> bool,
        reading: &Reading,
    ) -> Result<Self, FileError> {
        match content {
            sniff::Content::Text(text) => {
                Self::of_text(path, path.display().to_string(), text, (None, Vec::new()), known)
            }
            sniff::Content::Sheet { sha256 } => {
                let name = path.display().to_string();
                let parent::Decoded { best, aside, notices } = parent::to_csv(path, known, aside, reading)?;
                let Some(parent::Sheet { name: sheet, file, .. }) = best else {
                    let what = "all its sheets are child lists of records";
                    return Err(FileError::unusable(name, what, "add the sheet with the records themselves"));
                };
                Self::of_text(path, name, Text::of_sheet(file, sha256, notices), (Some(sheet), aside), known)
            }
        }
    }

    /// Opens the table in a text. For a sheet, its name and the others that were asked for are given.
    fn of_text(
        path: &Path,
        name: String,
        text: Text,
        (sheet, aside): (Option<String>, Vec<parent::Sheet>),
        known: KnownHeader<'_>,
    ) -> Result<Self, FileError> {
        let numbered = sheet.is_some();
        let dialect = scan::scan(&text.path, &name)?;
        let progress = Progress::default();
        let file = File::open(&text.path).map_err(|error| FileError::io(path, error))?;
        let bytes = file.metadata().map_err(|error| FileError::io(path, error))?.len();
        let counted = Counted { inner: BufReader::new(file), progress: progress.clone() };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.separator)
            .buffer_capacity(1 << 16)
            .from_reader(counted);
        let mut rows = Rows {
            reader,
            record: csv::StringRecord::new(),
            numbered,
            width: None,
            held: Vec::new(),
            above: Vec::new(),
            blank: 0,
        };
        let mut notices = text.notices.clone();
        if dialect.separator != b',' && !numbered {
            notices.push(format!("columns are separated by {:?}", char::from(dialect.separator)));
        }
        let (headers, header_line) = rows.take_header(&name, known)?;
        if header_line > 1 {
            notices.push(format!("the header is in line {header_line}"));
        }
        let sha256 = text.sha256.clone();
        let marked = !numbered && text.begins_with_mark()?;
        let input = Input { sha256, notices, bytes, progress };
        let separator = dialect.separator;
        Ok(Self { name, input, headers, header_line, marked, separator, sheet, aside, rows, _text: text })
    }

    /// The next row, or what is wrong with it; `None` at the end.
    pub fn next_row(&mut self) -> Option<Result<Row, RowError>> {
        self.rows.next_row()
    }

    /// Number of blank rows skipped.
    pub fn blank_rows(&self) -> u64 {
        self.rows.blank
    }
}

struct Rows {
    reader: csv::Reader<Counted<BufReader<File>>>,
    record: csv::StringRecord,
    /// Whether the first cell of each row is its row number in the sheet.
    numbered: bool,
    width: Option<usize>,
    /// Rows read while looking for the header, last one first.
    held: Vec<Row>,
    /// Rows above the header.
    above: Vec<Row>,
    blank: u64,
}

impl Rows {
    fn read(&mut self) -> Option<Result<Row, RowError>> {
        loop {
            let line = self.reader.position().line();
            match self.reader.read_record(&mut self.record) {
                Ok(false) => return None,
                Err(error) => {
                    return Some(Err(RowError::row(
                        line,
                        "unreadable-row",
                        error.to_string(),
                        "check the row",
                    )));
                }
                Ok(true) => {}
            }
            // The position before reading may be on blank lines that the reader then skipped.
            let line = self.record.position().map_or(line, csv::Position::line);
            let mut cells = self.record.iter();
            let line = if self.numbered {
                cells.next().and_then(|number| number.parse().ok()).unwrap_or(line)
            } else {
                line
            };
            let cells: Vec<String> = cells.map(str::to_owned).collect();
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                self.blank += 1;
                continue;
            }
            return Some(Ok(Row { line, cells }));
        }
    }

    fn take_header(&mut self, name: &str, known: KnownHeader<'_>) -> Result<(Vec<String>, u64), FileError> {
        let mut first = Vec::new();
        while first.len() < HEADER_ROWS {
            match self.read() {
                Some(Ok(row)) => first.push(row),
                Some(Err(_)) => {}
                None => break,
            }
        }
        if first.is_empty() {
            return Err(FileError::unusable(name, "the file is empty", "send a table with a header row"));
        }
        let score = |row: &Row| row.cells.iter().filter(|cell| known(cell)).count();
        // Reversed because `max_by_key` keeps the last of equals: the earliest row wins.
        let best = (0..first.len()).rev().max_by_key(|place| score(&first[*place])).unwrap_or(0);
        if score(&first[best]) == 0 {
            let shown: Vec<String> =
                first[0].cells.iter().take(4).map(|cell| domain::cell::short(cell.trim())).collect();
            return Err(FileError::unusable(
                name,
                format!(
                    "no row has a column this source knows (the first row begins: {})",
                    shown.join(" | ")
                ),
                "check that this is the right source and the right file",
            ));
        }
        let mut rest = first.split_off(best);
        let header = rest.remove(0);
        rest.reverse();
        (self.held, self.above) = (rest, first);
        let mut headers: Vec<String> = header.cells.iter().map(|cell| domain::text::one_line(cell)).collect();
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        self.width = Some(headers.len());
        Ok((headers, header.line))
    }

    fn next_row(&mut self) -> Option<Result<Row, RowError>> {
        let row = match self.held.pop() {
            Some(row) => Ok(row),
            None => self.read()?,
        };
        Some(row.and_then(|row| self.fit(row)))
    }

    /// Gives a row exactly as many cells as the header. Missing cells at the end become empty; a cell beyond
    /// the header is an error, because the cells before it may have moved.
    fn fit(&self, mut row: Row) -> Result<Row, RowError> {
        let width = self.width.unwrap_or(row.cells.len());
        while row.cells.len() > width && row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            row.cells.pop();
        }
        let found = row.cells.len();
        if found > width {
            return Err(RowError::row(
                row.line,
                "ragged-row",
                format!("{found} cells, the header has {width}"),
                "there is a separator inside a cell: put that cell in quotes",
            ));
        }
        if found < width && !self.numbered && found == 1 && width > 2 {
            return Err(RowError::row(
                row.line,
                "ragged-row",
                format!("{found} cell, the header has {width}"),
                "there is a line break inside a cell of the row before: put that cell in quotes",
            ));
        }
        row.cells.resize(width, String::new());
        Ok(row)
    }
}
