//! Opening a database: where it is, the settings that durability needs, and how many connections it gets.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::AtomicU32;

use rustix::fs::{Access, access};
use rustix::io::Errno;
use sea_orm::{ConnectionTrait, DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Database, Executor};

use super::writers::{Opens, Writers};
use super::{ACQUIRE_TIMEOUT, BUSY_TIMEOUT, Db};
use crate::StoreError;
use crate::space::{Floor, LEAST_FREE};
use crate::sql::Sql;

/// Connections that read SQLite at once.
const SQLITE_READERS: u32 = 8;
/// Connections that read PostgreSQL at once, unless the settings say otherwise.
pub const POSTGRES_READERS: u32 = 16;
/// Connections that write to PostgreSQL at once, unless the settings say otherwise. Publications wait for each other
/// anyway; the others are for sign-ins, drafts and tokens.
pub const POSTGRES_WRITERS: u32 = 8;
/// Page cache of the SQLite connection that writes, in KiB.
const WRITER_CACHE_KIB: u32 = 32 * 1024;
/// Page cache of each SQLite connection that reads, in KiB.
const READER_CACHE_KIB: u32 = 8 * 1024;
/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 64;
/// Rows that SQLite reads ahead of who asked for them.
const ROWS_AHEAD: usize = 128;
/// Pages of 8 KiB in the write-ahead log before it is moved into the database.
const WAL_PAGES: u32 = 4_000;

/// How a database is used.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections that read PostgreSQL at once.
    pub readers: u32,
    /// Connections that write to PostgreSQL at once; SQLite has one.
    pub writers: u32,
    /// Bytes that must be free on the disk of an embedded database before a write begins; zero asks for nothing.
    pub least_free: u64,
    /// For tests: no connection reads while one writes, as if there were only one. A request that holds the one and
    /// asks for the other then fails, where it would only be slow until many do the same.
    pub one_at_a_time: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: POSTGRES_READERS,
            writers: POSTGRES_WRITERS,
            least_free: LEAST_FREE,
            one_at_a_time: false,
        }
    }
}

/// Where a database is.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl FromStr for Address {
    type Err = StoreError;
    fn from_str(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(StoreError::BadAddress(hide_secret(url)));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(StoreError::BadAddress(hide_secret(url)))
    }
}

impl Address {
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// `sqlite` or `postgres`, and where, without secrets.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite {}", path.display()),
            Self::Postgres(url) => format!("postgres {}", hide_secret(url)),
        }
    }

    /// One more connection, which writes nothing on SQLite.
    pub(super) async fn connect(&self) -> Result<DatabaseConnection, StoreError> {
        let unavailable = |error: sqlx::Error| StoreError::Unavailable(error.to_string());
        match self {
            Self::Sqlite(path) => {
                let options = reading(SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT));
                let options = if is_read_only(path) { unchanging(options, path) } else { options };
                let pool = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
                let pool = pool.max_lifetime(None).idle_timeout(None).connect_with(options).await;
                pool.map(SqlxSqliteConnector::from_sqlx_sqlite_pool).map_err(unavailable)
            }
            Self::Postgres(url) => {
                let pool = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
                let pool = pool.max_lifetime(None).idle_timeout(None).connect(url).await;
                pool.map(SqlxPostgresConnector::from_sqlx_postgres_pool).map_err(unavailable)
            }
        }
    }

    /// One connection that reads one state, from its first read on.
    pub(super) async fn still(&self) -> Result<DatabaseConnection, StoreError> {
        let read = self.connect().await?;
        let begin = match self {
            Self::Sqlite(_) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        read.execute_unprepared(begin).await?;
        Ok(read)
    }
}

impl Db {
    /// Opens a database and makes sure it is safe to write to; a missing SQLite file is created with its
    /// folder. On a file system that takes no writes, an embedded database is only read. Errors:
    /// [`StoreError::BadAddress`], [`StoreError::Unavailable`], [`StoreError::Unsafe`], [`StoreError::Newer`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &Options::default()).await
    }

    /// The same, used in another way.
    pub async fn open_with(url: &str, options: &Options) -> Result<Self, StoreError> {
        let address: Address = url.parse()?;
        let db = match &address {
            Address::Sqlite(path) => open_sqlite(path, options, address.clone()).await?,
            Address::Postgres(url) => open_postgres(url, options, address.clone()).await?,
        };
        db.refuse_newer().await?;
        Ok(db)
    }
}

async fn open_sqlite(path: &Path, options: &Options, address: Address) -> Result<Db, StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    let read_only = is_read_only(path);
    let base = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("temp_store", "MEMORY");
    let (opens, base) = if read_only {
        tracing::warn!(
            "{} is on a file system that takes no writes: the register only reads",
            path.display()
        );
        (Opens::Nothing, unchanging(base, path))
    } else {
        let durable = base
            .create_if_missing(true)
            .page_size(8192)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", WAL_PAGES.to_string())
            // What was taken out is written over, not only left out.
            .pragma("secure_delete", "ON");
        (Opens::Sqlite(durable.clone(), AtomicU32::new(WRITER_CACHE_KIB)), durable)
    };
    let floor = Floor { folder: folder.unwrap_or(Path::new(".")).to_owned(), least: options.least_free };
    let writers = Writers::new(opens, 1, Some(floor));
    if !read_only {
        make_sure_of_sqlite(&writers).await?;
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .max_lifetime(None)
        .idle_timeout(None);
    let alone = Alone::new(&writers, options);
    let read = readers(pool, &alone)
        .after_connect(move |_, _| {
            let alone = alone.clone();
            Box::pin(async move {
                alone.wait().await;
                Ok(())
            })
        })
        .connect_with(reading(base))
        .await
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    Ok(Db { writers, read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read), address })
}

