//! `GET /api/v1/contracts.csv`: all matching contracts, one per row.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use export::tables::{ContractRow, contracts};
use store::procurement::contracts::ContractQuery;

use super::filters::{ContractFilters, take_query};
use crate::App;
use crate::extract::Params;
use crate::problem::ApiError;
use crate::table::{CsvParams, Download, PAGE};

/// Download contracts as CSV
///
/// All matching contracts, without a limit on rows: RFC 4180, UTF-8, lists joined by `;`. Amounts are in the notice's own currency.
#[utoipa::path(
    get, path = "/api/v1/contracts.csv", operation_id = "export_contracts_csv", tag = "procurement",
    params(ContractFilters, CsvParams),
    responses(
        (status = 200, description = "The contracts, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_contracts_csv(
    State(app): State<App>,
    method: Method,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut file = Download::take(pairs);
    let query = take_query(&app.db, &mut file.taker).await?;
    let read = |app: App, query: ContractQuery, after: Option<(String, i64)>| async move {
        let stored = store::procurement::contracts::stream(&app.db, &query, after.as_ref(), PAGE).await?;
        let seqs: Vec<i64> = stored.iter().map(|one| one.seq).collect();
        let mut links = store::procurement::links::of_contracts(&app.db, &seqs).await?;
        let more = stored.len() as u64 == PAGE;
        let next = stored.last().filter(|_| more).map(|last| (last.listed_on.clone(), last.seq));
        let rows = stored.into_iter().map(|stored| {
            let links = links.remove(&stored.seq).unwrap_or_default();
            ContractRow { stored, links }
        });
        Ok((rows.collect(), next))
    };
    file.start(&app, &method, contracts(), query, read).await
}
