//! `GET /api/v1/organisations.csv` and `/suppliers.csv`: all matching bodies, one per row.

use axum::extract::State;
use axum::response::Response;
use export::tables::{SupplierRow, organisations, suppliers};
use store::ground::lists::Place;
use store::names::organisations::{OrganisationQuery, list};
use store::procurement::contracts::sold_by_each;

use super::suppliers::SupplierFilters;
use super::{OrganisationFilters, take_query};
use crate::App;
use crate::problem::ApiError;
use crate::table::{CsvParams, Download, PAGE};

/// Download organisations as CSV
///
/// All matching bodies, without a limit on rows: RFC 4180, UTF-8, lists joined by `;`.
#[utoipa::path(
    get, path = "/api/v1/organisations.csv", operation_id = "export_organisations_csv", tag = "organisations",
    params(OrganisationFilters, CsvParams),
    responses(
        (status = 200, description = "The organisations, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_organisations_csv(
    State(app): State<App>,
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = take_query(&app, &mut file.taker);
    let read = |app: App, query: OrganisationQuery, after: Option<Place>| async move {
        list(&app.db, &query, None, after.as_ref(), PAGE).await
    };
    file.start(&app, organisations(), query, read).await
}

/// Download suppliers as CSV
///
/// All matching suppliers with what they sold according to public notices, without a limit on rows: RFC 4180, UTF-8, sums joined by `;`, one for each currency.
#[utoipa::path(
    get, path = "/api/v1/suppliers.csv", operation_id = "export_suppliers_csv", tag = "organisations",
    params(SupplierFilters, CsvParams),
    responses(
        (status = 200, description = "The suppliers, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_suppliers_csv(
    State(app): State<App>,
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = super::suppliers::take_query(&mut file.taker);
    let read = |app: App, query: OrganisationQuery, after: Option<Place>| async move {
        let (bodies, next) = list(&app.db, &query, None, after.as_ref(), PAGE).await?;
        let slugs: Vec<&str> = bodies.iter().map(|body| body.organisation.slug.as_str()).collect();
        let mut sold = sold_by_each(&app.db, &slugs).await?;
        let rows = bodies
            .into_iter()
            .map(|body| SupplierRow { sold: sold.remove(&body.organisation.slug).unwrap_or_default(), body });
        Ok((rows.collect(), next))
    };
    file.start(&app, suppliers(), query, read).await
}
