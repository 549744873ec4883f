//! Database addresses, and connections beside the pools.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use rustix::fs::{Access, access};
use rustix::io::Errno;
use sea_orm::{ConnectionTrait, DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::StoreError;

/// How long a statement waits for SQLite's write lock before failing.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Page cache of each reading SQLite connection, in KiB.
const READER_CACHE_KIB: u32 = 8 * 1024;
/// Rows buffered between SQLite's thread and the caller.
pub(super) const ROWS_AHEAD: usize = 128;

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

    /// `sqlite` or `postgres` and the location, without secrets.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite {}", path.display()),
            Self::Postgres(url) => format!("postgres {}", hide_secret(url)),
        }
    }

    /// A connection outside the pools; on SQLite it cannot write.
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

    /// A connection on which one state is read, chosen by the first read.
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

/// Options of every reading SQLite connection.
pub(super) fn reading(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .row_buffer_size(ROWS_AHEAD)
        .pragma("cache_size", format!("-{READER_CACHE_KIB}"))
        .pragma("query_only", "ON")
}

/// Options for a database on a read-only file system.
pub(super) fn unchanging(options: SqliteConnectOptions, path: &Path) -> SqliteConnectOptions {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::metadata(log).map_or(0, |log| log.len());
    // `immutable` makes SQLite skip the write-ahead log, so only if that is empty.
    options.read_only(true).immutable(log == 0)
}

/// Whether an existing database is on a read-only file system. A missing permission does not count.
pub(super) fn is_read_only(path: &Path) -> bool {
    path.exists() && access(path, Access::WRITE_OK) == Err(Errno::ROFS)
}

/// An address safe to show: no user, no password, nothing after `?`, which may hold a password too.
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
