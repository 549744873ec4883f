//! Impact assessments of current versions, as a list of their own.

use chrono::NaiveDate;
use domain::assessment::Assessment;
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType, Code, Sector};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::ground::entity::{assessment, listing, record};
use crate::{Db, StoreError};

/// An assessment with its record.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The record's id.
    pub record_id: String,
    /// The record's list item, as JSON.
    pub card: String,
    /// Slug of the record's publisher.
    pub publisher: String,
    /// Its position within the record, from 1.
    pub position: i64,
    /// The public part of the assessment.
    pub assessment: Assessment,
}

/// Filters for assessments; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct AssessmentQuery {
    /// Types, such as DPIA.
    pub types: Vec<AssessmentType>,
    /// Stages.
    pub stages: Vec<AssessmentStage>,
    /// Statuses.
    pub statuses: Vec<AssessmentStatus>,
    /// Slugs of publishers.
    pub publishers: Vec<String>,
    /// Sectors of the record.
    pub sectors: Vec<Sector>,
    /// Due for review on this day or earlier.
    pub due_before: Option<NaiveDate>,
}

/// A page of assessments after a row number, with the total and the number of the last one if there are more.
pub async fn list(
    db: &Db,
    query: &AssessmentQuery,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Listed>, u64, Option<i64>), StoreError> {
    let mut select = assessment::Entity::find();
    fn codes<C: Code>(codes: &[C]) -> Vec<&'static str> {
        codes.iter().map(|code| code.as_str()).collect()
    }
    if !query.types.is_empty() {
        select = select.filter(assessment::COLUMN.r#type.is_in(codes(&query.types)));
    }
    if !query.stages.is_empty() {
        select = select.filter(assessment::COLUMN.stage.is_in(codes(&query.stages)));
    }
    if !query.statuses.is_empty() {
        select = select.filter(assessment::COLUMN.status.is_in(codes(&query.statuses)));
    }
    if !query.publishers.is_empty() {
        select = select.filter(assessment::COLUMN.publisher.is_in(query.publishers.clone()));
    }
    if !query.sectors.is_empty() {
        let any = query.sectors.iter().fold(sea_orm::Condition::any(), |any, sector| {
            any.add(assessment::COLUMN.sectors.like(format!("%;{};%", sector.as_str())))
        });
        select = select.filter(any);
    }
    if let Some(day) = query.due_before {
        select = select.filter(Expr::col(assessment::Column::NextReviewOn).lte(day.to_string()));
    }
    let total = sea_orm::PaginatorTrait::count(select.clone(), &db.read).await?;
    if let Some(after) = after {
        select = select.filter(assessment::COLUMN.seq.gt(after));
    }
    let mut rows = select.order_by_asc(assessment::COLUMN.seq).limit(limit + 1).all(&db.read).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    Ok((with_records(db, rows).await?, total, next))
}

/// Finds an assessment of a current version by its id.
pub async fn find(db: &Db, id: &str) -> Result<Option<Listed>, StoreError> {
    let row = assessment::Entity::find().filter(assessment::COLUMN.id.eq(id)).one(&db.read).await?;
    Ok(with_records(db, row.into_iter().collect()).await?.pop())
}

async fn with_records(db: &Db, rows: Vec<assessment::Model>) -> Result<Vec<Listed>, StoreError> {
    let seqs: Vec<i64> = rows.iter().map(|row| row.record_seq).collect();
    let records = record::Entity::find().filter(record::COLUMN.seq.is_in(seqs.clone())).all(&db.read).await?;
    let places = assessment::Entity::find().select_only();
    let places = places.column(assessment::Column::RecordSeq).column(assessment::Column::Seq);
    let places = places.filter(assessment::COLUMN.record_seq.is_in(seqs));
    let places: Vec<(i64, i64)> = places.into_tuple().all(&db.read).await?;
    let changes: Vec<i64> = records.iter().map(|record| record.change).collect();
    let cards = listing::Entity::find().filter(listing::COLUMN.change.is_in(changes)).all(&db.read).await?;
    rows.into_iter()
        .filter_map(|row| {
            let record = records.iter().find(|record| record.seq == row.record_seq)?;
            let card = cards.iter().find(|card| card.change == record.change)?;
            let before =
                places.iter().filter(|(of, place)| *of == row.record_seq && *place <= row.seq).count();
            let assessment = serde_json::from_str(&row.detail)
                .map_err(|error| StoreError::inconsistent("assessments", "detail", &row.id, error));
            Some(assessment.map(|assessment| Listed {
                record_id: record.id.clone(),
                card: card.card.clone(),
                publisher: row.publisher.clone(),
                position: i64::try_from(before).unwrap_or(i64::MAX),
                assessment,
            }))
        })
        .collect()
}
