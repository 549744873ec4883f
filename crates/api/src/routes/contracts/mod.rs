//! `GET /api/v1/contracts`, and the contracts of one organisation or record: purchases, as published in
//! notices.

pub(crate) mod csv;
mod filters;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use store::StoreError;
use store::procurement::contracts::{ContractQuery, Stored};

pub(crate) use filters::{
    AmountText, ContractFilters, CpvPrefix, CurrencyCode, NoticeType, OcidText, WatchGroup, texts,
};
use wire::{ContractList, ContractView};

use crate::App;
use crate::extract::{IdInPath, NoParams, Params, Segment, Taker};
use crate::listing::{Page, PageParams, sorted};
use crate::ordered::{ContractShown, Facets, SortBy, counted};
use crate::problem::ApiError;
use crate::routes::links;
use crate::tombstone::published;

/// Builds the answers for contracts, with their links.
async fn views(app: &App, stored: Vec<Stored>) -> Result<Vec<ContractView>, StoreError> {
    let seqs: Vec<i64> = stored.iter().map(|one| one.seq).collect();
    let mut linked = store::procurement::links::of_contracts(&app.db, &seqs).await?;
    let view = |one: Stored| ContractView {
        about: None,
        url: format!("{}/api/v1/contracts/{}", app.base_url, one.id),
        id: one.id.parse().unwrap_or_default(),
        listed_on: one.listed_on,
        is_current: one.is_current,
        contract: one.contract,
        process: one.process,
        watch: one.hit,
        links: linked
            .remove(&one.seq)
            .unwrap_or_default()
            .into_iter()
            .map(|link| links::view(app, link))
            .collect(),
    };
    Ok(stored.into_iter().map(view).collect())
}

/// A page of contracts; `shown` says how it is sorted and counted.
async fn page(
    app: &App,
    path: String,
    taker: Taker,
    query: ContractQuery,
    shown: Option<ContractShown>,
) -> Result<Response, ApiError> {
    let (sort, facets) = match shown {
        Some(ContractShown { sort, facets, facet_limit }) => (sort, Some((facets, facet_limit))),
        None => (None, None),
    };
    let sort = sort.map(SortBy::order);
    let identity = sorted(format!("{path} {query:?}"), sort);
    let page = Page::take(path, identity, taker)?;
    let total = store::procurement::contracts::matching(&app.db, &query).await?;
    let (stored, next) =
        store::procurement::contracts::list(&app.db, &query, sort, page.place().as_ref(), page.limit).await?;
    let next = next.map(|(key, seq)| page.cursor(total, key, seq));
    let Facets { counts, more } = match facets {
        Some((facets, limit)) => counted(app, &query, (&facets, limit)).await?,
        None => Facets::default(),
    };
    let items = views(app, stored).await?;
    let about = app.about().await?;
    Ok(page.answer(app, next, |next| ContractList {
        about,
        items,
        total,
        facets: counts,
        facets_more: more,
        next,
    }))
}

/// Find contracts
///
/// Contracts and awards from public notices, by buyer, supplier, code, value, dates, procedure, notice, and whether they are on the watch list of sensitive technology or linked to a record.
#[utoipa::path(
    get, path = "/api/v1/contracts", operation_id = "list_contracts", tag = "procurement",
    params(ContractFilters, ContractShown, PageParams),
    responses(
        (status = 200, description = "A page of contracts", body = ContractList),
    )
)]
pub(crate) async fn list_contracts(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = filters::take_query(&app.db, &mut taker).await?;
    let shown = ContractShown::take(&mut taker);
    page(&app, "/api/v1/contracts".to_owned(), taker, query, Some(shown)).await
}

/// Read a contract
///
/// One contract or award with its process, parties, codes, amendments and notices, why it is watched, and its links with their evidence.
#[utoipa::path(
    get, path = "/api/v1/contracts/{id}", operation_id = "get_contract", tag = "procurement",
    params(("id" = uuid::Uuid, Path, description = "Id of the contract")),
    responses(
        (status = 200, description = "The contract", body = ContractView),
        (status = 404, description = "No such contract"),
    )
)]
pub(crate) async fn get_contract(
    State(app): State<App>,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<ContractView>, ApiError> {
    let id = uuid_of(&id, "contract")?;
    let stored = store::procurement::contracts::find(&app.db, &id).await?;
    let stored = stored.ok_or_else(|| ApiError::NotFound("contract", id.clone()))?;
    let mut views = views(&app, vec![stored]).await?;
    let mut view = views.pop().ok_or(ApiError::NotFound("contract", id))?;
    view.about = app.about().await?;
    Ok(Json(view))
}

/// Normalises the UUID of a thing; `what` names its kind. Errors: [`ApiError::BadId`].
pub(crate) fn uuid_of(text: &str, what: &str) -> Result<String, ApiError> {
    text.parse::<uuid::Uuid>().map(|id| id.to_string()).map_err(|_| {
        ApiError::BadId(format!("'{}' is not the id of a {what}: it is a UUID", domain::cell::short(text)))
    })
}

/// What an organisation bought and sold
///
/// Contracts in which it is buyer or supplier; `role` narrows this to one.
#[utoipa::path(
    get, path = "/api/v1/organisations/{slug}/contracts", operation_id = "list_organisation_contracts", tag = "procurement",
    params(("slug" = String, Path, description = "Slug or id", min_length = 1), filters::RoleParams, PageParams),
    responses(
        (status = 200, description = "A page of its contracts", body = ContractList),
        (status = 404, description = "No such organisation"),
    )
)]
pub(crate) async fn list_organisation_contracts(
    State(app): State<App>,
    Segment(slug): Segment,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let current = store::names::organisations::current_slug(&app.db, &slug).await?;
    let current = current.ok_or_else(|| ApiError::NotFound("organisation", domain::cell::short(&slug)))?;
    let mut taker = Taker::new(pairs);
    let mut query = ContractQuery::default();
    let params = filters::RoleParams::take(&mut taker);
    match params.role {
        Some(filters::SideName::Buyer) => query.buyers.push(current.clone()),
        Some(filters::SideName::Supplier) => query.suppliers.push(current.clone()),
        None => query.parties.push(current.clone()),
    }
    query.watched = params.on_watch_list;
    page(&app, format!("/api/v1/organisations/{current}/contracts"), taker, query, None).await
}

/// Contracts of a record
///
/// Contracts linked to the record, whatever the class of the link; rejected links are left out.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/contracts", operation_id = "list_record_contracts", tag = "procurement",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of its contracts", body = ContractList),
        (status = 404, description = "No such record"),
        (status = 410, description = "The record was withdrawn"),
    )
)]
pub(crate) async fn list_record_contracts(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let record = store::records::find(&app.db, id).await?;
    published(&app.base_url, record.ok_or_else(|| ApiError::NotFound("record", id.to_string()))?)?;
    let query = ContractQuery { record: Some(id.to_string()), ..ContractQuery::default() };
    let taker = Taker::new(pairs);
    page(&app, format!("/api/v1/records/{id}/contracts"), taker, query, None).await
}
