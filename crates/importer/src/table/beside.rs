//! What stands beside the cells in the sheets of a workbook (XLSX): which cells are merged, where they link
//! to, and whether there are formulas. Sheets are searched for it while their parts are counted, because a
//! merged cell must be known before its rows are read, and stands behind them.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::parts::damaged;
use super::sheet::Failed;

/// Most merged cells and links of a workbook.
const ENTRIES_MAX: usize = 1_000_000;
/// Most bytes of all link targets of a workbook.
const TARGETS_MAX: usize = 64 << 20;
/// Most cells that one link may be anchored to.
const ANCHORS_MAX: u64 = 10_000;

/// What stands beside the cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Merged cells of more than one row: row and column of the first, from 1 and 0, and the last row. In
    /// order.
    pub(super) merged: Vec<(u64, usize, u64)>,
    /// Cells that link outside the workbook: row, column and target. In order.
    pub(super) links: Vec<(u64, usize, String)>,
    pub(super) has_formulas: bool,
    /// Links whose targets stand in the part of relations: row, column and id.
    by_id: Vec<(u64, usize, String)>,
}

/// What stands beside the cells of all sheets, by the names of their parts in lower case.
#[derive(Debug, Default)]
pub(super) struct AllBeside {
    sheets: HashMap<String, Beside>,
    /// Targets by id, by the names of the parts that have them.
    targets: HashMap<String, HashMap<String, String>>,
    /// The ids of the sheets' parts, in the order of the workbook.
    order: Vec<String>,
    entries: usize,
    bytes: usize,
}

impl AllBeside {
    /// Takes a part of the workbook, if it says something of this kind. Errors: it is damaged, or says too
    /// much.
    pub(super) fn part(&mut self, name: &str, part: &mut impl Read) -> Result<(), Failed> {
        if name.ends_with(".rels") && name.contains("/_rels/") {
            let targets = self.relations(part)?;
            self.targets.insert(name.replacen("_rels/", "", 1).trim_end_matches(".rels").to_owned(), targets);
        } else if name.starts_with("xl/worksheets/") {
            let beside = self.sheet(part)?;
            self.sheets.insert(name.to_owned(), beside);
        }
        Ok(())
    }

    /// Takes a sheet of the workbook's list.
    pub(super) fn listed(&mut self, sheet: &BytesStart<'_>) {
        self.order.push(attribute(sheet, "id").unwrap_or_default());
    }

    /// What stands beside the cells of the sheet at this place of the workbook.
    pub(super) fn of_sheet(&mut self, place: usize) -> Beside {
        let target = self.order.get(place).and_then(|id| self.targets.get("xl/workbook.xml")?.get(id));
        let Some(target) = target else { return Beside::default() };
        let path = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_lowercase(),
            None => format!("xl/{target}").to_lowercase(),
        };
        let mut beside = self.sheets.remove(&path).unwrap_or_default();
        if let Some(targets) = self.targets.get(&path) {
            for (row, column, id) in std::mem::take(&mut beside.by_id) {
                if let Some(target) = targets.get(&id) {
                    beside.links.push((row, column, target.clone()));
                }
            }
        }
        beside.links.sort_unstable();
        beside.merged.sort_unstable();
        beside
    }

    fn relations(&mut self, part: &mut impl Read) -> Result<HashMap<String, String>, Failed> {
        let mut targets = HashMap::new();
        each(part, |element| {
            if element.local_name().as_ref() == "Relationship" {
                let (mut id, mut target) = (String::new(), String::new());
                for attribute in element.attributes().flatten() {
                    match attribute.key.as_ref() {
                        "Id" => id = value(&attribute),
                        "Target" => target = value(&attribute),
                        _ => {}
                    }
                }
                self.room(target.len())?;
                targets.insert(id, target);
            }
            Ok(())
        })?;
        Ok(targets)
    }

    fn sheet(&mut self, part: &mut impl Read) -> Result<Beside, Failed> {
        let mut tail = BehindCells::new(part);
        let mut beside = Beside::default();
        each(&mut tail, |element| {
            match element.local_name().as_ref() {
                "mergeCell" => {
                    let range = attribute(element, "ref").and_then(|range| range_of(&range));
                    if let Some((first, last)) = range.filter(|(first, last)| last.0 > first.0) {
                        self.room(0)?;
                        beside.merged.push((first.0, first.1, last.0));
                    }
                }
                "hyperlink" => self.link(element, &mut beside)?,
                _ => {}
            }
            Ok(())
        })?;
        beside.has_formulas = tail.has_formulas;
        Ok(beside)
    }

    fn link(&mut self, element: &BytesStart<'_>, beside: &mut Beside) -> Result<(), Failed> {
        let Some((first, last)) = attribute(element, "ref").and_then(|range| range_of(&range)) else {
            return Ok(());
        };
        // A link without an id leads to another cell of the workbook.
        let Some(id) = attribute(element, "id") else { return Ok(()) };
        let (rows, columns) = (last.0.saturating_sub(first.0) + 1, last.1.saturating_sub(first.1) + 1);
        if rows.saturating_mul(columns as u64) > ANCHORS_MAX {
            return Err(Failed::refused(
                format!("a link is anchored to more than {ANCHORS_MAX} cells"),
                "remove the link, or save the table as .csv",
            ));
        }
        for row in first.0..=last.0 {
            for column in first.1..=last.1 {
                self.room(id.len())?;
                beside.by_id.push((row, column, id.clone()));
            }
        }
        Ok(())
    }

    /// Errors: there is no room for another entry.
    fn room(&mut self, bytes: usize) -> Result<(), Failed> {
        self.entries += 1;
        self.bytes += bytes;
        if self.entries > ENTRIES_MAX || self.bytes > TARGETS_MAX {
            return Err(Failed::refused(
                format!("it has more than {ENTRIES_MAX} merged cells and links"),
                "split the table, or save it as .csv",
            ));
        }
        Ok(())
    }
}

