//! Sheets of a spreadsheet besides the one with the records: child lists, and all sheets for a copy of the file.

use std::path::Path;

use super::parent::{self, Decoded, Sheet};
use super::{FileError, HEADER_ROWS, KnownHeader, Reading, Table, Text};

/// A sheet that is read besides another.
pub(crate) struct Aside {
    /// The sheet's name.
    pub(crate) name: String,
    text: Text,
}

impl Aside {
    fn of(Sheet { name, file, .. }: Sheet) -> Self {
        let (path, sha256, notices) = (file.to_path_buf(), String::new(), Vec::new());
        Self { name, text: Text { path, _temporary: Some(file), sha256, notices } }
    }

    /// The table in it. Errors: no row has a known header.
    pub(crate) fn table(self, path: &Path, known: KnownHeader<'_>) -> Result<Table, FileError> {
        let name = format!("{}, sheet '{}'", path.display(), self.name);
        Table::of_text(path, name, self.text, (Some(self.name), Vec::new()), known)
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        std::fs::metadata(&self.text.path).is_ok_and(|file| file.len() == 0)
    }

    /// Whether one of its first rows has a header. Errors: the copy of the sheet cannot be read.
    pub(crate) fn has_header(&self, is: impl Fn(&str) -> bool) -> Result<bool, FileError> {
        let first = self.rows()?.into_iter().take(HEADER_ROWS);
        Ok(first.into_iter().any(|(_, cells)| cells.iter().any(|cell| is(cell))))
    }

    /// Its rows with their numbers, as they stand, without blank ones. Errors: the copy of the sheet cannot be read.
    pub(crate) fn rows(&self) -> Result<Vec<(u64, Vec<String>)>, FileError> {
        let failed = |error: csv::Error| FileError::io(&self.text.path, std::io::Error::other(error));
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&self.text.path);
        let mut rows = Vec::new();
        for row in reader.map_err(failed)?.into_records() {
            let row = row.map_err(failed)?;
            let mut cells = row.iter();
            let number = cells.next().and_then(|number| number.parse().ok()).unwrap_or_default();
            rows.push((number, cells.map(str::to_owned).collect()));
        }
        Ok(rows)
    }
}

/// Opens the sheet with the best header, and those aside.
pub(super) fn open(
    path: &Path,
    sha256: String,
    known: KnownHeader<'_>,
    aside: &dyn Fn(&str) -> bool,
    reading: &Reading,
) -> Result<Table, FileError> {
    let Decoded { best, aside, notices } = parent::to_csv(path, known, aside, reading)?;
    let Some(Sheet { name, file, .. }) = best else {
        return Err(FileError::unusable(
            path.display().to_string(),
            "all its sheets are child lists of records",
            "add the sheet with the records themselves",
        ));
    };
    let text = Text { path: file.to_path_buf(), _temporary: Some(file), sha256, notices };
    let aside = aside.into_iter().map(Aside::of).collect();
    Table::of_text(path, path.display().to_string(), text, (Some(name), aside), known)
}

/// All sheets of a spreadsheet, in their order. Errors: [`FileError`].
pub(crate) fn sheets(path: &Path, reading: &Reading) -> Result<Vec<Aside>, FileError> {
    let decoded = parent::to_csv(path, &|_| false, &|_| true, reading)?;
    Ok(decoded.aside.into_iter().map(Aside::of).collect())
}
