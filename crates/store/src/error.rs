//! What can go wrong below, told apart by what a caller can do about it.

use sea_orm::{DbErr, RuntimeErr};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is locked or is full; the same call may work later.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// The database takes no writes.
    #[error("the database is read-only")]
    ReadOnly,
    /// The database was made by a newer release.
    #[error(
        "the database was made by a newer release of the register (it has the change {0}): use that release"
    )]
    Newer(String),
    /// The database does not have the settings durability needs.
    #[error("the database is not safe to write to: {0}")]
    Unsafe(String),
    /// The address of the database is not one we know.
    #[error("'{0}' is not a database address: use sqlite://FILE or postgres://...")]
    BadAddress(String),
    /// Another import of the same source is running.
    #[error("another import of {0} is running: wait for it to end, then run this one again")]
    ImportRunning(String),
    /// A stored value cannot be what it should be.
    #[error("stored data are inconsistent: {table}.{column} of {id}: {reason}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Which row.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// Somebody changed it since it was read.
    #[error("somebody changed it since it was read")]
    Stale,
    /// Something the caller asked for contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// Any other fault of the database.
    #[error("the database failed: {0}")]
    Database(#[source] DbErr),
}

impl StoreError {
    /// Something stored that cannot be what it should be.
    pub fn inconsistent(
        table: &'static str,
        column: &'static str,
        id: impl ToString,
        reason: impl ToString,
    ) -> Self {
        Self::Inconsistent { table, column, id: id.to_string(), reason: reason.to_string() }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let text = error.to_string();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["readonly database", "read-only transaction"]) {
            return Self::ReadOnly;
        }
        let unavailable = matches!(
            &error,
            DbErr::ConnectionAcquire(_)
                | DbErr::Conn(_)
                | DbErr::Exec(RuntimeErr::SqlxError(_))
                | DbErr::Query(RuntimeErr::SqlxError(_))
        ) && has(&[
            "database is locked",
            "database table is locked",
            "disk is full",
            "disk I/O error",
            "unable to open",
            "Connection refused",
            "connection closed",
            "Connection reset",
            "Broken pipe",
            "timed out",
            "timeout",
            "PoolClosed",
            "shutting down",
            "starting up",
            "terminating connection",
            "No such file",
            "unexpected end of file",
            "No space left",
        ]);
        if unavailable || matches!(error, DbErr::ConnectionAcquire(_)) {
            return Self::Unavailable(text);
        }
        Self::Database(error)
    }
}
