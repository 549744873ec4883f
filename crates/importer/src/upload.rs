//! Reads a whole file into memory: uploads that become drafts. Larger files go through the command line, which
//! reads them in the same way.

use std::path::Path;

use chrono::NaiveDate;

use crate::load::{Reader, Step};
use crate::sources::{Item, Source, SourceOptions};
use crate::table::Reading;
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
}

impl Upload {
    fn reject(&mut self, errors: Vec<RowError>) {
        self.rejected += 1;
        self.errors.extend(errors);
    }
}

/// Reads a file of at most `most` rows, whose dates are judged on a day. Errors: [`FileError`] if the file cannot be used, has more rows or
/// costs more than it may, or if the reading was stopped.
pub fn read(
    source: Source,
    path: &Path,
    name: &str,
    most: usize,
    reading: &Reading,
    today: NaiveDate,
) -> Result<Upload, FileError> {
    let options = SourceOptions { reading: reading.clone(), today: Some(today), ..SourceOptions::default() };
    let file = source.open(path, &options)?.file;
    let mut upload = Upload { notices: file.input.notices.clone(), ..Upload::default() };
    let mut reader = Reader::new(name.to_owned(), file.items);
    while let Some(step) = reader.step()? {
        reading.unless_stopped(name)?;
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
