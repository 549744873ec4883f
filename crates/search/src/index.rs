//! The index: opened or created, kept in step with the database, and rebuilt if it is broken.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::FileLock;
use store::ground::db::State;
use store::ground::settings;
use store::records::listings::{Listing, Snapshot};
use store::{Db, StoreError};
use tantivy::directory::MmapDirectory;
use tantivy::query::RangeQuery;
use tantivy::{Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyError, Term};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

use crate::document::{Waiting, document};
use crate::look::Look;
use crate::past::{Days, Wait};
use crate::schema::{Fields, VERSION, schema, tokenizers};
use crate::view::View;

/// Listings read from the database at a time.
const BATCH: u64 = 500;
/// Threads that write the index.
const WRITERS: usize = 2;
/// Memory of each writer thread in bytes, before it writes a segment to disk.
const WRITER_MEMORY: usize = 16 << 20;
/// Documents that may wait to be written.
const WAITING: usize = 1_000;
/// Searches run at once, including those whose callers have gone.
const SEARCHES_AT_ONCE: usize = 16;
/// How long a process that may not write the index waits for the one that does.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often to retry while segments are being merged elsewhere, and how long to pause in between.
const PURGE_TRIES: u32 = 100;
const PURGE_PAUSE: Duration = Duration::from_millis(50);
/// Lock file beside the index. The process that holds the lock writes the index.
const KEEPER: &str = "keeper.lock";

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index failed.
    #[error("the search index failed: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// Indexes of too many past days are being asked for at once.
    #[error("the register of {0} is not at hand yet: ask again in a moment")]
    Busy(NaiveDate),
    /// The folder of the index cannot be used.
    #[error("the folder of the search index cannot be used: {path}: {error}")]
    Folder {
        /// The folder.
        path: String,
        /// The system's error.
        error: std::io::Error,
    },
    /// Another process writes the index and does not keep it up to date.
    #[error("another process keeps the search index in {0} and is behind: stop it, or wait and try again")]
    Behind(String),
    /// A task of the program itself failed.
    #[error("searching broke off: {0}")]
    Broken(String),
}

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

/// What each commit records about the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    version: u32,
    /// The database it belongs to.
    database: String,
    /// The latest change it includes.
    change: i64,
    /// Listings superseded before this change have been removed.
    pruned: i64,
    /// Everything redacted up to this change is gone from all files of the index.
    #[serde(default)]
    redacted: i64,
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

