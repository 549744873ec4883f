//! Leases: work that only one of the processes sharing a database does at a time, such as signing the log.
//!
//! A lease is a row of `settings` with its holder and its expiry. It is short: the holder renews it while it
//! works and gives it back when done, dropped or stopped. A killed process's lease expires by itself.
//!
//! The clock only decides who may try. Clocks jump, and a process may be suspended past the end of its lease,
//! so a holder asks [`Lease::holds`] just before it does anything others can see (decision 22).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// How long a lease lasts unless renewed, and so how long others wait for a process that was killed.
pub const LASTS: Duration = Duration::from_secs(30);

/// Tells the time; tests freeze it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Work that one process does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Writing the dump of the day.
    Dumping,
    /// Signing the public log.
    Signing,
    /// Sending messages to webhooks.
    Delivering,
    /// Encrypting what is plain, or under an older key.
    Encrypting,
}

impl Work {
    /// The setting that holds its lease.
    fn setting(self) -> &'static str {
        match self {
            Self::Dumping => settings::DUMPING,
            Self::Signing => settings::SIGNING,
            Self::Delivering => settings::DELIVERING,
            Self::Encrypting => settings::ENCRYPTING,
        }
    }
}

/// Deletes every lease from a copy of a database: their holders work on the original, and nobody should wait
/// for them here.
pub async fn forget_all(copy: &Db) -> Result<(), StoreError> {
    let tx = copy.begin_quietly().await?;
    for work in [Work::Dumping, Work::Signing, Work::Delivering, Work::Encrypting] {
        Sql::new("DELETE FROM settings WHERE name = ").bind(work.setting()).run(&tx).await?;
    }
    tx.commit().await
}

/// The leases of one process.
#[derive(Clone)]
pub struct Leases {
    db: Db,
    clock: Clock,
    lasts: Duration,
    /// How many are held or still being given back.
    held: watch::Sender<usize>,
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").field("lasts", &self.lasts).finish_non_exhaustive()
    }
}

impl Leases {
    /// Leases in this database, by this clock; each lasts [`LASTS`] unless renewed.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, lasts: LASTS, held: watch::Sender::new(0) }
    }

    /// The same with another duration. All processes sharing a database must agree on it: a lease more than
    /// twice that far in the future is ignored.
    #[must_use]
    pub fn lasting(self, lasts: Duration) -> Self {
        Self { lasts, ..self }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The time by this clock.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Takes a lease and keeps renewing it; `None` while another process has it. Must be called within a Tokio
    /// runtime, whose timer drives the renewals.
    pub async fn take(&self, work: Work) -> Result<Option<Lease>, StoreError> {
        let row = Row { leases: self.clone(), setting: work.setting(), id: Uuid::now_v7() };
        let lost = Arc::new(AtomicBool::new(false));
        let ((mine, dropped), (told, taken)) = (oneshot::channel(), oneshot::channel());
        // Counted first, so that [`all_given_back`](Self::all_given_back) cannot miss a lease being taken.
        let held = Held::one(&self.held);
        let keeper = Keeper { row: row.clone(), lost: Arc::clone(&lost), dropped, _held: held };
        // Taken in its own task: a caller cancelled while waiting here leaves no lease behind.
        let keeper = tokio::spawn(keeper.keep(told));
        match taken.await {
            Ok(taken) => Ok(taken?.then_some(Lease { row, lost, mine, keeper })),
            Err(_) => Err(StoreError::Unavailable("the process is being stopped".to_owned())),
        }
    }

    /// Waits until every dropped lease has been given back, at most this long; the rest expire.
    pub async fn all_given_back(&self, patience: Duration) {
        let none = async { self.held.subscribe().wait_for(|held| *held == 0).await.is_ok() };
        // Running out of time is fine: the leases expire.
        let _ = tokio::time::timeout(patience, none).await;
    }
}

/// Counts a lease while it lives.
struct Held(watch::Sender<usize>);

impl Held {
    fn one(held: &watch::Sender<usize>) -> Self {
        held.send_modify(|held| *held += 1);
        Self(held.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.send_modify(|held| *held -= 1);
    }
}

/// The right to do some work, held until dropped or lost.
#[derive(Debug)]
pub struct Lease {
    row: Row,
    lost: Arc<AtomicBool>,
    /// Dropping this makes the keeper give the lease back.
    mine: oneshot::Sender<()>,
    keeper: JoinHandle<()>,
}

impl Lease {
    /// Whether it is known to be lost, without asking the database: another process has it, or it could not be
    /// renewed in time.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Whether the database still has this process as the holder.
    pub async fn holds(&self) -> Result<bool, StoreError> {
        Ok(!self.is_lost() && self.row.is_there().await?)
    }

