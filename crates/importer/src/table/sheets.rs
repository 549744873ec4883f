//! Takes the sheets of a spreadsheet as CSV and keeps the best: a visible one, with most known headers. Sheets that are
//! asked for by name are kept aside, and never read instead of it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::aside::SheetAside;
use super::frames::Kind;
use super::reading::Limits;
use super::{FileError, HEADER_ROWS, KnownHeader, Sheet, marks};

/// Which sheets are read besides the best one, by name.
pub(super) type IsAside<'a> = &'a dyn Fn(&str) -> bool;

/// The sheets of a spreadsheet that are read.
pub(super) struct Decoded {
    /// The sheet with the best header; `None` if all are read aside.
    pub(super) best: Option<Best>,
    /// The sheets read aside, in their order.
    pub(super) aside: Vec<SheetAside>,
}

/// The sheet to read, as CSV in a temporary file.
pub(super) struct Best {
    pub(super) file: tempfile::TempPath,
    pub(super) notices: Vec<String>,
    /// All sheets of the spreadsheet.
    pub(super) sheets: Vec<Sheet>,
    /// Cells of this sheet in which the value of a merged one is repeated.
    pub(super) merged: u64,
}

/// A sheet as CSV, and how well its first rows match a header.
struct Kept {
    /// Its place among the sheets.
    place: usize,
    file: tempfile::TempPath,
    /// Whether it is visible, and how many headers are known: the larger, the better.
    worth: (bool, usize),
}

/// A sheet of which something is known, whether it is kept or not.
struct Known {
    sheet: Sheet,
    /// Rows down to its header.
    header_rows: u64,
    merged: u64,
}

