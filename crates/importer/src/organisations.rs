//! Seeds organisations from lists of public bodies. Which list a file is follows from its columns.
//!
//! These lists do not go through [`crate::load`]: a row is read with the bodies that earlier rows saved, a check
//! is one transaction over all lists, and a list that was interrupted is simply imported again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use store::names::organisations::{self, Saved};
use store::{Db, StoreError, Tx};

mod lists;
mod row;

use self::lists::{List, Lists};
use self::row::{Cells, Fault, organisation};
use crate::load::ImportError;
use crate::report::{Event, Report, RowError};
use crate::table::{FileError, Reading, Table};

/// Rows per transaction.
const BATCH: u64 = 500;

/// What became of several lists.
#[derive(Debug, Default)]
pub struct Imported {
    /// The lists that were read, in the order in which they were.
    pub reports: Vec<Report>,
    /// Why the other files cannot be used.
    pub unusable: Vec<FileError>,
}

/// Imports one list of bodies. `mapping` is a TOML file of further lists, tried before the built-in ones.
/// With `check`, nothing is written. Errors: as [`import_all`], and a file that cannot be used.
pub async fn import(
    db: &Db,
    path: &Path,
    mapping: Option<&Path>,
    check: bool,
    tell: impl FnMut(Event),
) -> Result<Report, ImportError> {
    let mut done = import_all(db, &[path.to_owned()], mapping, &Reading::default(), check, tell).await?;
    match (done.reports.pop(), done.unusable.pop()) {
        (Some(report), _) => Ok(report),
        (None, Some(error)) => Err(error.into()),
        (None, None) => Err(ImportError::Reader("the list was not read".to_owned())),
    }
}

/// Imports lists of bodies, whatever order they are given in: those that only add names or identifiers to bodies are
/// read last. A file that cannot be used stops no other. With `check`, nothing is written, and each list is read with
/// the bodies that the lists before it would bring.
///
/// Errors: the mapping or the database cannot be used, or another such import is running.
pub async fn import_all(
    db: &Db,
    paths: &[PathBuf],
    mapping: Option<&Path>,
    reading: &Reading,
    check: bool,
    mut tell: impl FnMut(Event),
) -> Result<Imported, ImportError> {
    let (opened, unusable) = open(paths, &Lists::with(mapping)?, reading);
    let mut done = Imported { reports: Vec::new(), unusable };
    if check {
        let mut tx = db.begin().await?;
        for rows in opened {
            let (open, report, _) = Box::pin(save(db, tx, rows, true, &mut tell)).await?;
            tx = open;
            done.reports.push(report);
        }
        tx.rollback().await?;
        return Ok(done);
    }
    let lock = store::records::imports::lock(db, "organisations").await?;
    let saved = Box::pin(save_all(db, opened, &mut tell)).await;
    // After an error too, as in the loader.
    let released = lock.release().await;
    done.reports = saved?;
    released?;
    Ok(done)
}

/// A list that is read, and how.
struct Rows {
    table: Table,
    list: List,
    abbreviations: BTreeMap<String, String>,
}

/// Opens lists in the order in which they should be read; those that cannot be used are apart.
fn open(paths: &[PathBuf], lists: &Lists, reading: &Reading) -> (Vec<Rows>, Vec<FileError>) {
    let (mut opened, mut unusable) = (Vec::new(), Vec::new());
    for path in paths {
        let table = Table::open(path, &|header| lists.knows(header), reading);
        let known = table.and_then(|table| {
            let (place, list) = lists.recognise(&table)?;
            let (list, abbreviations) = (list.clone(), lists.abbreviations_of(list));
            Ok((place, Rows { table, list, abbreviations }))
        });
        match known {
            Ok(rows) => opened.push(rows),
            Err(error) => unusable.push(error),
        }
    }
    opened.sort_by(|(place, one), (other_place, other)| {
        (place, &one.table.name).cmp(&(other_place, &other.table.name))
    });
    (opened.into_iter().map(|(_, rows)| rows).collect(), unusable)
}

async fn save_all(
    db: &Db,
    opened: Vec<Rows>,
    tell: &mut impl FnMut(Event),
) -> Result<Vec<Report>, ImportError> {
    let mut reports = Vec::new();
    for rows in opened {
        let (tx, mut report, changed) = Box::pin(save(db, db.begin().await?, rows, false, tell)).await?;
        if report.created + report.changed > 0 {
            let projected = store::records::relisting::project_named(&tx, &changed).await?;
            if projected > 0 {
                let notice = format!("{projected} records name bodies that may be known now: listed again");
                report.notices.push(notice);
            }
        }
        tx.commit().await?;
        reports.push(report);
    }
    Ok(reports)
}

/// Saves the bodies of a list, in a transaction that the caller ends; without `check`, earlier batches are committed.
/// Returns the slugs of new and changed bodies too.
async fn save(
    db: &Db,
    mut tx: Tx,
    rows: Rows,
    check: bool,
    tell: &mut impl FnMut(Event),
) -> Result<(Tx, Report, Vec<String>), ImportError> {
    let Rows { mut table, list, abbreviations } = rows;
    let mut report = Report::new(table.name.clone(), "organisations".to_owned(), &table.input, check);
    report.notices.push(format!("read as: {}", list.name));
    tell(Event::Opened {
        bytes: table.input.bytes,
        progress: table.input.progress.clone(),
        notices: report.notices.clone(),
    });
    let mut changed = Vec::new();
    while let Some(row) = table.next_row() {
        report.read += 1;
        let saved = match row {
            Err(error) => Err(error),
            Ok(row) => {
                let cells = Cells { headers: &table.headers, cells: &row.cells, line: row.line };
                save_row(&tx, &list, &cells, &abbreviations).await?
            }
        };
        match saved {
            Ok((Saved::Created, slug)) => {
                report.created += 1;
                changed.push(slug);
            }
            Ok((Saved::Changed, slug)) => {
                report.changed += 1;
                changed.push(slug);
            }
            Ok((Saved::Unchanged, _)) => report.unchanged += 1,
            Err(error) => {
                let error = error.in_file(&report.file);
                report.reject(vec![error], |error| tell(Event::Error(error)));
            }
        }
        if !check && report.read.is_multiple_of(BATCH) {
            tx.commit().await?;
            tx = db.begin().await?;
            tell(Event::Rows(report.read));
        }
    }
    Ok((tx, report, changed))
}

/// Saves the body of a row: what that did and its slug, or what is wrong with the row.
async fn save_row(
    tx: &Tx,
    list: &List,
    cells: &Cells<'_>,
    abbreviations: &BTreeMap<String, String>,
) -> Result<Result<(Saved, String), RowError>, StoreError> {
    let organisation = match organisation(tx, list, cells, abbreviations).await {
        Err(Fault::Store(error)) => return Err(error),
        Err(Fault::Row(error)) => return Ok(Err(*error)),
        Ok(None) => return Ok(Ok((Saved::Unchanged, String::new()))),
        Ok(Some(organisation)) => organisation,
    };
    match organisations::save(tx, &organisation).await {
        Ok(saved) => Ok(Ok(saved)),
        Err(StoreError::Conflict(message)) => {
            Ok(Err(RowError::row(cells.line, "conflict", message, "decide which is right")))
        }
        Err(error) => Err(error),
    }
}
