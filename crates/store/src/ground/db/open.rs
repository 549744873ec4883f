//! Opening a database: durability settings and numbers of connections.

use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::AtomicU32;

use sea_orm::{SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Database, Executor};

use super::address::{Address, BUSY_TIMEOUT, ROWS_AHEAD, hide_secret, is_read_only, reading, unchanging};
use super::database::Db;
use super::writers::{ACQUIRE_TIMEOUT, Opens, Writers};
use crate::StoreError;
use crate::ground::files;
use crate::ground::space::{Floor, LEAST_FREE};
use crate::ground::sql::Sql;

/// SQLite connections that read.
const SQLITE_READERS: u32 = 8;
/// PostgreSQL connections that read, unless configured otherwise.
pub const POSTGRES_READERS: u32 = 16;
/// PostgreSQL connections that write, unless configured otherwise. Publications take turns anyway; the others
/// serve sign-ins, drafts and tokens.
pub const POSTGRES_WRITERS: u32 = 8;
/// Page cache of the writing SQLite connection, in KiB.
const WRITER_CACHE_KIB: u32 = 32 * 1024;
/// Prepared statements cached per connection.
const STATEMENTS: usize = 64;
/// Pages (8 KiB) in the write-ahead log before it is moved into the database.
const WAL_PAGES: u32 = 4_000;

/// Numbers of connections, and limits.
#[derive(Debug, Clone)]
pub struct Options {
    /// PostgreSQL connections that read.
    pub readers: u32,
    /// PostgreSQL connections that write; SQLite has one.
    pub writers: u32,
    /// Bytes that must be free on an embedded database's disk before a write begins; zero disables the check.
    pub least_free: u64,
    /// For tests: nobody reads while somebody writes, as if there were one connection. Code that holds one and
    /// asks for another then fails in the first test that reaches it, instead of only under load.
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

impl Db {
    /// Opens a database and checks that it is safe to write to; creates a missing SQLite file and its folder.
    /// On a read-only file system an embedded database is only read. Errors: [`StoreError::BadAddress`],
    /// [`StoreError::Unavailable`], [`StoreError::Unsafe`], [`StoreError::Newer`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &Options::default()).await
    }

    /// The same with other options.
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
        files::create_folder(folder)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    let read_only = is_read_only(path);
    if !read_only {
        private(path).map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    }
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
            // Overwrites deleted content: a redacted name must leave the file too.
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

/// Makes the database's files readable by their owner only. SQLite gives a new `-wal` and `-shm` the mode of
/// the database.
fn private(path: &Path) -> std::io::Result<()> {
    files::create(path)?;
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        files::narrow(Path::new(&name));
    }
    Ok(())
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

/// A pool of readers. A connection whose transaction has not ended is closed: the next reader would carry on
/// inside it and see an old state.
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
                // A dropped transaction's ROLLBACK may be queued: a round trip lets it finish.
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        })
    })
}

/// The writers that readers wait for in tests; see [`Options::one_at_a_time`].
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

// Asked back, because SQLite silently keeps the old value of a pragma that it cannot apply.
async fn make_sure_of_sqlite(writers: &Writers) -> Result<(), StoreError> {
    let held = writers.take_any().await?;
    for (pragma, column, expected) in [
        ("journal_mode", "journal_mode", "wal"),
        ("synchronous", "synchronous", "2"),
        ("foreign_keys", "foreign_keys", "1"),
        ("busy_timeout", "timeout", "5000"),
    ] {
        let row = Sql::new(&format!("PRAGMA {pragma}")).one(held.connection()).await?;
        let found = row.map_or_else(String::new, |row| {
            row.try_get_by::<String, _>(column)
                .or_else(|_| row.try_get_by::<i64, _>(column).map(|number| number.to_string()))
                .unwrap_or_default()
        });
        if !found.eq_ignore_ascii_case(expected) {
            return Err(StoreError::Unsafe(format!("{pragma} is {found}, it must be {expected}")));
        }
    }
    held.keep();
    Ok(())
}

/// PostgreSQL must not acknowledge what a crash could lose. A throwaway test server may, if its own settings
/// declare it (`register.throwaway = on`).
async fn make_sure_of_postgres(writers: &Writers) -> Result<(), StoreError> {
    let held = writers.take_any().await?;
    let row = Sql::new(
        "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit, \
         coalesce(current_setting('register.throwaway', true), 'off') AS throwaway",
    )
    .one(held.connection())
    .await?;
    held.keep();
    let Some(row) = row else { return Ok(()) };
    let setting = |name| row.try_get_by::<String, _>(name).unwrap_or_default();
    if setting("throwaway") == "on" {
        return Ok(());
    }
    for name in ["fsync", "synchronous_commit"] {
        if setting(name) == "off" {
            return Err(StoreError::Unsafe(format!("PostgreSQL runs with {name}=off: set it to on")));
        }
    }
    Ok(())
}
