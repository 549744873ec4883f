//! `GET /api/v1/organisations` and `/suppliers`: bodies, with counts of their records.

pub(crate) mod create;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::Organisation;
use domain::codes::OrganisationKind;
use domain::contracting::Money;
use domain::contracting::money::Sums;
use search::RecordQuery;
use serde::{Deserialize, Serialize};
use store::names::organisations::{OrganisationQuery, Resolution, Stored};
use store::procurement::contracts::Sold;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::{Page, PageParams};
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

parameters! {
    /// Filters of suppliers.
    pub(crate) struct SupplierFilters {
        /// Words in the name.
        #[param(min_length = 1, max_length = 200)]
        q: Option<String>,
    }
}

/// Counts of current records.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// All of them.
    records: u64,
    /// By phase.
    phase: BTreeMap<String, u64>,
    /// By sector.
    sector: BTreeMap<String, u64>,
    /// By flag.
    flag: BTreeMap<String, u64>,
}

/// Whether a body publishes what it uses.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Coverage {
    /// It has records.
    Published,
    /// It declared that it uses nothing.
    NilReturn,
    /// It is expected to publish but has not.
    Silent,
    /// No rule expects it to publish.
    NotExpected,
}

/// A body, with counts of its records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// The body.
    organisation: Organisation,
    /// `registered` if the register knows it, `unresolved` if it is only a name.
    resolution: &'static str,
    /// Whether it publishes what it uses.
    coverage: Coverage,
    /// Its URL.
    url: String,
    /// URL of the records it publishes.
    records_url: String,
    /// Counts of the records it publishes.
    as_publisher: Counts,
    /// Counts of the records that name it as supplier.
    as_supplier: Counts,
    /// URL of its contracts in public notices.
    contracts_url: String,
}

/// A supplier: who uses or buys its products, for how much, and what is missing from the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SupplierView {
    #[serde(flatten)]
    body: OrganisationView,
    /// Every body that publishes a record naming it, or bought from it according to public notices.
    customers: Vec<Customer>,
    /// Contracts and awards that name it as supplier, without cancelled ones.
    contracts: u64,
    /// How many of those have no value that belongs to this supplier alone: none is stated, several suppliers
    /// share it, or it is a framework's maximum.
    contracts_without_value: u64,
    /// Total of the others per currency, as valued in the notices; never converted.
    spend: Vec<Spend>,
    /// Contracts for sensitive technology with no probable link to a record.
    records_missing: u64,
}

/// A body that uses what a supplier sells, or bought it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Customer {
    /// Slug; absent for a buyer without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// Its name.
    name: String,
    /// Records it publishes that name the supplier.
    records: u64,
    /// Contracts in which it is a buyer.
    contracts: u64,
    /// Total of those in which it is the only buyer and this the only supplier.
    spend: Vec<Spend>,
}

/// A sum in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Spend {
    /// ISO 4217; absent if the notices do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Decimal text.
    amount: String,
    /// Number of contracts.
    contracts: u64,
}

/// A page of bodies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// Bodies, by name.
    items: Vec<OrganisationView>,
    /// How many match.
    total: u64,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
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
        resolution: stored.resolution.as_str(),
        coverage,
        url: format!("{}/api/v1/organisations/{slug}", app.base_url),
        records_url: format!("{}/api/v1/records?publisher={slug}", app.base_url),
        as_supplier: counts(app, "supplier", &slug).await?,
        as_publisher,
        contracts_url: format!("{}/api/v1/organisations/{slug}/contracts", app.base_url),
        organisation: stored.organisation,
    })
}

async fn page(app: &App, path: &str, taker: Taker, query: OrganisationQuery) -> Result<Response, ApiError> {
    let page = Page::take(path, format!("{path} {query:?}"), taker)?;
    let listed =
        store::names::organisations::list(&app.db, &query, page.place().as_ref(), page.limit).await?;
    let total = listed.total;
    let next = listed.next.map(|(key, number)| page.cursor(total, key, number));
    let mut items = Vec::with_capacity(listed.items.len());
    for stored in listed.items {
        items.push(view(app, stored).await?);
    }
    let about = app.about().await?;
    Ok(page.answer(app, next, |next| OrganisationList { about, items, total, next }))
}

