//! Indexes of past days, each made when somebody asks for it and kept for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::NaiveDate;
use moka::future::Cache;
use store::Db;
use store::records::listings::Listing;
use store::records::past::{self, Past, Then};
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexSettings};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::SearchError;
use crate::index::blocking;
use crate::look::{Draft, Look};
use crate::schema::schema;

/// Most indexes kept.
const KEPT: u64 = 8;
/// How long an index is kept. Names resolve as they did when it was made, so they may be this much out of
/// date.
const KEPT_FOR: Duration = Duration::from_secs(15 * 60);
/// Days whose index is being made or waits to be; they are made one at a time.
const MAKING: usize = 4;
/// Callers that may wait for an index at once; others are asked to come back.
const WAITING: usize = 16;
/// How long somebody waiting for a page waits for an index.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Records read from the database at a time.
const BATCH: u64 = 500;

/// A day's index, and the change up to which it is known to be right.
#[derive(Debug)]
struct Day {
    look: Look,
    right_until: AtomicI64,
}

/// The indexes of past days. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    kept: Cache<NaiveDate, Arc<Day>>,
    queue: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Default for Days {
    fn default() -> Self {
        Self {
            kept: Cache::builder().max_capacity(KEPT).time_to_live(KEPT_FOR).build(),
            queue: Arc::new(Semaphore::new(MAKING)),
            waiting: Arc::new(Semaphore::new(WAITING)),
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
        patience: Option<Duration>,
    ) -> Result<Look, SearchError> {
        if let Some(known) = self.kept.get(&day).await
            && let Some(look) = self.checked(db, day, &known).await?
        {
            return Ok(look);
        }
        let _place = self.waiting.try_acquire().map_err(|_| SearchError::Busy(day))?;
        // If the caller gives up, the work goes on, and the next caller finds it done.
        let making = tokio::spawn({
            let (days, db, room) = (self.clone(), db.clone(), Arc::clone(room));
            async move { days.kept.try_get_with(day, days.make(&db, day, room)).await }
        });
        let made = match patience {
            Some(patience) => {
                tokio::time::timeout(patience, making).await.map_err(|_| SearchError::Busy(day))?
            }
            None => making.await,
        };
        match made {
            Err(broken) => Err(SearchError::Broken(broken.to_string())),
            // Another caller may have started it before a redaction.
            Ok(Ok(made)) => self.checked(db, day, &made).await?.ok_or(SearchError::Busy(day)),
            Ok(Err(error)) => Err(match &*error {
                SearchError::Busy(day) => SearchError::Busy(*day),
                error => SearchError::Broken(error.to_string()),
            }),
        }
    }

    /// A day's index if it is still right; otherwise it is dropped.
    async fn checked(&self, db: &Db, day: NaiveDate, known: &Day) -> Result<Option<Look>, SearchError> {
        let now = db.state().await?.change;
        let until = known.right_until.load(Ordering::Relaxed);
        if now != until && past::is_altered(db, day, until).await? {
            self.kept.remove(&day).await;
            return Ok(None);
        }
        known.right_until.fetch_max(now, Ordering::Relaxed);
        Ok(Some(known.look.clone()))
    }

    async fn make(&self, db: &Db, day: NaiveDate, room: Arc<Semaphore>) -> Result<Arc<Day>, SearchError> {
        let _place = self.queue.try_acquire().map_err(|_| SearchError::Busy(day))?;
        let _turn = self.turn.acquire().await.expect("the semaphore is never closed");
        // All reads see one state, however long they take.
        let still = db.still().await?;
        let made = make(&still, day, room).await;
        still.close().await;
        made.map(Arc::new)
    }
}

async fn make(db: &Db, day: NaiveDate, room: Arc<Semaphore>) -> Result<Day, SearchError> {
    let state = db.state().await?;
    let then = Then::on(db, day).await?;
    let (folder, mut draft) = blocking(|| {
        let (schema, _) = schema();
        let folder = folder()?;
        let directory = MmapDirectory::open(folder.path()).map_err(tantivy::TantivyError::from)?;
        Ok((folder, Draft::begin(Index::create(directory, schema, IndexSettings::default())?)?))
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
    let look = blocking(move || draft.finish(state, room)).await?.of(then, folder);
    Ok(Day { look, right_until: AtomicI64::new(state.change) })
}

/// A folder readable only by this user, deleted with the index in it.
fn folder() -> Result<TempDir, SearchError> {
    let mut new = tempfile::Builder::new();
    new.prefix("register-past-");
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    new.tempdir().map_err(|error| {
        let path = std::env::temp_dir().display().to_string();
        SearchError::Folder { path, error }
    })
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
