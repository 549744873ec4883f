//! Opening the database safely: the settings durability needs, one writer, several readers.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::sql::Sql;
use crate::{StoreError, log, settings};

/// How long a statement waits for the writer before it says that the database is locked.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that read SQLite at once.
const SQLITE_READERS: u32 = 8;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Page cache of the SQLite connection that writes, in KiB.
const WRITER_CACHE_KIB: u32 = 32 * 1024;
/// The same while files of notices are imported, which may be longer than memory.
const LITTLE_CACHE_KIB: u32 = 4 * 1024;
/// Page cache of each SQLite connection that reads, in KiB.
const READER_CACHE_KIB: u32 = 8 * 1024;
/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 64;
/// Rows that SQLite reads ahead of who asked for them.
const ROWS_AHEAD: usize = 128;
/// Pages of 8 KiB in the write-ahead log before it is moved into the database.
const WAL_PAGES: u32 = 4_000;
/// Key of the PostgreSQL advisory lock under which one replica at a time migrates.
const MIGRATION_LOCK: i64 = 0x4F41_5201;

/// A transaction that writes. What is not committed never happened.
pub type Tx = DatabaseTransaction;

/// A database: a connection that writes and connections that read.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) write: DatabaseConnection,
    pub(crate) read: DatabaseConnection,
    address: Address,
}