/// Find organisations
///
/// Publishers, suppliers and other bodies, with counts of their records and whether they have failed to publish.
#[utoipa::path(
    get, path = "/api/v1/organisations", operation_id = "list_organisations", tag = "organisations",
    params(OrganisationFilters, PageParams),
    responses(
        (status = 200, description = "A page of organisations", body = OrganisationList),
    )
)]
pub(crate) async fn list_organisations(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let filters = OrganisationFilters::take(&mut taker);
    let query = OrganisationQuery {
        q: filters.q,
        kinds: filters.kind.unwrap_or_default(),
        countries: filters.country.into_iter().flatten().map(|CountryCode(code)| code).collect(),
        resolution: filters.resolution.map(Resolution::from),
        publishes: filters.publishes,
        supplies: false,
        silent: filters.silent.unwrap_or(false),
    };
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

/// Find suppliers
///
/// Bodies that records or public notices name as supplier.
#[utoipa::path(
    get, path = "/api/v1/suppliers", operation_id = "list_suppliers", tag = "organisations",
    params(SupplierFilters, PageParams),
    responses(
        (status = 200, description = "A page of suppliers", body = OrganisationList),
    )
)]
pub(crate) async fn list_suppliers(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = OrganisationQuery {
        q: SupplierFilters::take(&mut taker).q,
        supplies: true,
        ..OrganisationQuery::default()
    };
    page(&app, "/api/v1/suppliers", taker, query).await
}

/// Read a supplier
///
/// Every body that uses or bought its products, what they spent per currency, and how many records are missing.
#[utoipa::path(
    get, path = "/api/v1/suppliers/{slug}", operation_id = "get_supplier", tag = "organisations",
    params(("slug" = String, Path, description = "Slug or id", min_length = 1)),
    responses(
        (status = 200, description = "The supplier", body = SupplierView),
        (status = 404, description = "No such supplier"),
    )
)]
pub(crate) async fn get_supplier(
    State(app): State<App>,
    Segment(slug): Segment,
    _: NoParams,
) -> Result<Json<SupplierView>, ApiError> {
    let Json(body) = found(&app, &slug, "supplier").await?;
    let slug = body.organisation.slug.clone();
    let sold = store::procurement::contracts::sold_by(&app.db, &slug).await?;
    let customers = customers(&app, &slug, &sold).await?;
    if body.as_supplier.records == 0 && customers.is_empty() {
        return Err(ApiError::NotFound("supplier", domain::cell::short(&slug)));
    }
    Ok(Json(SupplierView {
        body,
        customers,
        contracts: sold.contracts,
        contracts_without_value: sold.without_value,
        spend: spend(&sold.sums),
        records_missing: store::procurement::gaps::records_missing(&app.db, &slug).await?,
    }))
}

fn spend(sums: &Sums) -> Vec<Spend> {
    let sum = |(money, contracts): (Money, u64)| Spend {
        currency: money.currency,
        amount: money.amount,
        contracts,
    };
    sums.totals().map(sum).collect()
}

/// Publishers of records that name a supplier, and its buyers in notices.
async fn customers(app: &App, slug: &str, sold: &Sold) -> Result<Vec<Customer>, ApiError> {
    let query = RecordQuery { facets: vec![("supplier", vec![slug.to_owned()])], ..RecordQuery::default() };
    let (_, mut counts) = app.search.look().counts(&query, &["publisher"]).await?;
    let publishers: BTreeMap<String, u64> =
        counts.remove("publisher").unwrap_or_default().into_iter().collect();
    let slugs: Vec<String> = publishers.keys().cloned().collect();
    let names = app.labels("publisher", &slugs).await?;
    let mut customers: Vec<Customer> = publishers
        .into_iter()
        .map(|(slug, records)| Customer {
            name: names.get(&slug).map_or_else(|| slug.clone(), |name| name.to_string()),
            organisation: Some(slug),
            records,
            contracts: 0,
            spend: Vec::new(),
        })
        .collect();
    for ((organisation, name), bought) in &sold.buyers {
        let known =
            customers.iter_mut().find(|one| organisation.is_some() && one.organisation == *organisation);
        let (contracts, spend) = (bought.contracts, spend(&bought.sums));
        match known {
            Some(known) => (known.contracts, known.spend) = (contracts, spend),
            None => customers.push(Customer {
                organisation: organisation.clone(),
                name: name.clone(),
                records: 0,
                contracts,
                spend,
            }),
        }
    }
    customers.sort_by(|a, b| (b.records + b.contracts, &a.name).cmp(&(a.records + a.contracts, &b.name)));
    Ok(customers)
}
