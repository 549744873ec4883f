//! Dumps where everybody finds them: in the object store, under the day.
//!
//! A dump is there when its sums are, which are written last and removed first. Nothing that lacks them is listed or read.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use store::objects::Objects;
use store::{Db, StoreError, settings};
use tokio::runtime::Handle;

use crate::ExportError;
use crate::describe::Sum;
use crate::dump::{self, Of, SUMS, Written};
use crate::error::Named;

/// The folder of dumps in the object store.
const FOLDER: &str = "dumps";
/// Questions that the object store is asked at once.
const AT_ONCE: usize = 16;
/// How long a process that began a dump is waited for before another begins it anew.
const DUMPING_FOR: TimeDelta = TimeDelta::hours(1);
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

/// Writes the dump of a day and puts it where everybody finds it, whole or not at all, unless another process of those
/// that share the database does. What earlier attempts left, and dumps that hold what was redacted since, are removed
/// first. See [`dump::write`], whose errors these are.
pub fn publish(
    handle: &Handle,
    db: &Db,
    objects: &Objects,
    now: DateTime<Utc>,
    base_url: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Written, ExportError> {
    let claim = handle.block_on(settings::claim(db, settings::DUMPING, now, DUMPING_FOR))?;
    let claim = claim.ok_or_else(|| ExportError::Busy(objects.describe()))?;
    let written = publish_alone(handle, db, objects, now.date_naive(), base_url, progress);
    handle.block_on(settings::release(db, settings::DUMPING, &claim))?;
    written
}

fn publish_alone(
    handle: &Handle,
    db: &Db,
    objects: &Objects,
    date: NaiveDate,
    base_url: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Written, ExportError> {
    handle.block_on(clean_up(db, objects))?;
    if handle.block_on(objects.meta(&name(date, SUMS)))?.is_some() {
        return Err(ExportError::Exists(date.to_string()));
    }
    if let Some(folder) = objects.folder() {
        return dump::write(handle, db, &folder.join(FOLDER), Of::Now(date), base_url, progress);
    }
    write_and_send(handle, db, objects, &name_of(date), Of::Now(date), base_url, progress)
}

/// Writes a dump into a bucket, as [`dump::write`] does into a folder: under the name of its day, where there must be none.
pub fn write(
    handle: &Handle,
    db: &Db,
    out: &Objects,
    of: Of,
    base_url: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Written, ExportError> {
    let under = of.date().to_string();
    if handle.block_on(out.meta(&format!("{under}/{SUMS}")))?.is_some() {
        return Err(ExportError::Exists(under));
    }
    write_and_send(handle, db, out, &under, of, base_url, progress)
}

fn write_and_send(
    handle: &Handle,
    db: &Db,
    out: &Objects,
    under: &str,
    of: Of,
    base_url: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Written, ExportError> {
    let beside = tempfile::tempdir().named(&std::env::temp_dir())?;
    let written = dump::write(handle, db, beside.path(), of, base_url, progress)?;
    handle.block_on(send(out, &written.folder, under))?;
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

async fn send(objects: &Objects, folder: &Path, under: &str) -> Result<(), ExportError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).named(folder)? {
        names.push(entry.named(folder)?.file_name().to_string_lossy().into_owned());
    }
    // The sums last: from then on it is there.
    names.sort_by_key(|name| name == SUMS);
    for file in names {
        objects.keep(&format!("{under}/{file}"), &folder.join(&file)).await?;
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
