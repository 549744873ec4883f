//! The filters of record lists, the same for JSON, exports, feeds and the command line.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::codes::{AnswerState, Code, nearest};
use domain::facets::{FACETS, Facet, FacetValues};
use search::{RecordQuery, Sort};
use serde::Deserialize;
use store::Db;
use store::names::{organisations, products};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ArrayItems, ObjectBuilder, Type};
use utoipa::openapi::{Ref, Required};
use utoipa::{IntoParams, ToSchema};

use crate::extract::Taker;
use crate::parameters::{Choice, Limits, Own, Value, facet_names, not_among, parameters};
use crate::problem::{ApiError, Fault};
use crate::when::DayOrInstant;

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

/// The name of a source, a series of its files or an edition.
#[derive(Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, max_length = 200, pattern = "^[^~]+$", example = "us:inventory")]
pub(crate) struct EditionName(pub(crate) String);

impl Value<Own> for EditionName {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        if !text.is_empty() && !text.contains('~') && text.chars().count() <= 200 {
            return Ok(Self(text.to_owned()));
        }
        let shown = domain::cell::short(text);
        Err(Fault::new(key, "bad-text", format!("'{shown}' is not the name of a source or edition"))
            .hint("write it as records show it, such as nl, us:inventory or 2025"))
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
        /// Words, `"phrases"`, `-exclusions`, prefixes `word*`, `OR`, brackets, and the fields `publisher:`, `supplier:`, `title:` and `sector:`; endings, accents, well-known abbreviations, translations, names and ids are understood.
        #[param(example = "\"facial recognition\" -trial", max_length = 500, min_length = 1)]
        q: Option<String>,
    }
}

parameters! {
    /// Filters by time.
    struct Times {
        /// First published on this day or later, or at this instant or later.
        published_from: Option<DayOrInstant>,
        /// First published on this day or earlier, or at this instant or earlier.
        published_to: Option<DayOrInstant>,
        /// Last changed on this day or later, or at this instant or later.
        #[param(example = "2026-01-31T00:00:00Z")]
        updated_since: Option<DayOrInstant>,
    }
}

/// Filters of record lists: words, every facet of [`FACETS`] and its negation, and times. Repeated values mean "or",
/// different parameters mean "and", repeated values of a negation mean "none of them".
#[derive(Debug)]
pub(crate) struct RecordFilters;

impl IntoParams for RecordFilters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = Words::into_params(&place);
        all.extend(FACETS.iter().map(|facet| described(facet, facet.name, facet.description)));
        all.extend(FACETS.iter().map(|facet| described(facet, facet.negation, &negated(facet))));
        all.extend(Times::into_params(&place));
        all
    }
}

/// What the negation of a facet means, in a sentence.
fn negated(facet: &Facet) -> String {
    match facet.name {
        "assessment_type" => {
            "Leaves out records with an assessment of this type that was made or is under way.".to_owned()
        }
        name => format!("Leaves out records found by `{name}` with this value."),
    }
}

/// A parameter of a facet, for the OpenAPI document.
fn described(facet: &Facet, name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .description(Some(description))
        .required(Required::False)
        .schema(Some(ArrayBuilder::new().items(described_values(facet))))
        .build()
}

/// The schema of a facet's values, and of the states in their place.
fn described_values(facet: &Facet) -> ArrayItems {
    let values = Ref::from_schema_name(match facet.values {
        FacetValues::Codes(list) => list.schema.into(),
        FacetValues::Organisations | FacetValues::Products => SlugOrId::name(),
        FacetValues::Jurisdictions => JurisdictionCode::name(),
        FacetValues::Languages => LanguageTag::name(),
        FacetValues::Editions => EditionName::name(),
    });
    let is_of_states = facet.codes().is_some_and(|list| list.name == AnswerState::VOCABULARY.name);
    if is_of_states || !facet.has_blanks() {
        return values.into();
    }
    let states = AnswerState::BLANKS.iter().map(|state| state.as_str());
    let states = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(states));
    AnyOfBuilder::new().item(values).item(states).into()
}

/// Takes a facet's values out of a query, in the form they are stored in. `key` is one of its two parameters.
async fn take_facet(
    db: &Db,
    taker: &mut Taker,
    facet: &Facet,
    key: &'static str,
) -> Result<Vec<String>, ApiError> {
    let (mut values, given): (Vec<String>, Vec<String>) =
        taker.many(key).into_iter().partition(|text| facet.takes_blank(text));
    match facet.values {
        FacetValues::Organisations => {
            values.extend(organisation_slugs(db, taker, Some(named(key, given))).await?)
        }
        FacetValues::Products => values.extend(product_slugs(db, taker, Some(named(key, given))).await?),
        _ => {
            for text in given {
                match read_value(facet, key, &text) {
                    Ok(value) => values.push(value),
                    Err(fault) => taker.fault(with_states(facet, fault)),
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.clone()));
    Ok(values)
}

fn named(key: &'static str, given: Vec<String>) -> Vec<SlugOrId> {
    given.into_iter().map(|text| SlugOrId(Named { key, text })).collect()
}

/// Reads a value that can be checked without the database.
fn read_value(facet: &Facet, key: &'static str, text: &str) -> Result<String, Fault> {
    match facet.values {
        FacetValues::Codes(list) => list
            .check(text)
            .map(str::to_owned)
            .map_err(|bad| Fault::new(key, "unknown-code", bad.to_string()).hint(bad.hint())),
        FacetValues::Jurisdictions => {
            JurisdictionCode::read(key, text, &Limits::default()).map(|JurisdictionCode(code)| code)
        }
        FacetValues::Languages => {
            LanguageTag::read(key, text, &Limits::default()).map(|LanguageTag(tag)| tag)
        }
        FacetValues::Editions => {
            EditionName::read(key, text, &Limits::default()).map(|EditionName(name)| name)
        }
        FacetValues::Organisations | FacetValues::Products => Ok(text.to_owned()),
    }
}

/// A fault whose hint also names the states that can be asked for in place of a value.
fn with_states(facet: &Facet, fault: Fault) -> Fault {
    if !facet.has_blanks() {
        return fault;
    }
    let states: Vec<&str> = AnswerState::BLANKS.iter().map(|state| state.as_str()).collect();
    let hint = fault.hint.clone().unwrap_or_default();
    fault.hint(format!("{hint}; or, for records without a value: {}", states.join(", ")))
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
pub(crate) async fn take_filters(db: &Db, taker: &mut Taker) -> Result<RecordQuery, ApiError> {
    let mut query = RecordQuery { q: Words::take(taker).q, ..RecordQuery::default() };
    for facet in FACETS {
        for (key, into) in [(facet.name, &mut query.facets), (facet.negation, &mut query.without)] {
            let values = take_facet(db, taker, facet, key).await?;
            if !values.is_empty() {
                into.push((facet.name, values));
            }
        }
    }
    let times = Times::take(taker);
    query.published_from = times.published_from.map(DayOrInstant::start);
    query.published_before = times.published_to.map(DayOrInstant::end);
    query.updated_since = times.updated_since.map(DayOrInstant::start);
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
    /// Earliest change first.
    #[serde(rename = "updated_at")]
    UpdatedAtFirst,
    /// Latest first publication first.
    #[serde(rename = "-published_at")]
    PublishedAt,
    /// Earliest first publication first.
    #[serde(rename = "published_at")]
    PublishedAtFirst,
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
            SortName::UpdatedAtFirst => Self::UpdatedFirst,
            SortName::PublishedAt => Self::Published,
            SortName::PublishedAtFirst => Self::PublishedFirst,
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
