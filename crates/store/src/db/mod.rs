//! Opening the database safely: the settings durability needs, one writer, several readers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
};

use crate::sql::Sql;
use crate::{StoreError, log, settings};

mod health;
mod open;
mod tx;
mod writers;

use open::Address;
pub use open::{Options, POSTGRES_READERS, POSTGRES_WRITERS};
pub use tx::Tx;
use writers::Writers;

/// How long a statement waits for the writer before it says that the database is locked.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Page cache of the SQLite connection that writes, while files of notices are imported, which may be longer than
/// memory; in KiB.
const LITTLE_CACHE_KIB: u32 = 4 * 1024;
/// Key of the PostgreSQL advisory lock under which one replica at a time migrates.
const MIGRATION_LOCK: i64 = 0x4F41_5201;

/// A database: connections that write and connections that read.
#[derive(Debug, Clone)]
pub struct Db {
    writers: Writers,
    pub(crate) read: DatabaseConnection,
    address: Address,
}

impl Db {
    async fn refuse_newer(&self) -> Result<(), StoreError> {
        let known: Vec<String> =
            Migrator::migrations().iter().map(|change| change.name().to_owned()).collect();
        for applied in self.applied().await? {
            if !known.contains(&applied) {
                return Err(StoreError::Newer(applied));
            }
        }
        Ok(())
    }

    async fn applied(&self) -> Result<Vec<String>, StoreError> {
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

    /// Brings the schema up to date; returns how many changes were applied. Several replicas may call it
    /// at once.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let before = self.applied().await?.len();
        if before == Migrator::migrations().len() {
            return Ok(0);
        }
        // All of it or nothing: a process killed here leaves no table that the next would meet.
        let tx = self.begin_quietly().await?;
        if self.backend() != DbBackend::Sqlite {
            let mut lock = Sql::new("SELECT pg_advisory_xact_lock(");
            lock.bind(MIGRATION_LOCK).push(")").one(&tx).await?;
        }
        Migrator::up(tx.itself()?, None).await?;
        // What an older release published is entered into the log once, in its order.
        Sql::new("UPDATE change_counter SET value = value WHERE id = 1").run(&tx).await?;
        log::enter_missing(&tx).await?;
        settings::name_database(&tx).await?;
        tx.commit().await?;
        Ok(Migrator::migrations().len() - before)
    }

    /// How many changes the schema still needs.
    pub async fn pending(&self) -> Result<usize, StoreError> {
        Ok(Migrator::migrations().len().saturating_sub(self.applied().await?.len()))
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
    pub(crate) async fn run_alone(&self, statement: &str) -> Result<Vec<sea_orm::QueryResult>, StoreError> {
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
        let writers = Writers::new(writers::Opens::Nothing, 1, None);
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

/// Where a register stands. Two equal states of one database answer alike, but for what follows from the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The number of the latest change.
    pub change: i64,
    /// When it was made.
    pub changed_at: DateTime<Utc>,
    /// How many transactions have written anything at all.
    pub revision: i64,
}

pub(crate) async fn state(conn: &impl ConnectionTrait) -> Result<State, StoreError> {
    let sql = Sql::new("SELECT value, changed_at, revision FROM change_counter WHERE id = 1");
    let Some(row) = sql.one(conn).await? else {
        return Err(StoreError::inconsistent("change_counter", "id", 1, "the row is missing"));
    };
    Ok(State {
        change: row.try_get_by_index(0)?,
        changed_at: instant(row.try_get_by_index(1)?),
        revision: row.try_get_by_index(2)?,
    })
}

/// The next number of the counter for a write that is not a change: something is listed again.
pub(crate) async fn touch(tx: &Tx) -> Result<i64, StoreError> {
    Sql::new("UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value").number(tx).await
}

/// Counts `n` changes and returns the number of the first. The counter's row is locked until the
/// transaction ends, so changes become visible in the order of their numbers.
pub(crate) async fn count_changes(tx: &Tx, n: usize, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let mut update = Sql::new("UPDATE change_counter SET value = value + ");
    update.bind(n as i64).push(", changed_at = ").bind(micros(now)).push(" WHERE id = 1 RETURNING value");
    Ok(update.number(tx).await? - n as i64 + 1)
}

/// An instant as whole microseconds since 1970.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// When a day ends in UTC, in whole microseconds. The last day there can be has no end; everything was before it.
pub(crate) fn end_of(day: NaiveDate) -> i64 {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    micros(next.and_time(NaiveTime::MIN).and_utc())
}

/// Whole microseconds since 1970 as an instant; what is out of range becomes the epoch.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
