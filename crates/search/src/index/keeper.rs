//! The files of an index and the right to write them: opened or created, locked, marked and committed.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::FileLock;
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyError};

use super::Place;
use crate::document::Waiting;
use crate::error::SearchError;
use crate::schema::{Fields, VERSION, schema, tokenizers};

/// Threads that write the index.
const WRITERS: usize = 2;
/// Memory of each writer thread in bytes, before it writes a segment to disk.
const WRITER_MEMORY: usize = 16 << 20;
/// How often to retry while segments are being merged elsewhere, and how long to pause in between.
const PURGE_TRIES: u32 = 100;
const PURGE_PAUSE: Duration = Duration::from_millis(50);
/// Lock file beside the index. The process that holds the lock writes the index.
const KEEPER: &str = "keeper.lock";

/// What an index begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// What the folder has, if it is readable and belongs to the database.
    Known,
    /// Nothing, whatever the folder has.
    Empty,
}

/// What each commit records about the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) version: u32,
    /// The database it belongs to.
    pub(super) database: String,
    /// The latest change it includes.
    pub(super) change: i64,
    /// Listings superseded before this change have been removed.
    pub(super) pruned: i64,
    /// Everything redacted up to this change is gone from all files of the index.
    #[serde(default)]
    pub(super) redacted: i64,
}

/// The index, and the right to write it if this process holds the lock.
pub(super) struct Keeper {
    pub(super) index: Index,
    pub(super) reader: IndexReader,
    writer: Option<IndexWriter<Waiting>>,
    /// Whether the writer has uncommitted work. After an error that work must be discarded.
    dirty: bool,
    pub(super) mark: Mark,
    // The last field, so that the lock is released after the writer.
    _lock: Option<FileLock>,
}

impl Keeper {
    /// Opens or creates an index; `None` while another process is still creating it.
    pub(super) fn open(
        place: &Place,
        database: &str,
        begin: Begin,
    ) -> Result<Option<(Fields, Self)>, SearchError> {
        let (schema, fields) = schema();
        let database = database.to_owned();
        let fresh = Mark { version: VERSION, database, change: 0, pruned: 0, redacted: 0 };
        let (mut index, lock) = match place {
            Place::Memory => (Index::create_in_ram(schema), None),
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| folder_error(folder, error))?;
                let lock = try_lock(folder)?;
                let known = match &lock {
                    Some(_) if begin == Begin::Empty => None,
                    _ => open_known(folder, &schema, &fresh),
                };
                match (known, lock) {
                    (Some(index), lock) => (index, lock),
                    // This loses only derived data.
                    (None, Some(lock)) => (create(folder, &schema)?, Some(lock)),
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
    pub(super) fn become_writer(&mut self, place: &Place) -> Result<bool, SearchError> {
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
    pub(super) fn writer(&mut self) -> &mut IndexWriter<Waiting> {
        self.dirty = true;
        self.writer.as_mut().expect("callers become the writer first")
    }

    /// Removes deleted documents from the files, where they would stay until their segments are merged.
    pub(super) fn purge(&mut self) -> Result<(), SearchError> {
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

    pub(super) fn commit(&mut self, mark: Mark) -> Result<(), SearchError> {
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

pub(super) fn folder_error(folder: &Path, error: std::io::Error) -> SearchError {
    SearchError::Folder { path: folder.display().to_string(), error }
}

pub(super) fn try_lock(folder: &Path) -> Result<Option<FileLock>, SearchError> {
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

/// Creates an empty index in a folder, in place of whatever index is there.
fn create(folder: &Path, schema: &tantivy::schema::Schema) -> Result<Index, SearchError> {
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

pub(super) fn read_mark(index: &Index) -> Result<Option<Mark>, SearchError> {
    let payload = index.load_metas()?.payload;
    Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()))
}
