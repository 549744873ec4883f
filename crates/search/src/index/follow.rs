//! Following the database: reading what was written since the last commit, and showing it to searches.

use std::sync::Arc;
use std::time::{Duration, Instant};

use store::ground::db::State;
use store::ground::settings;
use store::records::listings::{Listing, Snapshot};
use tantivy::query::RangeQuery;
use tantivy::{IndexWriter, Term};
use tokio::sync::{OwnedMutexGuard, Semaphore};

use super::keeper::{Keeper, Mark, read_mark};
use super::{Search, blocking};
use crate::document::{Waiting, document};
use crate::error::SearchError;
use crate::schema::{Fields, VERSION};
use crate::view::View;

/// Listings read from the database at a time.
const BATCH: u64 = 500;
/// Documents that may wait to be written.
const WAITING: usize = 1_000;

impl Search {
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

    pub(super) async fn catch_up_telling(
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
