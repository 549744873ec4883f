//! Published dumps: in the object store, in a folder named after the day.
//!
//! A dump exists if its sums do. They are written last and removed first, so a dump without them is never
//! listed or read.

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
use crate::dump::{self, Job, Of, SUMS, Written};
use crate::error::Named;
use crate::going::Going;

/// The folder of dumps in the object store.
const FOLDER: &str = "dumps";
/// Concurrent requests to the object store.
const AT_ONCE: usize = 16;
/// Says which state a dump holds.
const PACKAGE: &str = "datapackage.json";

/// A published dump.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its day.
    pub date: NaiveDate,
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

/// A file's name in the object store.
pub fn name(date: NaiveDate, file: &str) -> String {
    format!("{}/{file}", name_of(date))
}

/// A dump folder's name in the object store.
fn name_of(date: NaiveDate) -> String {
    format!("{FOLDER}/{date}")
}

/// The days with a complete dump, latest first.
pub async fn dates(objects: &Objects) -> Result<Vec<NaiveDate>, StoreError> {
    let asked = days(objects).await?.into_iter().map(async |date| {
        let sums = objects.meta(&name(date, SUMS)).await?;
        Ok::<_, StoreError>(sums.map(|_| date))
    });
    let found: Vec<Option<NaiveDate>> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
    let mut dates: Vec<NaiveDate> = found.into_iter().flatten().collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    Ok(dates)
}

/// The days with any files, complete or not.
async fn days(objects: &Objects) -> Result<Vec<NaiveDate>, StoreError> {
    let day = |folder: &String| folder.parse::<NaiveDate>().ok().filter(|day| day.to_string() == *folder);
    Ok(objects.folders(FOLDER).await?.iter().filter_map(day).collect())
}

/// The dump of a day, if there is a complete one.
pub async fn find(objects: &Objects, date: NaiveDate) -> Result<Option<Published>, StoreError> {
    #[derive(Deserialize)]
    struct State {
        change: i64,
        created: DateTime<Utc>,
    }
    let Some(list) = objects.text(&name(date, SUMS)).await? else { return Ok(None) };
    let known = objects.files(&format!("{FOLDER}/{date}")).await?;
    let bytes = |file: &str| known.iter().find(|(name, _)| name == file).map_or(0, |(_, meta)| meta.bytes);
    let mut files: Vec<Sum> = list
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sha256, name)| Sum { name: name.to_owned(), bytes: bytes(name), sha256: sha256.to_owned() })
        .collect();
    files.push(Sum::of_text(SUMS.to_owned(), &list));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let package = objects.text(&name(date, PACKAGE)).await?.unwrap_or_default();
    let State { change, created } = serde_json::from_str(&package)
        .map_err(|error| StoreError::inconsistent("dumps", PACKAGE, date, error))?;
    Ok(Some(Published { date, change, changed_at: created, files }))
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
/// is doing so. First removes what failed attempts left, and dumps that hold text redacted since.
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
    if job.handle.block_on(objects.meta(&name(date, SUMS)))?.is_some() {
        return Err(ExportError::Exists(date.to_string()));
    }
    if let Some(folder) = objects.folder() {
        return dump::write_while(job, &folder.join(FOLDER), Of::Now(date), going);
    }
    write_and_send(job, objects, &name_of(date), Of::Now(date), going)
}

/// Writes a dump to a bucket, in a folder named after its day, which must not have one yet. See
/// [`dump::write`].
pub fn write(job: &mut Job<'_>, out: &Objects, of: Of) -> Result<Written, ExportError> {
    let under = of.date().to_string();
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

/// Removes dumps from before the latest redaction, which may hold the redacted text, and remains of dumps
/// that were never completed or only half removed.
async fn clean_up(db: &Db, objects: &Objects) -> Result<(), StoreError> {
    let redacted = store::log::history::last_redaction(db).await?;
    let whole = dates(objects).await?;
    for date in days(objects).await? {
        let keep = whole.contains(&date)
            && match find(objects, date).await {
                Ok(dump) => dump.is_some_and(|dump| dump.change >= redacted),
                // Leave an unreadable dump for people to look at; it is not served either.
                Err(StoreError::Inconsistent { .. }) => true,
                Err(error) => return Err(error),
            };
        if !keep {
            remove(objects, date).await?;
        }
    }
    Ok(())
}

/// Whether [`publish`] has work to do: the day's dump is missing, or some dump holds text redacted since.
pub async fn is_due(db: &Db, objects: &Objects, date: NaiveDate) -> Result<bool, StoreError> {
    let redacted = store::log::history::last_redaction(db).await?;
    let there = dates(objects).await?;
    if !there.contains(&date) {
        return Ok(true);
    }
    for date in there {
        if find(objects, date).await.is_ok_and(|dump| dump.is_some_and(|dump| dump.change < redacted)) {
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

/// Removes a day's dump, or its remains.
async fn remove(objects: &Objects, date: NaiveDate) -> Result<(), StoreError> {
    // Sums first, so that a half-removed dump is not served.
    objects.remove(&name(date, SUMS)).await?;
    for (file, _) in objects.files(&format!("{FOLDER}/{date}")).await? {
        objects.remove(&name(date, &file)).await?;
    }
    if let Some(folder) = objects.folder() {
        let folder = folder.join(FOLDER).join(date.to_string());
        match std::fs::remove_dir(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Unavailable(format!("{}: {error}", folder.display())));
            }
            _ => {}
        }
    }
    Ok(())
}
