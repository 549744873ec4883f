//! What keeps derived data true: asking the rules again when a day has come on which their answer may
//! change, forgetting superseded listings, and rebuilding everything derived.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ground::db::{instant, state, touch};
use crate::ground::entity::{listing, record, record_version};
use crate::ground::settings;
use crate::ground::sql::{BOUND_VALUES, Sql};
use crate::names::Names;
use crate::names::products::ProductNames;
use crate::names::resolver::Resolver;
use crate::records::projection::{Standing, project};
use crate::records::rows::{Listed, assessment_rows, insert_lists, listing_row};
use crate::{Db, StoreError, Tx};

/// Records projected again in one transaction.
const BATCH: usize = 500;
/// How long superseded listings stay, so that walks begun before can end.
pub const KEEP_SUPERSEDED: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// Asks the rules again about every record whose answer may have changed by `now`; returns how many.
pub async fn judge_due(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let today = now.date_naive();
    let mut judged = 0;
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

/// Whether nobody ever entered anything: no record, body, product, notice or person, and nothing was imported.
pub async fn is_untouched(db: &Db) -> Result<bool, StoreError> {
    let tables = ["records", "organisations", "products", "processes", "people", "imports"];
    let any = tables.map(|table| format!("SELECT 1 FROM {table}")).join(" UNION ALL ");
    Ok(Sql::new(&format!("SELECT count(*) FROM (SELECT 1 FROM ({any}) AS all_of_them LIMIT 1) AS first"))
        .number(&db.read)
        .await?
        == 0)
}

/// After something was taken out of the register: takes it out of the database's own files too, as far as nobody reads what
/// was; says whether nothing of it is left to do. SQLite's write-ahead log is emptied; PostgreSQL is asked to free the rows.
pub async fn purge(db: &Db) -> Result<bool, StoreError> {
    let Some(due) = settings::read(db, settings::PURGE_DUE).await? else { return Ok(true) };
    if db.backend() == DbBackend::Sqlite {
        let rows = db.run_alone("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        let busy: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
        if busy != 0 {
            return Ok(false);
        }
    } else {
        db.run_alone("VACUUM").await?;
    }
    // What was taken out meanwhile is due by another name.
    settings::unset_if(db, settings::PURGE_DUE, &due).await?;
    Ok(true)
}

/// Forgets listings superseded before `now` less [`KEEP_SUPERSEDED`]; cursors from before then expire.
///
/// How old a change is, milestones tell: each call leaves one with the latest change. So nothing is forgotten
/// before the register has run for a day.
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
        // Nothing happened: whatever was prepared from this state stays good.
        tx.rollback().await?;
    }
    Ok(gone)
}

