//! Why the log could not be signed.

use transparency::{LogError, WrongKey};

use crate::StoreError;

/// Why the log could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The database does not continue what was signed. Somebody must look.
    #[error("the public log is not signed any more: {0}")]
    Refused(String),
    /// Another process is signing.
    #[error("another process signs the log just now: try again in half a minute")]
    Another,
    /// Another process should have signed, and has not yet.
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
    /// The store failed; it may work later.
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
