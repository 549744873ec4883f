//! Leases: what one process does at a time, of all that share a database, such as signing the log.
//!
//! A lease is a row of `settings` that says whose it is and until when. It is short: its holder renews it while it works,
//! and gives it back when it is done, drops it or is stopped; that of a process which was killed ends by itself.
//!
//! The clock only decides who may try. Clocks jump, and a process may be suspended for longer than its lease lasts, so a
//! holder asks [`Lease::holds`] right before it does what others see.

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

/// How long a lease lasts unless it is renewed, and so how long others wait for a process that was killed.
pub const LASTS: Duration = Duration::from_secs(30);

/// Tells the time; tests hold it still.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What one process does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Writing the dump of the day.
    Dumping,
    /// Signing the public log.
    Signing,
    /// Sending messages to webhooks.
    Delivering,
}

impl Work {
    /// The setting that says who does it.
    fn setting(self) -> &'static str {
        match self {
            Self::Dumping => settings::DUMPING,
            Self::Signing => settings::SIGNING,
            Self::Delivering => settings::DELIVERING,
        }
    }
}

/// Takes every lease out of a copy of a database: their holders are at work on the other one, and nobody here waits for them.
pub async fn forget_all(copy: &Db) -> Result<(), StoreError> {
    let tx = copy.begin_quietly().await?;
    for work in [Work::Dumping, Work::Signing, Work::Delivering] {
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
    /// How many are held or not given back yet.
    held: watch::Sender<usize>,
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").field("lasts", &self.lasts).finish_non_exhaustive()
    }
}

impl Leases {
    /// Leases in a database, by a clock; each lasts for [`LASTS`] unless it is renewed.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, lasts: LASTS, held: watch::Sender::new(0) }
    }

    /// The same, with leases that last for another while. All processes of a database must agree on it.
    #[must_use]
    pub fn lasting(self, lasts: Duration) -> Self {
        Self { lasts, ..self }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Takes the lease of a piece of work, which is renewed from now on; `None` while another has it. It must be called in a
    /// runtime, whose clock tells when to renew it.
    pub async fn take(&self, work: Work) -> Result<Option<Lease>, StoreError> {
        let row = Row { leases: self.clone(), setting: work.setting(), id: Uuid::now_v7() };
        let lost = Arc::new(AtomicBool::new(false));
        let ((mine, dropped), (told, taken)) = (oneshot::channel(), oneshot::channel());
        // Counted before it is taken, so that nobody thinks that all are given back.
        let held = Held::one(&self.held);
        let keeper = Keeper { row: row.clone(), lost: Arc::clone(&lost), dropped, _held: held };
        // Taken by a task of its own: one that waits here and is stopped leaves no lease behind.
        let keeper = tokio::spawn(keeper.keep(told));
        match taken.await {
            Ok(taken) => Ok(taken?.then_some(Lease { row, lost, mine, keeper })),
            Err(_) => Err(StoreError::Unavailable("the process is being stopped".to_owned())),
        }
    }

    /// Waits until every lease that was dropped is given back, but no longer than this; the rest end by themselves.
    pub async fn all_given_back(&self, patience: Duration) {
        let none = async { self.held.subscribe().wait_for(|held| *held == 0).await.is_ok() };
        // Nothing is wrong when it takes longer.
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

/// The right to do a piece of work, held by this process until it is dropped or lost.
#[derive(Debug)]
pub struct Lease {
    row: Row,
    lost: Arc<AtomicBool>,
    /// When this goes, the lease is given back.
    mine: oneshot::Sender<()>,
    keeper: JoinHandle<()>,
}

impl Lease {
    /// Whether it was lost, as far as is known without asking: another process has it, or it could not be renewed in time.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Whether this process holds it still, as the database says now.
    pub async fn holds(&self) -> Result<bool, StoreError> {
        Ok(!self.is_lost() && self.row.is_there().await?)
    }

    /// Leaves it as a killed process would: nobody renews it or gives it back. For tests.
    #[doc(hidden)]
    pub async fn die(self) {
        self.keeper.abort();
        let _ = self.keeper.await;
    }

    /// Gives it back now. It does not matter if that fails: the lease ends by itself.
    pub async fn give_back(self) {
        drop(self.mine);
        // It fails when the runtime ends, and everything with it.
        let _ = self.keeper.await;
    }
}

/// Looks after a lease as long as somebody has it.
struct Keeper {
    row: Row,
    lost: Arc<AtomicBool>,
    dropped: oneshot::Receiver<()>,
    _held: Held,
}

impl Keeper {
    /// Takes a lease and says so, renews it three times per period, and gives it back when it is dropped.
    async fn keep(mut self, told: oneshot::Sender<Result<bool, StoreError>>) {
        let begun = Instant::now();
        let taken = self.row.take().await;
        let is_mine = matches!(taken, Ok(true));
        if told.send(taken).is_ok() && is_mine {
            self.renew(begun).await;
        }
        if is_mine && let Err(error) = self.row.remove().await {
            tracing::debug!("the lease '{}' ends by itself: {error}", self.row.setting);
        }
    }

    /// Renews it until it is dropped.
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
    /// From now on for as long as it lasts.
    fn value(&self) -> String {
        format!("{} {}", text(self.leases.now() + self.leases.lasts), self.id)
    }

    async fn take(&self) -> Result<bool, StoreError> {
        let now = self.leases.now();
        // Instants of one length and zone are in the order of their texts.
        let mut sql = Sql::new("INSERT INTO settings (name, value) VALUES ");
        sql.bind_list(values![self.setting, self.value()]);
        sql.push(" ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE settings.value < ");
        // Nobody takes one for so long: it was taken by a clock that went wrong, and counts as none.
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

    /// Narrows a statement to this row while it is this lease's.
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
