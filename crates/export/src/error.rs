//! What can go wrong while files are made.

use std::path::Path;

use store::StoreError;
use store::log::signer::SignError;

/// An error of a dump or an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be written or read: the disk is full, or the folder is not ours.
    #[error("{file}: {reason}")]
    File {
        /// Which file.
        file: String,
        /// What the system or the format says.
        reason: String,
    },
    /// There is a dump of that day; dumps never change.
    #[error(
        "there is a dump of {0} already, and dumps never change: look at it, or write into another folder"
    )]
    Exists(String),
    /// Another process writes a dump into the same folder.
    #[error("another dump is being written into {0}: wait for it to end")]
    Busy(String),
    /// The process was asked to stop.
    #[error("it was stopped before it was whole; nothing of it is left")]
    Stopped,
    /// Another process writes it by now: this one was suspended, or could not reach the database, for too long.
    #[error("another process took over while it was written; nothing of it is left")]
    Lost,
    /// The public log in it would not be signed.
    #[error("no dump without a checkpoint of what is in it: {0}")]
    Unsigned(#[source] SignError),
    /// The register was written to while it was read, and the database did not keep the state that was begun with.
    #[error("the database did not keep one state while it was read: write the dump again")]
    Moved,
}

impl From<SignError> for ExportError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Store(error) => Self::Store(error),
            error => Self::Unsigned(error),
        }
    }
}

impl ExportError {
    /// Whether it helps to wait for another process, and to try again soon.
    pub fn is_for_now(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Lost | Self::Moved => true,
            Self::Unsigned(error) => !matches!(error, SignError::Refused(_)),
            _ => false,
        }
    }

    /// An error of a file.
    pub(crate) fn of(file: &Path) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |reason| Self::File { file: file.display().to_string(), reason: reason.to_string() }
    }
}

/// Names the file in an error of reading or writing it.
pub(crate) trait Named<T> {
    /// The same with the file's name.
    fn named(self, file: &Path) -> Result<T, ExportError>;
}

impl<T, E: std::fmt::Display> Named<T> for Result<T, E> {
    fn named(self, file: &Path) -> Result<T, ExportError> {
        self.map_err(|error| ExportError::of(file)(&error))
    }
}
