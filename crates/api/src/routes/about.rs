//! `GET /api/v1`: what this register is.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::NoParams;
use crate::openapi::API_VERSION;
use crate::problem::ApiError;

/// What this register is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct About {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// Its name.
    #[schema(example = "Open Algorithm Register")]
    name: &'static str,
    /// Version of the interface.
    #[schema(example = "1.0.0")]
    api_version: &'static str,
    /// Records that are published.
    records: u64,
    /// Number of the latest change.
    change: i64,
    /// When that change was made.
    changed_at: DateTime<Utc>,
    /// URL of the documentation.
    documentation: String,
    /// Whether people can sign in at an identity provider: `/api/v1/session/provider`.
    sign_in_provider: bool,
}

/// What this register is
///
/// A good place to start: name, version, size and links.
#[utoipa::path(
    get, path = "/api/v1", operation_id = "get_about", tag = "reference",
    responses(
        (status = 200, description = "Name, version and size of the register", body = About),
    )
)]
pub(crate) async fn get_about(State(app): State<App>, _: NoParams) -> Result<Json<About>, ApiError> {
    let state = app.db.state().await?;
    Ok(Json(About {
        about: app.about().await?,
        name: "Open Algorithm Register",
        api_version: API_VERSION,
        records: store::records::count(&app.db).await?,
        change: state.change,
        changed_at: state.changed_at,
        documentation: format!("{}/api/docs", app.base_url),
        sign_in_provider: app.provider.is_some(),
    }))
}
