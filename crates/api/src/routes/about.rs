//! `GET /api/v1`: what this register is.

use axum::Json;
use axum::extract::State;
use wire::About;

use crate::App;
use crate::extract::NoParams;
use crate::problem::ApiError;
use crate::sources::shares;
use crate::version::API_VERSION;

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
        name: "Open Algorithm Register".to_owned(),
        api_version: API_VERSION.to_owned(),
        records: store::records::count(&app.db).await?,
        change: state.change,
        changed_at: state.changed_at,
        documentation: format!("{}/api/docs", app.base_url),
        sources: shares(&app.db).await?,
        sign_in_provider: app.provider.is_some(),
    }))
}
