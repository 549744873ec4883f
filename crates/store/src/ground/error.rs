//! The store's error, with a variant for each thing a caller can do about it.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::sqlite::SqliteError;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is unreachable, locked or full; the same call may succeed later.
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
    /// The database's settings do not guarantee that a committed write survives a crash.
    #[error("the database is not safe to write to: {0}")]
    Unsafe(String),
    /// There is no key to encrypt a secret with.
    #[error(
        "there is no key that encrypts secrets: the register's operator must set REGISTER_SECRETS_KEY_FILE"
    )]
    NoKey,
    /// Not a database address we know.
    #[error("'{0}' is not a database address: use sqlite://FILE or postgres://...")]
    BadAddress(String),
    /// Another import of the same source is running.
    #[error("another import of {0} is running: wait for it to end, then run this one again")]
    ImportRunning(String),
    /// A stored value that this release could not have written: a damaged or altered row.
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
    /// The request contradicts what is stored.
    #[error("{0}")]
    Conflict(String),
    /// Any other database error.
    #[error("the database failed: {0}")]
    Database(#[source] DbErr),
}

impl StoreError {
    /// An [`Inconsistent`](Self::Inconsistent): which table, column and row, and why.
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
        let fault = match &error {
            DbErr::ConnectionAcquire(_) => Fault::Outside,
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => fault_of(cause),
            _ => Fault::Inside,
        };
        match fault {
            Fault::ReadOnly => Self::ReadOnly,
            Fault::Outside => Self::Unavailable(error.to_string()),
            Fault::Inside => Self::Database(error),
        }
    }
}

/// Whose fault a database error is.
enum Fault {
    /// The disk, the network or the server; it may work later.
    Outside,
    /// It takes no writes.
    ReadOnly,
    /// Ours: the statement or its values.
    Inside,
}

fn fault_of(error: &sqlx::Error) -> Fault {
    use sqlx::Error;
    match error {
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => Fault::Outside,
        Error::Database(said) => match said.code() {
            Some(code) if said.try_downcast_ref::<SqliteError>().is_some() => sqlite_fault(&code),
            Some(code) => postgres_fault(&code),
            None => Fault::Inside,
        },
        _ => Fault::Inside,
    }
}

/// By result code; its low byte is the primary code (sqlite.org/rescode.html).
fn sqlite_fault(code: &str) -> Fault {
    match code.parse::<u32>().map(|code| code & 0xff) {
        // BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB
        Ok(5 | 6 | 7 | 9 | 10 | 11 | 13 | 14 | 15 | 26) => Fault::Outside,
        Ok(8) => Fault::ReadOnly,
        _ => Fault::Inside,
    }
}

/// By SQLSTATE; its first two characters are the class (PostgreSQL, appendix A).
fn postgres_fault(code: &str) -> Fault {
    match code {
        "25006" => Fault::ReadOnly,
        // Serialisation failure, deadlock, lock not available: worth trying again.
        "40001" | "40P01" | "55P03" => Fault::Outside,
        // Classes: connection, insufficient resources, operator intervention, system error, internal error
        // (damaged data).
        _ if ["08", "53", "57", "58", "XX"].contains(&code.get(..2).unwrap_or_default()) => Fault::Outside,
        _ => Fault::Inside,
    }
}
