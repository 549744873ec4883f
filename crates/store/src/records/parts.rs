//! The things in current versions that have lists of their own, beside assessments: reviews, audits, consultations,
//! redress routes, complaints, incidents, environment, and answers to the five tests.
//!
//! They are rows of one table. Each kind declares what its two codes and its day are.

use chrono::NaiveDate;
use domain::Record;
use domain::codes::{
    AuditKind, Code, ConsultationHolder, ConsultationOutcome, EnvironmentKind, EstimateBasis, ReviewAdvice,
    ReviewResponse, Sector,
};
use sea_orm::{ActiveValue, QueryResult};
use serde::Serialize;

use crate::ground::entity::record_part;
use crate::ground::lists::{Column, Facet, List, Order, Place, Values, has_any, one_of};
use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// What a part of a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Advice of an oversight body: the advice, what became of it, and the day the body met.
    Review,
    /// An audit: its kind, and the day it was done.
    Audit,
    /// A consultation: who held it, its outcome, and its first day.
    Consultation,
    /// A redress route: its channel.
    RedressRoute,
    /// A complaint statistic.
    Complaint,
    /// An incident: its kind, and the day it happened.
    Incident,
    /// A resource that is used up: its kind, and how the amount was found.
    Environment,
    /// An answer to one of the five tests: which test.
    Test,
}

impl PartKind {
    /// As the table has it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Audit => "audit",
            Self::Consultation => "consultation",
            Self::RedressRoute => "redress_route",
            Self::Complaint => "complaint",
            Self::Incident => "incident",
            Self::Environment => "environment",
            Self::Test => "test",
        }
    }
}

/// Filters of one kind of part; an empty list means all.
#[derive(Debug, Clone)]
pub struct PartQuery {
    /// The kind.
    pub kind: PartKind,
    /// Public ids of records.
    pub records: Vec<String>,
    /// Slugs of the records' publishers.
    pub publishers: Vec<String>,
    /// Sectors of the records.
    pub sectors: Vec<Sector>,
    /// The kind's first code.
    pub codes: Vec<String>,
    /// The kind's second code.
    pub second_codes: Vec<String>,
    /// On this day or later.
    pub from: Option<NaiveDate>,
    /// On this day or earlier.
    pub to: Option<NaiveDate>,
}

impl PartQuery {
    /// All of a kind.
    pub fn all(kind: PartKind) -> Self {
        Self {
            kind,
            records: Vec::new(),
            publishers: Vec::new(),
            sectors: Vec::new(),
            codes: Vec::new(),
            second_codes: Vec::new(),
            from: None,
            to: None,
        }
    }
}

/// A part of a record.
#[derive(Debug, Clone)]
pub struct Part {
    /// The record's public id.
    pub record_id: String,
    /// The record's list item, as JSON.
    pub card: String,
    /// Slug of the record's publisher; empty if its name does not resolve.
    pub publisher: String,
    /// Its position within the record's list, from 1.
    pub position: i64,
    /// The part, as JSON.
    pub detail: String,
}

fn conditions(sql: &mut Sql, query: &PartQuery) {
    sql.push("a.kind = ").bind(query.kind.as_str());
    one_of(sql, "r.id", query.records.iter().map(String::as_str));
    one_of(sql, "a.publisher", query.publishers.iter().map(String::as_str));
    has_any(sql, "a.sectors", query.sectors.iter().map(|sector| sector.as_str()));
    one_of(sql, "a.code", query.codes.iter().map(String::as_str));
    one_of(sql, "a.second_code", query.second_codes.iter().map(String::as_str));
    for (sign, day) in [(">=", query.from), ("<=", query.to)] {
        if let Some(day) = day {
            sql.push(&format!(" AND a.held_on {sign} ")).bind(day.to_string());
        }
    }
}

const PUBLISHER: Facet<PartQuery> = Facet {
    name: "publisher",
    values: Values::Named,
    column: Column::One("a.publisher"),
    without: |query| PartQuery { publishers: Vec::new(), ..query.clone() },
};

const SECTOR: Facet<PartQuery> = Facet {
    name: "sector",
    values: Values::Codes(Sector::VOCABULARY),
    column: Column::Several("a.sectors"),
    without: |query| PartQuery { sectors: Vec::new(), ..query.clone() },
};