async fn open_postgres(url: &str, options: &Options, address: Address) -> Result<Db, StoreError> {
    let at = PgConnectOptions::from_str(url).map_err(|_| StoreError::BadAddress(hide_secret(url)))?;
    let at = at.application_name("register");
    let writers = Writers::new(Opens::Postgres(at.clone()), options.writers.max(1), None);
    make_sure_of_postgres(&writers).await?;
    let pool = PgPoolOptions::new().max_connections(options.readers.max(1)).acquire_timeout(ACQUIRE_TIMEOUT);
    let alone = Alone::new(&writers, options);
    let read = readers(pool, &alone)
        .after_connect(move |connection, _| {
            let alone = alone.clone();
            Box::pin(async move {
                connection.execute("SET default_transaction_read_only = on").await?;
                alone.wait().await;
                Ok(())
            })
        })
        .connect_with(at)
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(Db { writers, read: SqlxPostgresConnector::from_sqlx_postgres_pool(read), address })
}

/// What every connection that reads SQLite is opened with.
fn reading(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .row_buffer_size(ROWS_AHEAD)
        .pragma("cache_size", format!("-{READER_CACHE_KIB}"))
        .pragma("query_only", "ON")
}

/// What a database is opened with that nobody can change.
fn unchanging(options: SqliteConnectOptions, path: &Path) -> SqliteConnectOptions {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::metadata(log).map_or(0, |log| log.len());
    // What stands in a write-ahead log would not be read from a database that is said never to change.
    options.read_only(true).immutable(log == 0)
}

/// Whether a database that is there is on a file system that takes no writes.
fn is_read_only(path: &Path) -> bool {
    path.exists() && access(path, Access::WRITE_OK) == Err(Errno::ROFS)
}

/// A pool of connections that read. One whose transaction did not end is closed: the next reader would go on within
/// it, and see the register as it was.
fn readers<DB: Database>(pool: PoolOptions<DB>, alone: &Alone) -> PoolOptions<DB> {
    let alone = alone.clone();
    pool.before_acquire(move |_, _| {
        let alone = alone.clone();
        Box::pin(async move {
            alone.wait().await;
            Ok(true)
        })
    })
    .after_release(|connection, _| {
        Box::pin(async move {
            if connection.is_in_transaction() {
                // The end of it may still be under way.
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        })
    })
}

/// Who readers wait for in tests; see [`Options::one_at_a_time`].
#[derive(Debug, Clone)]
struct Alone(Option<Writers>);

impl Alone {
    fn new(writers: &Writers, options: &Options) -> Self {
        Self(options.one_at_a_time.then(|| writers.clone()))
    }

    async fn wait(&self) {
        if let Some(writers) = &self.0 {
            drop(writers.all_turns().await);
        }
    }
}

async fn make_sure_of_sqlite(writers: &Writers) -> Result<(), StoreError> {
    let held = writers.take_any().await?;
    for (pragma, expected) in
        [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")]
    {
        let row = Sql::new(&format!("PRAGMA {pragma}")).one(held.connection()).await?;
        let found = row.map_or_else(String::new, |row| {
            row.try_get_by_index::<String>(0)
                .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
                .unwrap_or_default()
        });
        if !found.eq_ignore_ascii_case(expected) {
            return Err(StoreError::Unsafe(format!("{pragma} is {found}, it must be {expected}")));
        }
    }
    held.keep();
    Ok(())
}

/// PostgreSQL must not acknowledge what a crash could lose. A throwaway test server may, if it says so
/// in its own settings (`register.throwaway = on`).
async fn make_sure_of_postgres(writers: &Writers) -> Result<(), StoreError> {
    let held = writers.take_any().await?;
    let row = Sql::new(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
         coalesce(current_setting('register.throwaway', true), 'off')",
    )
    .one(held.connection())
    .await?;
    held.keep();
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

/// An address as it may be shown: without who signs in, the password, and the settings after `?`, which may hold one too.
pub(super) fn hide_secret(url: &str) -> String {
    let shown = url.split('?').next().unwrap_or(url);
    match (shown.find("://"), shown.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://…@{}", &shown[..scheme], &shown[at + 1..]),
        (None, _) if url.contains("password") || url.contains('@') => "…".to_owned(),
        _ => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_shows_a_password() {
        for (url, shown) in [
            ("postgres://me:secret@db.test/register", "postgres://…@db.test/register"),
            ("postgre://me:secret@db.test/register", "postgre://…@db.test/register"),
            ("postgres://me:sec@ret@db.test/register", "postgres://…@db.test/register"),
            ("postgres://db.test/register?password=secret", "postgres://db.test/register"),
            ("host=db.test password=secret", "…"),
            ("me:secret@db.test", "…"),
            ("sqlite://data/register.db", "sqlite://data/register.db"),
            ("register.db", "register.db"),
        ] {
            assert_eq!(hide_secret(url), shown, "{url}");
        }
        let error = "postgre://me:secret@db.test/register".parse::<Address>().unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
