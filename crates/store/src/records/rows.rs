//! The rows of a publication, collected and inserted together.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::{Code, Origin};
use domain::provenance::Provenance;
use sea_orm::{ActiveModelTrait, ActiveValue, ConnectionTrait, EntityTrait, QueryTrait, Statement};

use crate::ground::db::{instant, micros};
use crate::ground::entity::{
    assessment, event, listed_party, listing, record, record_part, record_version, sealed_content,
};
use crate::ground::sql::{Sql, run_all};
use crate::log::{self, Fresh};
use crate::names::Names;
use crate::records::parts::part_rows;
use crate::records::prepare::Prepared;
use crate::records::projection::{Projection, Standing, kept_when_withdrawn, project, provenance};
use crate::{StoreError, Tx};

/// Record, number and change of a new version.
pub(crate) struct Place {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) change: i64,
    /// When the first version was published; `None` if this is it.
    pub(crate) first: Option<i64>,
    /// Whether its publisher replied to the observer's record.
    pub(crate) answered: bool,
    /// Where it comes from, unless the candidate says.
    pub(crate) provenance: Option<Provenance>,
}

impl Place {
    pub(crate) fn after(known: &record::Model, change: i64) -> Self {
        Self {
            seq: known.seq,
            id: known.id.clone(),
            number: known.version + 1,
            change,
            first: Some(known.first_published_at),
            answered: known.answered_at.is_some(),
            provenance: provenance(known, None),
        }
    }
}

/// The role of a place of use that the register does not know: the slug is that of its name.
pub(crate) const UNKNOWN_PLACE: &str = "unknown_place";

/// The rows of a round.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) records: Vec<record::ActiveModel>,
    pub(crate) versions: Vec<record_version::ActiveModel>,
    pub(crate) sealed: Vec<sealed_content::ActiveModel>,
    pub(crate) listings: Vec<Listing>,
    pub(crate) assessments: Vec<assessment::ActiveModel>,
    parts: Vec<record_part::ActiveModel>,
    events: Vec<event::ActiveModel>,
    entered: Vec<Fresh>,
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
        let identity = source.and_then(|source| source.identity.as_ref());
        let record = prepared.public();
        let standing = Standing {
            id: &place.id,
            version: place.number,
            published_at: instant(first),
            updated_at: instant(at),
            confirmed_at: None,
            answered: place.answered,
            today: now.date_naive(),
            provenance: provenance_of(prepared, place.provenance),
        };
        let projection = project(record, &standing, &names.organisations, &names.products);
        self.assessments.extend(assessment_rows(place.seq, record, &projection));
        self.parts.extend(part_rows(place.seq, record, &projection.publisher));
        self.listings.push(listing_row(
            Listed {
                seq: place.seq,
                number: place.number,
                change: place.change,
                touched: place.change,
                first,
                at,
                source: source.map(|source| source.source.clone()),
            },
            projection,
        ));
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
        self.events.push(event::ActiveModel {
            change: Set(place.change),
            at: Set(micros(now)),
            kind: Set("published".to_owned()),
            record_seq: Set(place.seq),
            version: Set(place.number),
            redaction: Set(None),
        });
        self.entered.push(Fresh {
            change: place.change,
            at: instant(micros(now)),
            record_id: place.id.clone(),
            version: place.number,
            published_at: instant(at),
            content_sha256: prepared.content_sha256.clone(),
            commitments: prepared.commitments.clone(),
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
            state: Set(record::State::Published),
            withdrawn_at: Set(None),
            withdrawn_reason: Set(None),
            withdrawn_facets: Set(None),
            version: Set(place.number),
            change: Set(place.change),
            full_sha256: Set(prepared.full_sha256.clone()),
            first_published_at: Set(first),
            updated_at: Set(at),
            // Set elsewhere, and kept by a new version.
            owner: ActiveValue::NotSet,
            confirmed_at: ActiveValue::NotSet,
            answered_at: ActiveValue::NotSet,
            redacted_at: ActiveValue::NotSet,
            in_source: Set(source.map(|_| true)),
            missing_from: Set(None),
            source_body: Set(identity.map(|one| one.body.clone())),
            source_unit: Set(identity.map(|one| one.unit.clone())),
            source_name: Set(identity.map(|one| one.name.clone())),
        });
    }

    /// Ends the current listing and deletes what is listed of the record beside it.
    pub(crate) async fn supersede(
        &mut self,
        tx: &Tx,
        known: &record::Model,
        change: i64,
    ) -> Result<(), StoreError> {
        end_listing(tx, known.change, change).await?;
        drop_lists(tx, [known.seq]).await
    }

    pub(crate) async fn insert(self, tx: &Tx) -> Result<(), StoreError> {
        let mut statements = Vec::new();
        add_all::<record::Entity, _>(tx, self.records, &mut statements);
        add_all::<record_version::Entity, _>(tx, self.versions, &mut statements);
        add_all::<sealed_content::Entity, _>(tx, self.sealed, &mut statements);
        add_all::<event::Entity, _>(tx, self.events, &mut statements);
        add_lists(tx, self.listings, (self.assessments, self.parts), &mut statements);
        run_all(tx, statements).await?;
        log::enter(tx, self.entered).await
    }
}