/// Shows each element of a part, or of what is left of one.
pub(super) fn each(
    part: &mut impl Read,
    mut take: impl FnMut(&BytesStart<'_>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, part));
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => take(&element)?,
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(damaged(error)),
        }
    }
}

pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = element.attributes().flatten();
    all.find(|attribute| attribute.key.local_name().as_ref() == name).map(|attribute| value(&attribute))
}

fn value(attribute: &quick_xml::events::attributes::Attribute<'_>) -> String {
    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
    value.map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// First and last cell of `A2:B4` or `A2`, each as row from 1 and column from 0.
fn range_of(range: &str) -> Option<((u64, usize), (u64, usize))> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let (first, last) = (cell_of(first)?, cell_of(last)?);
    (first.0 <= last.0 && first.1 <= last.1).then_some((first, last))
}

fn cell_of(cell: &str) -> Option<(u64, usize)> {
    let plain: String = cell.chars().filter(|letter| *letter != '$').collect();
    let digits = plain.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = plain.split_at(digits);
    let mut column = 0_usize;
    for letter in letters.bytes() {
        let digit = letter.to_ascii_uppercase().checked_sub(b'A').filter(|digit| *digit < 26)?;
        column = column.checked_mul(26)?.checked_add(usize::from(digit) + 1)?;
    }
    Some((row.parse().ok()?, column.checked_sub(1)?))
}

/// The text of a sheet's part behind its cells. What is before is only searched for formulas.
struct BehindCells<R> {
    part: R,
    /// Read and not given out yet, once the cells are passed.
    held: Vec<u8>,
    given: usize,
    passed: bool,
    has_formulas: bool,
}

/// The sheet's first element begins within so many bytes.
const ROOT_MAX: usize = 4096;
/// Bytes kept of what was searched, so that nothing is missed between two pieces.
const OVERLAP: usize = 64;

impl<R: Read> BehindCells<R> {
    fn new(part: R) -> Self {
        Self { part, held: Vec::new(), given: 0, passed: false, has_formulas: false }
    }

    /// Reads up to the end of the cells.
    fn pass(&mut self) -> std::io::Result<()> {
        let end = memmem::Finder::new("sheetData>");
        let mut piece = vec![0_u8; 1 << 16];
        let mut total = 0;
        loop {
            let read = self.part.read(&mut piece)?;
            if read == 0 {
                self.held.clear();
                return Ok(());
            }
            self.held.extend_from_slice(piece.get(..read).unwrap_or_default());
            if total < ROOT_MAX {
                // With a prefix before each name, formulas are not looked for but expected.
                self.has_formulas |= memmem::find(&self.held, b":worksheet").is_some();
            }
            total += read;
            let found = end.find_iter(&self.held).find(|at| is_end_tag(&self.held, *at));
            let searched = found.unwrap_or(self.held.len());
            self.has_formulas =
                self.has_formulas || has_formula(self.held.get(..searched).unwrap_or_default());
            if let Some(at) = found {
                self.given = at + "sheetData>".len();
                return Ok(());
            }
            let surplus = self.held.len().saturating_sub(OVERLAP);
            self.held.drain(..surplus);
        }
    }
}

/// Whether the name at this place ends a tag such as `</sheetData>` or `</x:sheetData>`.
fn is_end_tag(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(OVERLAP / 2)..at).unwrap_or_default();
    let tag = memchr::memrchr(b'<', before).and_then(|open| before.get(open + 1..));
    tag.is_some_and(|tag| tag.first() == Some(&b'/'))
}

fn has_formula(text: &[u8]) -> bool {
    memmem::find_iter(text, b"<f").any(|at| matches!(text.get(at + 2), Some(b'>' | b' ' | b'/')))
}

impl<R: Read> Read for BehindCells<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !std::mem::replace(&mut self.passed, true) {
            self.pass()?;
        }
        let left = self.held.get(self.given..).unwrap_or_default();
        if left.is_empty() {
            return self.part.read(buffer);
        }
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_their_names() {
        assert_eq!(range_of("A2:B4"), Some(((2, 0), (4, 1))));
        assert_eq!(range_of("$AA$10"), Some(((10, 26), (10, 26))));
        for wrong in ["", "A", "7", "B4:A2", "A1:", "É1"] {
            assert_eq!(range_of(wrong), None, "{wrong}");
        }
    }

    #[track_caller]
    fn behind(text: &str, step: usize, expected: &str, has_formulas: bool) {
        /// Gives out a few bytes at a time.
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let count = self.1.min(self.0.len()).min(buffer.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let mut reader = BehindCells::new(Slow(text.as_bytes(), step));
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), reader.has_formulas), (expected, has_formulas), "{text} by {step}");
    }

    #[test]
    fn what_is_behind_the_cells_is_found_in_pieces_of_any_size() {
        for step in [1, 7, 1_000] {
            behind("<worksheet><sheetData><c/></sheetData><x/>", step, "<x/>", false);
            behind("<x:worksheet><x:sheetData></x:sheetData><y/>", step, "<y/>", true);
            behind("<worksheet><sheetData><c><f>A1</f></c></sheetData><formula/>", step, "<formula/>", true);
            behind("<worksheet><sheetData><c/></sheetData><f>", step, "<f>", false);
            behind("<worksheet><sheetData/><mergeCells/>", step, "", false);
        }
    }
}
