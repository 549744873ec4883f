//! What can go wrong while files are made.

use std::path::Path;

use store::StoreError;
use store::log::signer::SignError;

/// Why a dump or an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be written or read: the disk is full, say, or the folder belongs to somebody else.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// What the system or the format's library says.
        reason: String,
    },
    /// There is already a dump of that name, and dumps never change.
    #[error(
        "there is a dump of {0} already, and dumps never change: look at it, or write into another folder"
    )]
    Exists(String),
    /// Another process is writing a dump to the same folder.
    #[error("another dump is being written into {0}: wait for it to end")]
    Busy(String),
    /// The process was asked to stop.
    #[error("it was stopped before it was whole; nothing of it is left")]
    Stopped,
    /// Another process has taken over: this one was suspended, or cut off from the database, for too long.
    #[error("another process took over while it was written; nothing of it is left")]
    Lost,
    /// The public log could not be signed.
    #[error("no dump without a checkpoint of what is in it: {0}")]
    Unsigned(#[source] SignError),
    /// The register changed while it was read, and the database did not keep the snapshot.
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
    /// Whether another process is the cause, so that trying again soon may help.
    pub fn is_for_now(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Lost | Self::Moved => true,
            Self::Unsigned(error) => !matches!(error, SignError::Refused(_)),
            _ => false,
        }
    }

    /// An error about a file.
    pub(crate) fn of(file: &Path) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |reason| Self::File { file: file.display().to_string(), reason: reason.to_string() }
    }
}

/// Adds the file's name to an error.
pub(crate) trait Named<T> {
    /// The same result, with the file named in its error.
    fn named(self, file: &Path) -> Result<T, ExportError>;
}

impl<T, E: std::fmt::Display> Named<T> for Result<T, E> {
    fn named(self, file: &Path) -> Result<T, ExportError> {
        self.map_err(|error| ExportError::of(file)(&error))
    }
}
