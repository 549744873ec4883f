//! [`Db`]: the connections that write and those that read.

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

/// Page cache of the writing SQLite connection while notices are imported, in KiB: they may be larger than
/// memory, so caching more does not help.
const LITTLE_CACHE_KIB: u32 = 4 * 1024;

/// A database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Db {
    pub(super) writers: Writers,
    pub(crate) read: DatabaseConnection,
    pub(super) address: Address,
}

impl Db {
    /// Refuses a database with migrations that this release does not know. Errors: [`StoreError::Newer`].
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

    /// Names of the migrations applied; empty for a new database.
    pub(crate) async fn applied(&self) -> Result<Vec<String>, StoreError> {
        let there = match self.backend() {
            DbBackend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'",
            _ => "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('seaql_migrations')",
        };
        if Sql::new(there).number(&self.read).await? == 0 {
            return Ok(Vec::new());
        }
        let rows = Sql::new("SELECT version FROM seaql_migrations ORDER BY version").all(&self.read).await?;
        rows.iter().map(|row| Ok(row.try_get_by("version")?)).collect()
    }

    /// Begins a public write; they take turns, on both databases. SQLite takes the write lock at once, so that
    /// no later statement can fail because it lacks it; on PostgreSQL counting the revision locks the counter's row,
    /// so that two publications cannot deadlock (decision 5).
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.begin_knowing().await?.0)
    }

    /// The same, with the name-table revision at the start of this write.
    pub async fn begin_knowing(&self) -> Result<(Tx, i64), StoreError> {
        let tx = self.begin_quietly().await?;
        let counted = "UPDATE change_counter SET revision = revision + 1 WHERE id = 1 RETURNING names";
        let names = Sql::new(counted).number(&tx).await?;
        Ok((tx, names))
    }

    /// Begins a write that changes nothing public: prepared answers stay valid (decision 6). On PostgreSQL such
    /// writers do not wait for each other.
    pub async fn begin_quietly(&self) -> Result<Tx, StoreError> {
        self.writers.begin().await
    }

    /// Runs a statement that must be outside a transaction, such as `VACUUM`.
    pub(crate) async fn run_alone(&self, statement: &str) -> Result<Vec<QueryResult>, StoreError> {
        let held = self.writers.take_any().await?;
        let rows = Sql::new(statement).all(held.connection()).await?;
        held.keep();
        Ok(rows)
    }

    /// Why the last write failed; `None` if it did not, or if nothing can be written here.
    pub fn failing(&self) -> Option<String> {
        self.writers.failing()
    }

    /// Whether it takes writes: `false` on a read-only file system.
    pub fn takes_writes(&self) -> bool {
        self.writers.take_writes()
    }

    /// Shrinks the page cache of an embedded database, for importing files larger than memory.
    pub async fn keep_little(&self) -> Result<(), StoreError> {
        self.writers.cache(LITTLE_CACHE_KIB).await
    }

    /// SQLite or PostgreSQL.
    pub(crate) fn backend(&self) -> DbBackend {
        match self.address {
            Address::Sqlite(_) => DbBackend::Sqlite,
            Address::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// `sqlite` or `postgres` and the location, without secrets.
    pub fn describe(&self) -> String {
        self.address.describe()
    }

    /// The file of an embedded database.
    pub fn file(&self) -> Option<&Path> {
        self.address.file()
    }

    /// The file an address refers to, if it is an embedded database. Errors: [`StoreError::BadAddress`].
    pub fn file_at(url: &str) -> Result<Option<PathBuf>, StoreError> {
        Ok(url.parse::<Address>()?.file().map(Path::to_owned))
    }

    /// Whether there is a database at an address: one on a server, or the file of an embedded one. Errors:
    /// [`StoreError::BadAddress`].
    pub fn is_at(url: &str) -> Result<bool, StoreError> {
        let file = Self::file_at(url)?;
        Ok(file.is_none_or(|file| file.metadata().is_ok_and(|file| file.len() > 0)))
    }

    /// Whether it has every migration of this release.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(self.applied().await?.len() >= Migrator::migrations().len())
    }

    /// The database frozen as it is now, however long reading takes: one connection, one state, no writes.
    /// Close it after reading.
    pub async fn still(&self) -> Result<Self, StoreError> {
        let read = self.address.still().await?;
        let writers = Writers::new(Opens::Nothing, 1, None);
        let still = Self { writers, read, address: self.address.clone() };
        // A transaction's state is fixed by its first read, not by BEGIN.
        still.state().await?;
        Ok(still)
    }

    /// A connection outside the pools, for something held for long.
    pub(crate) async fn own_connection(&self) -> Result<DatabaseConnection, StoreError> {
        self.address.connect().await
    }

    /// Where the register stands.
    pub async fn state(&self) -> Result<State, StoreError> {
        state(&self.read).await
    }

    /// Closes every connection; takes a few seconds if one is still in use.
    pub async fn close(self) {
        // Readers first: whatever fails, nothing is lost. The writer last, so that it can move SQLite's
        // write-ahead log into the file; otherwise a copy of the file alone would lack the latest writes.
        let _ = tokio::time::timeout(ACQUIRE_TIMEOUT, self.read.close()).await;
        self.writers.close().await;
    }
}

/// Something to read through: a [`Db`], or the [`Tx`] of a write. Code that has a `Tx` must read through it: if
/// it asked for a second connection, enough writers at once would all wait for each other.
pub trait Reads: ConnectionTrait {}

impl<T: ConnectionTrait> Reads for T {}

/// Reads on any free connection, and refuses writes: they begin with [`Db::begin`].
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
