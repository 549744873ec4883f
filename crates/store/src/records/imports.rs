//! Import runs: one at a time per source, and how far each got.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    TransactionTrait,
};

use crate::ground::db::micros;
use crate::ground::entity::import_run;
use crate::ground::file_lock::FileLock;
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// A source locked for one import; released when dropped or when the process dies.
#[derive(Debug)]
pub struct ImportLock {
    #[expect(dead_code, reason = "the source is held as long as the file is")]
    file: Option<FileLock>,
    connection: Option<(DatabaseTransaction, DatabaseConnection)>,
}

impl ImportLock {
    /// Releases the source now. A dropped lock is released only when its connection closes.
    pub async fn release(self) -> Result<(), StoreError> {
        if let Some((tx, connection)) = self.connection {
            tx.commit().await?;
            connection.close().await?;
        }
        Ok(())
    }
}

/// Locks a source for an import. Errors: [`StoreError::ImportRunning`] if another import has it.
pub async fn lock(db: &Db, source: &str) -> Result<ImportLock, StoreError> {
    if let Some(path) = db.file() {
        let path = path.with_extension(format!("{source}.lock"));
        let unavailable =
            |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
        let held = FileLock::take(&path).map_err(unavailable)?;
        let held = held.ok_or_else(|| StoreError::ImportRunning(source.to_owned()))?;
        return Ok(ImportLock { file: Some(held), connection: None });
    }
    // The lock lasts as long as this transaction, so it gets a connection that no request waits for.
    let connection = db.own_connection().await?;
    let tx = connection.begin().await?;
    let mut sql = Sql::new("SELECT CASE WHEN pg_try_advisory_xact_lock(hashtext(");
    sql.bind(format!("register.import.{source}")).push(")) THEN 1::bigint ELSE 0::bigint END");
    if sql.number(&tx).await? == 0 {
        return Err(StoreError::ImportRunning(source.to_owned()));
    }
    Ok(ImportLock { file: None, connection: Some((tx, connection)) })
}

/// One import run over one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Number of the run.
    pub seq: i64,
    /// Rows done, counted from the start of the file.
    pub rows_done: u64,
    /// Records created so far.
    pub created: u64,
    /// New versions of known records so far.
    pub changed: u64,
    /// Rows that changed nothing so far.
    pub unchanged: u64,
    /// Rows rejected so far.
    pub rejected: u64,
}

fn run(row: &import_run::Model) -> Run {
    Run {
        seq: row.seq,
        rows_done: row.rows_done.unsigned_abs(),
        created: row.created.unsigned_abs(),
        changed: row.changed.unsigned_abs(),
        unchanged: row.unchanged.unsigned_abs(),
        rejected: row.rejected.unsigned_abs(),
    }
}

/// A file of a source.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The kind of source, such as `atrs`.
    pub source: &'a str,
    /// The series of files it belongs to.
    pub dataset: &'a str,
    /// Its name.
    pub name: &'a str,
    /// SHA-256 of its bytes, hex.
    pub sha256: &'a str,
    /// Version of the mapping that reads it.
    pub rule_version: &'a str,
}

/// Whether exactly this file was already imported to its end with the same mapping.
pub async fn was_finished(
    db: &Db,
    source: &str,
    sha256: &str,
    rule_version: &str,
) -> Result<bool, StoreError> {
    let finished = import_run::Entity::find()
        .filter(import_run::COLUMN.source.eq(source))
        .filter(import_run::COLUMN.file_sha256.eq(sha256))
        .filter(import_run::COLUMN.rule_version.eq(rule_version))
        .filter(import_run::COLUMN.finished_at.is_not_null())
        .one(&db.read)
        .await?;
    Ok(finished.is_some())
}

/// Begins a run, or resumes the unfinished one of the same file.
pub async fn begin(tx: &Tx, file: &File<'_>, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let last = import_run::Entity::find()
        .filter(import_run::COLUMN.source.eq(file.source))
        .filter(import_run::COLUMN.dataset.eq(file.dataset))
        .order_by_desc(import_run::COLUMN.seq)
        .one(tx)
        .await?;
    if let Some(last) = last.filter(|last| last.finished_at.is_none() && last.file_sha256 == file.sha256) {
        return Ok(run(&last));
    }
    let row = import_run::ActiveModel {
        seq: ActiveValue::NotSet,
        source: ActiveValue::Set(file.source.to_owned()),
        dataset: ActiveValue::Set(file.dataset.to_owned()),
        file: ActiveValue::Set(file.name.to_owned()),
        file_sha256: ActiveValue::Set(file.sha256.to_owned()),
        rule_version: ActiveValue::Set(file.rule_version.to_owned()),
        started_at: ActiveValue::Set(micros(now)),
        finished_at: ActiveValue::Set(None),
        rows_done: ActiveValue::Set(0),
        created: ActiveValue::Set(0),
        changed: ActiveValue::Set(0),
        unchanged: ActiveValue::Set(0),
        rejected: ActiveValue::Set(0),
    };
    let inserted = import_run::Entity::insert(row).exec(tx).await?;
    Ok(Run { seq: inserted.last_insert_id, rows_done: 0, created: 0, changed: 0, unchanged: 0, rejected: 0 })
}

/// Stores a run's progress, in the transaction of the batch that made it: after a crash, the run resumes
/// exactly there.
pub async fn checkpoint(tx: &Tx, run: &Run, finished_at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE imports SET rows_done = ");
    sql.bind(run.rows_done as i64).push(", created = ").bind(run.created as i64);
    sql.push(", changed = ").bind(run.changed as i64).push(", unchanged = ").bind(run.unchanged as i64);
    sql.push(", rejected = ")
        .bind(run.rejected as i64)
        .push(", finished_at = ")
        .bind(finished_at.map(micros));
    sql.push(" WHERE seq = ").bind(run.seq).run(tx).await.map(|_| ())
}