/// Where a new version comes from: from the file it was read from, or as before if its record was named by id.
fn provenance_of(prepared: &Prepared, before: Option<Provenance>) -> Option<Provenance> {
    let candidate = &prepared.candidate;
    if candidate.record.origin != Origin::Imported {
        return None;
    }
    let at_source = candidate.trace.as_ref().map(|trace| trace.at_source.clone()).unwrap_or_default();
    match &candidate.source {
        Some(source) if before.is_none() || candidate.id.is_none() => Some(Provenance {
            source: source.source.clone(),
            dataset: source.dataset.clone(),
            edition: Some(source.edition.clone()).filter(|edition| !edition.is_empty()),
            in_source: Some(true),
            at_source,
        }),
        _ => before.map(|before| Provenance { at_source, ..before }),
    }
}

/// Adds the statements that insert rows.
fn add_all<E, A>(tx: &Tx, rows: Vec<A>, statements: &mut Vec<Statement>)
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let backend = tx.get_database_backend();
    statements.extend(chunks(rows).map(|chunk| E::insert_many(chunk).build(backend)));
}

/// What is listed of records beside their listings: assessments and other parts.
pub(crate) type Beside = (Vec<assessment::ActiveModel>, Vec<record_part::ActiveModel>);

/// Deletes what is listed of records beside their listings.
pub(crate) async fn drop_lists(tx: &Tx, records: impl IntoIterator<Item = i64>) -> Result<(), StoreError> {
    let records: Vec<i64> = records.into_iter().collect();
    for table in ["assessments", "record_parts"] {
        let mut sql = Sql::new(&format!("DELETE FROM {table} WHERE record_seq IN "));
        sql.bind_list(records.iter().copied()).run(tx).await?;
    }
    Ok(())
}

/// Adds parts of records that are listed already.
pub(crate) async fn insert_parts(tx: &Tx, parts: Vec<record_part::ActiveModel>) -> Result<(), StoreError> {
    let mut statements = Vec::new();
    add_all::<record_part::Entity, _>(tx, parts, &mut statements);
    run_all(tx, statements).await?;
    Ok(())
}

fn add_lists(tx: &Tx, listings: Vec<Listing>, (assessments, parts): Beside, statements: &mut Vec<Statement>) {
    let (parties, listings): (Vec<_>, Vec<_>) =
        listings.into_iter().map(|one| (one.parties, one.row)).unzip();
    add_all::<listed_party::Entity, _>(tx, parties.into_iter().flatten().collect(), statements);
    add_all::<listing::Entity, _>(tx, listings, statements);
    add_all::<assessment::Entity, _>(tx, assessments, statements);
    add_all::<record_part::Entity, _>(tx, parts, statements);
}

