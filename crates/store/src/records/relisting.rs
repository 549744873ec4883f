//! Projecting records again, after names, rules or the record itself changed.

use std::collections::HashSet;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::ground::db::{instant, state, touch};
use crate::ground::entity::{listing, record, record_version};
use crate::ground::settings;
use crate::ground::sql::{BOUND_VALUES, Pages, Sql};
use crate::names::Names;
use crate::names::products::ProductNames;
use crate::names::resolver::Resolver;
use crate::records::parts::part_rows;
use crate::records::projection::{Standing, kept_when_withdrawn, project, provenance};
use crate::records::rows::{
    Listed, UNKNOWN_PLACE, assessment_rows, drop_lists, insert_lists, insert_parts, listing_row,
};
use crate::{StoreError, Tx};

/// Records projected per step.
pub(super) const BATCH: usize = 500;

/// Projects again the current records that name one of these organisations (slugs), any unresolved one or an unknown
/// place of use, since what a name means may have changed; returns how many.
pub async fn project_named(tx: &Tx, slugs: &[String]) -> Result<u64, StoreError> {
    let mut records = HashSet::new();
    let named = "SELECT DISTINCT l.record_seq FROM listed_parties p JOIN listings l ON l.change = p.change WHERE p.slug IN ";
    let mut unknown = Sql::new(named);
    unknown.push("(SELECT slug FROM organisations WHERE resolution = 'unresolved')");
    // The role is written out, so that the partial index serves it.
    let place = format!(
        "SELECT DISTINCT l.record_seq FROM listed_parties p JOIN listings l ON l.change = p.change WHERE p.role = \
         '{UNKNOWN_PLACE}'"
    );
    for sql in [unknown, Sql::new(&place)] {
        for row in sql.all(tx).await? {
            records.insert(row.try_get_by::<i64, _>("record_seq")?);
        }
    }
    for chunk in slugs.chunks(BOUND_VALUES) {
        for row in Sql::new(named).bind_list(chunk.iter().cloned()).all(tx).await? {
            records.insert(row.try_get_by("record_seq")?);
        }
    }
    let mut records: Vec<i64> = records.into_iter().collect();
    records.sort_unstable();
    project_again(tx, &mut Resolver::load(tx).await?, &records).await?;
    Ok(records.len() as u64)
}

/// Projects records again, judged for the day the rules last ran.
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

/// Projects every version of a record again, including superseded ones that walks may still show.
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
            provenance: provenance(known, version.import.as_deref()),
        };
        let shown = project(&content, &standing, &names.organisations, &names.products);
        let mut sql = Sql::new("UPDATE listings SET card = ");
        sql.bind(shown.card).push(", facets = ").bind(shown.facets).push(", touched = ").bind(touched);
        sql.push(" WHERE change = ").bind(row.change).run(tx).await?;
    }
    Ok(())
}

/// Lists the parts of published records, where an older release published all of them.
pub(crate) async fn note_parts(tx: &Tx) -> Result<(), StoreError> {
    #[derive(serde::Deserialize)]
    struct Card {
        publisher: Slug,
    }
    #[derive(serde::Deserialize)]
    struct Slug {
        slug: String,
    }
    if Sql::new("SELECT count(*) FROM (SELECT 1 FROM record_parts LIMIT 1) AS first").number(tx).await? > 0 {
        return Ok(());
    }
    let mut published = Pages::new(
        "SELECT r.seq, r.id, v.content, l.card FROM records r JOIN listings l ON l.change = r.change \
         JOIN record_versions v ON v.record_seq = r.seq AND v.number = r.version \
         WHERE r.state = 'published' AND r.seq > ",
        "r.seq",
    );
    let mut parts = Vec::new();
    while let Some(row) = published.next(tx).await? {
        let (seq, id): (i64, String) = (row.try_get_by("seq")?, row.try_get_by("id")?);
        let wrong = |table, column| {
            let id = id.clone();
            move |error: serde_json::Error| StoreError::inconsistent(table, column, id, error)
        };
        let content: String = row.try_get_by("content")?;
        let record: domain::Record =
            serde_json::from_str(&content).map_err(wrong("record_versions", "content"))?;
        let card: String = row.try_get_by("card")?;
        let card: Card = serde_json::from_str(&card).map_err(wrong("listings", "card"))?;
        parts.extend(part_rows(seq, &record, &card.publisher.slug));
        if parts.len() >= BATCH {
            insert_parts(tx, std::mem::take(&mut parts)).await?;
        }
    }
    insert_parts(tx, parts).await
}

