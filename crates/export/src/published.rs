//! Published dumps: in the object store, in a folder named after the day.
//!
//! A dump exists if its sums do. They are written last and removed first, so a dump without them is never
//! listed or read. A dump that holds text redacted since is taken back: a mark stays in its folder, so that its
//! name is not used again, and its successor is the next edition of the day (decision 31).

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::ground::lease::Work;
use store::ground::objects::Objects;
use store::{Db, StoreError};

use crate::ExportError;
use crate::describe::Sum;
use crate::dump::{self, DumpName, Job, Of, SUMS, Written};
use crate::error::Named;
use crate::going::Going;

/// The folder of dumps in the object store.
const FOLDER: &str = "dumps";
/// Concurrent requests to the object store.
const AT_ONCE: usize = 16;
/// Says which state a dump holds.
const PACKAGE: &str = "datapackage.json";
/// Says that a dump was taken back; all that is left of it.
pub const WITHDRAWN: &str = "WITHDRAWN";
/// What the mark says, for people who look at the files.
const WITHDRAWN_TEXT: &str =
    "This dump was taken back, because something in it was redacted later. Its name is not used again.\n";

/// A published dump.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its name.
    pub name: DumpName,
    /// The number of its latest change.
    pub change: i64,
    /// When that change was made.
    pub changed_at: DateTime<Utc>,
    /// Its files sorted by name, the sums included.
    pub files: Vec<Sum>,
}

impl Published {
    /// One of its files. Relies on `files` being sorted.
    pub fn file(&self, name: &str) -> Option<&Sum> {
        self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok().map(|place| &self.files[place])
    }
}

/// A name that a dump has or had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The name.
    pub name: DumpName,
    /// Whether that dump was taken back.
    pub withdrawn: bool,
}

/// The name of a dump's file in the object store.
pub fn name(dump: DumpName, file: &str) -> String {
    format!("{}/{file}", name_of(dump))
}

/// A dump folder's name in the object store.
fn name_of(dump: DumpName) -> String {
    format!("{FOLDER}/{dump}")
}

/// Every dump that is complete or was taken back, latest first.
pub async fn known(objects: &Objects) -> Result<Vec<Known>, StoreError> {
    let asked = folders(objects).await?.into_iter().map(async |dump| {
        // The sums first: nearly every dump has them, and is asked about once.
        let withdrawn = match objects.meta(&name(dump, SUMS)).await? {
            Some(_) => Some(false),
            None => objects.meta(&name(dump, WITHDRAWN)).await?.map(|_| true),
        };
        Ok::<_, StoreError>(withdrawn.map(|withdrawn| Known { name: dump, withdrawn }))
    });
    let found: Vec<Option<Known>> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
    let mut known: Vec<Known> = found.into_iter().flatten().collect();
    known.sort_unstable_by_key(|one| std::cmp::Reverse(one.name));
    Ok(known)
}

/// The complete dumps, latest first.
pub async fn names(objects: &Objects) -> Result<Vec<DumpName>, StoreError> {
    Ok(known(objects).await?.into_iter().filter(|one| !one.withdrawn).map(|one| one.name).collect())
}

/// The dumps with any files, complete or not.
async fn folders(objects: &Objects) -> Result<Vec<DumpName>, StoreError> {
    Ok(objects.folders(FOLDER).await?.iter().filter_map(|folder| folder.parse().ok()).collect())
}

/// A dump, if there is a complete one of that name.
pub async fn find(objects: &Objects, dump: DumpName) -> Result<Option<Published>, StoreError> {
    #[derive(Deserialize)]
    struct State {
        change: i64,
        created: DateTime<Utc>,
    }
    let Some(list) = objects.text(&name(dump, SUMS)).await? else { return Ok(None) };
    let known = objects.files(&name_of(dump)).await?;
    let bytes = |file: &str| known.iter().find(|(name, _)| name == file).map_or(0, |(_, meta)| meta.bytes);
    let mut files: Vec<Sum> = list
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sha256, name)| Sum { name: name.to_owned(), bytes: bytes(name), sha256: sha256.to_owned() })
        .collect();
    files.push(Sum::of_text(SUMS.to_owned(), &list));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let package = objects.text(&name(dump, PACKAGE)).await?.unwrap_or_default();
    let State { change, created } = serde_json::from_str(&package)
        .map_err(|error| StoreError::inconsistent("dumps", PACKAGE, dump, error))?;
    Ok(Some(Published { name: dump, change, changed_at: created, files }))
}

