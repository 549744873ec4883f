//! What keeps derived data true: asking the rules again when a day has come on which their answer may
//! change, forgetting superseded listings, and rebuilding everything derived.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::instant;
use crate::entity::{listing, record, record_version};
use crate::products::ProductNames;
use crate::projection::{Standing, project};
use crate::publish::Names;
use crate::resolver::Resolver;
use crate::rows::{assessment_rows, facet_rows, insert_lists, listing_row};
use crate::sql::Sql;
use crate::{Db, StoreError, settings};

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
        let mut names = Names::load(&tx).await?;
        project_on(&tx, &mut names.organisations, &names.products, &due, today).await?;
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

/// Forgets listings superseded before `now` less [`KEEP_SUPERSEDED`]; cursors from before then expire.
pub async fn forget_superseded(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let before = (now - KEEP_SUPERSEDED).timestamp_micros();
    let mut latest = Sql::new("SELECT coalesce(max(change), 0) FROM record_versions WHERE published_at < ");
    let below = latest.bind(before).number(&db.read).await?;
    let tx = db.begin().await?;
    let mut gone = 0;
    for table in ["facets", "listings"] {
        let mut sql = Sql::new(&format!("DELETE FROM {table} WHERE until <= "));
        gone = sql.bind(below).run(&tx).await?;
    }
    if gone > 0 {
        settings::set(&tx, settings::PRUNED_BELOW, &below.to_string()).await?;
    }
    tx.commit().await?;
    Ok(gone)
}

/// Rebuilds listings, facets and assessments of every published record; `progress` is told how many are
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
        let mut names = Names::load(&tx).await?;
        project_on(&tx, &mut names.organisations, &names.products, batch, now.date_naive()).await?;
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
    for (what, sql) in [
        ("records in lists", "SELECT count(*) FROM listings WHERE until IS NULL"),
        ("records with facets", "SELECT count(*) FROM facets WHERE facet = 'origin' AND until IS NULL"),
    ] {
        let listed = count(sql).await?;
        if listed != published {
            faults.push(format!("{listed} {what}, {published} published"));
        }
    }
    Ok(faults)
}

/// Projects records again, on the day the rules were last asked.
pub(crate) async fn project_again(
    tx: &DatabaseTransaction,
    resolver: &mut Resolver,
    records: &[i64],
) -> Result<(), StoreError> {
    let judged = settings::get(tx, settings::JUDGED_ON).await?;
    let products = ProductNames::load(tx).await?;
    for batch in records.chunks(BATCH) {
        let day = judged.as_deref().and_then(|day| day.parse().ok());
        let day = match day {
            Some(day) => day,
            None => {
                let row = Sql::new("SELECT changed_at FROM change_counter WHERE id = 1").number(tx).await?;
                instant(row).date_naive()
            }
        };
        project_on(tx, resolver, &products, batch, day).await?;
    }
    Ok(())
}

async fn project_on(
    tx: &DatabaseTransaction,
    resolver: &mut Resolver,
    products: &ProductNames,
    seqs: &[i64],
    today: NaiveDate,
) -> Result<(), StoreError> {
    let records = record::Entity::find()
        .filter(record::COLUMN.seq.is_in(seqs.iter().copied()))
        .filter(record::COLUMN.state.eq("published"))
        .all(tx)
        .await?;
    let changes: Vec<i64> = records.iter().map(|record| record.change).collect();
    let versions = record_version::Entity::find()
        .filter(record_version::COLUMN.record_seq.is_in(seqs.iter().copied()))
        .filter(record_version::COLUMN.change.is_in(changes.iter().copied()))
        .all(tx)
        .await?;
    for table in ["facets", "listings"] {
        let mut sql = Sql::new(&format!("DELETE FROM {table} WHERE change IN "));
        sql.bind_list(changes.iter().copied()).run(tx).await?;
    }
    let mut sql = Sql::new("DELETE FROM assessments WHERE record_seq IN ");
    sql.bind_list(records.iter().map(|record| record.seq)).run(tx).await?;
    let (mut listings, mut facets, mut assessments) = (Vec::new(), Vec::new(), Vec::new());
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
            today,
        };
        let projection = project(&content, &standing, resolver, products);
        listings.push(listing_row(
            known.seq,
            known.version,
            known.change,
            known.first_published_at,
            known.updated_at,
            &projection,
        ));
        facets.extend(facet_rows(known.change, &projection));
        assessments.extend(assessment_rows(known.seq, &content, &projection));
    }
    insert_lists(tx, listings, facets, assessments).await
}