/// Notes what withdrawn records were listed under, where an older release withdrew them. Names mean what they mean
/// today.
pub(crate) async fn note_withdrawn(tx: &Tx) -> Result<(), StoreError> {
    let gone = record::Entity::find()
        .filter(record::COLUMN.state.eq(record::State::Withdrawn))
        .filter(record::COLUMN.withdrawn_facets.is_null())
        .all(tx)
        .await?;
    if gone.is_empty() {
        return Ok(());
    }
    let (resolver, products) = (Resolver::load(tx).await?, ProductNames::load(tx).await?);
    for known in gone {
        let last = record_version::Entity::find_by_id((known.seq, known.version)).one(tx).await?;
        let last = last.ok_or_else(|| {
            StoreError::inconsistent("records", "version", &known.id, "the version is missing")
        })?;
        let content: domain::Record = serde_json::from_str(&last.content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", &known.id, error))?;
        let standing = Standing {
            id: &known.id,
            version: known.version,
            published_at: instant(known.first_published_at),
            updated_at: instant(known.updated_at),
            confirmed_at: None,
            answered: false,
            today: instant(known.updated_at).date_naive(),
            provenance: provenance(&known, last.import.as_deref()),
        };
        let facets = kept_when_withdrawn(&project(&content, &standing, &resolver, &products).facets);
        let mut sql = Sql::new("UPDATE records SET withdrawn_facets = ");
        sql.bind(facets).push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    }
    Ok(())
}

/// Has withdrawn records of one publisher found under another, into which it was merged.
pub(crate) async fn move_withdrawn(tx: &Tx, from: &str, into: &str) -> Result<(), StoreError> {
    let line = |slug: &str| format!("\npublisher={slug}\n");
    let mut sql = Sql::new("UPDATE records SET withdrawn_facets = replace(withdrawn_facets, ");
    sql.bind(line(from)).push(", ").bind(line(into)).push(") WHERE withdrawn_facets IS NOT NULL");
    sql.run(tx).await?;
    Ok(())
}

/// Replaces listings, parties, assessments and other parts of the published ones among these records. The new number from the
/// counter is how the search index notices.
pub(crate) async fn project_on(
    tx: &Tx,
    resolver: &Resolver,
    products: &ProductNames,
    seqs: &[i64],
    today: NaiveDate,
) -> Result<(), StoreError> {
    let records = record::Entity::find()
        .filter(record::COLUMN.seq.is_in(seqs.iter().copied()))
        .filter(record::COLUMN.state.eq(record::State::Published))
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
    drop_lists(tx, records.iter().map(|record| record.seq)).await?;
    let (mut listings, mut assessments, mut parts) = (Vec::new(), Vec::new(), Vec::new());
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
            provenance: provenance(known, version.import.as_deref()),
        };
        let projection = project(&content, &standing, resolver, products);
        assessments.extend(assessment_rows(known.seq, &content, &projection));
        parts.extend(part_rows(known.seq, &content, &projection.publisher));
        listings.push(listing_row(
            Listed {
                seq: known.seq,
                number: known.version,
                change: known.change,
                touched,
                first: known.first_published_at,
                at: known.updated_at,
                source: known.source.clone(),
            },
            projection,
        ));
    }
    insert_lists(tx, listings, (assessments, parts)).await
}
