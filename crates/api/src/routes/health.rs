//! `GET /healthz` and `/readyz`: for whoever runs the register.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::problem::{ApiError, Problem};

fn plain(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}

/// Whether the process lives
///
/// Says nothing of the database: see readiness.
#[utoipa::path(
    get, path = "/healthz", operation_id = "get_health", tag = "operation",
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain"))
)]
pub(crate) async fn get_health() -> Response {
    plain("ok\n")
}

/// Whether the database answers
///
/// Asks the database.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readiness", tag = "operation",
    responses(
        (status = 200, description = "It is ready", body = String, content_type = "text/plain"),
        (status = 503, description = "The database cannot be reached or is out of date", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_readiness(State(app): State<App>) -> Result<Response, ApiError> {
    app.db.state().await?;
    Ok(plain("ready\n"))
}
