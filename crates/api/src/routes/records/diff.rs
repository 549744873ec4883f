//! `GET /api/v1/records/{id}/diff?from=1&to=3`

use axum::Json;
use axum::extract::State;
use domain::RecordId;
use domain::diff::diff;
use store::records::Version;
use wire::DiffView;

use crate::App;
use crate::client::Steps;
use crate::extract::{IdInPath, Params, Taker};
use crate::parameters::{VersionNumber, parameters};
use crate::problem::ApiError;
use crate::views::version_summary;

parameters! {
    /// The versions to compare.
    pub(crate) struct DiffParams {
        /// The earlier version; by default the one before `to`.
        #[param(value_type = Option<i64>, minimum = 1, example = 1)]
        from: Option<VersionNumber>,
        /// The later version; by default the current one.
        #[param(value_type = Option<i64>, minimum = 1, example = 2)]
        to: Option<VersionNumber>,
    }
}

/// Compare two versions of a record
///
/// Compares field by field; texts have word-level marks.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/diff", operation_id = "get_diff", tag = "records",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        DiffParams,
    ),
    responses(
        (status = 200, description = "The fields that differ", body = DiffView),
        (status = 404, description = "No such record or version"),
    )
)]
pub(crate) async fn get_diff(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    Params(pairs): Params,
) -> Result<Json<DiffView>, ApiError> {
    let mut taker = Taker::new(pairs);
    let DiffParams { from, to } = DiffParams::take(&mut taker);
    taker.finish()?;
    let to = match to {
        Some(number) => version(&app, id, number.number()).await?,
        None => {
            let record = store::records::find(&app.db, id).await?;
            record.ok_or_else(|| ApiError::NotFound("record", id.to_string()))?.version
        }
    };
    let from = from.map_or((to.number - 1).max(1), VersionNumber::number);
    let from = version(&app, id, from).await?;
    let (earlier, later) = (from.record()?, to.record()?);
    // Two long texts that have little in common take a processor for seconds.
    let changes = Steps::new(&app).work(move || diff(&earlier, &later)).await?;
    let id = id.to_string();
    Ok(Json(DiffView {
        about: app.about().await?,
        from: version_summary(&from, &app.base_url, &id),
        to: version_summary(&to, &app.base_url, &id),
        changes,
        id,
    }))
}

async fn version(app: &App, id: RecordId, number: i64) -> Result<Version, ApiError> {
    let found = store::records::find_version(&app.db, id, number).await?;
    found.ok_or_else(|| ApiError::NotFound("version", format!("{number} of {id}")))
}