/// Takes the frames of a spreadsheet and keeps its best sheet.
pub(super) struct Sheets<'a> {
    name: &'a str,
    known: KnownHeader<'a>,
    is_aside: IsAside<'a>,
    limits: &'a Limits,
    all: Vec<Known>,
    current: Option<(Kept, BufWriter<File>)>,
    best: Option<Kept>,
    aside: Vec<Kept>,
    size: u64,
    notices: Vec<String>,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(
        name: &'a str,
        (known, is_aside): (KnownHeader<'a>, IsAside<'a>),
        limits: &'a Limits,
    ) -> Self {
        let (all, aside, notices) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, known, is_aside, limits, all, current: None, best: None, aside, size: 0, notices }
    }

    fn io(&self, error: std::io::Error) -> FileError {
        FileError::io(Path::new(self.name), error)
    }

    /// Takes a frame. Errors: the file is refused, or cannot be written.
    pub(super) fn take(&mut self, kind: Kind, content: &[u8]) -> Result<(), FileError> {
        let text = || String::from_utf8_lossy(content).into_owned();
        match kind {
            Kind::Sheet => self.begin(&text()),
            Kind::Rows => self.rows(content),
            Kind::Head => self.head(),
            Kind::Ended => {
                self.ended(&text());
                Ok(())
            }
            Kind::Notice => {
                self.notices.push(text());
                Ok(())
            }
            Kind::Refused | Kind::Exceeded => {
                let text = text();
                let (what, todo) = text.split_once('\0').unwrap_or((&text, "save the table as .csv"));
                let otherwise = self.limits.otherwise;
                let todo = match kind {
                    Kind::Exceeded => format!("{todo}, or {otherwise}"),
                    _ => todo.to_owned(),
                };
                Err(FileError::unusable(self.name, what, todo))
            }
            Kind::End => Ok(()),
        }
    }

    fn begin(&mut self, said: &str) -> Result<(), FileError> {
        self.keep()?;
        let (sign, name) = said.split_at_checked(1).unwrap_or(("v", ""));
        let hidden = sign == "h";
        let sheet = Sheet { name: name.to_owned(), read: false, hidden, rows: 0, has_header: false };
        self.all.push(Known { sheet, header_rows: 0, merged: 0 });
        let file = tempfile::NamedTempFile::new().map_err(|error| self.io(error))?;
        let (file, path) = file.into_parts();
        let kept = Kept { place: self.all.len() - 1, file: path, worth: (!hidden, 0) };
        self.current = Some((kept, BufWriter::with_capacity(1 << 16, file)));
        Ok(())
    }

    fn rows(&mut self, content: &[u8]) -> Result<(), FileError> {
        self.size += content.len() as u64;
        // The process counts too; this holds even if it does not.
        if self.size > self.limits.sheet_text {
            return Err(FileError::unusable(
                self.name,
                format!("as CSV it has more than {} MiB", self.limits.sheet_text >> 20),
                format!("split the table, or {}", self.limits.otherwise),
            ));
        }
        let written = match &mut self.current {
            Some((_, out)) => out.write_all(content),
            None => Ok(()),
        };
        written.map_err(|error| self.io(error))
    }

    /// The first rows are complete: the sheet is dropped unless it is the best so far.
    fn head(&mut self) -> Result<(), FileError> {
        let Some((mut kept, mut out)) = self.current.take() else { return Ok(()) };
        out.flush().map_err(|error| self.io(error))?;
        let (score, header_rows) = score(&kept.file, self.known);
        kept.worth.1 = score;
        if let Some(known) = self.all.last_mut() {
            known.sheet.has_header = score > 0;
            known.header_rows = if score > 0 { header_rows } else { 0 };
        }
        if self.is_aside(&kept) {
            self.current = Some((kept, out));
        } else if self.best.as_ref().is_none_or(|best| kept.worth > best.worth) {
            // The earlier one makes room before this one grows.
            self.best = None;
            self.current = Some((kept, out));
        }
        Ok(())
    }

    fn ended(&mut self, said: &str) {
        let mut counts = said.split(' ').map(|count| count.parse::<u64>().unwrap_or_default());
        if let Some(known) = self.all.last_mut() {
            known.sheet.rows = counts.next().unwrap_or_default().saturating_sub(known.header_rows);
            known.merged = counts.next().unwrap_or_default();
        }
    }

    /// Ends the sheet being written.
    fn keep(&mut self) -> Result<(), FileError> {
        if let Some((kept, mut out)) = self.current.take() {
            out.flush().map_err(|error| self.io(error))?;
            if self.is_aside(&kept) {
                self.aside.push(kept);
            } else {
                self.best = Some(kept);
            }
        }
        Ok(())
    }

    fn is_aside(&self, kept: &Kept) -> bool {
        self.all.get(kept.place).is_some_and(|known| (self.is_aside)(&known.sheet.name))
    }

    /// The sheets that are read. Errors: there is none at all, or the only one with a header is hidden.
    pub(super) fn decoded(mut self) -> Result<Decoded, FileError> {
        self.keep()?;
        if self.all.is_empty() {
            let (what, todo) = ("the spreadsheet has no sheet", "send one with a table");
            return Err(FileError::unusable(self.name, what, todo));
        }
        let places: Vec<usize> = self.aside.iter().map(|kept| kept.place).collect();
        let aside = std::mem::take(&mut self.aside).into_iter().filter_map(|kept| {
            let known = self.all.get(kept.place)?;
            let (name, hidden, merged) = (known.sheet.name.clone(), known.sheet.hidden, known.merged);
            Some(SheetAside { name, hidden, merged, file: kept.file })
        });
        let aside = aside.collect();
        let best = self.best.take().map(|best| self.chosen(best, &places)).transpose()?;
        Ok(Decoded { best, aside })
    }

    /// The best sheet, with what is said of the others; those at `aside` are read too. Errors: the only one with a
    /// header is hidden.
    fn chosen(mut self, best: Kept, aside: &[usize]) -> Result<Best, FileError> {
        let Kept { place, file, worth } = best;
        let others = self.all.iter().enumerate().filter(|(place, _)| !aside.contains(place));
        let mut hidden = others.map(|(_, known)| known).filter(|known| known.sheet.hidden);
        let hidden = hidden.find(|known| known.sheet.has_header);
        if worth == (true, 0)
            && let Some(hidden) = hidden
        {
            return Err(FileError::unusable(
                self.name,
                format!(
                    "no visible sheet has a column this source knows, only the hidden sheet '{}'",
                    hidden.sheet.name
                ),
                "show that sheet in the spreadsheet program, save the file and send it again",
            ));
        }
        let mut merged = 0;
        if let Some(read) = self.all.get_mut(place) {
            read.sheet.read = true;
            merged = read.merged;
        }
        let sheets: Vec<Sheet> = self.all.into_iter().map(|known| known.sheet).collect();
        self.notices.extend(of_several(&sheets, aside));
        Ok(Best { file, notices: self.notices, sheets, merged })
    }
}

