//! `GET /healthz` and `/readyz`, for operators and load balancers.

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
/// Does not check the database; see readiness.
#[utoipa::path(
    get, path = "/healthz", operation_id = "get_health", tag = "operation",
    responses((status = 200, description = "The process is alive", body = String, content_type = "text/plain"))
)]
pub(crate) async fn get_health() -> Response {
    plain("ok\n")
}

/// How long the index may lag behind the database.
const BEHIND_MAX: Duration = Duration::from_secs(10);

/// Whether the register is ready
///
/// Checks the database, whether the last write succeeded, and whether the search index has kept up to within ten seconds. A register started on a read-only file system counts as ready, and says that it only serves reads.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readiness", tag = "operation",
    responses(
        (status = 200, description = "It is ready", body = String, content_type = "text/plain"),
        (status = 503, description = "The database is unavailable, the last write failed, or the search index lags behind"),
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
