//! Upkeep of derived data: asking rules again on the day their answer may change, deleting superseded listings,
//! rebuilding everything derived.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ground::db::state;
use crate::ground::entity::{listing, record};
use crate::ground::hash::hex_sha256;
use crate::ground::settings;
use crate::ground::sql::Sql;
use crate::names::Names;
use crate::records::relisting::{BATCH, project_on};
use crate::{Db, StoreError};

/// How long superseded listings are kept, so that walks can finish.
pub const KEEP_SUPERSEDED: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// Asks the rules again about every record whose answer may have changed by `now`; returns how many. In
/// batches, so that no write waits long. After a release with other rules or duties that is every record, once.
pub async fn judge_due(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let today = now.date_naive();
    let mut judged = judge_by_new_rules(db, now).await?;
    loop {
        let due: Vec<i64> = listing::Entity::find()
            .select_only()
            .column(listing::Column::RecordSeq)
            .filter(listing::COLUMN.until.is_null())
            .filter(listing::COLUMN.judge_on.lte(today.to_string()))
            .limit(BATCH as u64)
            .into_tuple()
            .all(&db.read)
            .await?;
        if due.is_empty() {
            break;
        }
        let tx = db.begin().await?;
        let names = Names::load(&tx).await?;
        project_on(&tx, &names.organisations, &names.products, &due, today).await?;
        tx.commit().await?;
        judged += due.len() as u64;
    }
    if settings::read(db, settings::JUDGED_ON).await? != Some(today.to_string()) {
        let tx = db.begin().await?;
        settings::set(&tx, settings::JUDGED_ON, &today.to_string()).await?;
        tx.commit().await?;
    }
    Ok(judged)
}

/// Judges every record again if other rules judged them last; returns how many. Started again from the beginning if
/// it was stopped on the way.
async fn judge_by_new_rules(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let rules = hex_sha256(domain::rules::basis().as_bytes());
    if settings::read(db, settings::RULES).await?.as_ref() == Some(&rules) {
        return Ok(0);
    }
    // Where nothing was ever judged again, every listing is from this release.
    let before = settings::read(db, settings::JUDGED_ON).await?.is_some();
    let judged = if before { reindex(db, now, |_, _| {}).await? } else { 0 };
    let tx = db.begin().await?;
    settings::set(&tx, settings::RULES, &rules).await?;
    tx.commit().await?;
    Ok(judged)
}

/// Whether the database has no record, body, product, notice or person, and nothing was imported: demonstration
/// data never go among anything else.
pub async fn is_untouched(db: &Db) -> Result<bool, StoreError> {
    let tables = ["records", "organisations", "products", "processes", "people", "imports"];
    let any = tables.map(|table| format!("SELECT 1 FROM {table}")).join(" UNION ALL ");
    Ok(Sql::new(&format!("SELECT count(*) FROM (SELECT 1 FROM ({any}) AS all_of_them LIMIT 1) AS first"))
        .number(&db.read)
        .await?
        == 0)
}

/// After a redaction, removes its words from the database files too; `false` if readers of the old state are in
/// the way, so try again. Empties SQLite's write-ahead log; asks PostgreSQL to free the rows.
pub async fn purge(db: &Db) -> Result<bool, StoreError> {
    let Some(due) = settings::read(db, settings::PURGE_DUE).await? else { return Ok(true) };
    if db.backend() == DbBackend::Sqlite {
        let rows = db.run_alone("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        let busy: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by("busy"))?;
        if busy != 0 {
            return Ok(false);
        }
    } else {
        db.run_alone("VACUUM").await?;
    }
    // A redaction made meanwhile has another id, and stays due.
    settings::unset_if(db, settings::PURGE_DUE, &due).await?;
    Ok(true)
}

/// Deletes listings superseded more than [`KEEP_SUPERSEDED`] ago; older cursors expire.
///
/// Changes carry no age, so each call leaves a milestone: the time, and the latest change. Nothing is deleted
/// until the register has run for a day.
pub async fn forget_superseded(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let before = (now - KEEP_SUPERSEDED).timestamp_micros();
    let tx = db.begin().await?;
    let milestones = settings::get(&tx, settings::MILESTONES).await?;
    let mut milestones: Vec<(i64, i64)> =
        milestones.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let below = milestones.iter().filter(|(at, _)| *at <= before).map(|(_, change)| *change).max();
    let mut gone = 0;
    if let Some(below) = below {
        gone = Sql::new("DELETE FROM listings WHERE until <= ").bind(below).run(&tx).await?;
        milestones.retain(|(_, change)| *change >= below);
        if gone > 0 {
            settings::set(&tx, settings::PRUNED_BELOW, &below.to_string()).await?;
        }
    }
    let change = state(&tx).await?.change;
    if milestones.last().is_none_or(|(_, last)| *last < change) {
        milestones.push((now.timestamp_micros(), change));
        let json = serde_json::to_string(&milestones).expect("numbers are JSON");
        settings::set(&tx, settings::MILESTONES, &json).await?;
        tx.commit().await?;
    } else if gone > 0 {
        tx.commit().await?;
    } else {
        // Nothing happened: undo the revision too, so that prepared answers stay valid.
        tx.rollback().await?;
    }
    Ok(gone)
}

/// Rebuilds listings and assessments of every published record; `progress` gets how many are done, of how many.
pub async fn reindex(
    db: &Db,
    now: DateTime<Utc>,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, StoreError> {
    let seqs: Vec<i64> = record::Entity::find()
        .select_only()
        .column(record::Column::Seq)
        .filter(record::COLUMN.state.eq(record::State::Published))
        .order_by_asc(record::COLUMN.seq)
        .into_tuple()
        .all(&db.read)
        .await?;
    let mut done = 0;
    for batch in seqs.chunks(BATCH) {
        let tx = db.begin().await?;
        let names = Names::load(&tx).await?;
        project_on(&tx, &names.organisations, &names.products, batch, now.date_naive()).await?;
        tx.commit().await?;
        done += batch.len() as u64;
        progress(done, seqs.len() as u64);
    }
    Ok(done)
}

/// Contradictions between derived data and versions, one sentence each.
pub async fn faults(db: &Db) -> Result<Vec<String>, StoreError> {
    let count = async |sql: &str| Sql::new(sql).number(&db.read).await;
    let published = count("SELECT count(*) FROM records WHERE state = 'published'").await?;
    let mut faults = Vec::new();
    let listed = count("SELECT count(*) FROM listings WHERE until IS NULL").await?;
    if listed != published {
        faults.push(format!("{listed} records in lists, {published} published"));
    }
    Ok(faults)
}
