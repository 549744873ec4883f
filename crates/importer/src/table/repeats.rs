//! Finds the rows of a table that have the same key, before any is read, so that what becomes of them does
//! not depend on their order.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::hash::BuildHasher;
use std::path::Path;

use super::rows::{RawRows, cells_of};
use super::{FileError, marks};
use crate::RowError;

/// Writes the key of a row into a text; leaves it empty for a row without one.
pub type KeyOf<'a> = &'a dyn Fn(&[&str], &mut String);

/// The rows whose key stands more than once.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// For each such row, by its line, the group it belongs to.
    groups: HashMap<u64, usize>,
    /// The lines of each group, and its key.
    members: Vec<(Vec<u64>, String)>,
    /// Rows that say exactly what an earlier row says.
    identical: HashSet<u64>,
}

impl Repeats {
    /// Whether an earlier row says exactly the same.
    pub(super) fn is_identical(&self, line: u64) -> bool {
        self.identical.contains(&line)
    }

    /// What is wrong with a row whose key other rows have as well.
    pub(super) fn fault(&self, line: u64, of_sheet: bool) -> Option<RowError> {
        let (lines, key) = self.members.get(*self.groups.get(&line)?)?;
        let others: Vec<String> =
            lines.iter().filter(|other| **other != line).take(5).map(ToString::to_string).collect();
        let more = lines.len() - 1 - others.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let unit = match (of_sheet, others.len()) {
            (true, 1) => "row",
            (true, _) => "rows",
            (false, 1) => "line",
            (false, _) => "lines",
        };
        Some(RowError {
            value: domain::cell::short(key),
            ..RowError::row(
                line,
                "repeated-key",
                format!(
                    "the key '{}' stands in {unit} {}{more} as well, and the rows differ",
                    domain::cell::short(key),
                    others.join(", ")
                ),
                "give each row a key of its own, or leave one of them out",
            )
        })
    }
}

/// Goes through the rows below the header once. Errors: the text cannot be read.
pub(super) fn find(
    path: &Path,
    rows: RawRows,
    header_line: u64,
    key_of: KeyOf<'_>,
) -> Result<Repeats, FileError> {
    let mut finder = Finder {
        path,
        numbered: rows.numbered,
        separator: rows.separator,
        again: None,
        firsts: HashMap::new(),
        found: Repeats::default(),
    };
    let hasher = RandomState::new();
    let mut key = String::new();
    let mut failed = None;
    each(rows, header_line, |row, cells| {
        key.clear();
        key_of(cells, &mut key);
        if key.is_empty() || failed.is_some() {
            return;
        }
        match finder.firsts.entry(hasher.hash_one(&key)) {
            Entry::Vacant(place) => {
                place.insert(vec![row]);
            }
            Entry::Occupied(place) => {
                let hash = *place.key();
                failed = finder.meet(hash, row, &key, cells, key_of).err();
            }
        }
    });
    failed.map_or(Ok(finder.found), Err)
}

/// Shows the trimmed cells of each row below the header.
pub(super) fn each(mut rows: RawRows, header_line: u64, mut look: impl FnMut(First, &[&str])) {
    while let Some(row) = rows.next_record() {
        // What is wrong with a row is said when it is read.
        let Ok((line, _)) = row else { continue };
        let line = rows.sheet_line(line);
        let (cells, Some(position)) = rows.cells() else { continue };
        if line > header_line {
            let cells: Vec<&str> = cells.map(|cell| plain(cell, rows.numbered)).collect();
            look(First { line, position: position.clone(), group: None }, &cells);
        }
    }
}

/// A cell as it counts in a key.
fn plain(cell: &str, of_sheet: bool) -> &str {
    // Only the process that reads spreadsheets writes marks.
    if of_sheet { marks::cut(cell).0.trim() } else { cell.trim() }
}

/// A row that stands for all that say the same.
pub(super) struct First {
    line: u64,
    position: csv::Position,
    group: Option<usize>,
}

struct Finder<'a> {
    path: &'a Path,
    numbered: bool,
    separator: u8,
    /// Reads earlier rows again.
    again: Option<csv::Reader<File>>,
    /// The rows met so far, by the hash of their keys: memory grows with the number of rows, not with their
    /// size.
    firsts: HashMap<u64, Vec<First>>,
    found: Repeats,
}

impl Finder<'_> {
    /// Takes a row whose key has the hash of an earlier one.
    fn meet(
        &mut self,
        hash: u64,
        mut row: First,
        key: &str,
        cells: &[&str],
        key_of: KeyOf<'_>,
    ) -> Result<(), FileError> {
        let mut firsts = self.firsts.remove(&hash).unwrap_or_default();
        let mut other_key = String::new();
        for first in &mut firsts {
            let record = self.read_again(&first.position)?;
            let other: Vec<&str> =
                cells_of(&record, self.numbered).map(|cell| plain(cell, self.numbered)).collect();
            other_key.clear();
            key_of(&other, &mut other_key);
            if other_key != key {
                continue;
            }
            if other == cells {
                self.found.identical.insert(row.line);
                self.firsts.insert(hash, firsts);
                return Ok(());
            }
            let group = *first.group.get_or_insert_with(|| {
                self.found.members.push((vec![first.line], key.to_owned()));
                self.found.members.len() - 1
            });
            self.found.groups.insert(first.line, group);
            row.group = Some(group);
        }
        if let Some(group) = row.group
            && let Some((lines, _)) = self.found.members.get_mut(group)
        {
            lines.push(row.line);
            self.found.groups.insert(row.line, group);
        }
        firsts.push(row);
        self.firsts.insert(hash, firsts);
        Ok(())
    }

    fn read_again(&mut self, position: &csv::Position) -> Result<csv::StringRecord, FileError> {
        let io = |error: csv::Error| FileError::io(self.path, std::io::Error::other(error));
        let reader = match &mut self.again {
            Some(reader) => reader,
            again => {
                let file = File::open(self.path).map_err(|error| FileError::io(self.path, error))?;
                again.insert(
                    csv::ReaderBuilder::new()
                        .has_headers(false)
                        .flexible(true)
                        .delimiter(self.separator)
                        .terminator(csv::Terminator::Any(b'\n'))
                        .from_reader(file),
                )
            }
        };
        reader.seek(position.clone()).map_err(io)?;
        let mut record = csv::StringRecord::new();
        reader.read_record(&mut record).map_err(io)?;
        Ok(record)
    }
}