/// The index, and the right to write it if this process holds the lock.
struct Keeper {
    index: Index,
    reader: IndexReader,
    writer: Option<IndexWriter<Waiting>>,
    /// Whether the writer has uncommitted work. After an error that work must be discarded.
    dirty: bool,
    mark: Mark,
    // The last field, so that the lock is released after the writer.
    _lock: Option<FileLock>,
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
        Self::open_telling(db, place, false, &mut |_, _| {}).await
    }

    /// Like [`Self::open`], but deletes the existing index first, unless another process is writing it.
    /// `progress` receives how many listings are done, out of how many.
    pub async fn rebuild(
        db: &Db,
        place: Place,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Self, SearchError> {
        Self::open_telling(db, place, true, &mut progress).await
    }

    async fn open_telling(
        db: &Db,
        place: Place,
        anew: bool,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Self, SearchError> {
        let snapshot = Snapshot::begin(db).await?;
        let database = snapshot.setting(settings::DATABASE).await?.unwrap_or_default();
        let state = snapshot.state;
        drop(snapshot);
        let begun = tokio::time::Instant::now();
        let (fields, keeper) = loop {
            let (at, whose) = (place.clone(), database.clone());
            if let Some(opened) = blocking(move || Keeper::open(&at, &whose, anew)).await? {
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
    /// Errors: [`SearchError::Busy`] if that takes longer than the caller waits; work that has begun continues in
    /// the background. Without a `wait`, the caller waits for as long as it takes.
    pub async fn look_at(&self, day: Option<NaiveDate>, wait: Option<Wait>) -> Result<Look, SearchError> {
        match day {
            None => Ok(self.look()),
            Some(day) => self.days.look(&self.db, day, &self.room, wait).await,
        }
    }

    /// Brings the index up to the latest change, and returns the state that searches see from then on.
    pub async fn catch_up(&self) -> Result<State, SearchError> {
        self.catch_up_telling(&mut |_, _| {}).await
    }

    /// Follows the database, checking it at this interval, until the task is dropped.
    pub async fn follow(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            if let Err(error) = self.catch_up().await {
                tracing::warn!("the search index could not be brought up to date: {error}");
            }
        }
    }

    async fn catch_up_telling(
        &self,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<State, SearchError> {
        let state = self.catch_up_with(progress).await?;
        self.agreed.store(Arc::new(Instant::now()));
        Ok(state)
    }

    async fn catch_up_with(&self, progress: &mut (dyn FnMut(u64, u64) + Send)) -> Result<State, SearchError> {
        let mut keeper = Arc::clone(&self.keeper).lock_owned().await;
        let state = self.db.state().await?;
        if state == self.state() && keeper.mark.change == state.change {
            return Ok(state);
        }
        if !keeper.become_writer(&self.place)? {
            return self.wait_for_the_keeper(keeper, state).await;
        }
        let snapshot = Snapshot::begin(&self.db).await?;
        let state = snapshot.state;
        let pruned = snapshot.setting(settings::PRUNED_BELOW).await?;
        let wanted = Mark {
            version: VERSION,
            database: self.database.to_string(),
            change: state.change,
            pruned: pruned.and_then(|number| number.parse().ok()).unwrap_or(0),
            redacted: keeper.mark.redacted,
        };
        let redacted = snapshot.last_redaction().await?;
        if keeper.mark.change > wanted.change {
            // The database was restored to an older state.
            let mark = Mark { change: 0, pruned: 0, ..wanted.clone() };
            keeper = blocking(move || {
                keeper.writer().delete_all_documents()?;
                keeper.commit(mark)?;
                Ok(keeper)
            })
            .await?;
        }
        if keeper.mark != wanted {
            keeper = self.read_in(keeper, &snapshot, &wanted, progress).await?;
        }
        drop(snapshot);
        self.show(&keeper, state).await?;
        if keeper.mark.redacted < redacted {
            keeper = blocking(move || {
                keeper.purge()?;
                keeper.commit(Mark { redacted, ..wanted })?;
                Ok(keeper)
            })
            .await?;
            self.show(&keeper, state).await?;
        }
        Ok(state)
    }

    /// Indexes every listing touched since the last commit, and commits.
    async fn read_in(
        &self,
        mut keeper: OwnedMutexGuard<Keeper>,
        snapshot: &Snapshot,
        wanted: &Mark,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<OwnedMutexGuard<Keeper>, SearchError> {
        let known = keeper.mark.clone();
        let fresh = known.change == 0;
        let all = if fresh { snapshot.count().await? } else { 0 };
        // The place itself is excluded and no listing has this change, so reading starts with the first one
        // touched after the known change.
        let (mut done, mut place) = (0, (known.change + 1, i64::MIN));
        let room = Arc::new(Semaphore::new(WAITING));
        // Reads the next batch while this one is turned into documents.
        let mut listings = snapshot.touched_after(place, BATCH).await?;
        while let Some(last) = listings.last() {
            place = (last.touched, last.change);
            done += listings.len() as u64;
            let (fields, room) = (self.fields, Arc::clone(&room));
            let adding = blocking(move || {
                add(keeper.writer(), &listings, &fields, fresh, &room)?;
                Ok(keeper)
            });
            let (added, next) = tokio::join!(adding, snapshot.touched_after(place, BATCH));
            (keeper, listings) = (added?, next?);
            progress(done, all.max(done));
        }
        let (fields, wanted) = (self.fields, wanted.clone());
        blocking(move || {
            if wanted.pruned > known.pruned {
                let last = Term::from_field_u64(fields.until, wanted.pruned.unsigned_abs());
                let forgotten = RangeQuery::new(std::ops::Bound::Unbounded, std::ops::Bound::Included(last));
                keeper.writer().delete_query(Box::new(forgotten))?;
            }
            keeper.commit(wanted)?;
            Ok(keeper)
        })
        .await
    }

    /// Makes the reader's state the one that searches see.
    async fn show(&self, keeper: &Keeper, state: State) -> Result<(), SearchError> {
        let (searcher, pruned, before) =
            (keeper.reader.searcher(), keeper.mark.pruned, self.view.load_full());
        let view = blocking(move || Ok(View::new(searcher, state, pruned, Some(&before))?)).await?;
        self.view.store(Arc::new(view));
        Ok(())
    }

    async fn wait_for_the_keeper(
        &self,
        mut keeper: OwnedMutexGuard<Keeper>,
        state: State,
    ) -> Result<State, SearchError> {
        let begun = tokio::time::Instant::now();
        loop {
            // Read the mark before reloading, so that the reader is at least as new as the mark.
            let mark = read_mark(&keeper.index)?;
            keeper.reader.reload()?;
            if let Some(mark) = mark.filter(|mark| mark.change >= state.change) {
                keeper.mark = mark;
                let seen = State { change: keeper.mark.change, ..state };
                self.show(&keeper, seen).await?;
                return Ok(seen);
            }
            self.place.be_patient(begun).await?;
            // The process that kept the index may have ended.
            if keeper.become_writer(&self.place)? {
                drop(keeper);
                return Box::pin(self.catch_up_with(&mut |_, _| {})).await;
            }
        }
    }
}

/// Adds listings, replacing what the index had for their changes.
fn add(
    writer: &IndexWriter<Waiting>,
    listings: &[Listing],
    fields: &Fields,
    fresh: bool,
    room: &Arc<Semaphore>,
) -> Result<(), SearchError> {
    let runtime = tokio::runtime::Handle::current();
    for listing in listings {
        if !fresh {
            writer.delete_term(Term::from_field_u64(fields.change, listing.change.unsigned_abs()));
        }
        let document = document(listing, fields)?;
        let room = runtime.block_on(Arc::clone(room).acquire_owned()).expect("the semaphore is never closed");
        writer.add_document(Waiting { document, room })?;
    }
    Ok(())
}

impl Keeper {
    /// Opens or creates an index; `None` while another process is still creating it.
    fn open(place: &Place, database: &str, anew: bool) -> Result<Option<(Fields, Self)>, SearchError> {
        let (schema, fields) = schema();
        let database = database.to_owned();
        let fresh = Mark { version: VERSION, database, change: 0, pruned: 0, redacted: 0 };
        let (mut index, lock) = match place {
            Place::Memory => (Index::create_in_ram(schema), None),
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| folder_error(folder, error))?;
                let lock = try_lock(folder)?;
                let known = match &lock {
                    Some(_) if anew => None,
                    _ => open_known(folder, &schema, &fresh),
                };
                match (known, lock) {
                    (Some(index), lock) => (index, lock),
                    // This loses only derived data.
                    (None, Some(lock)) => (make_anew(folder, &schema)?, Some(lock)),
                    (None, None) => return Ok(None),
                }
            }
        };
        index.set_tokenizers(tokenizers());
        // Large indexes are searched in several segments at once.
        index.set_default_multithread_executor()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        // A new index has no owner yet. That makes the first look at the database commit a mark even if the
        // register is empty; without one, other processes could not tell whose index it is and would give up.
        let mark = read_mark(&index)?.unwrap_or(Mark { database: String::new(), ..fresh });
        Ok(Some((fields, Self { index, reader, writer: None, dirty: false, mark, _lock: lock })))
    }

    /// Whether this process may write the index. Takes the lock if it is free.
    fn become_writer(&mut self, place: &Place) -> Result<bool, SearchError> {
        if let (Place::Folder(folder), None) = (place, &self._lock) {
            self._lock = try_lock(folder)?;
            if self._lock.is_none() {
                return Ok(false);
            }
            self.reader.reload()?;
            self.mark = read_mark(&self.index)?.unwrap_or_else(|| Mark { change: 0, ..self.mark.clone() });
        }
        if self.dirty {
            // The work an interrupted update left must not be committed by the next one.
            self.writer = None;
            self.dirty = false;
        }
        if self.writer.is_none() {
            self.writer = Some(self.index.writer_with_num_threads(WRITERS, WRITERS * WRITER_MEMORY)?);
        }
        Ok(true)
    }

    /// The writer, for work that ends with a commit.
    fn writer(&mut self) -> &mut IndexWriter<Waiting> {
        self.dirty = true;
        self.writer.as_mut().expect("callers become the writer first")
    }

    /// Removes deleted documents from the files, where they would stay until their segments are merged.
    fn purge(&mut self) -> Result<(), SearchError> {
        for tried in 1.. {
            let segments = self.index.searchable_segment_metas()?;
            let with_deleted: Vec<_> =
                segments.iter().filter(|segment| segment.has_deletes()).map(|segment| segment.id()).collect();
            if with_deleted.is_empty() {
                break;
            }
            match self.writer().merge(&with_deleted).wait() {
                Ok(_) => {}
                // A segment is being merged already, or was just now: look again.
                Err(TantivyError::InvalidArgument(_)) if tried < PURGE_TRIES => {
                    std::thread::sleep(PURGE_PAUSE);
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.reader.reload()?;
        self.writer().garbage_collect_files().wait()?;
        Ok(())
    }

    fn commit(&mut self, mark: Mark) -> Result<(), SearchError> {
        let payload = serde_json::to_string(&mark).expect("a mark has only JSON types");
        let mut prepared = self.writer().prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        self.dirty = false;
        self.mark = mark;
        self.reader.reload()?;
        Ok(())
    }
}

fn folder_error(folder: &Path, error: std::io::Error) -> SearchError {
    SearchError::Folder { path: folder.display().to_string(), error }
}

fn try_lock(folder: &Path) -> Result<Option<FileLock>, SearchError> {
    FileLock::take(&folder.join(KEEPER)).map_err(|error| folder_error(folder, error))
}

/// The index in a folder, if it is readable and has this version and database.
fn open_known(folder: &Path, schema: &tantivy::schema::Schema, wanted: &Mark) -> Option<Index> {
    let index = Index::open_in_dir(folder).ok().filter(|index| index.schema() == *schema)?;
    let mark = read_mark(&index).ok()??;
    (mark.version == wanted.version && mark.database == wanted.database)
        .then(|| index.reader().is_ok().then_some(index))
        .flatten()
}

fn make_anew(folder: &Path, schema: &tantivy::schema::Schema) -> Result<Index, SearchError> {
    let failed = |error| folder_error(folder, error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() && !path.ends_with(KEEPER) {
            std::fs::remove_file(&path).map_err(failed)?;
        }
    }
    let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
    Ok(Index::create(directory, schema.clone(), IndexSettings::default())?)
}

fn read_mark(index: &Index) -> Result<Option<Mark>, SearchError> {
    let payload = index.load_metas()?.payload;
    Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()))
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