/// The facet of the first code.
const fn first(name: &'static str, values: Values) -> Facet<PartQuery> {
    let without: fn(&PartQuery) -> PartQuery = |query| PartQuery { codes: Vec::new(), ..query.clone() };
    Facet { name, values, column: Column::One("a.code"), without }
}

/// The facet of the second code.
const fn second(name: &'static str, values: Values) -> Facet<PartQuery> {
    let without: fn(&PartQuery) -> PartQuery =
        |query| PartQuery { second_codes: Vec::new(), ..query.clone() };
    Facet { name, values, column: Column::One("a.second_code"), without }
}

const BY_PUBLISHER: Order = Order::of_text("publisher", "a.publisher");
const UNDATED: &[Order] = &[BY_PUBLISHER];

/// A list of parts with these facets and orders.
const fn list_of(facets: &'static [Facet<PartQuery>], orders: &'static [Order]) -> List<PartQuery> {
    List { from: FROM, number: "a.seq", conditions, usual: Order::of_rows("seq"), orders, facets }
}

const FROM: &str =
    "record_parts a JOIN records r ON r.seq = a.record_seq JOIN listings l ON l.change = r.change";
const COLUMNS: &str = "r.id, l.card, a.publisher, a.position, a.detail";
const DATED: &[Order] = &[
    Order::of_text("date", "coalesce(a.held_on, '9999-12-31')"),
    Order::of_text("-date", "coalesce(a.held_on, '')"),
    BY_PUBLISHER,
];

/// Reviews as a list.
pub static REVIEWS: List<PartQuery> = list_of(REVIEW_FACETS, DATED);
const REVIEW_FACETS: &[Facet<PartQuery>] = &[
    PUBLISHER,
    SECTOR,
    first("advice", Values::Codes(ReviewAdvice::VOCABULARY)),
    second("response", Values::Codes(ReviewResponse::VOCABULARY)),
];

/// Audits as a list.
pub static AUDITS: List<PartQuery> = list_of(AUDIT_FACETS, DATED);
const AUDIT_FACETS: &[Facet<PartQuery>] =
    &[PUBLISHER, SECTOR, first("kind", Values::Codes(AuditKind::VOCABULARY))];

/// Consultations as a list.
pub static CONSULTATIONS: List<PartQuery> = list_of(CONSULTATION_FACETS, DATED);
const CONSULTATION_FACETS: &[Facet<PartQuery>] = &[
    PUBLISHER,
    SECTOR,
    first("held_by", Values::Codes(ConsultationHolder::VOCABULARY)),
    second("outcome", Values::Codes(ConsultationOutcome::VOCABULARY)),
];

/// Redress routes as a list.
pub static REDRESS_ROUTES: List<PartQuery> = list_of(ROUTE_FACETS, UNDATED);
const ROUTE_FACETS: &[Facet<PartQuery>] = &[PUBLISHER, SECTOR, first("channel", Values::Words)];

/// Complaint statistics as a list.
pub static COMPLAINTS: List<PartQuery> = list_of(COMPLAINT_FACETS, UNDATED);
const COMPLAINT_FACETS: &[Facet<PartQuery>] = &[PUBLISHER, SECTOR];

/// Incidents as a list.
pub static INCIDENTS: List<PartQuery> = list_of(INCIDENT_FACETS, DATED);
const INCIDENT_FACETS: &[Facet<PartQuery>] = &[PUBLISHER, SECTOR, first("kind", Values::Words)];

/// What tools use up, as a list.
pub static ENVIRONMENT: List<PartQuery> = list_of(ENVIRONMENT_FACETS, UNDATED);
const ENVIRONMENT_FACETS: &[Facet<PartQuery>] = &[
    PUBLISHER,
    SECTOR,
    first("kind", Values::Codes(EnvironmentKind::VOCABULARY)),
    second("basis", Values::Codes(EstimateBasis::VOCABULARY)),
];

/// Answers to the five tests, as a list.
pub static TESTS: List<PartQuery> = list_of(TEST_FACETS, UNDATED);
const TEST_FACETS: &[Facet<PartQuery>] = &[PUBLISHER, SECTOR, first("test", Values::Words)];

