//! What is looked after while the register runs: derived data are kept true, and each day a dump is written.

use std::time::Duration;

use chrono::{DateTime, Utc};
use export::ExportError;
use export::dump::Job;
use store::lease::Leases;
use store::log::still::Signing;
use store::objects::Objects;
use store::{Db, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the rules are asked about records whose day has come.
const MAINTENANCE: Duration = Duration::from_secs(15 * 60);
/// How soon a dump is tried again that waits for another process: one that was killed is waited for as long as its lease
/// lasts.
const DUMP_AGAIN: Duration = Duration::from_secs(5);

/// The dumps of each day.
#[derive(Debug)]
pub(super) struct Dumps {
    /// Where they are put.
    pub(super) objects: Objects,
    /// Begins their addresses.
    pub(super) base_url: String,
    /// Who signs the log that is in them.
    pub(super) signing: Signing,
}

/// Looks after everything until it is stopped; a dump that is being written then leaves nothing.
pub(super) async fn maintain(leases: Leases, dumps: Option<Dumps>, stop: CancellationToken) {
    loop {
        let next = Instant::now() + MAINTENANCE;
        tokio::select! {
            () = stop.cancelled() => return,
            () = derived(leases.db(), leases.now()) => {}
        }
        if let Some(dumps) = &dumps {
            dump_until(next, &leases, dumps, &stop).await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(next) => {}
        }
    }
}

/// Keeps derived data true.
async fn derived(db: &Db, now: DateTime<Utc>) {
    match store::maintenance::judge_due(db, now).await {
        Ok(0) => {}
        Ok(judged) => tracing::info!("the rules were asked again about {judged} records"),
        Err(error) => tracing::warn!("the rules could not be asked: {error}"),
    }
    match gaps_due(db, now).await {
        Ok(false) => {}
        Ok(true) => tracing::info!("links and gaps were looked for"),
        Err(error) => tracing::warn!("links and gaps could not be looked for: {error}"),
    }
    if let Err(error) = store::maintenance::purge(db).await {
        tracing::warn!("what was taken out may still be in the files of the database: {error}");
    }
    if let Err(error) = store::maintenance::forget_private(db, now).await {
        tracing::warn!("ended sessions and old answers could not be forgotten: {error}");
    }
    if let Err(error) = store::webhooks::forget_old(db, now).await {
        tracing::warn!("messages of long ago could not be forgotten: {error}");
    }
    if let Err(error) = store::maintenance::forget_superseded(db, now).await {
        tracing::warn!("superseded listings could not be forgotten: {error}");
    }
}

/// Looks for links and gaps once on each day.
async fn gaps_due(db: &Db, now: DateTime<Utc>) -> Result<bool, StoreError> {
    if !store::gaps::are_due(db, now).await? {
        return Ok(false);
    }
    store::gaps::look(db, now).await?;
    Ok(true)
}

/// Writes the dump of today if it is due; while another process is waited for, again and again until some moment.
async fn dump_until(until: Instant, leases: &Leases, dumps: &Dumps, stop: &CancellationToken) {
    loop {
        match dump_due(leases, dumps, stop).await {
            Ok(()) | Err(ExportError::Stopped) => return,
            Err(error) if error.is_for_now() && Instant::now() + DUMP_AGAIN < until => {
                tracing::debug!("the dump of today waits: {error}");
            }
            Err(error) => {
                tracing::warn!("the dump of today could not be written, the last one stays: {error}");
                return;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(DUMP_AGAIN) => {}
        }
    }
}

/// Writes the dump of today if there is none, and takes back those that hold what was redacted since.
async fn dump_due(leases: &Leases, dumps: &Dumps, stop: &CancellationToken) -> Result<(), ExportError> {
    let (db, today) = (leases.db(), leases.now().date_naive());
    if store::records::is_empty(db).await? || !export::published::is_due(db, &dumps.objects, today).await? {
        return Ok(());
    }
    let (handle, leases, signing) =
        (tokio::runtime::Handle::current(), leases.clone(), dumps.signing.clone());
    let (objects, base_url, stop) = (dumps.objects.clone(), dumps.base_url.clone(), stop.clone());
    let written = tokio::task::spawn_blocking(move || {
        let mut job = Job {
            handle: &handle,
            leases: &leases,
            signing: &signing,
            base_url: &base_url,
            stop: &stop,
            progress: &mut |_, _| {},
        };
        export::published::publish(&mut job, &objects)
    });
    let broke = |error: tokio::task::JoinError| StoreError::Unavailable(error.to_string());
    match written.await.map_err(broke)? {
        Ok(written) => {
            let (files, bytes) = written.files;
            tracing::info!("the dump of {today} is there: {files} files, {bytes} bytes");
            if let Some(words) = crate::commands::dump::not_signed(&written) {
                tracing::warn!("{words}");
            }
            Ok(())
        }
        // Only others had to be taken back.
        Err(ExportError::Exists(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
