//! Publishing: one transaction writes versions, numbers the changes and renews what lists read.
//!
//! A version is only ever inserted. What it supersedes stays readable for walks that began before.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::{Code, Origin};
use domain::{Record, RecordId};
use sea_orm::{ActiveValue, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::{count_changes, micros};
use crate::entity::{assessment, facet, listing, record, record_version, sealed_content};
use crate::products::ProductNames;
use crate::projection::{Projection, Standing, country, project};
use crate::resolver::Resolver;
use crate::sql::{BOUND_VALUES, Sql};
use crate::{StoreError, settings};

/// Where an imported record comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceKey {
    /// The register it comes from (`atrs`, `nl`, `us`, `records`, ...).
    pub source: String,
    /// Its key there; one record per source and key.
    pub key: String,
    /// The file series it is in, within which a key that vanishes is noticed.
    pub dataset: String,
    /// The date or year of the file; an older edition never overwrites a newer one.
    pub edition: String,
}

/// How an imported version came to be; the `import` group of the model.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    /// The register it comes from.
    pub source: String,
    /// The row or object as the source has it, contact data left out.
    pub raw: Value,
    /// SHA-256 of the raw form as JSON text, hex.
    pub raw_sha256: String,
    /// When it was read.
    pub fetched_at: DateTime<Utc>,
    /// Which release of the mapping turned it into a record.
    pub rule_version: String,
}

/// A record that wants to be published.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its key at its source; `None` for records that only have an id.
    pub source: Option<SourceKey>,
    /// Its public id, when it already has one.
    pub id: Option<RecordId>,
    /// What it says.
    pub record: Record,
    /// How it came to be.
    pub trace: Option<Trace>,
    /// Why this version was made, for people.
    pub note: Option<String>,
    /// When it was published, if not now.
    pub published_at: Option<DateTime<Utc>>,
}

/// A candidate made ready outside the transaction: assessments numbered, JSON and hashes made.
#[derive(Debug)]
pub struct Prepared {
    candidate: Candidate,
    public: Option<Record>,
    content: String,
    content_sha256: String,
    sealed: Option<String>,
    full_sha256: String,
    trace: Option<String>,
}

impl Prepared {
    /// Makes a candidate ready.
    pub fn new(mut candidate: Candidate) -> Self {
        let seed = match (&candidate.source, candidate.id) {
            (_, Some(id)) => id.to_string(),
            (Some(key), None) => format!("{}|{}", key.source, key.key),
            (None, None) => format!("{}|{}", candidate.record.publisher.name, candidate.record.title),
        };
        number_assessments(&mut candidate.record, &seed);
        let sealed = candidate.record.assessments.iter().any(|one| one.public() != *one);
        let full = serde_json::to_string(&candidate.record).expect("a record is JSON");
        let full_sha256 = hex_sha256(full.as_bytes());
        let (public, content, content_sha256, sealed) = if sealed {
            let public = candidate.record.public();
            let content = serde_json::to_string(&public).expect("a record is JSON");
            let hash = hex_sha256(content.as_bytes());
            (Some(public), content, hash, Some(full))
        } else {
            (None, full, full_sha256.clone(), None)
        };
        let trace =
            candidate.trace.as_ref().map(|trace| serde_json::to_string(trace).expect("a trace is JSON"));
        Self { candidate, public, content, content_sha256, sealed, full_sha256, trace }
    }

    fn public(&self) -> &Record {
        self.public.as_ref().unwrap_or(&self.candidate.record)
    }

    fn key(&self) -> Key {
        match (&self.candidate.source, self.candidate.id) {
            (_, Some(id)) => Key::Id(id.to_string()),
            (Some(source), None) => Key::Source(source.source.clone(), source.key.clone()),
            (None, None) => Key::None,
        }
    }
}

