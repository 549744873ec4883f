//! Reads a whole file into memory: uploads that become drafts. Larger files go through the command line.

use std::path::Path;

use crate::mapping::Uses;
use crate::sources::{Item, Source, SourceOptions, Step};
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

/// Reads a file of at most `most` rows. Errors: [`FileError`] if the file cannot be used, has more rows or
/// costs more than it may, or if the reading was stopped.
pub fn read(
    source: Source,
    path: &Path,
    name: &str,
    most: usize,
    reading: &Reading,
) -> Result<Upload, FileError> {
    let options = SourceOptions { reading: reading.clone(), ..SourceOptions::default() };
    let mut opened = source.open(path, &options)?;
    let mut upload = Upload { notices: std::mem::take(&mut opened.notices), ..Upload::default() };
    let mut uses = Uses::default();
    while let Some(step) = opened.rows.next(&mut uses) {
        reading.unless_stopped(name)?;
        match step {
            Step::Item(item) => upload.items.push(*item),
            Step::Nothing => {}
            Step::Rejected(errors) => {
                upload.rejected += 1;
                upload.errors.extend(errors.into_iter().map(|error| error.in_file(name)));
            }
        }
        if upload.items.len() + upload.rejected as usize > most {
            return Err(FileError::unusable(
                name,
                format!("it has more than {most} rows"),
                "split it, or let whoever runs the register import it on the command line".to_owned(),
            ));
        }
    }
    Ok(upload)
}
