//! The rows of a publication: versions, listings, facets and assessments, inserted together.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::Code;
use sea_orm::{ActiveValue, DatabaseTransaction, EntityTrait};

use crate::StoreError;
use crate::db::micros;
use crate::entity::{assessment, listing, record, record_version, sealed_content};
use crate::prepare::Prepared;
use crate::projection::{Projection, Standing, project};
use crate::publish::Names;
use crate::sql::Sql;

/// Where a version goes.
pub(crate) struct Place {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) change: i64,
    /// When the first version was published; `None` for the first itself.
    pub(crate) first: Option<i64>,
}

impl Place {
    pub(crate) fn after(known: &record::Model, change: i64) -> Self {
        Self {
            seq: known.seq,
            id: known.id.clone(),
            number: known.version + 1,
            change,
            first: Some(known.first_published_at),
        }
    }
}

/// Rows of a round, inserted together.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) records: Vec<record::ActiveModel>,
    pub(crate) versions: Vec<record_version::ActiveModel>,
    pub(crate) sealed: Vec<sealed_content::ActiveModel>,
    pub(crate) listings: Vec<listing::ActiveModel>,
    pub(crate) facets: Vec<FacetRow>,
    pub(crate) assessments: Vec<assessment::ActiveModel>,
}

impl Rows {
    pub(crate) fn add(
        &mut self,
        prepared: &Prepared,
        place: Place,
        names: &Names,
        import: Option<i64>,
        now: DateTime<Utc>,
    ) {
        use ActiveValue::Set;
        let at = micros(prepared.candidate.published_at.unwrap_or(now));
        let first = place.first.unwrap_or(at);
        let source = prepared.candidate.source.as_ref();
        let record = prepared.public();
        let standing = Standing {
            id: &place.id,
            version: place.number,
            published_at: crate::db::instant(first),
            updated_at: crate::db::instant(at),
            today: now.date_naive(),
        };
        let projection = project(record, &standing, &names.organisations, &names.products);
        self.assessments.extend(assessment_rows(place.seq, record, &projection));
        self.listings.push(listing_row(place.seq, place.number, place.change, first, at, &projection));
        self.facets.extend(facet_rows(place.change, &projection));
        self.versions.push(record_version::ActiveModel {
            record_seq: Set(place.seq),
            number: Set(place.number),
            change: Set(place.change),
            published_at: Set(at),
            note: Set(prepared.candidate.note.clone()),
            content: Set(prepared.content.clone()),
            content_sha256: Set(prepared.content_sha256.clone()),
            import: Set(prepared.trace.clone()),
        });
        if let Some(sealed) = &prepared.sealed {
            self.sealed.push(sealed_content::ActiveModel {
                record_seq: Set(place.seq),
                number: Set(place.number),
                revision: Set(1),
                content: Set(sealed.clone()),
            });
        }
        self.records.push(record::ActiveModel {
            seq: if place.first.is_some() { ActiveValue::Unchanged(place.seq) } else { Set(place.seq) },
            id: Set(place.id),
            origin: Set(record.origin.as_str().to_owned()),
            source: Set(source.map(|source| source.source.clone())),
            source_key: Set(source.map(|source| source.key.clone())),
            dataset: Set(source.map(|source| source.dataset.clone())),
            edition: Set(source.map(|source| source.edition.clone())),
            seen_import: Set(import),
            state: Set("published".to_owned()),
            withdrawn_at: Set(None),
            withdrawn_reason: Set(None),
            version: Set(place.number),
            change: Set(place.change),
            full_sha256: Set(prepared.full_sha256.clone()),
            first_published_at: Set(first),
            updated_at: Set(at),
        });
    }

    /// Ends the current version's time in lists, and takes its assessments out of theirs.
    pub(crate) async fn supersede(
        &mut self,
        tx: &DatabaseTransaction,
        known: &record::Model,
        change: i64,
    ) -> Result<(), StoreError> {
        end_listing(tx, known.change, change).await?;
        Sql::new("DELETE FROM assessments WHERE record_seq = ").bind(known.seq).run(tx).await?;
        Ok(())
    }

    pub(crate) async fn insert(self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        for chunk in chunks(self.records) {
            record::Entity::insert_many(chunk).exec_without_returning(tx).await?;
        }
        for chunk in chunks(self.versions) {
            record_version::Entity::insert_many(chunk).exec_without_returning(tx).await?;
        }
        for chunk in chunks(self.sealed) {
            sealed_content::Entity::insert_many(chunk).exec_without_returning(tx).await?;
        }
        insert_lists(tx, self.listings, self.facets, self.assessments).await
    }
}