/// How many parts match. `list` is that of the query's kind.
pub async fn count(db: &Db, list: &List<PartQuery>, query: &PartQuery) -> Result<u64, StoreError> {
    list.total(db, query).await
}

/// A page of parts after a place, and where the next one begins. `list` is that of the query's kind.
pub async fn list(
    db: &Db,
    list: &List<PartQuery>,
    query: &PartQuery,
    sort: Option<&Order>,
    after: Option<&Place>,
    limit: u64,
) -> Result<(Vec<Part>, Option<Place>), StoreError> {
    let page = list.page(db, COLUMNS, query, (sort, after), limit).await?;
    Ok((page.rows.iter().map(part).collect::<Result<_, _>>()?, page.next))
}

fn part(row: &QueryResult) -> Result<Part, StoreError> {
    Ok(Part {
        record_id: row.try_get_by("id")?,
        card: row.try_get_by("card")?,
        publisher: row.try_get_by("publisher")?,
        position: row.try_get_by("position")?,
        detail: row.try_get_by("detail")?,
    })
}

/// The rows of a record's parts; `publisher` is a slug, empty if the name does not resolve.
pub(crate) fn part_rows(seq: i64, record: &Record, publisher: &str) -> Vec<record_part::ActiveModel> {
    use ActiveValue::Set;
    let sectors = record.sectors.iter().fold(";".to_owned(), |all, sector| all + sector.as_str() + ";");
    let mut rows = Vec::new();
    let mut add = |kind: PartKind, position: i64, what: What<'_>, detail: String| {
        rows.push(record_part::ActiveModel {
            seq: ActiveValue::NotSet,
            record_seq: Set(seq),
            kind: Set(kind.as_str().to_owned()),
            position: Set(position),
            publisher: Set(publisher.to_owned()),
            sectors: Set(sectors.clone()),
            code: Set(what.code.map(str::to_owned)),
            second_code: Set(what.second.map(str::to_owned)),
            held_on: Set(what.day.map(|day| day.to_string())),
            detail: Set(detail),
        });
    };
    for (at, one) in (1..).zip(&record.reviews) {
        // Without a response the advice waits for one.
        let response = one.response.unwrap_or(ReviewResponse::Pending);
        add(
            PartKind::Review,
            at,
            What::new(one.advice.as_str(), Some(response.as_str()), one.met_on),
            json(one),
        );
    }
    for (at, one) in (1..).zip(&record.audits) {
        add(PartKind::Audit, at, What::new(one.kind.as_str(), None, one.done_on), json(one));
    }
    for (at, one) in (1..).zip(&record.consultations) {
        let what = What::new(one.held_by.as_str(), one.outcome.map(Code::as_str), one.opens_on);
        add(PartKind::Consultation, at, what, json(one));
    }
    for (at, one) in (1..).zip(&record.redress_routes) {
        add(PartKind::RedressRoute, at, What::new(one.channel.as_deref(), None, None), json(one));
    }
    for (at, one) in (1..).zip(&record.complaint_statistics) {
        add(PartKind::Complaint, at, What::default(), json(one));
    }
    for (at, one) in (1..).zip(&record.incidents) {
        add(PartKind::Incident, at, What::new(one.kind.as_deref(), None, one.happened_on), json(one));
    }
    for (at, one) in (1..).zip(&record.environment) {
        let what = What::new(one.kind.as_str(), one.basis.map(Code::as_str), None);
        add(PartKind::Environment, at, what, json(one));
    }
    for (at, one) in (1..).zip(record.tests.iter().flat_map(domain::record::Tests::answered)) {
        add(PartKind::Test, at, What::new(one.test.as_str(), None, None), json(&one));
    }
    rows
}

/// What a part is filtered by.
#[derive(Debug, Default)]
struct What<'a> {
    code: Option<&'a str>,
    second: Option<&'a str>,
    day: Option<NaiveDate>,
}

impl<'a> What<'a> {
    fn new(code: impl Into<Option<&'a str>>, second: Option<&'a str>, day: Option<NaiveDate>) -> Self {
        Self { code: code.into(), second, day }
    }
}

fn json(part: &impl Serialize) -> String {
    serde_json::to_string(part).expect("a part of a record is JSON")
}
