//! The rows of a table as they stand, for a copy of the file.

use super::Table;

impl Table {
    /// All its rows with their lines: those above the header, the header, and those below. Blank rows are left out; one
    /// that cannot be read has no cells.
    pub(crate) fn whole(self) -> impl Iterator<Item = (u64, Vec<String>)> {
        let Self { headers, header_line, mut rows, _text: text, .. } = self;
        let above: Vec<_> = std::mem::take(&mut rows.above);
        let above = above.into_iter().map(|row| (row.line, row.cells));
        let below = std::iter::from_fn(move || {
            // The text goes when its rows are read.
            let _text = &text;
            let row = rows.held.pop().map(Ok).or_else(|| rows.read())?;
            Some(row.map_or_else(|error| (error.line, Vec::new()), |row| (row.line, row.cells)))
        });
        above.chain(std::iter::once((header_line, headers))).chain(below)
    }

    /// Whether its text is not the file itself, because that is compressed or in another encoding.
    pub(crate) fn was_decoded(&self) -> bool {
        self.sheet.is_none() && self._text._temporary.is_some()
    }
}
