//! `GET /api/v1/organisations`: bodies, with counts of their records.

pub(crate) mod create;
pub(crate) mod csv;
pub(crate) mod expected;
pub(crate) mod nil_returns;
mod standing;
pub(crate) mod suppliers;
mod uses;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::codes::OrganisationKind;
use search::RecordQuery;
use serde::Deserialize;
use store::names::organisations::{OrganisationQuery, Resolution, Stored};
use store::{Reads, Tx};
use utoipa::ToSchema;
use wire::{Counts, OrganisationList, OrganisationView};

use self::standing::Told;
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
        /// Only bodies that are silent (`true`) or are not (`false`): expected to publish, with neither a published
        /// record of their own nor a nil return that holds. Records taken over from other registers are not their own
        /// (`imported_only`).
        silent: Option<bool>,
    }
}

/// A country: ISO 3166-1 alpha-2.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{2}$", example = "GB")]
pub(crate) struct CountryCode(pub(crate) String);

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
    Ok(counts_and_origins(app, facet, slug).await?.0)
}

/// The same, with the number of those records by origin.
async fn counts_and_origins(
    app: &App,
    facet: &'static str,
    slug: &str,
) -> Result<(Counts, BTreeMap<String, u64>), ApiError> {
    let query = RecordQuery { facets: vec![(facet, vec![slug.to_owned()])], ..RecordQuery::default() };
    let (records, mut counts) =
        app.search.look().counts(&query, &["phase", "sector", "flag", "origin"]).await?;
    let mut by = |facet| counts.remove(facet).unwrap_or_default().into_iter().collect();
    let counted = Counts { records, phase: by("phase"), sector: by("sector"), flag: by("flag") };
    Ok((counted, by("origin")))
}

async fn view(app: &App, told: &mut Told, stored: Stored) -> Result<OrganisationView, ApiError> {
    let slug = stored.organisation.slug.clone();
    let (as_publisher, origins) = counts_and_origins(app, "publisher", &slug).await?;
    let standing = told.standing(app, &slug, &origins).await?;
    Ok(OrganisationView {
        about: None,
        resolution: stored.resolution.as_str().to_owned(),
        coverage: standing.coverage,
        imported_only: standing.imported_only,
        expectations: standing.expectations,
        nil_returns: standing.nil_returns,
        url: format!("{}/api/v1/organisations/{slug}", app.base_url),
        records_url: format!("{}/api/v1/records?publisher={slug}", app.base_url),
        as_supplier: counts(app, "supplier", &slug).await?,
        as_publisher,
        as_user: None,
        contracts_url: format!("{}/api/v1/organisations/{slug}/contracts", app.base_url),
        organisation: stored.organisation,
    })
}

/// Takes the organisation filters out of a query.
fn take_query(app: &App, taker: &mut Taker) -> OrganisationQuery {
    let filters = OrganisationFilters::take(taker);
    OrganisationQuery {
        q: filters.q,
        kinds: filters.kind.unwrap_or_default(),
        countries: countries(filters.country),
        resolution: filters.resolution.map(Resolution::from),
        publishes: filters.publishes,
        supplies: false,
        silent: filters.silent.map(|wanted| (wanted, app.today())),
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
    let slugs: Vec<String> = found.iter().map(|stored| stored.organisation.slug.clone()).collect();
    let mut told = Told::of(&app.db, &slugs).await?;
    let mut items = Vec::with_capacity(found.len());
    for stored in found {
        items.push(view(app, &mut told, stored).await?);
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
    let query = take_query(&app, &mut taker);
    page(&app, "/api/v1/organisations", taker, query).await
}

/// Read an organisation
///
/// One body, known or only named, with counts of its records by phase, sector and flag, and what its own records and those of others say is used there.
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
    let mut view = view_of(app, &app.db, slug, what).await?;
    view.about = app.about().await?;
    Ok(Json(view))
}

/// An organisation as a write that is not committed yet leaves it.
async fn written(app: &App, tx: &Tx, id: &str) -> Result<OrganisationView, ApiError> {
    view_of(app, tx, id, "organisation").await
}

async fn view_of(
    app: &App,
    conn: &impl Reads,
    slug: &str,
    what: &'static str,
) -> Result<OrganisationView, ApiError> {
    let stored = store::names::organisations::find(conn, slug).await?;
    let stored = stored.ok_or_else(|| ApiError::NotFound(what, domain::cell::short(slug)))?;
    let mut told = Told::of(conn, std::slice::from_ref(&stored.organisation.slug)).await?;
    let uses =
        uses::uses(app, conn, &stored.organisation.slug, stored.organisation.parent.as_deref()).await?;
    Ok(OrganisationView { as_user: Some(uses), ..view(app, &mut told, stored).await? })
}

/// The slug of an organisation, by its id.
async fn slug_of(conn: &impl Reads, id: &str) -> Result<String, ApiError> {
    let stored = store::names::organisations::find(conn, id).await?;
    let stored = stored.ok_or_else(|| ApiError::NotFound("organisation", id.to_owned()))?;
    Ok(stored.organisation.slug)
}
