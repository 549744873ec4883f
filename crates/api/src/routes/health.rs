//! `GET /healthz` and `/readyz`: for whoever runs the register.

use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::problem::ApiError;

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

/// How long the index may not have agreed with the database.
const BEHIND_MAX: Duration = Duration::from_secs(10);

/// Whether the register is ready
///
/// Asks the database, whether the last write to it was kept, and whether the search index has followed it within ten
/// seconds. A register that was started on a read-only file system is ready for readers, and says so.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readiness", tag = "operation",
    responses(
        (status = 200, description = "It is ready", body = String, content_type = "text/plain"),
        (status = 503, description = "The database cannot be reached, the last write to it failed, or the search index does not follow it"),
    )
)]
pub(crate) async fn get_readiness(State(app): State<App>) -> Result<Response, ApiError> {
    let state = app.db.state().await?;
    if app.db.failing().is_some() {
        return Err(ApiError::NotReady(
            "the last write failed, reads go on: the log of the register says why",
        ));
    }
    let ago = app.search.agreed_ago();
    if app.search.state().change != state.change && ago > BEHIND_MAX {
        return Err(ApiError::NotReady("the search index does not follow the database"));
    }
    Ok(plain(if app.db.takes_writes() { "ready\n" } else { "ready, for reading only\n" }))
}
