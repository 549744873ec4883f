//! Indexes of past days, each made when somebody asks for it and kept for a while.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use moka::future::Cache;
use store::Db;
use store::ground::line::{Full, Line, Room};
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
/// Indexes are made one at a time, for the network that had least of that lately. Callers beyond these are asked to come back.
const ROOM: Room = Room { at_once: 1, at_once_of_one: 1, waiting: 64, waiting_of_one: 4 };
/// How long somebody waiting for a page waits for an index.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// As whom this process itself waits.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
/// How long it does.
const FOREVER: Duration = Duration::from_secs(24 * 60 * 60);
/// Records read from the database at a time.
const BATCH: u64 = 500;

/// Who waits for an index, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Where the request came from.
    pub who: IpAddr,
    /// How long they wait.
    pub patience: Duration,
}

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
    line: Line,
}

impl Default for Days {
    fn default() -> Self {
        Self {
            kept: Cache::builder().max_capacity(KEPT).time_to_live(KEPT_FOR).build(),
            line: Line::new(ROOM),
        }
    }
}

impl Days {
    pub(crate) async fn look(
        &self,
        db: &Db,
        day: NaiveDate,
        room: &Arc<Semaphore>,
        wait: Option<Wait>,
    ) -> Result<Look, SearchError> {
        if let Some(look) = self.known(db, day).await? {
            return Ok(look);
        }
        let Wait { who, patience } = wait.unwrap_or(Wait { who: HERE, patience: FOREVER });
        let begun = Instant::now();
        let turn = self.line.turn(who, patience).await.map_err(|Full| SearchError::Busy(day))?;
        // Somebody else may have had it made meanwhile.
        if let Some(look) = self.known(db, day).await? {
            return Ok(look);
        }
        // If the caller gives up, the work goes on, and the next caller finds it done. The turn lasts as long as the
        // work, or callers that give up would have any number of indexes made at once.
        let making = tokio::spawn({
            let (days, db, room) = (self.clone(), db.clone(), Arc::clone(room));
            async move {
                let _turn = turn;
                days.kept.try_get_with(day, days.make(&db, day, room)).await
            }
        });
        let left = patience.saturating_sub(begun.elapsed());
        let made = tokio::time::timeout(left, making).await.map_err(|_| SearchError::Busy(day))?;
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

    /// A day's index if it was made before and is still right.
    async fn known(&self, db: &Db, day: NaiveDate) -> Result<Option<Look>, SearchError> {
        match self.kept.get(&day).await {
            Some(known) => self.checked(db, day, &known).await,
            None => Ok(None),
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

fn listing(Past { row, facets, key }: Past) -> Listing {
    Listing {
        change: row.change,
        id: row.id,
        keys: key.into_iter().collect(),
        touched: row.change,
        until: None,
        published_at: row.published_at,
        updated_at: row.updated_at,
        facets,
        content: row.content,
    }
}
