//! `GET /api/v1/organisations`: bodies, with counts of their records.

pub(crate) mod create;
pub(crate) mod suppliers;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::codes::OrganisationKind;
use search::RecordQuery;
use serde::Deserialize;
use store::ground::page::Cursor;
use store::names::organisations::{OrganisationQuery, Resolution, Stored};
use utoipa::{IntoParams, ToSchema};
use wire::{Counts, Coverage, OrganisationList, OrganisationView};

use crate::App;
use crate::extract::{NAME_SEARCH_MAX, NoParams, Params, Segment, Taker};
use crate::problem::{ApiError, Fault};
use crate::routes::next_link;

/// Filters of organisations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
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
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u8>,
    /// Cursor of the page: `next` of the previous one.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

/// A country: ISO 3166-1 alpha-2.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{2}$", example = "GB")]
pub(crate) struct CountryCode(#[expect(dead_code, reason = "only its schema is used")] String);

/// Whether a body is known to the register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResolutionName {
    /// Known to the register.
    Registered,
    /// Only a name.
    Unresolved,
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

async fn page(
    app: &App,
    path: &str,
    pairs: &[(String, String)],
    mut taker: Taker,
    query: OrganisationQuery,
) -> Result<Response, ApiError> {
    let limit = taker.limit();
    let identity = format!("{path} {query:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let after = cursor.map(|cursor| (cursor.key, cursor.number));
    let page = store::names::organisations::list(&app.db, &query, after.as_ref(), limit).await?;
    let next = page.next.map(|(key, number)| Cursor::new(&identity, 0, page.total, key, number).encode());
    let link = next_link(&app.base_url, path, pairs, next.as_deref());
    let mut items = Vec::with_capacity(page.items.len());
    for stored in page.items {
        items.push(view(app, stored).await?);
    }
    let list = OrganisationList { about: app.about().await?, items, total: page.total, next };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Find organisations
///
/// Publishers, suppliers and other bodies, with counts of their records and whether they have failed to publish.
#[utoipa::path(
    get, path = "/api/v1/organisations", operation_id = "list_organisations", tag = "organisations",
    params(OrganisationFilters),
    responses(
        (status = 200, description = "A page of organisations", body = OrganisationList),
    )
)]
pub(crate) async fn list_organisations(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let countries = taker.many("country");
    for country in &countries {
        if country.len() != 2 || !domain::validate::is_jurisdiction(country) {
            let shown = domain::cell::short(country);
            let fault = Fault::new("country", "unknown-country", format!("'{shown}' is not a country"));
            taker.fault(fault.hint("write ISO 3166-1 in capitals, such as GB"));
        }
    }
    let query = OrganisationQuery {
        q: taker.search("q", NAME_SEARCH_MAX),
        kinds: taker.codes("kind"),
        countries,
        resolution: taker.read("resolution", |text| {
            [Resolution::Registered, Resolution::Unresolved]
                .into_iter()
                .find(|one| one.as_str() == text)
                .ok_or_else(|| {
                    Fault::new(
                        "resolution",
                        "unknown-code",
                        format!("'{}' is not a resolution", domain::cell::short(text)),
                    )
                    .hint("use one of: registered, unresolved")
                })
        }),
        publishes: taker.boolean("publishes"),
        supplies: false,
        silent: taker.boolean("silent").unwrap_or(false),
    };
    page(&app, "/api/v1/organisations", &pairs, taker, query).await
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
