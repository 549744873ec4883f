//! Why nothing is signed.

use transparency::{LogError, WrongKey};

use crate::StoreError;

/// Why nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// What the database holds does not continue what was signed: somebody must look.
    #[error("the public log is not signed any more: {0}")]
    Refused(String),
    /// Another process does it.
    #[error("another process signs the log just now: try again in half a minute")]
    Another,
    /// Another process should have, and has not yet.
    #[error(
        "{entries} entries are in the public log and {signed} of them are signed: let the register that signs it run, or give \
         this command its key (REGISTER_LOG_KEY_FILE), and try again"
    )]
    Behind {
        /// How many entries there are.
        entries: u64,
        /// How many of them are signed.
        signed: u64,
    },
    /// It may be possible later.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WrongKey> for SignError {
    fn from(error: WrongKey) -> Self {
        Self::Refused(error.to_string())
    }
}

impl From<LogError> for SignError {
    fn from(error: LogError) -> Self {
        let hint = "if files of the log were lost, `register log rebuild` writes them again";
        Self::Refused(format!("{error} ({hint})"))
    }
}