/// Rebuilds listings and assessments of every published record; `progress` is told how many are
/// done of how many.
pub async fn reindex(
    db: &Db,
    now: DateTime<Utc>,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, StoreError> {
    let seqs: Vec<i64> = record::Entity::find()
        .select_only()
        .column(record::Column::Seq)
        .filter(record::COLUMN.state.eq("published"))
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

/// What is wrong with derived data: a sentence for each disagreement with the versions.
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

/// Projects the current records again that name one of these organisations (by slug) or one that the register
/// does not know, since what a name means may have changed; returns how many.
pub async fn project_named(tx: &Tx, slugs: &[String]) -> Result<u64, StoreError> {
    let mut records = HashSet::new();
    let named = "SELECT DISTINCT l.record_seq FROM listed_parties p JOIN listings l ON l.change = p.change WHERE p.slug IN ";
    let mut unknown = Sql::new(named);
    unknown.push("(SELECT slug FROM organisations WHERE resolution = 'unresolved')");
    for row in unknown.all(tx).await? {
        records.insert(row.try_get_by_index::<i64>(0)?);
    }
    for chunk in slugs.chunks(BOUND_VALUES) {
        for row in Sql::new(named).bind_list(chunk.iter().cloned()).all(tx).await? {
            records.insert(row.try_get_by_index(0)?);
        }
    }
    let mut records: Vec<i64> = records.into_iter().collect();
    records.sort_unstable();
    project_again(tx, &mut Resolver::load(tx).await?, &records).await?;
    Ok(records.len() as u64)
}

/// Projects records again, on the day the rules were last asked.
pub(crate) async fn project_again(
    tx: &Tx,
    resolver: &mut Resolver,
    records: &[i64],
) -> Result<(), StoreError> {
    let judged = settings::get(tx, settings::JUDGED_ON).await?;
    let products = ProductNames::load(tx).await?;
    for batch in records.chunks(BATCH) {
        let day = judged.as_deref().and_then(|day| day.parse().ok());
        let day = match day {
            Some(day) => day,
            None => state(tx).await?.changed_at.date_naive(),
        };
        project_on(tx, resolver, &products, batch, day).await?;
    }
    Ok(())
}

/// Lists every version of a record anew, those that walks begun before still show among them.
pub(crate) async fn project_history(
    tx: &Tx,
    names: &Names,
    known: &record::Model,
    today: NaiveDate,
) -> Result<(), StoreError> {
    project_on(tx, &names.organisations, &names.products, &[known.seq], today).await?;
    let superseded = listing::Entity::find()
        .filter(listing::COLUMN.record_seq.eq(known.seq))
        .filter(listing::COLUMN.until.is_not_null())
        .all(tx)
        .await?;
    if superseded.is_empty() {
        return Ok(());
    }
    let touched = touch(tx).await?;
    for row in superseded {
        let version = record_version::Entity::find_by_id((known.seq, row.number)).one(tx).await?;
        let Some(version) = version else { continue };
        let content: domain::Record = serde_json::from_str(&version.content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", &known.id, error))?;
        let standing = Standing {
            id: &known.id,
            version: row.number,
            published_at: instant(row.published_at),
            updated_at: instant(row.updated_at),
            confirmed_at: known.confirmed_at.map(instant),
            answered: known.answered_at.is_some(),
            today,
        };
        let shown = project(&content, &standing, &names.organisations, &names.products);
        let mut sql = Sql::new("UPDATE listings SET card = ");
        sql.bind(shown.card).push(", facets = ").bind(shown.facets).push(", touched = ").bind(touched);
        sql.push(" WHERE change = ").bind(row.change).run(tx).await?;
    }
    Ok(())
}

pub(crate) async fn project_on(
    tx: &Tx,
    resolver: &Resolver,
    products: &ProductNames,
    seqs: &[i64],
    today: NaiveDate,
) -> Result<(), StoreError> {
    let records = record::Entity::find()
        .filter(record::COLUMN.seq.is_in(seqs.iter().copied()))
        .filter(record::COLUMN.state.eq("published"))
        .all(tx)
        .await?;
    if records.is_empty() {
        return Ok(());
    }
    let changes: Vec<i64> = records.iter().map(|record| record.change).collect();
    let versions = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.is_in(seqs.iter().copied()))
        .filter(record_version::COLUMN.change.is_in(changes.iter().copied()))
        .all(tx)
        .await?;
    let touched = touch(tx).await?;
    for table in ["listings", "listed_parties"] {
        let mut sql = Sql::new(&format!("DELETE FROM {table} WHERE change IN "));
        sql.bind_list(changes.iter().copied()).run(tx).await?;
    }
    let mut sql = Sql::new("DELETE FROM assessments WHERE record_seq IN ");
    sql.bind_list(records.iter().map(|record| record.seq)).run(tx).await?;
    let (mut listings, mut assessments) = (Vec::new(), Vec::new());
    for known in &records {
        let version = versions
            .iter()
            .find(|version| version.record_seq == known.seq && version.number == known.version)
            .ok_or_else(|| {
                StoreError::inconsistent("records", "version", &known.id, "the version is missing")
            })?;
        let content: domain::Record = serde_json::from_str(&version.content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", &known.id, error))?;
        let standing = Standing {
            id: &known.id,
            version: known.version,
            published_at: instant(known.first_published_at),
            updated_at: instant(known.updated_at),
            confirmed_at: known.confirmed_at.map(instant),
            answered: known.answered_at.is_some(),
            today,
        };
        let projection = project(&content, &standing, resolver, products);
        assessments.extend(assessment_rows(known.seq, &content, &projection));
        listings.push(listing_row(
            Listed {
                seq: known.seq,
                number: known.version,
                change: known.change,
                touched,
                first: known.first_published_at,
                at: known.updated_at,
            },
            projection,
        ));
    }
    insert_lists(tx, listings, assessments).await
}
