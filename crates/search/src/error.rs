//! Why a search, or keeping the index, failed.

use chrono::NaiveDate;
use store::StoreError;

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index failed.
    #[error("the search index failed: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// Indexes of too many past days are being asked for at once.
    #[error("the register of {0} is not at hand yet: ask again in a moment")]
    Busy(NaiveDate),
    /// The folder of the index cannot be used.
    #[error("the folder of the search index cannot be used: {path}: {error}")]
    Folder {
        /// The folder.
        path: String,
        /// The system's error.
        error: std::io::Error,
    },
    /// Another process writes the index and does not keep it up to date.
    #[error("another process keeps the search index in {0} and is behind: stop it, or wait and try again")]
    Behind(String),
    /// A task of the program itself failed.
    #[error("searching broke off: {0}")]
    Broken(String),
}
