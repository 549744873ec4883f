//! `GET /api/v1/contracts.csv`: all matching contracts, one per row.

use axum::extract::State;
use axum::response::Response;
use export::tables::{ContractRow, contracts};
use store::ground::lists::Place;
use store::procurement::contracts::ContractQuery;

use super::filters::{ContractFilters, take_query};
use crate::App;
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
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = take_query(&app.db, &mut file.taker).await?;
    let read = |app: App, query: ContractQuery, after: Option<Place>| async move {
        let (stored, next) =
            store::procurement::contracts::list(&app.db, &query, None, after.as_ref(), PAGE).await?;
        let seqs: Vec<i64> = stored.iter().map(|one| one.seq).collect();
        let mut links = store::procurement::links::of_contracts(&app.db, &seqs).await?;
        let rows = stored.into_iter().map(|stored| {
            let links = links.remove(&stored.seq).unwrap_or_default();
            ContractRow { stored, links }
        });
        Ok((rows.collect(), next))
    };
    file.start(&app, contracts(), query, read).await
}
