//! A transaction that writes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
};

use super::writers::{Held, Writers};
use crate::StoreError;

/// How long the end of a transaction is waited for before its connection is given up.
const END_TIMEOUT: Duration = Duration::from_secs(20);

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

    /// The transaction itself, while it may go on.
    pub(crate) fn itself(&self) -> Result<&DatabaseTransaction, DbErr> {
        let over = |why: &str| DbErr::Exec(RuntimeErr::Internal(why.to_owned()));
        if self.failed.load(Ordering::Acquire) {
            return Err(over("an earlier statement of this transaction failed"));
        }
        let open = self.open.as_ref().map(|(transaction, _)| transaction);
        open.ok_or_else(|| over("the transaction has ended"))
    }

    /// What a statement came to. After an error nobody knows where the transaction stands.
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
