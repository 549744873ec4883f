//! `GET /api/v1/contracts.csv`: every contract that matches, one per row.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use domain::codes::{Code, LinkState, PartyRole};
use domain::contracting::ContractParty;
use store::contracts::Stored;
use store::links::{Link, Target};

use super::LinksOf;
use super::filters::{ContractFilters, take_query};
use crate::App;
use crate::extract::{Params, Taker};
use crate::problem::{ApiError, Problem};
use crate::routes::records::export::CsvParams;
use crate::table::{PAGE, cell, download, joined};

/// Columns of the download, in their order.
pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "url",
    "kind",
    "source",
    "ocid",
    "award_id",
    "contract_id",
    "title",
    "description",
    "status",
    "buyers",
    "buyer_ids",
    "suppliers",
    "supplier_ids",
    "removed_suppliers",
    "value",
    "value_gross",
    "currency",
    "value_basis",
    "value_quality",
    "procedure",
    "procedure_details",
    "category",
    "framework",
    "awarded_on",
    "signed_on",
    "published_on",
    "starts_on",
    "ends_on",
    "max_ends_on",
    "cpv",
    "notice_types",
    "notice_urls",
    "related_processes",
    "watch_strength",
    "watch_group",
    "watch_cpv",
    "watch_word",
    "record_ids",
    "record_link_classes",
    "record_link_states",
    "product_ids",
    "quality",
    "listed_on",
];

/// Download contracts as CSV
///
/// Every contract that matches, no row cap: RFC 4180, UTF-8, lists joined by `;`. Amounts stand in the notice's own currency.
#[utoipa::path(
    get, path = "/api/v1/contracts.csv", operation_id = "export_contracts_csv", tag = "procurement",
    params(ContractFilters, CsvParams),
    responses(
        (status = 200, description = "The contracts, one per row", body = String, content_type = "text/csv"),
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "A parameter or code is not valid", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export_contracts_csv(
    State(app): State<App>,
    method: Method,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let excel = taker.boolean("excel").unwrap_or(false);
    let query = take_query(&app.db, &mut taker).await?;
    taker.finish()?;
    let identity = format!("contracts.csv {pairs:?}");
    let from = app.clone();
    let read = move |after: Option<(String, i64)>| {
        let (app, query) = (from.clone(), query.clone());
        async move {
            let stored = store::contracts::stream(&app.db, &query, after.as_ref(), PAGE).await?;
            let seqs: Vec<i64> = stored.iter().map(|one| one.seq).collect();
            let links: LinksOf = store::links::of_contracts(&app.db, &seqs).await?;
            let more = stored.len() as u64 == PAGE;
            let next = stored.last().filter(|_| more).map(|last| (last.listed_on.clone(), last.seq));
            let rows =
                stored.iter().map(|one| row(&app, one, links.get(&one.seq).map_or(&[], Vec::as_slice)));
            Ok((rows.collect(), next))
        }
    };
    Ok(download(&app, &method, &identity, "contracts.csv", COLUMNS, excel, read).await?)
}

fn row(app: &App, stored: &Stored, links: &[Link]) -> Vec<String> {
    let (contract, process) = (&stored.contract, &stored.process);
    let parties = |role| -> Vec<&ContractParty> { contract.parties_as(role).collect() };
    let names =
        |role| joined(parties(role).into_iter().map(|party| party.name.as_deref().unwrap_or_default()));
    let ids = |role| {
        joined(parties(role).into_iter().map(|party| party.organisation.as_deref().unwrap_or_default()))
    };
    let money = contract.value.as_ref().or(contract.value_gross.as_ref());
    let documents = || contract.documents.iter().chain(&process.documents);
    let hit = stored.hit.as_ref();
    let counted = || links.iter().filter(|link| link.state != LinkState::Rejected);
    let records = || counted().filter(|link| matches!(link.target, Target::Record(_)));
    let products = counted().filter(|link| matches!(link.target, Target::Product(_)));
    vec![
        stored.id.clone(),
        format!("{}/api/v1/contracts/{}", app.base_url, stored.id),
        contract.kind.to_string(),
        process.source.clone(),
        process.ocid.clone(),
        cell(contract.award_id.as_ref()),
        cell(contract.contract_id.as_ref()),
        cell(contract.title.as_ref()),
        cell(contract.description.as_ref()),
        cell(contract.status.as_ref()),
        names(PartyRole::Buyer),
        ids(PartyRole::Buyer),
        names(PartyRole::Supplier),
        ids(PartyRole::Supplier),
        names(PartyRole::RemovedSupplier),
        cell(contract.value.as_ref().map(|value| &value.amount)),
        cell(contract.value_gross.as_ref().map(|value| &value.amount)),
        cell(money.and_then(|value| value.currency.as_ref())),
        cell(contract.value_basis),
        joined(&contract.value_quality),
        cell(process.procedure.as_ref()),
        cell(process.procedure_details.as_ref()),
        cell(process.category.as_ref()),
        process.framework.to_string(),
        cell(contract.awarded_on),
        cell(contract.signed_on),
        cell(contract.published_on),
        cell(contract.starts_on),
        cell(contract.ends_on),
        cell(contract.max_ends_on),
        joined(contract.cpv.iter().map(|cpv| &cpv.code)),
        joined(&process.notice_types),
        joined(documents().filter_map(|document| document.url.as_ref())),
        joined(process.relations.iter().map(|relation| &relation.identifier)),
        cell(hit.map(|hit| hit.strength)),
        cell(hit.map(|hit| &hit.group)),
        cell(hit.and_then(|hit| hit.cpv.as_ref())),
        cell(hit.and_then(|hit| hit.word.as_ref())),
        joined(records().map(|link| link.target.name())),
        joined(records().map(|link| link.class.as_str())),
        joined(records().map(|link| link.state.as_str())),
        joined(products.map(|link| link.target.name())),
        joined(&contract.quality),
        stored.listed_on.clone(),
    ]
}
