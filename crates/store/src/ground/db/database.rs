//! A database: one writer, several readers.

use std::path::{Path, PathBuf};

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
};

use super::address::Address;
use super::counter::{State, state};
use super::writers::{ACQUIRE_TIMEOUT, Opens, Tx, Writers};
use crate::StoreError;
use crate::ground::sql::Sql;

/// Page cache of the SQLite connection that writes, while files of notices are imported, which may be longer than
/// memory; in KiB.
const LITTLE_CACHE_KIB: u32 = 4 * 1024;

/// A database: connections that write and connections that read.
#[derive(Debug, Clone)]
pub struct Db {
    pub(super) writers: Writers,
    pub(crate) read: DatabaseConnection,
    pub(super) address: Address,
}

impl Db {
    pub(super) async fn refuse_newer(&self) -> Result<(), StoreError> {
        let known: Vec<String> =
            Migrator::migrations().iter().map(|change| change.name().to_owned()).collect();
        for applied in self.applied().await? {
            if !known.contains(&applied) {
                return Err(StoreError::Newer(applied));
            }
        }
        Ok(())
    }

    pub(crate) async fn applied(&self) -> Result<Vec<String>, StoreError> {
        let there = match self.backend() {
            DbBackend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'",
            _ => "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('seaql_migrations')",
        };
        if Sql::new(there).number(&self.read).await? == 0 {
            return Ok(Vec::new());
        }
        let rows = Sql::new("SELECT version FROM seaql_migrations ORDER BY version").all(&self.read).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// Begins a transaction that writes; one at a time, on either database. On SQLite it takes the write lock
    /// at once, so that a later statement cannot fail for want of it; on PostgreSQL counting the revision
    /// locks the counter's row, so that no two writers wait for each other's rows.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.begin_knowing().await?.0)
    }

    /// The same, and how often what names mean has changed.
    pub async fn begin_knowing(&self) -> Result<(Tx, i64), StoreError> {
        let tx = self.begin_quietly().await?;
        let counted = "UPDATE change_counter SET revision = revision + 1 WHERE id = 1 RETURNING names";
        let names = Sql::new(counted).number(&tx).await?;
        Ok((tx, names))
    }

    /// Begins a transaction that writes nothing public: what was prepared for readers stays good. On PostgreSQL
    /// such writers do not wait for each other.
    pub async fn begin_quietly(&self) -> Result<Tx, StoreError> {
        self.writers.begin().await
    }

    /// Runs one statement that no transaction may be around.
    pub(crate) async fn run_alone(&self, statement: &str) -> Result<Vec<QueryResult>, StoreError> {
        let held = self.writers.take_any().await?;
        let rows = Sql::new(statement).all(held.connection()).await?;
        held.keep();
        Ok(rows)
    }

    /// Why the last write failed; `None` when it did not. A register that was opened to be read only has no such.
    pub fn failing(&self) -> Option<String> {
        self.writers.failing()
    }

    /// Whether it may be written to: it is not on a file system that takes no writes.
    pub fn takes_writes(&self) -> bool {
        self.writers.take_writes()
    }

    /// Keeps little of an embedded database in memory from now on: for writing what is longer than memory, where keeping
    /// more would not help.
    pub async fn keep_little(&self) -> Result<(), StoreError> {
        self.writers.cache(LITTLE_CACHE_KIB).await
    }

    /// Which database it is.
    pub(crate) fn backend(&self) -> DbBackend {
        match self.address {
            Address::Sqlite(_) => DbBackend::Sqlite,
            Address::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// `sqlite` or `postgres`, and where, without secrets.
    pub fn describe(&self) -> String {
        self.address.describe()
    }

    /// The file of an embedded database.
    pub fn file(&self) -> Option<&Path> {
        self.address.file()
    }

    /// The file at which an address looks for an embedded database. Errors: [`StoreError::BadAddress`].
    pub fn file_at(url: &str) -> Result<Option<PathBuf>, StoreError> {
        Ok(url.parse::<Address>()?.file().map(Path::to_owned))
    }

    /// The same database as it is now, however long reading it takes: one connection that reads one state. It writes
    /// nothing; close it when it has been read.
    pub async fn still(&self) -> Result<Self, StoreError> {
        let read = self.address.still().await?;
        let writers = Writers::new(Opens::Nothing, 1, None);
        let still = Self { writers, read, address: self.address.clone() };
        // The first read chooses the state.
        still.state().await?;
        Ok(still)
    }

    /// A connection of its own, beside those that requests share: for what is held for long.
    pub(crate) async fn own_connection(&self) -> Result<DatabaseConnection, StoreError> {
        self.address.connect().await
    }

    /// Where the register stands.
    pub async fn state(&self) -> Result<State, StoreError> {
        state(&self.read).await
    }

    /// Closes every connection, in some seconds even if one is still in use.
    pub async fn close(self) {
        // Nothing is lost when closing fails: it was only read. A writer goes last: it can put what stands in SQLite's
        // write-ahead log where it belongs.
        let _ = tokio::time::timeout(ACQUIRE_TIMEOUT, self.read.close()).await;
        self.writers.close().await;
    }
}

/// A connection to read by: a [`Db`], or the [`Tx`] of a write that has begun. Code that holds a `Tx`
/// reads through it: if it asked for a second connection, everybody would wait once many did the same.
pub trait Reads: ConnectionTrait {}

impl<T: ConnectionTrait> Reads for T {}

/// Reads by any free connection. It writes nothing: a write begins with [`Db::begin`].
#[async_trait::async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(no_transaction())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(no_transaction())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.read.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.read.query_all_raw(statement).await
    }
}

fn no_transaction() -> DbErr {
    DbErr::Exec(RuntimeErr::Internal("a write that began no transaction".to_owned()))
}