/// Ids for assessments that have none: made from the record and the place of the assessment among those of
/// its type and stage, so that the same record read again gives the same ids.
fn number_assessments(record: &mut Record, seed: &str) {
    let mut seen: HashMap<(&str, &str), u32> = HashMap::new();
    for assessment in &mut record.assessments {
        let place = seen.entry((assessment.r#type.as_str(), assessment.stage.as_str())).or_default();
        *place += 1;
        if assessment.id.is_none() {
            let name = format!("{seed}|{}|{}|{place}", assessment.r#type, assessment.stage);
            assessment.id = Some(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
        }
    }
}

/// SHA-256 as lower-case hex.
pub fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Id(String),
    Source(String, String),
    None,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new record.
    Created,
    /// A new version.
    Changed,
    /// The record already says this.
    Unchanged,
    /// The record is the publisher's own, or this is older than what the register has; left as it is.
    Kept,
    /// The record was withdrawn; an import does not bring it back.
    Withdrawn,
}

/// What became of a candidate, and its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The record.
    pub id: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// The names that publishing resolves against; kept in memory between batches.
#[derive(Debug, Default)]
pub struct Names {
    /// Organisations.
    pub organisations: Resolver,
    /// Products.
    pub products: ProductNames,
}

impl Names {
    pub(crate) async fn load(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        Ok(Self { organisations: Resolver::load(conn).await?, products: ProductNames::load(conn).await? })
    }

    /// Reads all names as a transaction sees them.
    pub async fn within(tx: &DatabaseTransaction) -> Result<Self, StoreError> {
        Self::load(tx).await
    }

    /// Reads all names by the reading connections.
    pub async fn of(db: &crate::Db) -> Result<Self, StoreError> {
        Self::load(&db.read).await
    }
}

/// On which terms a batch is published.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The import run it belongs to.
    pub import: Option<i64>,
    /// The file was imported before: what it says of known records is known.
    pub repeated: bool,
    /// The fields of which the source can say something; `None` for all. An imported record keeps the others
    /// as the register knows them.
    pub says: Option<HashSet<String>>,
}

/// Publishes a batch inside a transaction: everything of it becomes visible at once, or nothing.
///
/// Answers stand in the order of the batch. After an error the names may know rows that were rolled back:
/// load them anew.
pub async fn publish(
    tx: &DatabaseTransaction,
    names: &mut Names,
    batch: &[Prepared],
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Vec<Published>, StoreError> {
    let mut answers = Vec::with_capacity(batch.len());
    let mut rest = batch;
    while !rest.is_empty() {
        // A key that comes twice is published twice, one after the other.
        let mut seen = HashSet::new();
        let end = rest
            .iter()
            .position(|prepared| {
                let key = prepared.key();
                key != Key::None && !seen.insert(key)
            })
            .unwrap_or(rest.len());
        let (round, later) = rest.split_at(end);
        answers.extend(publish_round(tx, names, round, terms, now).await?);
        rest = later;
    }
    Ok(answers)
}

async fn publish_round(
    tx: &DatabaseTransaction,
    names: &mut Names,
    round: &[Prepared],
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Vec<Published>, StoreError> {
    let import = terms.import;
    let known = find_known(tx, round).await?;
    let mut outcomes: Vec<Outcome> = round
        .iter()
        .map(|prepared| match known.get(&prepared.key()) {
            None => Outcome::Created,
            Some(known) if terms.repeated && known.state == "published" => Outcome::Unchanged,
            Some(known) => judge_known(prepared, known),
        })
        .collect();
    let joined = match &terms.says {
        Some(says) => join_known(tx, round, &known, &mut outcomes, says).await?,
        None => HashMap::new(),
    };
    let round: Vec<&Prepared> =
        round.iter().enumerate().map(|(place, prepared)| joined.get(&place).unwrap_or(prepared)).collect();
    let round = round.as_slice();
    let writes =
        outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Created | Outcome::Changed)).count();
    let mut answers = Vec::with_capacity(round.len());
    let mut rows = Rows::default();
    if writes > 0 {
        // The counter first: it serialises publications on PostgreSQL before any number is taken.
        let first_change = count_changes(tx, writes, now).await?;
        keep_names(tx, names, round).await?;
        let created = outcomes.iter().filter(|outcome| **outcome == Outcome::Created).count();
        let mut ids = new_ids(tx, round, &known, created).await?.into_iter();
        for (change, (prepared, outcome)) in (first_change..).zip(
            round
                .iter()
                .copied()
                .zip(&outcomes)
                .filter(|(_, outcome)| matches!(outcome, Outcome::Created | Outcome::Changed)),
        ) {
            match (outcome, known.get(&prepared.key())) {
                (Outcome::Changed, Some(known)) => {
                    rows.supersede(tx, known, change).await?;
                    rows.add(prepared, Place::after(known, change), names, import, now);
                    let row = rows.records.pop().expect("a row was just added");
                    record::Entity::update(row).exec(tx).await?;
                }
                _ => {
                    let (seq, id) = ids.next().expect("as many ids were taken as records are created");
                    rows.add(prepared, Place { seq, id, number: 1, change, first: None }, names, import, now);
                }
            }
        }
    }
    let mut created = rows.records.iter().map(|row| match &row.id {
        ActiveValue::Set(id) | ActiveValue::Unchanged(id) => id.clone(),
        ActiveValue::NotSet => String::new(),
    });
    let mut same = Vec::new();
    for (prepared, outcome) in round.iter().zip(&outcomes) {
        let id = match known.get(&prepared.key()) {
            Some(known) => {
                if matches!(outcome, Outcome::Unchanged | Outcome::Kept) {
                    same.push(known.seq);
                }
                known.id.clone()
            }
            None => created.next().expect("every created record has a row"),
        };
        answers.push(Published { id, outcome: *outcome });
    }
    drop(created);
    rows.insert(tx).await?;
    mark_seen(tx, &same, import).await?;
    Ok(answers)
}

fn judge_known(prepared: &Prepared, known: &record::Model) -> Outcome {
    let edition = prepared.candidate.source.as_ref().map(|source| source.edition.as_str());
    if known.state == "withdrawn" {
        Outcome::Withdrawn
    } else if known.full_sha256 == prepared.full_sha256 {
        Outcome::Unchanged
    } else if known.origin == Origin::SelfDeclared.as_str()
        && prepared.candidate.record.origin == Origin::Imported
        || edition.zip(known.edition.as_deref()).is_some_and(|(new, old)| new < old)
    {
        Outcome::Kept
    } else {
        Outcome::Changed
    }
}

/// Changed records of a source that has no column for some of their fields, with those fields as the
/// register knows them; what turns out to say the same is unchanged after all.
async fn join_known(
    tx: &DatabaseTransaction,
    round: &[Prepared],
    known: &HashMap<Key, record::Model>,
    outcomes: &mut [Outcome],
    says: &HashSet<String>,
) -> Result<HashMap<usize, Prepared>, StoreError> {
    let mut joined = HashMap::new();
    for (place, prepared) in round.iter().enumerate() {
        let Some(known) = known.get(&prepared.key()).filter(|_| outcomes[place] == Outcome::Changed) else {
            continue;
        };
        let version = record_version::Entity::find_by_id((known.seq, known.version)).one(tx).await?;
        let Some(version) = version else { continue };
        let inconsistent = |error: serde_json::Error| {
            StoreError::inconsistent("record_versions", "content", &known.id, error)
        };
        let before: Record = serde_json::from_str(&version.content).map_err(inconsistent)?;
        let mut members = prepared.candidate.record.to_members();
        let kept: Vec<(String, Value)> = before
            .to_members()
            .into_iter()
            .filter(|(name, _)| {
                !says.contains(name) && !members.contains_key(name) && name != "field_statements"
            })
            .collect();
        if kept.is_empty() {
            continue;
        }
        let names: HashSet<String> = kept.iter().map(|(name, _)| name.clone()).collect();
        members.extend(kept);
        let mut candidate = prepared.candidate.clone();
        candidate.record = serde_json::from_value(Value::Object(members)).map_err(inconsistent)?;
        candidate.record.field_statements.retain(|statement| !names.contains(&statement.field));
        let prepared = Prepared::new(candidate);
        if prepared.full_sha256 == known.full_sha256 {
            outcomes[place] = Outcome::Unchanged;
        }
        joined.insert(place, prepared);
    }
    Ok(joined)
}

async fn find_known(
    tx: &DatabaseTransaction,
    round: &[Prepared],
) -> Result<HashMap<Key, record::Model>, StoreError> {
    let mut ids = Vec::new();
    let mut by_source: HashMap<&str, Vec<&str>> = HashMap::new();
    for prepared in round {
        match (&prepared.candidate.source, prepared.candidate.id) {
            (_, Some(id)) => ids.push(id.to_string()),
            (Some(source), None) => by_source.entry(&source.source).or_default().push(&source.key),
            (None, None) => {}
        }
    }
    let mut known = HashMap::new();
    for chunk in ids.chunks(BOUND_VALUES) {
        for row in
            record::Entity::find().filter(record::COLUMN.id.is_in(chunk.iter().cloned())).all(tx).await?
        {
            known.insert(Key::Id(row.id.clone()), row);
        }
    }
    for (source, keys) in by_source {
        for chunk in keys.chunks(BOUND_VALUES) {
            let rows = record::Entity::find()
                .filter(
                    Condition::all()
                        .add(record::COLUMN.source.eq(source))
                        .add(record::COLUMN.source_key.is_in(chunk.iter().copied())),
                )
                .all(tx)
                .await?;
            for row in rows {
                let key = row.source_key.clone().unwrap_or_default();
                known.insert(Key::Source(source.to_owned(), key), row);
            }
        }
    }
    Ok(known)
}

/// Numbers and ids for new records; an id that someone brought along is passed over.
async fn new_ids(
    tx: &DatabaseTransaction,
    round: &[&Prepared],
    known: &HashMap<Key, record::Model>,
    n: usize,
) -> Result<Vec<(i64, String)>, StoreError> {
    if n == 0 {
        return Ok(Vec::new());
    }
    let mut next = Sql::new("SELECT coalesce(max(seq), 0) FROM records").number(tx).await? + 1;
    let brought: Vec<Option<String>> = round
        .iter()
        .filter(|prepared| !known.contains_key(&prepared.key()))
        .map(|prepared| prepared.candidate.id.map(|id| id.to_string()))
        .collect();
    let mut taken: HashSet<String> = brought.iter().flatten().cloned().collect();
    let numbered = |seq: i64| RecordId::from_sequence(seq.unsigned_abs()).to_string();
    // Room for a few ids that are taken already.
    let candidates: Vec<String> = (next..).take(n + taken.len() + 100).map(numbered).collect();
    for chunk in candidates.chunks(BOUND_VALUES) {
        let mut sql = Sql::new("SELECT id FROM records WHERE id IN ");
        for row in sql.bind_list(chunk.iter().cloned()).all(tx).await? {
            taken.insert(row.try_get_by_index(0)?);
        }
    }
    let mut ids = Vec::with_capacity(n);
    for brought in brought {
        let mut seq = next;
        let id = match brought {
            Some(id) => id,
            None => loop {
                let id = numbered(seq);
                if !taken.contains(&id) {
                    break id;
                }
                seq += 1;
            },
        };
        ids.push((seq, id));
        next = seq + 1;
    }
    Ok(ids)
}

async fn keep_names(
    tx: &DatabaseTransaction,
    names: &mut Names,
    round: &[&Prepared],
) -> Result<(), StoreError> {
    let mut unknown = Vec::new();
    let mut products = Vec::new();
    for prepared in round {
        let record = prepared.public();
        let home = country(&record.jurisdiction);
        for party in std::iter::once(&record.publisher).chain(&record.joint_publishers) {
            if names.organisations.resolve(&party.name, home).is_none() {
                unknown.push((party.name.clone(), home.to_owned()));
            }
        }
        for part in &record.supplier_involvement {
            if let Some(supplier) = &part.supplier
                && names.organisations.resolve_supplier(&supplier.name, home).is_none()
            {
                unknown.push((supplier.name.clone(), home.to_owned()));
            }
            if let Some(product) = &part.product {
                products
                    .push((product.clone(), part.supplier.as_ref().map(|supplier| supplier.name.clone())));
            }
        }
    }
    names.organisations.keep_unresolved(tx, unknown).await?;
    names.products.keep_new(tx, products).await
}

async fn mark_seen(tx: &DatabaseTransaction, seqs: &[i64], import: Option<i64>) -> Result<(), StoreError> {
    let Some(import) = import else { return Ok(()) };
    for chunk in seqs.chunks(BOUND_VALUES - 1) {
        let mut sql = Sql::new("UPDATE records SET seen_import = ");
        sql.bind(import).push(" WHERE seq IN ").bind_list(chunk.iter().copied()).run(tx).await?;
    }
    Ok(())
}

/// Where a version goes.
struct Place {
    seq: i64,
    id: String,
    number: i64,
    change: i64,
    /// When the first version was published; `None` for the first itself.
    first: Option<i64>,
}

impl Place {
    fn after(known: &record::Model, change: i64) -> Self {
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
struct Rows {
    records: Vec<record::ActiveModel>,
    versions: Vec<record_version::ActiveModel>,
    sealed: Vec<sealed_content::ActiveModel>,
    listings: Vec<listing::ActiveModel>,
    facets: Vec<facet::ActiveModel>,
    assessments: Vec<assessment::ActiveModel>,
}

impl Rows {
    fn add(
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
    async fn supersede(
        &mut self,
        tx: &DatabaseTransaction,
        known: &record::Model,
        change: i64,
    ) -> Result<(), StoreError> {
        end_listing(tx, known.change, change).await?;
        Sql::new("DELETE FROM assessments WHERE record_seq = ").bind(known.seq).run(tx).await?;
        Ok(())
    }

    async fn insert(self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        for chunk in self.records.chunks(BOUND_VALUES / 16) {
            record::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
        }
        for chunk in self.versions.chunks(BOUND_VALUES / 8) {
            record_version::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
        }
        for chunk in self.sealed.chunks(BOUND_VALUES / 4) {
            sealed_content::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
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
    facets: Vec<facet::ActiveModel>,
    assessments: Vec<assessment::ActiveModel>,
) -> Result<(), StoreError> {
    for chunk in listings.chunks(BOUND_VALUES / 12) {
        listing::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
    }
    for chunk in facets.chunks(BOUND_VALUES / 4) {
        facet::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
    }
    for chunk in assessments.chunks(BOUND_VALUES / 10) {
        assessment::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
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

pub(crate) fn facet_rows(change: i64, projection: &Projection) -> Vec<facet::ActiveModel> {
    use ActiveValue::Set;
    projection
        .facets
        .iter()
        .map(|(name, value)| facet::ActiveModel {
            facet: Set((*name).to_owned()),
            value: Set(value.clone()),
            change: Set(change),
            until: Set(None),
        })
        .collect()
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

/// Takes a record out of the lists; its id, title, dates, reason and last public text stay. Withdrawing
/// twice changes nothing. Errors: [`StoreError::Conflict`] when there is no such record.
pub async fn withdraw(
    tx: &DatabaseTransaction,
    id: RecordId,
    reason: &str,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known = record::Entity::find().filter(record::COLUMN.id.eq(id.to_string())).one(tx).await?;
    let known = known.ok_or_else(|| StoreError::Conflict(format!("there is no record {id}")))?;
    if known.state == "withdrawn" {
        return Ok(());
    }
    let change = count_changes(tx, 1, now).await?;
    end_listing(tx, known.change, change).await?;
    Sql::new("DELETE FROM assessments WHERE record_seq = ").bind(known.seq).run(tx).await?;
    let mut sql = Sql::new("UPDATE records SET state = 'withdrawn', withdrawn_at = ");
    sql.bind(micros(at)).push(", withdrawn_reason = ").bind(reason);
    sql.push(", change = ").bind(change).push(" WHERE seq = ").bind(known.seq).run(tx).await?;
    Ok(())
}

/// Marks the register as showing demonstration data, inside the transaction that loads it.
pub async fn mark_demonstration(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    settings::set(tx, settings::DEMONSTRATION, "true").await
}
