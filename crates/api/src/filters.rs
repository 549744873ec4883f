//! The filters of record lists, the same for JSON, exports, feeds and the command line.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::nearest;
use domain::facets::{FACETS, Facet, FacetValues};
use search::{RecordQuery, Sort};
use serde::Deserialize;
use store::Db;
use store::names::{organisations, products};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{Ref, Required};
use utoipa::{IntoParams, ToSchema};

use crate::extract::Taker;
use crate::parameters::{Choice, Limits, Own, Value, facet_names, not_among, parameters};
use crate::problem::{ApiError, Fault};

/// A country or part of one: ISO 3166-1 alpha-2 or ISO 3166-2.
#[derive(Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$", example = "GB")]
pub(crate) struct JurisdictionCode(pub(crate) String);

impl Value<Own> for JurisdictionCode {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        if domain::validate::is_jurisdiction(text) {
            return Ok(Self(text.to_owned()));
        }
        let shown = domain::cell::short(text);
        let detail = format!("'{shown}' is not a country or a part of one");
        Err(Fault::new(key, "unknown-jurisdiction", detail)
            .hint("write ISO 3166 in capitals, such as GB, GB-WLS, NL or US"))
    }
}

/// A language: BCP 47.
#[derive(Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[a-z]{2,3}$", example = "en")]
pub(crate) struct LanguageTag(pub(crate) String);

impl Value<Own> for LanguageTag {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        if domain::validate::is_language(text) {
            return Ok(Self(text.to_owned()));
        }
        let shown = domain::cell::short(text);
        Err(Fault::new(key, "unknown-language", format!("'{shown}' is not a language tag"))
            .hint("write BCP 47, such as en or nl"))
    }
}

/// The slug or id of an organisation or product.
#[derive(Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, min_length = 1, pattern = "^[a-z0-9-]+$", example = "calder-vale-police")]
pub(crate) struct SlugOrId(Named);

/// A name as given. Only the database knows whether anything is called that, so the parameter is kept for the
/// fault.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    key: &'static str,
    text: String,
}

impl Value<Own> for SlugOrId {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        Ok(Self(Named { key, text: text.to_owned() }))
    }
}

/// Slugs of the organisations named. Names of none become faults.
pub(crate) async fn organisation_slugs(
    db: &Db,
    taker: &mut Taker,
    named: Option<Vec<SlugOrId>>,
) -> Result<Vec<String>, ApiError> {
    let mut slugs = Vec::new();
    for SlugOrId(Named { key, text }) in named.into_iter().flatten() {
        match organisations::current_slug(db, &text).await? {
            Some(slug) if slugs.contains(&slug) => {}
            Some(slug) => slugs.push(slug),
            None => {
                let near = organisations::similar_slugs(db, &text).await?;
                let hint = match nearest(&text, near.iter().map(|slug| (slug.as_str(), slug.as_str()))) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => "search /api/v1/organisations?q= for it".to_owned(),
                };
                let detail = format!("there is no organisation '{}'", domain::cell::short(&text));
                taker.fault(Fault::new(key, "unknown-organisation", detail).hint(hint));
            }
        }
    }
    Ok(slugs)
}

/// Slugs of the products named. Names of none become faults.
pub(crate) async fn product_slugs(
    db: &Db,
    taker: &mut Taker,
    named: Option<Vec<SlugOrId>>,
) -> Result<Vec<String>, ApiError> {
    let mut slugs = Vec::new();
    for SlugOrId(Named { key, text }) in named.into_iter().flatten() {
        match products::find(db, &text).await? {
            Some(product) if slugs.contains(&product.slug) => {}
            Some(product) => slugs.push(product.slug),
            None => {
                let detail = format!("there is no product '{}'", domain::cell::short(&text));
                let fault = Fault::new(key, "unknown-product", detail);
                taker.fault(fault.hint("search /api/v1/products?q= for it"));
            }
        }
    }
    Ok(slugs)
}

parameters! {
    /// The search text.
    struct Words {
        /// Words, `"phrases"`, `-exclusions` and prefixes `word*`; stems, accents and well-known abbreviations are understood.
        #[param(example = "\"facial recognition\" -trial", max_length = 500, min_length = 1)]
        q: Option<String>,
    }
}

parameters! {
    /// Filters by time.
    struct Times {
        /// First published on this day or later.
        published_from: Option<NaiveDate>,
        /// First published on this day or earlier.
        published_to: Option<NaiveDate>,
        /// Last changed at this time or later, RFC 3339.
        #[param(example = "2026-01-31T00:00:00Z")]
        updated_since: Option<DateTime<Utc>>,
    }
}

/// Filters of record lists: words, every facet of [`FACETS`], and times. Repeated values mean "or", different
/// parameters mean "and".
#[derive(Debug)]
pub(crate) struct RecordFilters;

impl IntoParams for RecordFilters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = Words::into_params(&place);
        all.extend(FACETS.iter().map(described));
        all.extend(Times::into_params(&place));
        all
    }
}

