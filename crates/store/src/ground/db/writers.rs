//! Writing connections and their transactions. Each is lent to one transaction and returns only once the
//! database has confirmed that the transaction ended; otherwise it is closed and another is opened.
//!
//! Why so strict: after a failed ROLLBACK, the SQLite driver still counts the transaction as open. The next
//! BEGIN on that connection becomes a savepoint inside it, and its COMMIT reports success and keeps nothing.
//! Every write was answered 201 and lost until the restart (docs/adr/0017).

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, Statement,
    TransactionOptions, TransactionTrait,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::health::Health;
use crate::StoreError;
use crate::ground::space::Floor;
use crate::ground::sql::Sql;

/// How long a caller waits for a free connection.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a COMMIT or ROLLBACK may take before its connection is given up.
const END_TIMEOUT: Duration = Duration::from_secs(20);
/// How often to test whether writes work again after a failure.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How to open another connection.
#[derive(Debug)]
pub(super) enum Opens {
    /// With this page cache in KiB, which may shrink later.
    Sqlite(SqliteConnectOptions, AtomicU32),
    Postgres(PgConnectOptions),
    /// The file system takes no writes.
    Nothing,
}

impl Opens {
    async fn one(&self) -> Result<DatabaseConnection, StoreError> {
        let unavailable = |error: sqlx::Error| StoreError::Unavailable(error.to_string());
        match self {
            Self::Sqlite(options, cache) => {
                let cache = cache.load(Ordering::Relaxed);
                let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
                let pool = pool.test_before_acquire(false).max_lifetime(None).idle_timeout(None);
                let options = options.clone().pragma("cache_size", format!("-{cache}"));
                let pool = pool.connect_with(options).await.map_err(unavailable)?;
                Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
            }
            Self::Postgres(options) => {
                let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
                let pool = pool.connect_with(options.clone()).await.map_err(unavailable)?;
                Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
            }
            Self::Nothing => Err(StoreError::ReadOnly),
        }
    }
}

/// The writing connections. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Writers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    opens: Opens,
    backend: DbBackend,
    turns: Arc<Semaphore>,
    most: u32,
    idle: Mutex<Vec<DatabaseConnection>>,
    health: Health,
    floor: Option<Floor>,
}

impl Writers {
    /// At most this many connections, opened as needed.
    pub(super) fn new(opens: Opens, most: u32, floor: Option<Floor>) -> Self {
        let backend = match opens {
            Opens::Postgres(_) => DbBackend::Postgres,
            Opens::Sqlite(..) | Opens::Nothing => DbBackend::Sqlite,
        };
        let turns = Arc::new(Semaphore::new(most as usize));
        Self(Arc::new(Shared {
            opens,
            backend,
            turns,
            most,
            idle: Mutex::default(),
            health: Health::default(),
            floor,
        }))
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.0.backend
    }

    pub(super) fn take_writes(&self) -> bool {
        !matches!(self.0.opens, Opens::Nothing)
    }

    /// Why the last write failed; `None` if it did not.
    pub(super) fn failing(&self) -> Option<String> {
        self.0.health.reason()
    }

    /// Sets the page cache of an embedded database, for this connection and later ones.
    pub(super) async fn cache(&self, kib: u32) -> Result<(), StoreError> {
        let Opens::Sqlite(_, cache) = &self.0.opens else { return Ok(()) };
        cache.store(kib, Ordering::Relaxed);
        let held = self.take_any().await?;
        Sql::new(&format!("PRAGMA cache_size = -{kib}")).all(held.connection()).await?;
        held.keep();
        Ok(())
    }

    /// Waits for a turn and takes a connection for a new write. Errors: [`StoreError::Unavailable`] when that
    /// takes too long, none can be opened, or too little space is free; [`StoreError::ReadOnly`].
    pub(super) async fn take(&self) -> Result<Held, StoreError> {
        if let Some(floor) = &self.0.floor {
            floor.check().inspect_err(|error| self.note(error))?;
        }
        self.take_any().await
    }