/// The SHA-256 of a file in the object store, in hex; `None` if it is missing.
pub async fn sha256(objects: &Objects, name: &str) -> Result<Option<String>, StoreError> {
    let Some(mut chunks) = objects.read(name, None).await? else { return Ok(None) };
    let mut hash = Sha256::new();
    while let Some(chunk) = chunks.try_next().await? {
        hash.update(&chunk);
    }
    Ok(Some(hex::encode(hash.finalize())))
}

/// Writes today's dump and publishes it, complete or not at all, unless another process on the same database
/// is doing so. First removes what failed attempts left, and takes back dumps that hold text redacted since; if
/// one of today's is among them, this is the day's next edition.
///
/// Errors: as [`dump::write`], and [`ExportError::Lost`].
pub fn publish(job: &mut Job<'_>, objects: &Objects) -> Result<Written, ExportError> {
    let (handle, stop) = (job.handle, job.stop);
    let lease = handle.block_on(job.leases.take(Work::Dumping))?;
    let lease = lease.ok_or_else(|| ExportError::Busy(objects.describe()))?;
    let written = publish_alone(job, objects, &Going::new(stop, Some(&lease)));
    handle.block_on(lease.give_back());
    written
}

/// As [`publish`], while holding the lease.
fn publish_alone(job: &mut Job<'_>, objects: &Objects, going: &Going<'_>) -> Result<Written, ExportError> {
    let date = job.leases.now().date_naive();
    job.handle.block_on(clean_up(job.leases.db(), objects))?;
    let known = job.handle.block_on(known(objects))?;
    let mut next = DumpName::from(date);
    for one in known.iter().filter(|one| one.name.date == date) {
        if !one.withdrawn {
            return Err(ExportError::Exists(one.name.to_string()));
        }
        next.edition = next.edition.max(one.name.edition.saturating_add(1));
    }
    if let Some(folder) = objects.folder() {
        return dump::write_while(job, &folder.join(FOLDER), Of::Now(next), going);
    }
    write_and_send(job, objects, &name_of(next), Of::Now(next), going)
}

/// Writes a dump to a bucket, in a folder named after its day, which must not have one yet. See
/// [`dump::write`].
pub fn write(job: &mut Job<'_>, out: &Objects, of: Of) -> Result<Written, ExportError> {
    let under = of.name().to_string();
    if job.handle.block_on(out.meta(&format!("{under}/{SUMS}")))?.is_some() {
        return Err(ExportError::Exists(under));
    }
    let stop = job.stop;
    write_and_send(job, out, &under, of, &Going::new(stop, None))
}

/// Writes a dump to a temporary folder, then uploads it.
fn write_and_send(
    job: &mut Job<'_>,
    out: &Objects,
    under: &str,
    of: Of,
    going: &Going<'_>,
) -> Result<Written, ExportError> {
    let beside = tempfile::tempdir().named(&std::env::temp_dir())?;
    let written = dump::write_while(job, beside.path(), of, going)?;
    let mut sent = Vec::new();
    if let Err(error) = send(job, out, &written.folder, under, going, &mut sent) {
        // After losing the lease, remove nothing: the files may be the other process's by now.
        if !matches!(error, ExportError::Lost) {
            job.handle.block_on(take_back(out, sent));
        }
        return Err(error);
    }
    Ok(Written { folder: PathBuf::from(format!("{}/{under}", out.describe())), ..written })
}

