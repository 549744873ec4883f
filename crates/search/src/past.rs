//! The register on past days: an index of each, made when somebody asks for it and kept for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::NaiveDate;
use moka::future::Cache;
use store::Db;
use store::listings::Listing;
use store::past::{self, Past, Then};
use tantivy::Index;
use tokio::sync::Semaphore;

use crate::SearchError;
use crate::index::blocking;
use crate::look::{Draft, Look};
use crate::schema::schema;

/// Days whose indexes are kept.
const KEPT: u64 = 8;
/// How long one is kept: what names mean may be so old in it.
const KEPT_FOR: Duration = Duration::from_secs(15 * 60);
/// Days that may wait for their index to be made; one is made at a time.
const WAITING: usize = 4;
/// How long somebody waits for an index.
const PATIENCE: Duration = Duration::from_secs(10);
/// Records read at once.
const BATCH: u64 = 500;

/// A day's index, and up to which change it is known to be right.
#[derive(Debug)]
struct Day {
    look: Look,
    right_until: AtomicI64,
}

/// The days.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    kept: Cache<NaiveDate, Arc<Day>>,
    queue: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Default for Days {
    fn default() -> Self {
        Self {
            kept: Cache::builder().max_capacity(KEPT).time_to_live(KEPT_FOR).build(),
            queue: Arc::new(Semaphore::new(WAITING)),
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Days {
    pub(crate) async fn look(
        &self,
        db: &Db,
        day: NaiveDate,
        room: &Arc<Semaphore>,
    ) -> Result<Look, SearchError> {
        if let Some(known) = self.kept.get(&day).await {
            let now = db.state().await?.change;
            let until = known.right_until.load(Ordering::Relaxed);
            if now == until || !past::is_altered(db, day, until).await? {
                known.right_until.fetch_max(now, Ordering::Relaxed);
                return Ok(known.look.clone());
            }
            self.kept.remove(&day).await;
        }
        // Whoever gives up does not stop the making: who comes next finds it done.
        let making = tokio::spawn({
            let (days, db, room) = (self.clone(), db.clone(), Arc::clone(room));
            async move { days.kept.try_get_with(day, days.make(&db, day, room)).await }
        });
        match tokio::time::timeout(PATIENCE, making).await {
            Err(_) => Err(SearchError::Busy(day)),
            Ok(Err(broken)) => Err(SearchError::Broken(broken.to_string())),
            Ok(Ok(Ok(made))) => Ok(made.look.clone()),
            Ok(Ok(Err(error))) => Err(match &*error {
                SearchError::Busy(day) => SearchError::Busy(*day),
                error => SearchError::Broken(error.to_string()),
            }),
        }
    }

    async fn make(&self, db: &Db, day: NaiveDate, room: Arc<Semaphore>) -> Result<Arc<Day>, SearchError> {
        let _place = self.queue.try_acquire().map_err(|_| SearchError::Busy(day))?;
        let _turn = self.turn.acquire().await.expect("the turn is never closed");
        // One state, however long reading it takes.
        let still = db.still().await?;
        let made = make(&still, day, room).await;
        still.close().await;
        made.map(Arc::new)
    }
}

async fn make(db: &Db, day: NaiveDate, room: Arc<Semaphore>) -> Result<Day, SearchError> {
    let state = db.state().await?;
    let then = Then::on(db, day).await?;
    // In a folder that goes with the index.
    let mut draft = blocking(|| {
        let (schema, _) = schema();
        Draft::begin(Index::create_from_tempdir(schema)?)
    })
    .await?;
    let mut seq = 0;
    loop {
        let records = past::after(db, &then, seq, BATCH).await?;
        let Some(last) = records.last() else { break };
        seq = last.row.seq;
        draft = blocking(move || {
            let listings: Vec<Listing> = records.into_iter().map(listing).collect();
            draft.add(&listings)?;
            Ok(draft)
        })
        .await?;
    }
    let look = blocking(move || draft.finish(state, room)).await?.of(then);
    Ok(Day { look, right_until: AtomicI64::new(state.change) })
}

fn listing(Past { row, facets }: Past) -> Listing {
    Listing {
        change: row.change,
        touched: row.change,
        until: None,
        published_at: row.published_at,
        updated_at: row.updated_at,
        facets,
        content: row.content,
    }
}