/// Where a database is.
#[derive(Debug, Clone)]
enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl FromStr for Address {
    type Err = StoreError;
    fn from_str(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(StoreError::BadAddress(url.to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(StoreError::BadAddress(url.to_owned()))
    }
}

impl Db {
    /// Opens a database and makes sure it is safe to write to; a missing SQLite file is created with its
    /// folder. Errors: [`StoreError::BadAddress`], [`StoreError::Unavailable`], [`StoreError::Unsafe`],
    /// [`StoreError::Newer`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let address: Address = url.parse()?;
        let db = match &address {
            Address::Sqlite(path) => Self::open_sqlite(path, address.clone()).await?,
            Address::Postgres(url) => Self::open_postgres(url, address.clone()).await?,
        };
        db.refuse_newer().await?;
        Ok(db)
    }

    async fn open_sqlite(path: &Path, address: Address) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .page_size(8192)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(ROWS_AHEAD)
            .pragma("wal_autocheckpoint", WAL_PAGES.to_string())
            // What was taken out is written over, not only left out.
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY");
        let unavailable =
            |error: sqlx::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
        let pool = |most: u32| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
                .max_lifetime(None)
                .idle_timeout(None)
        };
        let write = pool(1)
            .connect_with(options.clone().pragma("cache_size", format!("-{WRITER_CACHE_KIB}")))
            .await
            .map_err(unavailable)?;
        let read = pool(SQLITE_READERS)
            .min_connections(1)
            .connect_with(
                options.pragma("cache_size", format!("-{READER_CACHE_KIB}")).pragma("query_only", "ON"),
            )
            .await
            .map_err(unavailable)?;
        let db = Self {
            write: SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
            read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
            address,
        };
        for (pragma, expected) in
            [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")]
        {
            let row = Sql::new(&format!("PRAGMA {pragma}")).one(&db.write).await?;
            let found = row.map_or_else(String::new, |row| {
                row.try_get_by_index::<String>(0)
                    .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
                    .unwrap_or_default()
            });
            if !found.eq_ignore_ascii_case(expected) {
                return Err(StoreError::Unsafe(format!("{pragma} is {found}, it must be {expected}")));
            }
        }
        Ok(db)
    }

    async fn open_postgres(url: &str, address: Address) -> Result<Self, StoreError> {
        let unavailable = |error: sqlx::Error| StoreError::Unavailable(error.to_string());
        let options =
            PgConnectOptions::from_str(url).map_err(|_| StoreError::BadAddress(hide_secret(url)))?;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.application_name("register"))
            .await
            .map_err(unavailable)?;
        let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        let db = Self { write: connection.clone(), read: connection, address };
        db.refuse_lossy_postgres().await?;
        Ok(db)
    }

    /// PostgreSQL must not acknowledge what a crash could lose. A throwaway test server may, if it says so
    /// in its own settings (`register.throwaway = on`).
    async fn refuse_lossy_postgres(&self) -> Result<(), StoreError> {
        let row = Sql::new(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
             coalesce(current_setting('register.throwaway', true), 'off')",
        )
        .one(&self.write)
        .await?;
        let Some(row) = row else { return Ok(()) };
        let setting = |place: usize| row.try_get_by_index::<String>(place).unwrap_or_default();
        if setting(2) == "on" {
            return Ok(());
        }
        for (place, name) in [(0, "fsync"), (1, "synchronous_commit")] {
            if setting(place) == "off" {
                return Err(StoreError::Unsafe(format!("PostgreSQL runs with {name}=off: set it to on")));
            }
        }
        Ok(())
    }

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
        Migrator::up(&tx, None).await?;
        // What an older release published is entered into the log once, in its order.
        Sql::new("UPDATE change_counter SET value = value WHERE id = 1").run(&tx).await?;
        log::enter_missing(&tx).await?;
        tx.commit().await?;
        settings::name_database(&self.write).await?;
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
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.write.begin_with_options(options).await?)
    }

    /// Keeps little of an embedded database in memory from now on: for writing what is longer than memory, where keeping
    /// more would not help.
    pub async fn keep_little(&self) -> Result<(), StoreError> {
        if self.backend() == DbBackend::Sqlite {
            Sql::new(&format!("PRAGMA cache_size = -{LITTLE_CACHE_KIB}")).all(&self.write).await?;
        }
        Ok(())
    }

    /// Which database it is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// `sqlite` or `postgres`, and where, without secrets.
    pub fn describe(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite {}", path.display()),
            Address::Postgres(url) => format!("postgres {}", hide_secret(url)),
        }
    }

    /// The file of an embedded database.
    pub fn file(&self) -> Option<&Path> {
        match &self.address {
            Address::Sqlite(path) => Some(path),
            Address::Postgres(_) => None,
        }
    }

    /// The same database as it is now, however long reading it takes: one connection that reads one state. It writes
    /// nothing; close it when it has been read.
    pub async fn still(&self) -> Result<Self, StoreError> {
        let begin = match &self.address {
            // A transaction of SQLite sees one state from its first read on.
            Address::Sqlite(_) => "BEGIN",
            Address::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let read = match &self.address {
            Address::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .busy_timeout(BUSY_TIMEOUT)
                    .row_buffer_size(ROWS_AHEAD)
                    .pragma("cache_size", format!("-{READER_CACHE_KIB}"))
                    .pragma("query_only", "ON");
                let pool = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
                let pool = pool.max_lifetime(None).idle_timeout(None).connect_with(options).await;
                pool.map(SqlxSqliteConnector::from_sqlx_sqlite_pool)
            }
            Address::Postgres(url) => {
                let pool = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
                let pool = pool.max_lifetime(None).idle_timeout(None).connect(url).await;
                pool.map(SqlxPostgresConnector::from_sqlx_postgres_pool)
            }
        };
        let read = read.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        read.execute_unprepared(begin).await?;
        let still = Self { write: read.clone(), read, address: self.address.clone() };
        // The first read chooses the state.
        still.state().await?;
        Ok(still)
    }

    /// Where the register stands.
    pub async fn state(&self) -> Result<State, StoreError> {
        state(&self.read).await
    }

    /// Closes every connection.
    pub async fn close(self) {
        // Nothing is lost when closing fails: every acknowledged write is committed.
        let _ = self.read.close().await;
        let _ = self.write.close().await;
    }
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

/// The next number of the counter for a write that is no change: something is listed anew.
pub(crate) async fn touch(tx: &DatabaseTransaction) -> Result<i64, StoreError> {
    Sql::new("UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value").number(tx).await
}

/// Counts `n` changes and returns the number of the first. The counter's row is locked until the
/// transaction ends, so changes become visible in the order of their numbers.
pub(crate) async fn count_changes(
    tx: &DatabaseTransaction,
    n: usize,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
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

fn hide_secret(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://…@{}", &url[..scheme], &url[at + 1..]),
        _ => url.to_owned(),
    }
}
