//! Maintenance while the register runs: keeps derived data current, and writes a dump each day.

use std::time::Duration;

use chrono::{DateTime, Utc};
use export::ExportError;
use export::dump::Job;
use store::ground::lease::Leases;
use store::ground::objects::Objects;
use store::log::still::Signing;
use store::{Db, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often rules run on records for which the date may change the answer.
const MAINTENANCE: Duration = Duration::from_secs(15 * 60);
/// How often to look whether something was redacted, which asks for another dump at once.
const LOOK: Duration = Duration::from_secs(1);
/// How soon to try a dump again when another process is in the way. The lease of a killed process runs out by
/// itself.
const DUMP_AGAIN: Duration = Duration::from_secs(5);

/// Daily dumps.
#[derive(Debug)]
pub(super) struct Dumps {
    /// Where they go.
    pub(super) objects: Objects,
    /// The register's address, for their links.
    pub(super) base_url: String,
    /// Signs the log in them.
    pub(super) signing: Signing,
}

/// Runs maintenance until it is stopped. An unfinished dump is then removed.
pub(super) async fn maintain(
    leases: Leases,
    objects: Objects,
    dumps: Option<Dumps>,
    stop: CancellationToken,
) {
    loop {
        let next = Instant::now() + MAINTENANCE;
        tokio::select! {
            () = stop.cancelled() => return,
            () = derived(leases.db(), &objects, leases.now()) => {}
        }
        match &dumps {
            // Stops by itself: a dump that is being written has files to remove.
            Some(dumps) => dump_while(next, &leases, dumps, &stop).await,
            None => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep_until(next) => {}
                }
            }
        }
        if stop.is_cancelled() {
            return;
        }
    }
}

/// Until `until`: writes today's dump if it is due, and again each time something was redacted. A look is one
/// query of an index, and sees what other processes did too.
async fn dump_while(until: Instant, leases: &Leases, dumps: &Dumps, stop: &CancellationToken) {
    let mut known = None;
    loop {
        match store::log::history::last_redaction(leases.db()).await {
            Ok(last) if known != Some(last) => {
                known = Some(last);
                dump_until(until, leases, dumps, stop).await;
            }
            Ok(_) => {}
            // The next look may work.
            Err(error) => tracing::debug!("cannot look for redactions: {error}"),
        }
        let next = (Instant::now() + LOOK).min(until);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(next) => {}
        }
        if Instant::now() >= until {
            return;
        }
    }
}

/// Brings derived data up to date, and removes what is no longer needed.
async fn derived(db: &Db, objects: &Objects, now: DateTime<Utc>) {
    match store::records::maintenance::judge_due(db, now).await {
        Ok(0) => {}
        Ok(judged) => tracing::info!("ran the rules again on {judged} records"),
        Err(error) => tracing::warn!("cannot run the rules: {error}"),
    }
    match gaps_due(db, now).await {
        Ok(false) => {}
        Ok(true) => tracing::info!("looked for links and gaps"),
        Err(error) => tracing::warn!("cannot look for links and gaps: {error}"),
    }
    if let Err(error) = store::records::maintenance::purge(db).await {
        tracing::warn!("redacted text may still be in the files of the database: {error}");
    }
    match store::people::documents::erase(db, objects, now).await {
        Ok(0) => {}
        Ok(erased) => tracing::info!("deleted {erased} redacted documents"),
        Err(error) => tracing::warn!("a redacted document may still be in the object store: {error}"),
    }
    if let Err(error) = store::people::forget_private(db, now).await {
        tracing::warn!("cannot delete expired sessions and old answers: {error}");
    }
    if let Err(error) = store::people::webhooks::forget_old(db, now).await {
        tracing::warn!("cannot delete old webhook deliveries: {error}");
    }
    if let Err(error) = store::records::maintenance::forget_superseded(db, now).await {
        tracing::warn!("cannot delete superseded listings: {error}");
    }
}

/// Looks for links and gaps once a day.
async fn gaps_due(db: &Db, now: DateTime<Utc>) -> Result<bool, StoreError> {
    if !store::procurement::gaps::are_due(db, now).await? {
        return Ok(false);
    }
    store::procurement::gaps::look(db, now).await?;
    Ok(true)
}

/// Writes today's dump if it is due. If another process is in the way, keeps trying until `until`.
async fn dump_until(until: Instant, leases: &Leases, dumps: &Dumps, stop: &CancellationToken) {
    loop {
        match dump_due(leases, dumps, stop).await {
            Ok(()) | Err(ExportError::Stopped) => return,
            Err(error) if error.is_for_now() && Instant::now() + DUMP_AGAIN < until => {
                tracing::debug!("today's dump waits: {error}");
            }
            Err(error) => {
                tracing::warn!("cannot write today's dump, so the last one stays: {error}");
                return;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(DUMP_AGAIN) => {}
        }
    }
}

/// Writes today's dump if there is none, and takes back dumps that hold text redacted since.
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
            let name = written.name;
            tracing::info!("wrote the dump of {name}: {files} files, {bytes} bytes");
            if let Some(words) = crate::commands::dump::not_signed(&written) {
                tracing::warn!("{words}");
            }
            Ok(())
        }
        // Today's dump was already there; only older ones had to go.
        Err(ExportError::Exists(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
