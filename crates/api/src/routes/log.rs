//! The public log: its files under `/log/` (C2SP tlog-tiles), the keys that verify it, and proofs of
//! versions.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use store::StoreError;
use store::ground::settings;
use store::log::files::{checkpoint, prove};
use transparency::{Opened, peek, witnesses};
use wire::LogView;

use crate::App;
use crate::extract::{NoParams, VersionInPath};
use crate::problem::ApiError;

/// For files that never change.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable, no-transform");
/// For files that change with every entry.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Where the public log stands
///
/// Number of entries, the latest signed checkpoint, and the keys that verify it. The log itself is at `/log/checkpoint` and `/log/tile/...` (C2SP tlog-tiles).
#[utoipa::path(
    get, path = "/api/v1/log", operation_id = "get_log", tag = "log",
    responses(
        (status = 200, description = "State of the log", body = LogView),
    )
)]
pub(crate) async fn get_log(State(app): State<App>, _: NoParams) -> Result<Json<LogView>, ApiError> {
    let checkpoint = checkpoint(&app.objects).await?;
    let signed = checkpoint.as_deref().map(opened).transpose()?;
    let witnesses = match &checkpoint {
        Some(text) => witnesses(text.as_bytes(), &app.log_witnesses).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Json(LogView {
        witnesses: witnesses.into_iter().map(str::to_owned).collect(),
        about: app.about().await?,
        entries: store::log::size(&app.db).await?,
        signed: signed.map_or(0, |opened| opened.tree.size),
        checkpoint,
        keys: app.log_keys.iter().map(|key| key.as_str().to_owned()).collect(),
        refused: settings::read(&app.db, settings::SIGNING_REFUSED).await?,
    }))
}

/// Parses a checkpoint without verifying it: clients do that with keys they trust. Errors: it is damaged.
fn opened(checkpoint: &str) -> Result<Opened, ApiError> {
    let opened = peek(checkpoint.as_bytes());
    Ok(opened.map_err(|error| StoreError::inconsistent("log", "checkpoint", "checkpoint", error))?)
}

/// Read the checkpoint of the public log
///
/// A signed note (C2SP tlog-checkpoint): name of the log, number of entries, root hash and signatures.
#[utoipa::path(
    get, path = "/log/checkpoint", operation_id = "get_checkpoint", tag = "log",
    responses(
        (status = 200, description = "The latest checkpoint", body = String, content_type = "text/plain; charset=utf-8"),
        (status = 404, description = "Nothing has been signed yet"),
    )
)]
pub(crate) async fn get_checkpoint(State(app): State<App>, _: NoParams) -> Result<Response, ApiError> {
    let missing = || ApiError::NotFound("file of the log", "checkpoint".to_owned());
    let checkpoint = checkpoint(&app.objects).await?.ok_or_else(missing)?;
    Ok(([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, ASK_AGAIN)], checkpoint).into_response())
}

/// A tile of hashes or bundle of entries, by its path in the log (C2SP tlog-tiles). Not in the OpenAPI
/// document, which has no path parameters that span several segments.
pub(crate) async fn get_tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, ApiError> {
    let is_tile = is_tile(&path);
    let path = format!("tile/{path}");
    let missing = || ApiError::NotFound("file of the log", domain::cell::short(&path));
    if !is_tile {
        return Err(missing());
    }
    let bytes = app.objects.bytes(&store::log::signer::name(&path)).await?.ok_or_else(missing)?;
    Ok(([(header::CONTENT_TYPE, BYTES), (header::CACHE_CONTROL, FOR_EVER)], bytes).into_response())
}

/// Whether a path below `tile/` is well formed: a level or `entries`; the tile's number in groups of three
/// digits, all but the last prefixed with `x`; and a width if the tile is partial.
fn is_tile(path: &str) -> bool {
    let digits = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts: Vec<&str> = path.split('/').collect();
    if let [.., last, width] = parts[..]
        && let Some(narrow) = last.strip_suffix(".p")
    {
        if !width.parse::<u8>().is_ok_and(|number| number > 0 && number.to_string() == width) {
            return false;
        }
        parts.truncate(parts.len() - 2);
        parts.push(narrow);
    }
    let [level, groups @ .., last] = &parts[..] else { return false };
    let level = *level == "entries"
        || level.parse::<u8>().is_ok_and(|number| number < 64 && number.to_string() == **level);
    let groups = groups.len() < 7 && groups.iter().all(|group| group.strip_prefix('x').is_some_and(digits));
    level && groups && digits(last)
}

/// Prove a version
///
/// A self-contained proof that the log has this version, and of what it said (C2SP tlog-proof). `register verify FILE --key KEY` checks it offline. Keep it: it stays valid after a later redaction.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/versions/{number}/proof", operation_id = "get_version_proof", tag = "log",
    params(
        ("id" = String, Path, description = "Public id", example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$"),
        ("number" = i64, Path, description = "1, 2, 3 ...", minimum = 1, example = 1),
    ),
    responses(
        (status = 200, description = "The proof", body = String, content_type = "text/plain; charset=utf-8"),
        (status = 400, description = "Not a valid id or version number"),
        (status = 404, description = "No such version, or the log has not signed it yet: `Retry-After` says when to ask again"),
    )
)]
pub(crate) async fn get_version_proof(
    State(app): State<App>,
    VersionInPath(id, number): VersionInPath,
    _: NoParams,
) -> Result<Response, ApiError> {
    let version = store::records::find_version(&app.db, id, number).await?;
    let version = version.ok_or_else(|| ApiError::NotFound("version", format!("{number} of {id}")))?;
    let logged = store::log::of_change(&app.db, version.change).await?;
    let (Some(logged), Some(checkpoint)) = (logged, checkpoint(&app.objects).await?) else {
        return Err(ApiError::Unsigned);
    };
    let opened = opened(&checkpoint)?;
    if logged.sequence.unsigned_abs() >= opened.tree.size {
        return Err(ApiError::Unsigned);
    }
    let proof = prove(&app.objects, &version, logged, checkpoint, opened).await?;
    let name = format!("attachment; filename=\"{id}-{number}.tlog-proof\"");
    let name = HeaderValue::from_str(&name).map_err(|_| ApiError::Inside)?;
    let headers = [
        (header::CONTENT_TYPE, TEXT),
        (header::CACHE_CONTROL, ASK_AGAIN),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, proof.to_bytes()).into_response())
}

#[cfg(test)]
mod tests {
    use super::is_tile;

    #[test]
    fn paths_of_tiles_are_those_of_the_format() {
        for good in ["0/000", "0/x001/234", "entries/x001/x234/067.p/255", "3/000.p/1", "entries/000"] {
            assert!(is_tile(good), "{good}");
        }
        for bad in [
            "",
            "0",
            "0/00",
            "0/0000",
            "00/000",
            "64/000",
            "0/001/234",
            "0/000.p",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/1/1",
            "data/000",
            "entries/../checkpoint",
            "0/x001",
            "0/x1/234",
            "0/x001/x001/x001/x001/x001/x001/x001/x001/001",
        ] {
            assert!(!is_tile(bad), "{bad}");
        }
    }
}
