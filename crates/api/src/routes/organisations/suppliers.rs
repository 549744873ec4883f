//! `GET /api/v1/suppliers`: bodies named as supplier, with who buys from them and for how much.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::codes::OrganisationKind;
use domain::contracting::Money;
use domain::contracting::money::Sums;
use search::RecordQuery;
use store::names::organisations::{OrganisationQuery, Resolution};
use store::procurement::contracts::Sold;
use wire::{Customer, OrganisationList, Spend, SupplierView};

use super::{CountryCode, ResolutionName, countries, found, page};
use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::PageParams;
use crate::ordered::OrganisationShown;
use crate::parameters::parameters;
use crate::problem::ApiError;

parameters! {
    /// Filters of suppliers.
    pub(crate) struct SupplierFilters {
        /// Words in the name.
        #[param(min_length = 1, max_length = 200)]
        q: Option<String>,
        /// Kind of body.
        kind: Option<Vec<OrganisationKind>>,
        /// Country, ISO 3166-1.
        country: Option<Vec<CountryCode>>,
        /// Known bodies, or names in records and notices that match no known body.
        #[param(inline)]
        resolution: Option<ResolutionName>,
    }
}

/// Takes the supplier filters out of a query.
pub(super) fn take_query(taker: &mut Taker) -> OrganisationQuery {
    let filters = SupplierFilters::take(taker);
    OrganisationQuery {
        q: filters.q,
        kinds: filters.kind.unwrap_or_default(),
        countries: countries(filters.country),
        resolution: filters.resolution.map(Resolution::from),
        supplies: true,
        ..OrganisationQuery::default()
    }
}

/// Find suppliers
///
/// Bodies that records or public notices name as supplier.
#[utoipa::path(
    get, path = "/api/v1/suppliers", operation_id = "list_suppliers", tag = "organisations",
    params(SupplierFilters, OrganisationShown, PageParams),
    responses(
        (status = 200, description = "A page of suppliers", body = OrganisationList),
    )
)]
pub(crate) async fn list_suppliers(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&mut taker);
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