    /// The same without the check for space.
    pub(super) async fn take_any(&self) -> Result<Held, StoreError> {
        if !self.take_writes() {
            return Err(StoreError::ReadOnly);
        }
        let turn = tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.0.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| {
            let seconds = ACQUIRE_TIMEOUT.as_secs();
            StoreError::Unavailable(format!("other writes took longer than {seconds} seconds"))
        })?;
        let turn = turn.map_err(|_| StoreError::Unavailable("the database was closed".to_owned()))?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.opens.one().await.inspect_err(|error| self.note(error))?,
        };
        Ok(Held { connection, writers: self.clone(), _turn: turn })
    }

    /// Begins a transaction; on SQLite with the write lock.
    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        let held = self.take().await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        // If it cannot begin, `held` is dropped, and the connection closed.
        let begun: Result<DatabaseTransaction, _> = held.connection().begin_with_options(options).await;
        match begun {
            Ok(transaction) => Ok(Tx::new(transaction, held)),
            Err(error) => {
                let error = StoreError::from(error);
                self.note(&error);
                Err(error)
            }
        }
    }

    /// Notes a failed write, unless the write itself is to blame.
    pub(super) fn note(&self, error: &StoreError) {
        let reason = match error {
            StoreError::Unavailable(reason) => reason.as_str(),
            StoreError::ReadOnly => "the database takes no writes",
            _ => return,
        };
        self.fail(reason);
    }

    /// Marks writes as failing, and starts testing whether they work again.
    pub(super) fn fail(&self, reason: &str) {
        if self.0.health.failed(reason)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let writers = self.clone();
            runtime.spawn(async move { writers.try_again().await });
        }
    }

    /// Notes that a write was kept.
    pub(super) fn worked(&self) {
        self.0.health.worked();
    }

    /// Tries a write that changes nothing until it succeeds. It must be ours: a register that reports itself
    /// not ready is sent no writes, so nothing else would show that it recovered.
    async fn try_again(&self) {
        while self.failing().is_some() && !self.0.turns.is_closed() {
            tokio::time::sleep(TRY_AGAIN).await;
            // The reason was noted.
            let _ = self.try_once().await;
        }
    }

    async fn try_once(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        Sql::new("UPDATE change_counter SET value = value WHERE id = 1").run(&tx).await?;
        tx.commit().await
    }

    /// Waits until nobody writes, and keeps writers out until the permit is dropped.
    pub(super) async fn all_turns(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.turns).acquire_many_owned(self.0.most).await.ok()
    }

    /// Closes every connection, once nobody writes.
    pub(super) async fn close(&self) {
        let _turns = tokio::time::timeout(ACQUIRE_TIMEOUT, self.all_turns()).await;
        self.0.turns.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            // A failed close loses nothing: every acknowledged write is committed.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<DatabaseConnection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A writing connection lent to one caller. Dropping it closes it, which is the safe path; [`keep`](Self::keep)
/// returns it.
#[derive(Debug)]
pub(super) struct Held {
    connection: DatabaseConnection,
    writers: Writers,
    // Last field, dropped last: the next writer begins once the connection is back or closed.
    _turn: OwnedSemaphorePermit,
}

impl Held {
    /// The connection, for statements outside a transaction.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The connections it came from.
    pub(super) fn writers(&self) -> &Writers {
        &self.writers
    }

    /// Returns it. It must not be inside a transaction.
    pub(super) fn keep(self) {
        let Self { connection, writers, _turn } = self;
        writers.idle().push(connection);
    }

    /// Closes it for good.
    pub(super) async fn close(self) {
        // A failure changes nothing: it is not used again.
        let _ = tokio::time::timeout(ACQUIRE_TIMEOUT, self.connection.close()).await;
    }
}

/// A write transaction. Anything not committed never happened.
///
/// After a failed statement it accepts no other and cannot be committed. PostgreSQL enforces this itself, but
/// then answers COMMIT with a ROLLBACK that the driver takes for success. SQLite may have ended the
/// transaction, so that each later statement would be kept on its own.
#[derive(Debug)]
pub struct Tx {
    /// `None` once ended.
    open: Option<(DatabaseTransaction, Held)>,
    writers: Writers,
    failed: AtomicBool,
}

impl Tx {
    pub(super) fn new(transaction: DatabaseTransaction, held: Held) -> Self {
        let writers = held.writers().clone();
        Self { open: Some((transaction, held)), writers, failed: AtomicBool::new(false) }
    }

    /// Commits; the write is durable when this returns. Errors: [`StoreError::Unavailable`] and
    /// [`StoreError::Database`]; then nothing is acknowledged, and the connection is not reused.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.failed.load(Ordering::Acquire) {
            // Dropping it rolls back.
            return Err(StoreError::Unavailable("a statement of this write failed".to_owned()));
        }
        let Some((transaction, held)) = self.open.take() else { return Ok(()) };
        let error = match tokio::time::timeout(END_TIMEOUT, transaction.commit()).await {
            Ok(Ok(())) => {
                held.keep();
                self.writers.worked();
                return Ok(());
            }
            Ok(Err(error)) => StoreError::from(error),
            Err(_) => late(),
        };
        self.writers.fail(&error.to_string());
        held.close().await;
        Err(error)
    }

    /// Rolls back. Dropping does too, but then nobody hears of a failure.
    pub async fn rollback(mut self) -> Result<(), StoreError> {
        let Some((transaction, held)) = self.open.take() else { return Ok(()) };
        roll_back(transaction, held).await
    }

    /// The transaction, unless it has ended or failed.
    pub(crate) fn itself(&self) -> Result<&DatabaseTransaction, DbErr> {
        let over = |why: &str| DbErr::Exec(RuntimeErr::Internal(why.to_owned()));
        if self.failed.load(Ordering::Acquire) {
            return Err(over("an earlier statement of this transaction failed"));
        }
        let open = self.open.as_ref().map(|(transaction, _)| transaction);
        open.ok_or_else(|| over("the transaction has ended"))
    }

    /// Marks the transaction as failed if a statement failed: its state is then unknown.
    fn noted<T>(&self, done: Result<T, DbErr>) -> Result<T, DbErr> {
        done.inspect_err(|error| {
            self.failed.store(true, Ordering::Release);
            self.writers.note(&StoreError::from(error.clone()));
        })
    }
}

async fn roll_back(transaction: DatabaseTransaction, held: Held) -> Result<(), StoreError> {
    let error = match tokio::time::timeout(END_TIMEOUT, transaction.rollback()).await {
        Ok(Ok(())) => {
            held.keep();
            return Ok(());
        }
        Ok(Err(error)) => StoreError::from(error),
        Err(_) => late(),
    };
    // SQLite ends some transactions itself (disk full, I/O error) and then refuses ROLLBACK: not a further
    // fault.
    held.writers().note(&error);
    held.close().await;
    Err(error)
}

fn late() -> StoreError {
    let seconds = END_TIMEOUT.as_secs();
    StoreError::Unavailable(format!("the database did not end a transaction within {seconds} seconds"))
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some((transaction, held)) = self.open.take() else { return };
        // Without a runtime both are dropped here, which closes the connection.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // The reason was noted, and nothing was acknowledged.
                let _ = roll_back(transaction, held).await;
            });
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.writers.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.noted(self.itself()?.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.noted(self.itself()?.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.noted(self.itself()?.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.noted(self.itself()?.query_all_raw(statement).await)
    }
}
