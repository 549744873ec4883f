//! Connections that write, and their transactions. A connection is used by one transaction at a time, and goes back only
//! once the database has said that the transaction ended; otherwise it is closed and another is opened.
//!
//! Why so strict: after a failed ROLLBACK the SQLite driver still counts the transaction as open, so the next BEGIN
//! on that connection becomes a savepoint within it, and its COMMIT keeps nothing while it says that it did. See
//! docs/adr/0017.

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

/// How long a request waits for a free connection.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for a transaction to end before giving its connection up.
const END_TIMEOUT: Duration = Duration::from_secs(20);
/// How often to try whether writes work again, once they have failed.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How one more connection is opened.
#[derive(Debug)]
pub(super) enum Opens {
    /// With a page cache of so many KiB, which may be made smaller later.
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

/// The connections that write. Clones share them.
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
    /// At most so many connections, opened when they are needed.
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

    /// Why the last write failed; `None` when it did not.
    pub(super) fn failing(&self) -> Option<String> {
        self.0.health.reason()
    }

    /// Keeps less of an embedded database in memory from now on.
    pub(super) async fn cache(&self, kib: u32) -> Result<(), StoreError> {
        let Opens::Sqlite(_, cache) = &self.0.opens else { return Ok(()) };
        cache.store(kib, Ordering::Relaxed);
        let held = self.take_any().await?;
        Sql::new(&format!("PRAGMA cache_size = -{kib}")).all(held.connection()).await?;
        held.keep();
        Ok(())
    }

    /// A connection that nobody else has, once it is this caller's turn, for a write that begins. Errors:
    /// [`StoreError::Unavailable`] when that takes too long, when none can be opened, or when too little space is
    /// free; [`StoreError::ReadOnly`].
    pub(super) async fn take(&self) -> Result<Held, StoreError> {
        if let Some(floor) = &self.0.floor {
            floor.check().inspect_err(|error| self.note(error))?;
        }
        self.take_any().await
    }

    /// The same for what needs no space.
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

    /// Begins a transaction; on SQLite it has the right to write from the start.
    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        let held = self.take().await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        // A connection whose transaction could not begin is not kept.
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

    /// Notes why a write failed, unless what was written is to blame.
    pub(super) fn note(&self, error: &StoreError) {
        let reason = match error {
            StoreError::Unavailable(reason) => reason.as_str(),
            StoreError::ReadOnly => "the database takes no writes",
            _ => return,
        };
        self.fail(reason);
    }

    /// Notes that a write could not be kept, and tries from time to time whether the next one can.
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

    /// Keeps trying a write that changes nothing until it works: a register that says it is not ready is sent no writes,
    /// so nothing else would show that it is ready again.
    async fn try_again(&self) {
        while self.failing().is_some() && !self.0.turns.is_closed() {
            tokio::time::sleep(TRY_AGAIN).await;
            // Why it failed was noted.
            let _ = self.try_once().await;
        }
    }

    async fn try_once(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        Sql::new("UPDATE change_counter SET value = value WHERE id = 1").run(&tx).await?;
        tx.commit().await
    }

    /// Waits until nobody writes, and stops everybody from writing until the permit is dropped.
    pub(super) async fn all_turns(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.turns).acquire_many_owned(self.0.most).await.ok()
    }

    /// Closes every connection, once nobody writes.
    pub(super) async fn close(&self) {
        let _turns = tokio::time::timeout(ACQUIRE_TIMEOUT, self.all_turns()).await;
        self.0.turns.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            // Nothing is lost when closing fails: every acknowledged write is committed.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<DatabaseConnection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that writes, in the hands of one caller. Dropped, it is closed; [`keep`](Self::keep) gives it back.
#[derive(Debug)]
pub(super) struct Held {
    connection: DatabaseConnection,
    writers: Writers,
    // Last: the next begins once the connection is back or gone.
    _turn: OwnedSemaphorePermit,
}

impl Held {
    /// The connection, for statements outside any transaction.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The connections it belongs to.
    pub(super) fn writers(&self) -> &Writers {
        &self.writers
    }

    /// Gives it back. It must not be in a transaction.
    pub(super) fn keep(self) {
        let Self { connection, writers, _turn } = self;
        writers.idle().push(connection);
    }

    /// Closes it for good.
    pub(super) async fn close(self) {
        // That closing fails changes nothing: it is not used again.
        let _ = tokio::time::timeout(ACQUIRE_TIMEOUT, self.connection.close()).await;
    }
}

/// A transaction that writes. What is not committed never happened.
///
/// After a statement that failed, it takes no other and cannot be committed. PostgreSQL does so by itself, but then
/// answers a COMMIT as if it had worked; SQLite may have ended the transaction, so that what follows would be kept at
/// once, each statement by itself.
#[derive(Debug)]
pub struct Tx {
    /// `None` once it ended.
    open: Option<(DatabaseTransaction, Held)>,
    writers: Writers,
    failed: AtomicBool,
}

impl Tx {
    pub(super) fn new(transaction: DatabaseTransaction, held: Held) -> Self {
        let writers = held.writers().clone();
        Self { open: Some((transaction, held)), writers, failed: AtomicBool::new(false) }
    }

    /// Keeps what was written: it is durable when this returns. Errors: [`StoreError::Unavailable`] and
    /// [`StoreError::Database`]; then nothing is acknowledged, and the connection is not used again.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.failed.load(Ordering::Acquire) {
            // Dropped, it is rolled back.
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

    /// Undoes what was written. Dropping it does too, but nobody hears when that fails.
    pub async fn rollback(mut self) -> Result<(), StoreError> {
        let Some((transaction, held)) = self.open.take() else { return Ok(()) };
        roll_back(transaction, held).await
    }

    /// The transaction itself, as long as it can go on.
    pub(crate) fn itself(&self) -> Result<&DatabaseTransaction, DbErr> {
        let over = |why: &str| DbErr::Exec(RuntimeErr::Internal(why.to_owned()));
        if self.failed.load(Ordering::Acquire) {
            return Err(over("an earlier statement of this transaction failed"));
        }
        let open = self.open.as_ref().map(|(transaction, _)| transaction);
        open.ok_or_else(|| over("the transaction has ended"))
    }

    /// Notes the result of a statement. After an error nobody knows what state the transaction is in.
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
    // SQLite ends some transactions by itself and then refuses the rollback: that is not a further fault.
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
                // Why it failed was noted, and nothing of it was acknowledged.
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
