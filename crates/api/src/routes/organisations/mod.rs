//! `GET /api/v1/organisations`: bodies, with counts of their records.

pub(crate) mod create;
pub(crate) mod csv;
pub(crate) mod suppliers;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::codes::OrganisationKind;
use search::RecordQuery;
use serde::Deserialize;
use store::names::organisations::{OrganisationQuery, Resolution, Stored};
use utoipa::ToSchema;
use wire::{Counts, Coverage, OrganisationList, OrganisationView};

use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::{Page, PageParams, sorted};
use crate::ordered::{Facets, OrganisationShown, SortBy, counted};
use crate::parameters::{Choice, Limits, Own, Value, parameters};
use crate::problem::{ApiError, Fault};

parameters! {
    /// Filters of organisations.
    pub(crate) struct OrganisationFilters {
        /// Words in the name.
        #[param(min_length = 1, max_length = 200)]
        q: Option<String>,
        /// Kind of body.
        kind: Option<Vec<OrganisationKind>>,
        /// Country, ISO 3166-1.
        country: Option<Vec<CountryCode>>,
        /// Known bodies, or names in records that match no known body.
        #[param(inline)]
        resolution: Option<ResolutionName>,
        /// Only bodies with records (`true`) or without (`false`).
        publishes: Option<bool>,
        /// Only bodies that are expected to publish, but neither did nor declared that they use nothing.
        silent: Option<bool>,
    }
}

/// A country: ISO 3166-1 alpha-2.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{2}$", example = "GB")]
pub(crate) struct CountryCode(String);

impl Value<Own> for CountryCode {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        if text.len() == 2 && domain::validate::is_jurisdiction(text) {
            return Ok(Self(text.to_owned()));
        }
        let shown = domain::cell::short(text);
        Err(Fault::new(key, "unknown-country", format!("'{shown}' is not a country"))
            .hint("write ISO 3166-1 in capitals, such as GB"))
    }
}

/// Whether a body is known to the register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResolutionName {
    /// Known to the register.
    Registered,
    /// Only a name.
    Unresolved,
}

impl Choice for ResolutionName {
    const NOUN: &'static str = "a resolution";
}

impl From<ResolutionName> for Resolution {
    fn from(name: ResolutionName) -> Self {
        match name {
            ResolutionName::Registered => Self::Registered,
            ResolutionName::Unresolved => Self::Unresolved,
        }
    }
}

/// Counts of the records with a facet value.
pub(crate) async fn counts(app: &App, facet: &'static str, slug: &str) -> Result<Counts, ApiError> {
    let query = RecordQuery { facets: vec![(facet, vec![slug.to_owned()])], ..RecordQuery::default() };
    let (records, mut counts) = app.search.look().counts(&query, &["phase", "sector", "flag"]).await?;
    let mut by = |facet| counts.remove(facet).unwrap_or_default().into_iter().collect();
    Ok(Counts { records, phase: by("phase"), sector: by("sector"), flag: by("flag") })
}

pub(super) async fn view(app: &App, stored: Stored) -> Result<OrganisationView, ApiError> {
    let slug = stored.organisation.slug.clone();
    let as_publisher = counts(app, "publisher", &slug).await?;
    let coverage = match &stored.organisation {
        _ if as_publisher.records > 0 => Coverage::Published,
        body if body.nil_return_on.is_some() => Coverage::NilReturn,
        body if body.expected_to_publish => Coverage::Silent,
        _ => Coverage::NotExpected,
    };
    Ok(OrganisationView {
        about: None,
        resolution: stored.resolution.as_str().to_owned(),
        coverage,
        url: format!("{}/api/v1/organisations/{slug}", app.base_url),
        records_url: format!("{}/api/v1/records?publisher={slug}", app.base_url),
        as_supplier: counts(app, "supplier", &slug).await?,
        as_publisher,
        contracts_url: format!("{}/api/v1/organisations/{slug}/contracts", app.base_url),
        organisation: stored.organisation,
    })
}

/// Takes the organisation filters out of a query.
fn take_query(taker: &mut Taker) -> OrganisationQuery {
    let filters = OrganisationFilters::take(taker);
    OrganisationQuery {
        q: filters.q,
        kinds: filters.kind.unwrap_or_default(),
        countries: countries(filters.country),
        resolution: filters.resolution.map(Resolution::from),
        publishes: filters.publishes,
        supplies: false,
        silent: filters.silent.unwrap_or(false),
    }
}

/// The codes, as the store has them.
fn countries(codes: Option<Vec<CountryCode>>) -> Vec<String> {
    codes.into_iter().flatten().map(|CountryCode(code)| code).collect()
}

async fn page(
    app: &App,
    path: &str,
    mut taker: Taker,
    query: OrganisationQuery,
) -> Result<Response, ApiError> {
    let OrganisationShown { sort, facets, facet_limit } = OrganisationShown::take(&mut taker);
    let sort = sort.map(SortBy::order);
    let page = Page::take(path, sorted(format!("{path} {query:?}"), sort), taker)?;
    let total = store::names::organisations::count(&app.db, &query).await?;
    let (found, next) =
        store::names::organisations::list(&app.db, &query, sort, page.place().as_ref(), page.limit).await?;
    let next = next.map(|(key, number)| page.cursor(total, key, number));
    let Facets { counts, more } = counted(app, &query, (&facets, facet_limit)).await?;
    let mut items = Vec::with_capacity(found.len());
    for stored in found {
        items.push(view(app, stored).await?);
    }
    let about = app.about().await?;
    Ok(page.answer(app, next, |next| OrganisationList {
        about,
        items,
        total,
        facets: counts,
        facets_more: more,
        next,
    }))
}

/// Find organisations
///
/// Publishers, suppliers and other bodies, with counts of their records and whether they have failed to publish.
#[utoipa::path(
    get, path = "/api/v1/organisations", operation_id = "list_organisations", tag = "organisations",
    params(OrganisationFilters, OrganisationShown, PageParams),
    responses(
        (status = 200, description = "A page of organisations", body = OrganisationList),
    )
)]
pub(crate) async fn list_organisations(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&mut taker);
    page(&app, "/api/v1/organisations", taker, query).await
}

/// Read an organisation
///
/// One body, known or only named, with counts of its records by phase, sector and flag.
#[utoipa::path(
    get, path = "/api/v1/organisations/{slug}", operation_id = "get_organisation", tag = "organisations",
    params(("slug" = String, Path, description = "Slug or id", min_length = 1)),
    responses(
        (status = 200, description = "The organisation, with counts of its records", body = OrganisationView),
        (status = 404, description = "No such organisation"),
    )
)]
pub(crate) async fn get_organisation(
    State(app): State<App>,
    Segment(slug): Segment,
    _: NoParams,
) -> Result<Json<OrganisationView>, ApiError> {
    found(&app, &slug, "organisation").await
}

async fn found(app: &App, slug: &str, what: &'static str) -> Result<Json<OrganisationView>, ApiError> {
    let stored = store::names::organisations::find(&app.db, slug).await?;
    let stored = stored.ok_or_else(|| ApiError::NotFound(what, domain::cell::short(slug)))?;
    let mut view = view(app, stored).await?;
    view.about = app.about().await?;
    Ok(Json(view))
}
