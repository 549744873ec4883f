//! A whole file in memory: what people upload to become drafts. Larger files are for the command line.

use std::path::Path;

use crate::mapping::Uses;
use crate::sources::{Item, Source, SourceOptions, Step};
use crate::{FileError, RowError};

/// What a file holds.
#[derive(Debug, Default)]
pub struct Upload {
    /// Rows that are records.
    pub items: Vec<Item>,
    /// What is wrong with the others.
    pub errors: Vec<RowError>,
    /// How many rows were rejected.
    pub rejected: u64,
    /// What was decided about the file.
    pub notices: Vec<String>,
}

/// Reads a file of at most so many rows. Errors: [`FileError`] when it cannot be used, or has more.
pub fn read(source: Source, path: &Path, name: &str, most: usize) -> Result<Upload, FileError> {
    let mut opened = source.open(path, &SourceOptions::default())?;
    let mut upload = Upload { notices: std::mem::take(&mut opened.notices), ..Upload::default() };
    let mut uses = Uses::default();
    while let Some(step) = opened.rows.next(&mut uses) {
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
