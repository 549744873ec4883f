//! `GET /api/v1/records/{id}/versions` and `/versions/{number}`: history, which stays even after a
//! withdrawal.

use axum::Json;
use axum::extract::State;
use store::log::Logged;
use wire::{VersionList, VersionSummary, VersionView};

use crate::App;
use crate::extract::{IdInPath, NoParams, VersionInPath};
use crate::problem::ApiError;
use crate::views::version_summary;

/// List the versions of a record
///
/// All versions, with time, note and hash. They stay public after a withdrawal.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/versions", operation_id = "list_versions", tag = "records",
    params(("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")),
    responses(
        (status = 200, description = "The versions, oldest first", body = VersionList),
        (status = 404, description = "No such record"),
    )
)]
pub(crate) async fn list_versions(
    State(app): State<App>,
    IdInPath(id): IdInPath,
    _: NoParams,
) -> Result<Json<VersionList>, ApiError> {
    let id = id.to_string();
    let versions = store::records::versions(&app.db, id.parse()?).await?;
    if versions.is_empty() {
        return Err(ApiError::NotFound("record", id));
    }
    let items: Vec<VersionSummary> =
        versions.iter().map(|version| version_summary(version, &app.base_url, &id)).collect();
    Ok(Json(VersionList { about: app.about().await?, total: items.len() as u64, items }))
}

/// Read one version of a record
///
/// The record exactly as in that version.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/versions/{number}", operation_id = "get_version", tag = "records",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("number" = i64, Path, description = "1, 2, 3 ...", minimum = 1, example = 1),
    ),
    responses(
        (status = 200, description = "The version exactly as published", body = VersionView),
        (status = 400, description = "Not a valid id or version number"),
        (status = 404, description = "No such version"),
    )
)]
pub(crate) async fn get_version(
    State(app): State<App>,
    VersionInPath(id, number): VersionInPath,
    _: NoParams,
) -> Result<Json<VersionView>, ApiError> {
    let version = store::records::find_version(&app.db, id, number).await?;
    let version = version.ok_or_else(|| ApiError::NotFound("version", format!("{number} of {id}")))?;
    // The largest possible number has no successor, and no version has it.
    let later = match number.checked_add(1) {
        Some(next) => store::records::find_version(&app.db, id, next).await?,
        None => None,
    };
    let logged = store::log::of_change(&app.db, version.change).await?;
    let id = id.to_string();
    Ok(Json(VersionView {
        about: app.about().await?,
        summary: version_summary(&version, &app.base_url, &id),
        record: version.record()?.to_members(),
        sequence: logged.as_ref().map(|logged| logged.sequence),
        commitments: logged.as_ref().map(Logged::as_json).transpose()?,
        superseded_at: later.map(|later| later.published_at),
        id,
    }))
}
