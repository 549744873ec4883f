//! Dumps where everybody finds them: in the object store, under the day.
//!
//! A dump is there when its sums are, which are written last and removed first. Nothing that lacks them is listed or read.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use store::lease::Work;
use store::objects::Objects;
use store::{Db, StoreError};

use crate::ExportError;
use crate::describe::Sum;
use crate::dump::{self, Job, Of, SUMS, Written};
use crate::error::Named;
use crate::going::Going;

/// The folder of dumps in the object store.
const FOLDER: &str = "dumps";
/// Questions that the object store is asked at once.
const AT_ONCE: usize = 16;
/// The file that tells which state a dump is of.
const PACKAGE: &str = "datapackage.json";

/// A dump that everybody may read.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its day.
    pub date: NaiveDate,
    /// The number of the latest change in it.
    pub change: i64,
    /// When that was made.
    pub changed_at: DateTime<Utc>,
    /// Its files by name, the sums among them.
    pub files: Vec<Sum>,
}

impl Published {
    /// A file of it.
    pub fn file(&self, name: &str) -> Option<&Sum> {
        self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok().map(|place| &self.files[place])
    }
}

/// The name of a file in the object store.
pub fn name(date: NaiveDate, file: &str) -> String {
    format!("{}/{file}", name_of(date))
}

/// The name of a dump's folder in the object store.
fn name_of(date: NaiveDate) -> String {
    format!("{FOLDER}/{date}")
}

/// The days of which there are dumps, latest first.
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

/// The days of which there is anything.
async fn days(objects: &Objects) -> Result<Vec<NaiveDate>, StoreError> {
    let day = |folder: &String| folder.parse::<NaiveDate>().ok().filter(|day| day.to_string() == *folder);
    Ok(objects.folders(FOLDER).await?.iter().filter_map(day).collect())
}

/// The dump of a day, if there is one.
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

/// Writes the dump of today and puts it where everybody finds it, whole or not at all, unless another process of those
/// that share the database does. What earlier attempts left, and dumps that hold what was redacted since, are removed
/// first. See [`dump::write`], whose errors these are.
pub fn publish(job: &mut Job<'_>, objects: &Objects) -> Result<Written, ExportError> {
    let (handle, stop) = (job.handle, job.stop);
    let lease = handle.block_on(job.leases.take(Work::Dumping))?;
    let lease = lease.ok_or_else(|| ExportError::Busy(objects.describe()))?;
    let written = publish_alone(job, objects, &Going::new(stop, Some(&lease)));
    handle.block_on(lease.give_back());
    written
}

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

/// Writes a dump into a bucket, as [`dump::write`] does into a folder: under the name of its day, where there must be none.
pub fn write(job: &mut Job<'_>, out: &Objects, of: Of) -> Result<Written, ExportError> {
    let under = of.date().to_string();
    if job.handle.block_on(out.meta(&format!("{under}/{SUMS}")))?.is_some() {
        return Err(ExportError::Exists(under));
    }
    let stop = job.stop;
    write_and_send(job, out, &under, of, &Going::new(stop, None))
}

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
        // Of what another process writes by now nothing is removed.
        if !matches!(error, ExportError::Lost) {
            job.handle.block_on(take_back(out, sent));
        }
        return Err(error);
    }
    Ok(Written { folder: PathBuf::from(format!("{}/{under}", out.describe())), ..written })
}

/// Removes dumps of states from before the latest redaction, which may hold what was taken out, and what is left of dumps
/// that never became whole or were removed half.
async fn clean_up(db: &Db, objects: &Objects) -> Result<(), StoreError> {
    let redacted = store::history::last_redaction(db).await?;
    let whole = dates(objects).await?;
    for date in days(objects).await? {
        let keep = whole.contains(&date)
            && match find(objects, date).await {
                Ok(dump) => dump.is_some_and(|dump| dump.change >= redacted),
                // What cannot be read is left for people to look at; it is not served either.
                Err(StoreError::Inconsistent { .. }) => true,
                Err(error) => return Err(error),
            };
        if !keep {
            remove(objects, date).await?;
        }
    }
    Ok(())
}

/// Whether there is something for [`publish`] to do: the dump of a day is missing, or one holds what was redacted since.
pub async fn is_due(db: &Db, objects: &Objects, date: NaiveDate) -> Result<bool, StoreError> {
    let redacted = store::history::last_redaction(db).await?;
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

/// Removes what was sent, last first: when the sums are there after all, they are the first to go.
async fn take_back(out: &Objects, sent: Vec<String>) {
    for name in sent.iter().rev() {
        if out.remove(name).await.is_err() {
            // Nobody sees what has no sums, and the next dump removes it.
            return;
        }
    }
}

/// Sends the files in a folder; `sent` is told the names of those that may be there.
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
    // The sums last: from then on it is there.
    names.sort_by_key(|name| name == SUMS);
    for file in names {
        // Another that took over writes files of the same names.
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

/// Removes the dump of a day, or what is left of one.
async fn remove(objects: &Objects, date: NaiveDate) -> Result<(), StoreError> {
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