/// From `change` on, the listing of `old` is history.
pub(crate) async fn end_listing(tx: &DatabaseTransaction, old: i64, change: i64) -> Result<(), StoreError> {
    for table in ["listings", "facets"] {
        let mut sql = Sql::new(&format!("UPDATE {table} SET until = "));
        sql.bind(change).push(" WHERE change = ").bind(old).run(tx).await?;
    }
    Ok(())
}

pub(crate) async fn insert_lists(
    tx: &DatabaseTransaction,
    listings: Vec<listing::ActiveModel>,
    facets: Vec<FacetRow>,
    assessments: Vec<assessment::ActiveModel>,
) -> Result<(), StoreError> {
    for chunk in chunks(listings) {
        listing::Entity::insert_many(chunk).exec_without_returning(tx).await?;
    }
    insert_facets(tx, facets).await?;
    for chunk in chunks(assessments) {
        assessment::Entity::insert_many(chunk).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(crate) fn listing_row(
    seq: i64,
    number: i64,
    change: i64,
    first: i64,
    at: i64,
    projection: &Projection,
) -> listing::ActiveModel {
    use ActiveValue::Set;
    listing::ActiveModel {
        change: Set(change),
        until: Set(None),
        record_seq: Set(seq),
        number: Set(number),
        published_at: Set(first),
        updated_at: Set(at),
        title_key: Set(projection.title_key.clone()),
        publisher_key: Set(projection.publisher_key.clone()),
        people_affected: Set(projection.people_affected),
        judge_on: Set(projection.judge_on.map(|day| day.to_string())),
        card: Set(projection.card.clone()),
        search: Set(projection.search.clone()),
    }
}

/// A facet value of a change.
pub(crate) struct FacetRow {
    facet: &'static str,
    value: String,
    change: i64,
}

pub(crate) fn facet_rows(change: i64, projection: &Projection) -> Vec<FacetRow> {
    let row = |(facet, value): &(&'static str, String)| FacetRow { facet, value: value.clone(), change };
    projection.facets.iter().map(row).collect()
}

/// Rows of one statement. Always the same number, so that the database prepares the statement once.
const ROWS: usize = 50;

/// Rows in groups that one statement inserts; they move, since a version's text is long.
fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(ROWS).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Inserts facet values, which are most of the rows of a publication: in the order of their index, by a
/// statement that is built once.
async fn insert_facets(tx: &DatabaseTransaction, mut rows: Vec<FacetRow>) -> Result<(), StoreError> {
    rows.sort_unstable_by(|a, b| (a.facet, &a.value, a.change).cmp(&(b.facet, &b.value, b.change)));
    for chunk in chunks(rows) {
        let mut sql = Sql::new("INSERT INTO facets (facet, value, change) VALUES ");
        for (place, row) in chunk.into_iter().enumerate() {
            sql.push(if place > 0 { ", (" } else { "(" });
            sql.bind(row.facet).push(", ").bind(row.value).push(", ").bind(row.change).push(")");
        }
        sql.run(tx).await?;
    }
    Ok(())
}

pub(crate) fn assessment_rows(
    seq: i64,
    record: &Record,
    projection: &Projection,
) -> Vec<assessment::ActiveModel> {
    use ActiveValue::Set;
    let publisher = projection
        .facets
        .iter()
        .find(|(facet, _)| *facet == "publisher")
        .map_or_else(String::new, |(_, slug)| slug.clone());
    let sectors: String =
        record.sectors.iter().fold(";".to_owned(), |all, sector| all + sector.as_str() + ";");
    record
        .assessments
        .iter()
        .map(|one| assessment::ActiveModel {
            seq: ActiveValue::NotSet,
            id: Set(one.id.map(|id| id.to_string()).unwrap_or_default()),
            record_seq: Set(seq),
            r#type: Set(one.r#type.as_str().to_owned()),
            stage: Set(one.stage.as_str().to_owned()),
            status: Set(one.status.as_str().to_owned()),
            publisher: Set(publisher.clone()),
            sectors: Set(sectors.clone()),
            next_review_on: Set(one.next_review_on.map(|day| day.to_string())),
            detail: Set(serde_json::to_string(one).expect("an assessment is JSON")),
        })
        .collect()
}
