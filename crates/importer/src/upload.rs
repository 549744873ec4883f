//! Reads a whole file into memory: uploads that become drafts. Larger files go through the command line, which
//! reads them in the same way.

use std::path::Path;

use crate::load::{Reader, Step};
use crate::sources::{Item, Source, SourceOptions};
use crate::{FileError, RowError};

/// The content of an uploaded file.
#[derive(Debug, Default)]
pub struct Upload {
    /// Rows that became records.
    pub items: Vec<Item>,
    /// Everything wrong with the other rows.
    pub errors: Vec<RowError>,
    /// Number of rows rejected; one row can have several errors.
    pub rejected: u64,
    /// Notices about how the file was read, such as its encoding.
    pub notices: Vec<String>,
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
}

impl Upload {
    fn reject(&mut self, errors: Vec<RowError>) {
        self.rejected += 1;
        self.errors.extend(errors);
    }
}

/// Reads a file of at most `most` rows, whose name is shown as `name`. Errors: [`FileError`] if the file cannot be used,
/// has more rows or costs more than it may, or if the reading was stopped.
pub fn read(
    source: Source,
    path: &Path,
    name: &str,
    most: usize,
    options: &SourceOptions,
) -> Result<Upload, FileError> {
    let file = source.open(path, options)?.file;
    let (notices, sha256) = (file.input.notices.clone(), file.input.sha256.clone());
    let mut upload = Upload { notices, sha256, ..Upload::default() };
    let mut reader = Reader::new(name.to_owned(), file.items);
    while let Some(step) = reader.step()? {
        options.reading.unless_stopped(name)?;
        match step {
            Step::Item(item) => upload.items.push(*item),
            Step::Nothing => {}
            Step::Rejected(errors) => upload.reject(errors),
            Step::Stopped(error) => upload.reject(vec![error]),
        }
        if upload.items.len() + upload.rejected as usize > most {
            return Err(FileError::unusable(
                name,
                format!("it has more than {most} rows"),
                "split it, or let the register's operator import it on the command line".to_owned(),
            ));
        }
    }
    if let Some(account) = reader.account() {
        upload.notices.extend(account.notices());
    }
    Ok(upload)
}
