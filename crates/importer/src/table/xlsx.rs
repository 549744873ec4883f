//! Reads XLSX with calamine's streaming cell reader, never as a grid: a file can claim any dimensions for its
//! grid.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx, XlsxCellReader, XlsxError, XlsxFormulaMetadata};

use super::beside::{AllBeside, Beside};
use super::marks::Mark;
use super::sheet::{Failed, SheetWriter};
use super::shown::{self, Shown};

type Book = Xlsx<BufReader<Own>>;
type Cells<'a> = XlsxCellReader<'a, BufReader<Own>>;

/// A file with a position of its own: two readers of one open file would move each other's.
struct Own {
    file: Arc<File>,
    at: u64,
}

impl Read for Own {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Own {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = at.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

fn broken(error: &XlsxError) -> Failed {
    Failed::refused(
        format!("the spreadsheet cannot be read ({error})"),
        "open it, save it again as .xlsx or .csv, and send that",
    )
}

/// Writes the cells of every sheet.
pub(super) fn write(
    file: File,
    mut beside: AllBeside,
    out: &mut SheetWriter<'_, impl Write>,
) -> Result<(), Failed> {
    let file = Arc::new(file);
    // Opened once: opening reads all shared texts.
    let mut book = open(&file)?;
    // Only for a workbook that has both formulas and such formats, as each of its cells is then read twice.
    let mut second = None;
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    for (place, (name, hidden)) in sheets.iter().enumerate() {
        out.begin(name, *hidden)?;
        let beside = beside.of_sheet(place);
        let is_1904 = book.has_1904_epoch();
        let Some(first) = cells(&mut book, name)? else { continue };
        let shown = formats(&first);
        let has_formats = shown.iter().any(|shown| *shown != Shown::Number);
        let by = if !has_formats {
            By::Formula(first)
        } else if !beside.has_formulas {
            By::Style(first)
        } else {
            let other = match &mut second {
                Some(book) => book,
                none => none.insert(open(&file)?),
            };
            let Some(styles) = cells(other, name)? else { continue };
            By::Both(Box::new((first, styles)))
        };
        SheetCells { by, shown, is_1904, merged: 0, linked: 0, beside }.write(out)?;
    }
    Ok(())
}

fn open(file: &Arc<File>) -> Result<Book, Failed> {
    Xlsx::new(BufReader::new(Own { file: Arc::clone(file), at: 0 })).map_err(|error| broken(&error))
}

/// The cells of a sheet; a chart sheet has none.
fn cells<'a>(book: &'a mut Book, name: &str) -> Result<Option<Cells<'a>>, Failed> {
    match book.worksheet_cells_reader(name) {
        Ok(cells) => Ok(Some(cells)),
        Err(XlsxError::NotAWorksheet(_)) => Ok(None),
        Err(error) => Err(broken(&error)),
    }
}

/// How each style shows numbers.
fn formats(cells: &Cells<'_>) -> Vec<Shown> {
    let format =
        |style: &calamine::Style| style.number_format.as_ref().map(|format| format.format_code.clone());
    cells.styles().iter().map(|style| format(style).map_or(Shown::Number, |code| Shown::by(&code))).collect()
}

/// The reader gives a cell's style or its formula, but not both.
enum By<'a> {
    Style(Cells<'a>),
    Formula(Cells<'a>),
    Both(Box<(Cells<'a>, Cells<'a>)>),
}

/// A cell with what is needed to read it as shown.
struct Found<'a> {
    position: (u32, u32),
    value: DataRef<'a>,
    style: usize,
    formula: Option<XlsxFormulaMetadata>,
}

impl<'a> By<'a> {
    fn next(&mut self) -> Result<Option<Found<'a>>, XlsxError> {
        let (formulas, style) = match self {
            Self::Style(cells) => {
                let found = cells.next_cell_with_style_id()?;
                return Ok(found.map(|(cell, style)| Found {
                    position: cell.get_position(),
                    value: cell.get_value().clone(),
                    style,
                    formula: None,
                }));
            }
            Self::Formula(cells) => (cells, 0),
            Self::Both(both) => {
                let (cells, styles) = both.as_mut();
                let style = styles.next_cell_with_style_id()?.map_or(0, |(_, style)| style);
                (cells, style)
            }
        };
        let found = formulas.next_cell_with_formula_metadata()?;
        Ok(found.map(|cell| Found { position: cell.pos, value: cell.value, style, formula: cell.formula }))
    }
}

/// The cells of one sheet.
struct SheetCells<'a> {
    by: By<'a>,
    shown: Vec<Shown>,
    is_1904: bool,
    beside: Beside,
    /// How many merged cells and links are passed: they stand in the order of the cells.
    merged: usize,
    linked: usize,
}

impl SheetCells<'_> {
    fn write(mut self, out: &mut SheetWriter<'_, impl Write>) -> Result<(), Failed> {
        while let Some(found) = self.by.next().map_err(|error| broken(&error))? {
            out.count(1)?;
            let (row, column) = (u64::from(found.position.0) + 1, found.position.1 as usize);
            let shown = self.shown.get(found.style).copied().unwrap_or(Shown::Number);
            self.pass_links(row, column);
            let link = self.link_at(row, column).or_else(|| link_of(found.formula.as_ref()));
            let mark = match &found.value {
                DataRef::Error(_) => Some(Mark::Error),
                DataRef::Empty if found.formula.is_some() => Some(Mark::NotComputed),
                DataRef::Empty => None,
                _ => link.map(Mark::Link),
            };
            match &found.value {
                // Most cells, and those that may be long: not copied on the way.
                DataRef::SharedString(text) => out.cell(row, column, text, mark)?,
                DataRef::String(text) | DataRef::DurationIso(text) => out.cell(row, column, text, mark)?,
                value => out.cell(row, column, &text(value, shown, self.is_1904), mark)?,
            }
            if let Some(last_row) = self.merged_down(row, column) {
                out.span(column, last_row)?;
            }
        }
        Ok(())
    }

    /// The last row of a merged cell that begins here.
    fn merged_down(&mut self, row: u64, column: usize) -> Option<u64> {
        while let Some((first_row, first_column, last_row)) = self.beside.merged.get(self.merged) {
            match (*first_row, *first_column).cmp(&(row, column)) {
                std::cmp::Ordering::Less => self.merged += 1,
                std::cmp::Ordering::Equal => return Some(*last_row),
                std::cmp::Ordering::Greater => return None,
            }
        }
        None
    }

    /// Passes the links of cells before this one.
    fn pass_links(&mut self, row: u64, column: usize) {
        while let Some((at_row, at_column, _)) = self.beside.links.get(self.linked)
            && (*at_row, *at_column) < (row, column)
        {
            self.linked += 1;
        }
    }

    /// Where the cell links to.
    fn link_at(&self, row: u64, column: usize) -> Option<&str> {
        let next = self.beside.links.get(self.linked)?;
        ((next.0, next.1) == (row, column)).then_some(next.2.as_str())
    }
}

/// The address that a formula links to.
fn link_of(formula: Option<&XlsxFormulaMetadata>) -> Option<&str> {
    match formula? {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            shown::link_in(formula)
        }
        _ => None,
    }
}

/// A short cell as people see it, with dates as `YYYY-MM-DD`.
fn text(value: &DataRef<'_>, shown: Shown, is_1904: bool) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => shown::number(*number, shown),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => shown::instant(value, is_1904),
        DataRef::DateTimeIso(text) => shown::iso(text),
        DataRef::Error(error) => error.to_string(),
        _ => String::new(),
    }
}
