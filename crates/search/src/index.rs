//! The index: opened or created, kept in step with the database, and rebuilt if it is broken.

mod follow;
mod keeper;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use store::Db;
use store::ground::db::State;
use store::ground::settings;
use store::records::listings::Snapshot;
use tantivy::{Index, ReloadPolicy};
use tokio::sync::{Mutex, Semaphore};

use self::keeper::{Begin, Keeper, folder_error, read_mark, try_lock};
use crate::error::SearchError;
use crate::look::Look;
use crate::past::Days;
use crate::schema::Fields;
use crate::view::View;

/// Searches run at once, including those whose callers have gone.
const SEARCHES_AT_ONCE: usize = 16;
/// How long a process that may not write the index waits for the one that does.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where an index is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a folder, where it outlives the process.
    Folder(PathBuf),
    /// In memory, for as long as the process runs.
    Memory,
}

impl Place {
    /// Sleeps briefly while another process writes. Errors: [`SearchError::Behind`] once patience has run
    /// out.
    async fn be_patient(&self, begun: tokio::time::Instant) -> Result<(), SearchError> {
        match self {
            Self::Folder(folder) if begun.elapsed() > PATIENCE => {
                Err(SearchError::Behind(folder.display().to_string()))
            }
            _ => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Ok(())
            }
        }
    }
}

/// The search over a database. Clones share one index.
#[derive(Clone)]
pub struct Search {
    db: Db,
    place: Place,
    database: Arc<str>,
    fields: Fields,
    view: Arc<ArcSwap<View>>,
    keeper: Arc<Mutex<Keeper>>,
    room: Arc<Semaphore>,
    /// When the index last agreed with the database.
    agreed: Arc<ArcSwap<Instant>>,
    /// Indexes of past days.
    days: Days,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Search {
    /// Opens the index of a database, or creates it, and brings it up to date. A broken index, or one of
    /// another version or database, is deleted and rebuilt.
    ///
    /// If several processes share a folder, one writes the index; the others read it, and wait up to ten
    /// seconds for it to be up to date.
    pub async fn open(db: &Db, place: Place) -> Result<Self, SearchError> {
        Self::open_telling(db, place, Begin::Known, &mut |_, _| {}).await
    }

    /// Like [`Self::open`], but deletes the existing index first, unless another process is writing it.
    /// `progress` receives how many listings are done, out of how many.
    pub async fn rebuild(
        db: &Db,
        place: Place,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Self, SearchError> {
        Self::open_telling(db, place, Begin::Empty, &mut progress).await
    }

    async fn open_telling(
        db: &Db,
        place: Place,
        begin: Begin,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Self, SearchError> {
        let snapshot = Snapshot::begin(db).await?;
        let database = snapshot.setting(settings::DATABASE).await?.unwrap_or_default();
        let state = snapshot.state;
        drop(snapshot);
        let begun = tokio::time::Instant::now();
        let (fields, keeper) = loop {
            let (at, whose) = (place.clone(), database.clone());
            if let Some(opened) = blocking(move || Keeper::open(&at, &whose, begin)).await? {
                break opened;
            }
            place.be_patient(begun).await?;
        };
        // Until the first look at the database, the view must not claim any revision.
        let state = State { change: keeper.mark.change, revision: -1, ..state };
        let view = View::new(keeper.reader.searcher(), state, keeper.mark.pruned, None)?;
        let search = Self {
            db: db.clone(),
            place,
            database: database.into(),
            fields,
            view: Arc::new(ArcSwap::from_pointee(view)),
            keeper: Arc::new(Mutex::new(keeper)),
            room: Arc::new(Semaphore::new(SEARCHES_AT_ONCE)),
            agreed: Arc::new(ArcSwap::from_pointee(Instant::now())),
            days: Days::default(),
        };
        search.catch_up_telling(progress).await?;
        Ok(search)
    }

    /// Brings the index in a folder up to date. Returns `false` if another process keeps it; that process
    /// follows on its own.
    pub async fn update(db: &Db, folder: &Path) -> Result<bool, SearchError> {
        std::fs::create_dir_all(folder).map_err(|error| folder_error(folder, error))?;
        let free = try_lock(folder)?.is_some();
        if free {
            Self::open(db, Place::Folder(folder.to_owned())).await?;
        }
        Ok(free)
    }

    /// The state of the register that searches see.
    pub fn state(&self) -> State {
        self.view.load().state
    }

    /// Time since the index was last known to agree with the database.
    pub fn agreed_ago(&self) -> Duration {
        self.agreed.load().elapsed()
    }

    /// The latest change in an index folder; `None` if there is no readable index.
    pub fn change_in(folder: &Path) -> Option<i64> {
        let index = Index::open_in_dir(folder).ok()?;
        Some(read_mark(&index).ok()??.change)
    }

    /// Whether any file of an index contains a folded word, even if deleted. For tests of redactions.
    #[doc(hidden)]
    pub fn stands_in(folder: &Path, word: &str) -> Result<bool, SearchError> {
        let index = Index::open_in_dir(folder)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        for segment in reader.searcher().segment_readers() {
            for (field, entry) in index.schema().fields() {
                if !entry.is_indexed() {
                    continue;
                }
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().stream().map_err(tantivy::TantivyError::from)?;
                while terms.advance() {
                    if terms.key().windows(word.len()).any(|part| part == word.as_bytes()) {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// The number of states that searches have seen in this process: equal numbers mean equal answers.
    pub fn generation(&self) -> u64 {
        self.view.load().generation
    }

    /// One state of the register, for several questions whose answers must agree.
    pub fn look(&self) -> Look {
        Look::new(self.view.load_full(), self.fields, Arc::clone(&self.room))
    }

    /// One state of the register: now, or as it stood at the end of a past day (UTC). A past day's index is
    /// made when it is first asked for.
    ///
    /// Errors: [`SearchError::Busy`] if that takes longer than `patience`; the work continues in the
    /// background.
    pub async fn look_at(
        &self,
        day: Option<NaiveDate>,
        patience: Option<Duration>,
    ) -> Result<Look, SearchError> {
        match day {
            None => Ok(self.look()),
            Some(day) => self.days.look(&self.db, day, &self.room, patience).await,
        }
    }
}

/// Runs work that takes processor or disk time, off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SearchError> + Send + 'static,
) -> Result<T, SearchError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(broken) => Err(SearchError::Broken(broken.to_string())),
    }
}
