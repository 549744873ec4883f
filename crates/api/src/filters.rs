//! The filters of record lists, the same for JSON, exports, feeds and the command line.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{
    AffectedGroup, AssessmentStatus, AssessmentType, AutomationLevel, DecisionEffect, Flag, OrganisationKind,
    Origin, Phase, RecordKind, Region, Sector, Technology, nearest,
};
use search::{RecordQuery, Sort};
use serde::Deserialize;
use store::Db;
use store::names::{organisations, products};
use store::records::projection::coded;
use utoipa::{IntoParams, ToSchema};

use crate::extract::{SEARCH_MAX, Taker};
use crate::problem::{ApiError, Fault};

/// A country or part of one: ISO 3166-1 alpha-2 or ISO 3166-2.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$", example = "GB")]
pub(crate) struct JurisdictionCode(#[expect(dead_code, reason = "only its schema is used")] String);

/// A language: BCP 47.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[a-z]{2,3}$", example = "en")]
pub(crate) struct LanguageTag(#[expect(dead_code, reason = "only its schema is used")] String);

/// The slug or id of an organisation or product.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, min_length = 1, pattern = "^[a-z0-9-]+$", example = "calder-vale-police")]
pub(crate) struct SlugOrId(#[expect(dead_code, reason = "only its schema is used")] String);

/// Filters of record lists. Repeated values mean "or", different parameters mean "and".
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `take_query` reads, which a test compares")]
pub(crate) struct RecordFilters {
    /// Words, `"phrases"`, `-exclusions` and prefixes `word*`; stems, accents and well-known abbreviations are understood.
    #[param(example = "\"facial recognition\" -trial", max_length = 500, min_length = 1)]
    q: Option<String>,
    /// ISO 3166 code; a country includes its parts.
    jurisdiction: Option<Vec<JurisdictionCode>>,
    /// Language of the record, BCP 47.
    lang: Option<Vec<LanguageTag>>,
    /// Sector.
    sector: Option<Vec<Sector>>,
    /// Slug or id of a publisher.
    publisher: Option<Vec<SlugOrId>>,
    /// Kind of publisher.
    publisher_kind: Option<Vec<OrganisationKind>>,
    /// Slug or id of a supplier.
    supplier: Option<Vec<SlugOrId>>,
    /// Slug or id of a product.
    product: Option<Vec<SlugOrId>>,
    /// Phase of the tool's life.
    phase: Option<Vec<Phase>>,
    /// Technology it uses.
    technology: Option<Vec<Technology>>,
    /// How much of the decision is automated.
    automation_level: Option<Vec<AutomationLevel>>,
    /// What it can lead to for a person.
    decision_effect: Option<Vec<DecisionEffect>>,
    /// Who it is used on.
    affected_group: Option<Vec<AffectedGroup>>,
    /// Region of the United Kingdom.
    region: Option<Vec<Region>>,
    /// Has an assessment of this type.
    assessment_type: Option<Vec<AssessmentType>>,
    /// Has an assessment with this status.
    assessment_status: Option<Vec<AssessmentStatus>>,
    /// Flag raised by the public rules.
    flag: Option<Vec<Flag>>,
    /// Origin: who made the statement.
    origin: Option<Vec<Origin>>,
    /// Kind of record.
    kind: Option<Vec<RecordKind>>,
    /// First published on this day or later.
    published_from: Option<NaiveDate>,
    /// First published on this day or earlier.
    published_to: Option<NaiveDate>,
    /// Last changed at this time or later, RFC 3339.
    #[param(example = "2026-01-31T00:00:00Z")]
    updated_since: Option<DateTime<Utc>>,
}

/// Reads the register as of a past day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `take_as_of` reads, which a test compares")]
pub(crate) struct AsOf {
    /// A day, in UTC: records as at the end of that day, with flags as of then.
    #[param(example = "2026-05-01")]
    as_of: Option<NaiveDate>,
}

/// Takes `as_of` out of a query. Errors are collected in `taker`.
pub(crate) fn take_as_of(taker: &mut Taker, today: NaiveDate) -> Option<NaiveDate> {
    let day = taker.day("as_of")?;
    if day > today {
        taker.fault(
            Fault::new("as_of", "in-the-future", "nobody knows how the register will stand then")
                .hint(format!("write a day until today, {today}")),
        );
    }
    Some(day)
}

/// Takes `as_of` if it is in the past; today means the current state.
pub(crate) fn take_past_day(taker: &mut Taker, today: NaiveDate) -> Option<NaiveDate> {
    take_as_of(taker, today).filter(|day| *day < today)
}

/// Takes the record filters out of a query.
pub(crate) async fn take_query(db: &Db, taker: &mut Taker) -> Result<RecordQuery, ApiError> {
    let mut query = RecordQuery { q: taker.search("q", SEARCH_MAX), ..RecordQuery::default() };
    for &facet in store::records::projection::FACETS {
        let mut values = Vec::new();
        for value in taker.many(facet) {
            match check(db, facet, &value).await? {
                Ok(value) if !values.contains(&value) => values.push(value),
                Ok(_) => {}
                Err(fault) => taker.fault(fault),
            }
        }
        if !values.is_empty() {
            query.facets.push((facet, values));
        }
    }
    query.published_from = taker.day("published_from");
    query.published_to = taker.day("published_to");
    query.updated_since = taker.read("updated_since", |text| {
        DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).map_err(|_| {
            Fault::new(
                "updated_since",
                "bad-instant",
                format!("'{}' is not an instant", domain::cell::short(text)),
            )
            .hint("write RFC 3339, such as 2026-01-31T00:00:00Z")
        })
    });
    Ok(query)
}

/// Takes the sort order out of a query.
pub(crate) fn take_sort(taker: &mut Taker) -> Option<Sort> {
    taker.read("sort", |text| {
        Sort::ALL.iter().find(|(name, _)| *name == text).map(|(_, sort)| *sort).ok_or_else(|| {
            let names: Vec<&str> = Sort::ALL.iter().map(|(name, _)| *name).collect();
            Fault::new("sort", "unknown-order", format!("'{}' is not an order", domain::cell::short(text)))
                .hint(format!("use one of: {}", names.join(", ")))
        })
    })
}

/// Checks a facet's value and returns the form it is stored in. The inner error is the fault.
pub(crate) async fn check(
    db: &Db,
    facet: &'static str,
    value: &str,
) -> Result<Result<String, Fault>, ApiError> {
    if let Some(list) = coded(facet) {
        return Ok(list
            .check(value)
            .map(str::to_owned)
            .map_err(|bad| Fault::new(facet, "unknown-code", bad.to_string()).hint(bad.hint())));
    }
    let shown = domain::cell::short(value);
    Ok(match facet {
        "publisher" | "supplier" => match organisations::current_slug(db, value).await? {
            Some(slug) => Ok(slug),
            None => {
                let near = organisations::similar_slugs(db, value).await?;
                let near = nearest(value, near.iter().map(|slug| (slug.as_str(), slug.as_str())));
                let hint = match near {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => "search /api/v1/organisations?q= for it".to_owned(),
                };
                Err(Fault::new(facet, "unknown-organisation", format!("there is no organisation '{shown}'"))
                    .hint(hint))
            }
        },
        "product" => match products::find(db, value).await? {
            Some(product) => Ok(product.slug),
            None => Err(Fault::new(facet, "unknown-product", format!("there is no product '{shown}'"))
                .hint("search /api/v1/products?q= for it")),
        },
        "jurisdiction" if domain::validate::is_jurisdiction(value) => Ok(value.to_owned()),
        "jurisdiction" => Err(Fault::new(
            facet,
            "unknown-jurisdiction",
            format!("'{shown}' is not a country or a part of one"),
        )
        .hint("write ISO 3166 in capitals, such as GB, GB-WLS, NL or US")),
        _ if domain::validate::is_language(value) => Ok(value.to_owned()),
        _ => Err(Fault::new(facet, "unknown-language", format!("'{shown}' is not a language tag"))
            .hint("write BCP 47, such as en or nl")),
    })
}

/// Reads record filters from key-value pairs, for the command line.
///
/// Errors: [`ApiError::Query`] with every fault.
pub async fn record_query(
    db: &Db,
    pairs: Vec<(String, String)>,
    today: NaiveDate,
) -> Result<RecordQuery, ApiError> {
    let mut taker = Taker::new(pairs);
    let mut query = take_query(db, &mut taker).await?;
    query.as_of = take_past_day(&mut taker, today);
    taker.finish()?;
    Ok(query)
}
