//! `GET /api/v1/records/{id}/diff?from=1&to=3`

use axum::Json;
use axum::extract::State;
use domain::RecordId;
use domain::diff::diff;
use serde::Deserialize;
use store::records::Version;
use utoipa::IntoParams;
use wire::DiffView;

use crate::App;
use crate::extract::{IdInPath, Params, Taker};
use crate::problem::{ApiError, Fault};
use crate::views::version_summary;

/// The versions to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct DiffParams {
    /// The earlier version; by default the one before `to`.
    #[param(minimum = 1, example = 1)]
    from: Option<i64>,
    /// The later version; by default the current one.
    #[param(minimum = 1, example = 2)]
    to: Option<i64>,
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
    let from = take_number(&mut taker, "from");
    let to = take_number(&mut taker, "to");
    taker.finish()?;
    let to = match to {
        Some(number) => version(&app, id, number).await?,
        None => {
            let record = store::records::find(&app.db, id).await?;
            record.ok_or_else(|| ApiError::NotFound("record", id.to_string()))?.version
        }
    };
    let from = version(&app, id, from.unwrap_or((to.number - 1).max(1))).await?;
    let changes = diff(&from.record()?, &to.record()?);
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

fn take_number(taker: &mut Taker, key: &'static str) -> Option<i64> {
    taker.read(key, |text| {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        text.parse().ok().filter(|number| plain && *number >= 1).ok_or_else(|| {
            Fault::new(key, "bad-number", format!("'{}' is not a version number", domain::cell::short(text)))
                .hint("versions count 1, 2, 3")
        })
    })
}
