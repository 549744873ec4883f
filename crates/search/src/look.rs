//! One state of the register, as searches see it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use store::ground::db::State;
use store::records::listings::Listing;
use store::records::past::Then;
use tantivy::Index;
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::SearchError;
use crate::document::document;
use crate::index::blocking;
use crate::schema::{Fields, schema, tokenizers};
use crate::view::View;

/// Memory for writing a small, separate index, in bytes.
const WRITER_MEMORY: usize = 16 << 20;

/// One state of the register, as searches see it. Clones share it.
#[derive(Debug, Clone)]
pub struct Look {
    pub(crate) view: Arc<View>,
    pub(crate) fields: Fields,
    /// The past day it shows, if any.
    then: Option<Then>,
    /// The folder it reads; deleted with the last clone.
    _folder: Option<Arc<TempDir>>,
    room: Arc<Semaphore>,
}

impl Look {
    pub(crate) fn new(view: Arc<View>, fields: Fields, room: Arc<Semaphore>) -> Self {
        Self { view, fields, then: None, _folder: None, room }
    }

    /// The same for a past day, reading a folder of its own.
    pub(crate) fn of(self, then: Then, folder: TempDir) -> Self {
        Self { then: Some(then), _folder: Some(Arc::new(folder)), ..self }
    }

    /// When the state it shows was last changed.
    pub fn changed_at(&self) -> DateTime<Utc> {
        self.view.state.changed_at
    }

    /// The latest change that it shows.
    pub fn change(&self) -> i64 {
        self.view.state.change
    }

    /// How many states came before the one it shows, in this process.
    pub fn generation(&self) -> u64 {
        self.view.generation
    }

    /// The past day it shows, if any.
    pub fn then(&self) -> Option<&Then> {
        self.then.as_ref()
    }

    /// A look at just these listings, from an index in memory.
    pub async fn at_these(listings: Vec<Listing>) -> Result<Self, SearchError> {
        blocking(move || {
            let (schema, _) = schema();
            let mut draft = Draft::begin(Index::create_in_ram(schema))?;
            draft.add(&listings)?;
            let last = listings.iter().map(|listing| listing.change).max().unwrap_or_default();
            let state = State { change: last, changed_at: DateTime::UNIX_EPOCH, revision: 0 };
            draft.finish(state, Arc::new(Semaphore::new(1)))
        })
        .await
    }

    /// Runs a search off the threads that answer requests, once there is room.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        search: impl FnOnce(&Arc<View>, &Fields) -> Result<T, SearchError> + Send + 'static,
    ) -> Result<T, SearchError> {
        let (view, fields) = (Arc::clone(&self.view), self.fields);
        let room = Arc::clone(&self.room).acquire_owned().await.expect("the semaphore is never closed");
        blocking(move || {
            let found = search(&view, &fields);
            drop(room);
            found
        })
        .await
    }
}

/// An index that is written once and then only read.
pub(crate) struct Draft {
    index: Index,
    writer: tantivy::IndexWriter,
    fields: Fields,
}

impl Draft {
    /// Starts with an empty index.
    pub(crate) fn begin(mut index: Index) -> Result<Self, SearchError> {
        let (_, fields) = schema();
        index.set_tokenizers(tokenizers());
        let writer = index.writer_with_num_threads(1, WRITER_MEMORY)?;
        Ok(Self { index, writer, fields })
    }

    pub(crate) fn add(&mut self, listings: &[Listing]) -> Result<(), SearchError> {
        for listing in listings {
            self.writer.add_document(document(listing, &self.fields)?)?;
        }
        Ok(())
    }

    /// Commits, and returns a look at what was added.
    pub(crate) fn finish(mut self, state: State, room: Arc<Semaphore>) -> Result<Look, SearchError> {
        self.writer.commit()?;
        self.writer.wait_merging_threads()?;
        let reader = self.index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        let reader: tantivy::IndexReader = reader;
        let view = View::new(reader.searcher(), state, 0, None)?;
        Ok(Look::new(Arc::new(view), self.fields, room))
    }
}