    /// Abandons it as a killed process would: neither renewed nor given back. For tests.
    #[doc(hidden)]
    pub async fn die(self) {
        self.keeper.abort();
        let _ = self.keeper.await;
    }

    /// Gives it back now. Failure does not matter: the lease expires.
    pub async fn give_back(self) {
        drop(self.mine);
        // Fails only when the runtime shuts down, and everything with it.
        let _ = self.keeper.await;
    }
}

/// Looks after a lease while it is held.
struct Keeper {
    row: Row,
    lost: Arc<AtomicBool>,
    dropped: oneshot::Receiver<()>,
    _held: Held,
}

impl Keeper {
    /// Takes the lease and reports it, renews it three times per period, and gives it back when it is dropped.
    async fn keep(mut self, told: oneshot::Sender<Result<bool, StoreError>>) {
        let begun = Instant::now();
        let taken = self.row.take().await;
        let is_mine = matches!(taken, Ok(true));
        if told.send(taken).is_ok() && is_mine {
            self.renew(begun).await;
        }
        // Also when nobody was left to hear that it was taken.
        if is_mine && let Err(error) = self.row.remove().await {
            tracing::debug!(
                "the lease '{}' could not be given back, and will expire: {error}",
                self.row.setting
            );
        }
    }

    /// Renews it until it is dropped. A failed renewal is not yet a loss: the row is good until `until`,
    /// measured by the runtime's monotonic clock.
    async fn renew(&mut self, begun: Instant) {
        let lasts = self.row.leases.lasts;
        let mut until = begun + lasts;
        loop {
            tokio::select! {
                _ = &mut self.dropped => return,
                () = tokio::time::sleep(lasts / 3) => {}
            }
            let begun = Instant::now();
            match self.row.renew().await {
                Ok(true) => until = begun + lasts,
                Err(_) if Instant::now() < until => {}
                Ok(false) | Err(_) => self.lost.store(true, Ordering::Relaxed),
            }
        }
    }
}

/// The row of a lease: `{until} {id}`.
#[derive(Debug, Clone)]
struct Row {
    leases: Leases,
    setting: &'static str,
    id: Uuid,
}

impl Row {
    /// Expiry and holder, counted from now.
    fn value(&self) -> String {
        format!("{} {}", text(self.leases.now() + self.leases.lasts), self.id)
    }

    async fn take(&self) -> Result<bool, StoreError> {
        let now = self.leases.now();
        // Timestamps of one length and zone sort as texts.
        // One statement, so that of several processes trying at once only one gets it.
        let mut sql = Sql::new("INSERT INTO settings (name, value) VALUES ");
        sql.bind_list(values![self.setting, self.value()]);
        sql.push(" ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE settings.value < ");
        // Nobody takes a lease for that long: a clock was wrong, so it does not count.
        sql.bind(text(now)).push(" OR settings.value > ").bind(text(now + self.leases.lasts * 2));
        Ok(self.write(&sql).await? > 0)
    }

    async fn renew(&self) -> Result<bool, StoreError> {
        let mut sql = Sql::new("UPDATE settings SET value = ");
        self.mine(sql.bind(self.value()));
        Ok(self.write(&sql).await? > 0)
    }

    async fn remove(&self) -> Result<(), StoreError> {
        let mut sql = Sql::new("DELETE FROM settings");
        self.mine(&mut sql);
        self.write(&sql).await.map(drop)
    }

    async fn is_there(&self) -> Result<bool, StoreError> {
        let mut sql = Sql::new("SELECT count(*) FROM settings");
        self.mine(&mut sql);
        Ok(sql.number(&self.leases.db.read).await? > 0)
    }

    /// Restricts a statement to this row while it is still this lease's.
    fn mine(&self, sql: &mut Sql) {
        sql.push(" WHERE name = ").bind(self.setting).push(" AND value LIKE ").bind(format!("% {}", self.id));
    }

    async fn write(&self, sql: &Sql) -> Result<u64, StoreError> {
        let tx = self.leases.db.begin_quietly().await?;
        let rows = sql.run(&tx).await?;
        tx.commit().await?;
        Ok(rows)
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