/// Takes back the dumps that hold text redacted since, and removes the remains of dumps that were never
/// completed or only half removed.
async fn clean_up(db: &Db, objects: &Objects) -> Result<(), StoreError> {
    let redacted = store::log::history::redacted(db).await?;
    let known = known(objects).await?;
    for dump in folders(objects).await? {
        match known.iter().find(|one| one.name == dump) {
            Some(Known { withdrawn: false, .. }) => match find(objects, dump).await {
                Ok(Some(found)) if redacted.is_in(found.change) => withdraw(objects, dump).await?,
                // Leave an unreadable dump for people to look at; it is not served either.
                Ok(_) | Err(StoreError::Inconsistent { .. }) => {}
                Err(error) => return Err(error),
            },
            Some(Known { withdrawn: true, .. }) => remove(objects, dump, Leaving::Mark).await?,
            None => remove(objects, dump, Leaving::Nothing).await?,
        }
    }
    Ok(())
}

/// Whether [`publish`] has work to do: the day has no dump, or some dump holds text redacted since.
pub async fn is_due(db: &Db, objects: &Objects, date: NaiveDate) -> Result<bool, StoreError> {
    let redacted = store::log::history::redacted(db).await?;
    let there = names(objects).await?;
    if !there.iter().any(|name| name.date == date) {
        return Ok(true);
    }
    for dump in there {
        if find(objects, dump).await.is_ok_and(|dump| dump.is_some_and(|dump| redacted.is_in(dump.change))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes what was sent, in reverse, so that the sums go first if they arrived after all.
async fn take_back(out: &Objects, sent: Vec<String>) {
    for name in sent.iter().rev() {
        if out.remove(name).await.is_err() {
            // Harmless: a dump without sums is invisible, and the next dump removes it.
            return;
        }
    }
}

/// Uploads the files in a folder. Adds to `sent` the names of all files that may have arrived, even on
/// failure.
fn send(
    job: &Job<'_>,
    objects: &Objects,
    folder: &Path,
    under: &str,
    going: &Going<'_>,
    sent: &mut Vec<String>,
) -> Result<(), ExportError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).named(folder)? {
        names.push(entry.named(folder)?.file_name().to_string_lossy().into_owned());
    }
    // Sums last: they make the dump visible.
    names.sort_by_key(|name| name == SUMS);
    for file in names {
        // Check the lease before each file: a process that took over writes the same names.
        going.decide(job.handle)?;
        let name = format!("{under}/{file}");
        sent.push(name.clone());
        let path = folder.join(&file);
        let kept = objects.keep(&name, &path, job.stop.cancelled());
        if !job.handle.block_on(kept)? {
            return Err(ExportError::Stopped);
        }
    }
    Ok(())
}

/// Removes a dump and leaves the mark that keeps its name from being used again.
async fn withdraw(objects: &Objects, dump: DumpName) -> Result<(), StoreError> {
    // The mark first: without it and the sums, the name would be free. It is written to a full disk too, for
    // what follows frees far more.
    let marking = objects.clone().with_least_free(0);
    marking.write(&name(dump, WITHDRAWN), WITHDRAWN_TEXT.as_bytes().to_vec()).await?;
    remove(objects, dump, Leaving::Mark).await
}

/// What stays of a removed dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// Nothing: nobody ever saw it.
    Nothing,
    /// The mark that it was taken back.
    Mark,
}

/// Removes a dump, or its remains.
async fn remove(objects: &Objects, dump: DumpName, leaving: Leaving) -> Result<(), StoreError> {
    // Sums first, so that a half-removed dump is not served.
    objects.remove(&name(dump, SUMS)).await?;
    for (file, _) in objects.files(&name_of(dump)).await? {
        if leaving == Leaving::Nothing || file != WITHDRAWN {
            objects.remove(&name(dump, &file)).await?;
        }
    }
    if let Some(folder) = objects.folder()
        && leaving == Leaving::Nothing
    {
        let folder = folder.join(FOLDER).join(dump.to_string());
        match std::fs::remove_dir(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Unavailable(format!("{}: {error}", folder.display())));
            }
            _ => {}
        }
    }
    Ok(())
}