/// Marks the listing of `old` as superseded by `change`.
pub(crate) async fn end_listing(tx: &Tx, old: i64, change: i64) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE listings SET until = ");
    sql.bind(change).push(", touched = ").bind(change).push(" WHERE change = ").bind(old).run(tx).await?;
    Sql::new("DELETE FROM listed_parties WHERE change = ").bind(old).run(tx).await?;
    Ok(())
}

/// What a withdrawn record keeps of the facets it is listed under.
pub(crate) async fn listed_under(tx: &Tx, change: i64) -> Result<Option<String>, StoreError> {
    let mut sql = Sql::new("SELECT facets FROM listings WHERE change = ");
    let Some(row) = sql.bind(change).one(tx).await? else { return Ok(None) };
    Ok(Some(kept_when_withdrawn(&row.try_get_by::<String, _>("facets")?)))
}

pub(crate) async fn insert_lists(tx: &Tx, listings: Vec<Listing>, beside: Beside) -> Result<(), StoreError> {
    let mut statements = Vec::new();
    add_lists(tx, listings, beside, &mut statements);
    run_all(tx, statements).await?;
    Ok(())
}

/// Numbers and dates of a listing.
pub(crate) struct Listed {
    pub(crate) seq: i64,
    pub(crate) number: i64,
    pub(crate) change: i64,
    pub(crate) touched: i64,
    pub(crate) first: i64,
    pub(crate) at: i64,
    /// The source it was read from, if it was.
    pub(crate) source: Option<String>,
}

/// A listing, and the bodies it names.
pub(crate) struct Listing {
    row: listing::ActiveModel,
    parties: Vec<listed_party::ActiveModel>,
}

pub(crate) fn listing_row(listed: Listed, projection: Projection) -> Listing {
    use ActiveValue::Set;
    let left_open = projection.left_open;
    let parties = parties(listed.change, &projection);
    let row = listing::ActiveModel {
        change: Set(listed.change),
        touched: Set(listed.touched),
        until: Set(None),
        record_seq: Set(listed.seq),
        number: Set(listed.number),
        published_at: Set(listed.first),
        updated_at: Set(listed.at),
        judge_on: Set(projection.judge_on.map(|day| day.to_string())),
        card: Set(projection.card),
        facets: Set(projection.facets),
        source: Set(left_open.and(listed.source)),
        asked: Set(left_open.map(|open| i64::from(open.asked))),
        not_stated: Set(left_open.map(|open| i64::from(open.not_stated))),
    };
    Listing { row, parties }
}

/// Publishers, suppliers and places of use in a listing's facets; and places of use that are not known yet, as
/// [`UNKNOWN_PLACE`].
fn parties(change: i64, projection: &Projection) -> Vec<listed_party::ActiveModel> {
    use ActiveValue::Set;
    let known = projection.facets.lines().filter_map(|line| line.split_once('='));
    let known = known.filter(|(role, slug)| {
        matches!(*role, "publisher" | "supplier" | "used_by") && domain::facets::blank_place(slug).is_none()
    });
    let unknown = projection.unknown_places.iter().map(|slug| (UNKNOWN_PLACE, slug.as_str()));
    known
        .chain(unknown)
        .map(|(role, slug)| listed_party::ActiveModel {
            change: Set(change),
            role: Set(role.to_owned()),
            slug: Set(slug.to_owned()),
        })
        .collect()
}

/// Rows per statement. Full statements always have this many, so that they are prepared once.
const ROWS: usize = 50;

/// Splits rows into statements' worth. They are moved, not copied: a version's text is long.
fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(ROWS).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

pub(crate) fn assessment_rows(
    seq: i64,
    record: &Record,
    projection: &Projection,
) -> Vec<assessment::ActiveModel> {
    use ActiveValue::Set;
    let publisher = projection.publisher.as_str();
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
            publisher: Set(publisher.to_owned()),
            sectors: Set(sectors.clone()),
            next_review_on: Set(one.next_review_on.map(|day| day.to_string())),
            detail: Set(serde_json::to_string(one).expect("an assessment is JSON")),
            document: Set(one.document.as_ref().and_then(|document| document.sha256.clone())),
        })
        .collect()
}