/// The parameter of a facet, for the OpenAPI document.
fn described(facet: &Facet) -> Parameter {
    let values = match facet.values {
        FacetValues::Codes(list) => list.schema.into(),
        FacetValues::Organisations | FacetValues::Products => SlugOrId::name(),
        FacetValues::Jurisdictions => JurisdictionCode::name(),
        FacetValues::Languages => LanguageTag::name(),
    };
    ParameterBuilder::new()
        .name(facet.name)
        .parameter_in(ParameterIn::Query)
        .description(Some(facet.description))
        .required(Required::False)
        .schema(Some(ArrayBuilder::new().items(Ref::from_schema_name(values))))
        .build()
}

/// Takes a facet's values out of a query, in the form they are stored in.
async fn take_facet(db: &Db, taker: &mut Taker, facet: &Facet) -> Result<Vec<String>, ApiError> {
    let key = facet.name;
    Ok(match facet.values {
        FacetValues::Codes(list) => values(taker, key, |text| {
            let code = list.check(text).map(str::to_owned);
            code.map_err(|bad| Fault::new(key, "unknown-code", bad.to_string()).hint(bad.hint()))
        }),
        FacetValues::Jurisdictions => values(taker, key, |text| {
            JurisdictionCode::read(key, text, &Limits::default()).map(|JurisdictionCode(code)| code)
        }),
        FacetValues::Languages => values(taker, key, |text| {
            LanguageTag::read(key, text, &Limits::default()).map(|LanguageTag(tag)| tag)
        }),
        FacetValues::Organisations => {
            let named: Option<Vec<SlugOrId>> =
                crate::parameters::Parameter::take(taker, key, &Limits::default());
            organisation_slugs(db, taker, named).await?
        }
        FacetValues::Products => {
            let named: Option<Vec<SlugOrId>> =
                crate::parameters::Parameter::take(taker, key, &Limits::default());
            product_slugs(db, taker, named).await?
        }
    })
}

/// Takes the values of a repeatable parameter, each once.
fn values(taker: &mut Taker, key: &'static str, read: impl Fn(&str) -> Result<String, Fault>) -> Vec<String> {
    let mut values = Vec::new();
    for text in taker.many(key) {
        match read(&text) {
            Ok(value) if values.contains(&value) => {}
            Ok(value) => values.push(value),
            Err(fault) => taker.fault(fault),
        }
    }
    values
}

parameters! {
    /// Reads the register as of a past day.
    pub(crate) struct AsOf {
        /// A day, in UTC: records as at the end of that day, with flags as of then.
        #[param(example = "2026-05-01")]
        as_of: Option<NaiveDate>,
    }
}

/// Takes `as_of` out of a query. Errors are collected in `taker`.
pub(crate) fn take_as_of(taker: &mut Taker, today: NaiveDate) -> Option<NaiveDate> {
    let day = AsOf::take(taker).as_of?;
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
    let mut query = RecordQuery { q: Words::take(taker).q, ..RecordQuery::default() };
    for facet in FACETS {
        let values = take_facet(db, taker, facet).await?;
        if !values.is_empty() {
            query.facets.push((facet.name, values));
        }
    }
    let times = Times::take(taker);
    query.published_from = times.published_from;
    query.published_to = times.published_to;
    query.updated_since = times.updated_since;
    Ok(query)
}

/// Sort orders of a record list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum SortName {
    /// Best match first; the default with a search text.
    #[serde(rename = "relevance")]
    Relevance,
    /// Latest change first.
    #[serde(rename = "-updated_at")]
    UpdatedAt,
    /// By title.
    #[serde(rename = "title")]
    Title,
    /// By publisher.
    #[serde(rename = "publisher")]
    Publisher,
    /// Most people affected per year first.
    #[serde(rename = "-people_affected_per_year")]
    PeopleAffectedPerYear,
}

impl Choice for SortName {
    const CODE: &'static str = "unknown-order";
    const NOUN: &'static str = "an order";
}

impl From<SortName> for Sort {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Relevance => Self::Relevance,
            SortName::UpdatedAt => Self::Updated,
            SortName::Title => Self::Title,
            SortName::Publisher => Self::Publisher,
            SortName::PeopleAffectedPerYear => Self::PeopleAffected,
        }
    }
}

/// The name of a facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FacetName(pub(crate) &'static str);

impl Value<Own> for FacetName {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let facet = domain::facets::find(text).map(|facet| Self(facet.name));
        facet.ok_or_else(|| not_among(key, text, ("unknown-facet", "a facet"), domain::facets::names()))
    }
}

/// The names of facets to count.
#[derive(Debug, Default)]
pub(crate) struct FacetNames(pub(crate) Vec<&'static str>);

impl crate::parameters::Parameter<Own> for FacetNames {
    fn take(taker: &mut Taker, key: &'static str, _: &Limits) -> Self {
        Self(facet_names(taker, key, &domain::facets::names().collect::<Vec<_>>()))
    }
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