/// Which of several sheets is read, and what the others have.
fn of_several(sheets: &[Sheet], aside: &[usize]) -> Option<String> {
    let read = sheets.iter().find(|sheet| sheet.read).filter(|_| sheets.len() > 1)?;
    // What becomes of those aside is said once they are read.
    let others = sheets.iter().enumerate().filter(|(place, sheet)| !sheet.read && !aside.contains(place));
    let others: Vec<String> = others.map(|(_, sheet)| not_read(sheet)).collect();
    let state = if read.hidden { "hidden " } else { "" };
    let (count, name) = (sheets.len(), &read.name);
    let rest = if others.is_empty() { String::new() } else { format!("; not read: {}", others.join(", ")) };
    Some(format!("of {count} sheets {state}'{name}' is read{rest}"))
}

fn not_read(sheet: &Sheet) -> String {
    let state = if sheet.hidden { "hidden " } else { "" };
    let rows = if sheet.rows == 1 { "row" } else { "rows" };
    let header = if sheet.has_header { " below a header" } else { ", no header" };
    match (sheet.rows, sheet.has_header) {
        (0, false) => format!("{state}'{}' (empty)", sheet.name),
        (count, _) => format!("{state}'{}' ({count} {rows}{header})", sheet.name),
    }
}

/// How many headers of the best row are known, and how many rows there are down to it.
fn score(path: &Path, known: KnownHeader<'_>) -> (usize, u64) {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path);
    let rows = reader.into_iter().flat_map(csv::Reader::into_records).flatten().take(HEADER_ROWS);
    let known_in =
        |row: csv::StringRecord| row.iter().skip(1).filter(|cell| known(marks::cut(cell).0)).count();
    let mut best = (0, 0);
    for (place, row) in (1..).zip(rows) {
        let score = known_in(row);
        if score > best.0 {
            best = (score, place);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_sheet_is_kept_and_the_others_leave_no_file() {
        let limits = Limits::default();
        let mut sheets = Sheets::new("a.ods", (&|cell| cell == "title", &|name| name == "Lists"), &limits);
        let mut files = Vec::new();
        for (name, rows) in [
            ("vNotes", "1,note\n"),
            ("hOld", "1,title,title\n2,Tram\n"),
            ("vRecords", "1,title\n2,Bus\n"),
            ("vLists", "1,title,title\n2,a\n"),
            ("vCopy", "1,title\n"),
        ] {
            sheets.take(Kind::Sheet, name.as_bytes()).unwrap();
            files.extend(sheets.current.as_ref().map(|(sheet, _)| sheet.file.to_path_buf()));
            sheets.take(Kind::Rows, rows.as_bytes()).unwrap();
            sheets.take(Kind::Head, b"").unwrap();
            let count = format!("{} 0", rows.lines().count());
            sheets.take(Kind::Ended, count.as_bytes()).unwrap();
        }
        let decoded = sheets.decoded().unwrap();
        let best = decoded.best.unwrap();
        assert_eq!(
            best.notices,
            [
                "of 5 sheets 'Records' is read; not read: 'Notes' (1 row, no header), hidden 'Old' (1 row below a header), 'Copy' (0 rows below a header)"
            ]
        );
        assert_eq!(std::fs::read_to_string(&best.file).unwrap(), "1,title\n2,Bus\n");
        let aside: Vec<(&str, String)> = decoded
            .aside
            .iter()
            .map(|sheet| (sheet.name.as_str(), std::fs::read_to_string(&sheet.file).unwrap()))
            .collect();
        assert_eq!(aside, [("Lists", "1,title,title\n2,a\n".to_owned())]);
        assert_eq!(files.iter().filter(|file| file.exists()).count(), 2);
    }

    #[test]
    fn a_process_that_writes_too_much_is_not_believed() {
        let limits = Limits { sheet_text: 10, ..Limits::default() };
        let mut sheets = Sheets::new("a.ods", (&|_| true, &|_| false), &limits);
        sheets.take(Kind::Sheet, b"vA").unwrap();
        sheets.take(Kind::Rows, b"0123456789").unwrap();
        let error = sheets.take(Kind::Rows, b"0").unwrap_err().to_string();
        assert!(error.contains("as CSV it has more than"), "{error}");
    }
}
