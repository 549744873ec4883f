//! The rows of a table as they stand, for a copy of the file.

use super::Table;
use super::rows::Raw;
use crate::RowError;

/// A row as it stands in the file.
#[derive(Debug)]
pub(crate) enum Whole {
    /// A row above the header.
    Above(Vec<String>),
    /// The header.
    Header(Vec<String>),
    /// A row below the header, with its line. One that cannot be read has no cells.
    Below(u64, Vec<String>),
}

impl Table {
    /// All its rows, in their order, without blank ones.
    pub(crate) fn whole(self) -> impl Iterator<Item = Whole> {
        let Self { headers, mut rows, above, mut held, text, .. } = self;
        let cells = |row: Result<Raw, RowError>| row.map(|row| row.cells).unwrap_or_default();
        let above = above.into_iter().map(move |row| Whole::Above(cells(row)));
        let below = std::iter::from_fn(move || {
            // The text goes when its rows are read.
            let _text = &text;
            let row = held.pop().or_else(|| rows.next())?;
            Some(row.map_or_else(
                |error| Whole::Below(error.line, Vec::new()),
                |row| Whole::Below(row.line, row.cells),
            ))
        });
        above.chain(std::iter::once(Whole::Header(headers))).chain(below)
    }

    /// Whether its text is not the file itself, because that is compressed, in another encoding, or has
    /// other quotes.
    pub(crate) fn was_decoded(&self) -> bool {
        self.sheet.is_none() && self.text._temporary.is_some()
    }
}
