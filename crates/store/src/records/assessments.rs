//! Impact assessments of current versions, as a list of their own.

use chrono::NaiveDate;
use domain::assessment::Assessment;
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType, Code, Sector};
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use crate::ground::entity::{assessment, listing, record};
use crate::ground::lists::{Column, Facet, List, Order, Place, Values, has_any, one_of};
use crate::ground::sql::Sql;
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

/// Assessments as a list: in the order of their rows, unless another is asked for.
pub static LIST: List<AssessmentQuery> = List {
    from: "assessments a",
    number: "a.seq",
    conditions,
    usual: Order::of_rows("seq"),
    orders: &[
        Order::of_text("next_review_on", "coalesce(a.next_review_on, '9999-12-31')"),
        Order::of_text("-next_review_on", "coalesce(a.next_review_on, '')"),
        Order::of_text("publisher", "a.publisher"),
        Order::of_text("type", "a.type"),
        Order::of_text("status", "a.status"),
    ],
    facets: &[
        Facet {
            name: "type",
            values: Values::Codes(AssessmentType::VOCABULARY),
            column: Column::One("a.type"),
            without: |query| AssessmentQuery { types: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "stage",
            values: Values::Codes(AssessmentStage::VOCABULARY),
            column: Column::One("a.stage"),
            without: |query| AssessmentQuery { stages: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "status",
            values: Values::Codes(AssessmentStatus::VOCABULARY),
            column: Column::One("a.status"),
            without: |query| AssessmentQuery { statuses: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "publisher",
            values: Values::Named,
            column: Column::One("a.publisher"),
            without: |query| AssessmentQuery { publishers: Vec::new(), ..query.clone() },
        },
        Facet {
            name: "sector",
            values: Values::Codes(Sector::VOCABULARY),
            column: Column::Several("a.sectors"),
            without: |query| AssessmentQuery { sectors: Vec::new(), ..query.clone() },
        },
    ],
};

fn conditions(sql: &mut Sql, query: &AssessmentQuery) {
    sql.push("1 = 1");
    one_of(sql, "a.type", query.types.iter().map(|code| code.as_str()));
    one_of(sql, "a.stage", query.stages.iter().map(|code| code.as_str()));
    one_of(sql, "a.status", query.statuses.iter().map(|code| code.as_str()));
    one_of(sql, "a.publisher", query.publishers.iter().map(String::as_str));
    has_any(sql, "a.sectors", query.sectors.iter().map(|code| code.as_str()));
    if let Some(day) = query.due_before {
        sql.push(" AND a.next_review_on <= ").bind(day.to_string());
    }
}

/// How many assessments match.
pub async fn count(db: &Db, query: &AssessmentQuery) -> Result<u64, StoreError> {
    LIST.total(db, query).await
}

/// A page of assessments after a place, and where the next one begins.
pub async fn list(
    db: &Db,
    query: &AssessmentQuery,
    sort: Option<&Order>,
    after: Option<&Place>,
    limit: u64,
) -> Result<(Vec<Listed>, Option<Place>), StoreError> {
    let page = LIST.page(db, "a.*", query, (sort, after), limit).await?;
    let rows = page.rows.iter().map(|row| assessment::Model::from_query_result(row, ""));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok((with_records(db, rows).await?, page.next))
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
