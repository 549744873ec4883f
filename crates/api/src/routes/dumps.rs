//! Dumps: which there are, what is in them, and their files.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use export::compressed::is_compressed;
use export::describe::{Sum, media_type};
use export::published::{self, Published};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{NoParams, Segment};
use crate::manners::{http_date, matches};
use crate::problem::ApiError;

/// Stands for the latest dump in addresses.
const LATEST: &str = "latest";
/// A file does not change, but it may be taken back: caches ask again soon, and its ETag makes that cheap.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300, must-revalidate, no-transform");

/// A dump.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DumpView {
    /// Its day.
    date: NaiveDate,
    /// Where its files are listed.
    #[schema(example = "https://register.example/api/v1/dumps/2026-05-01")]
    url: String,
    /// Number of the latest change in it.
    change: i64,
    /// When that was made.
    changed_at: DateTime<Utc>,
    /// How many files it has.
    files_total: u64,
    /// Their bytes.
    bytes: u64,
    /// Its files by name; in lists of dumps they are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileView>,
}

/// A file of a dump.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileView {
    /// Its name.
    #[schema(example = "records.csv")]
    name: String,
    /// Where it is.
    #[schema(example = "https://register.example/data/2026-05-01/records.csv")]
    url: String,
    /// Its media type.
    #[schema(example = "text/csv; charset=utf-8; header=present")]
    media_type: &'static str,
    /// Its length.
    bytes: u64,
    /// SHA-256 of it, hex.
    sha256: String,
}

/// Dumps, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DumpList {
    /// What must be said about the data, such as that they are invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// The dumps.
    items: Vec<DumpView>,
    /// How many there are.
    total: u64,
}

impl DumpView {
    fn of(app: &App, dump: &Published, files: bool) -> Self {
        let file = |file: &Sum| FileView {
            url: format!("{}/data/{}/{}", app.base_url, dump.date, file.name),
            media_type: media_type(&file.name),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            name: file.name.clone(),
        };
        Self {
            date: dump.date,
            url: format!("{}/api/v1/dumps/{}", app.base_url, dump.date),
            change: dump.change,
            changed_at: dump.changed_at,
            files_total: dump.files.len() as u64,
            bytes: dump.files.iter().map(|file| file.bytes).sum(),
            files: if files { dump.files.iter().map(file).collect() } else { Vec::new() },
        }
    }
}

/// List dumps
///
/// Everything public of the register day by day, the latest first. How they are made up is in `datapackage.json` of each.
#[utoipa::path(
    get, path = "/api/v1/dumps", operation_id = "list_dumps", tag = "dumps",
    responses(
        (status = 200, description = "The dumps", body = DumpList),
    )
)]
pub(crate) async fn list_dumps(State(app): State<App>, _: NoParams) -> Result<Response, ApiError> {
    let redacted = store::log::history::last_redaction(&app.db).await?;
    let mut items = Vec::new();
    for date in app.dumps().await?.iter() {
        match app.dump(*date).await {
            Ok(dump) => {
                let dump = dump.filter(|dump| dump.change >= redacted);
                items.extend(dump.map(|dump| DumpView::of(&app, &dump, false)));
            }
            // One that cannot be read does not hide the others.
            Err(error @ StoreError::Inconsistent { .. }) => tracing::warn!("the dump of {date}: {error}"),
            Err(error) => return Err(error.into()),
        }
    }
    let total = items.len() as u64;
    let list = DumpList { about: app.about().await?, items, total };
    // A new dump is no change of the register: what is prepared from its state would not show it.
    Ok(([(header::CACHE_CONTROL, CACHE)], Json(list)).into_response())
}

/// Read a dump
///
/// Its files with their sums. `latest` is the latest.
#[utoipa::path(
    get, path = "/api/v1/dumps/{date}", operation_id = "get_dump", tag = "dumps",
    params(("date" = String, Path, description = "A day, or `latest`", example = "latest")),
    responses(
        (status = 200, description = "The dump with its files", body = DumpView),
        (status = 404, description = "There is no dump of that day"),
        (status = 410, description = "Something that it held was taken out of the register since"),
    )
)]
pub(crate) async fn get_dump(
    State(app): State<App>,
    Segment(date): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let dump = find(&app, &date).await?;
    Ok(([(header::CACHE_CONTROL, CACHE)], Json(DumpView::of(&app, &dump, true))).into_response())
}

/// Download a file of a dump
///
/// Never changes once it is there. One range of bytes can be asked for; CSV and NDJSON come compressed to whoever accepts `zstd` or `gzip`. Where the files lie in an object store, the answer leads there.
#[utoipa::path(
    get, path = "/data/{date}/{file}", operation_id = "get_dump_file", tag = "dumps",
    params(
        ("date" = String, Path, description = "A day, or `latest`", example = "latest"),
        ("file" = String, Path, description = "Name of the file", example = "records.csv"),
    ),
    responses(
        (status = 200, description = "The file", body = serde_json::Value, content_type = "*/*"),
        (status = 206, description = "The part of it that was asked for", body = serde_json::Value, content_type = "*/*"),
        (status = 304, description = "It is the file of the ETag sent"),
        (status = 307, description = "It can be read at the address in `Location` for a while"),
        (status = 404, description = "There is no such dump or file"),
        (status = 410, description = "Something that it held was taken out of the register since"),
        (status = 416, description = "The file has no such part"),
    )
)]
pub(crate) async fn get_dump_file(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    _: NoParams,
) -> Result<Response, ApiError> {
    let Path((date, name)) = path.map_err(|_| ApiError::Malformed("the address is not UTF-8".to_owned()))?;
    let dump = find(&app, &date).await?;
    let asked = dump.file(&name).ok_or_else(|| ApiError::NotFound("file", domain::cell::short(&name)))?;
    let mut answer = HeaderMap::new();
    let mut set = |name: HeaderName, value: HeaderValue| answer.insert(name, value);
    set(header::CACHE_CONTROL, CACHE);
    set(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&name)));
    set(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    set(header::LAST_MODIFIED, http_date(dump.changed_at));
    if date == LATEST
        && let Ok(stays) = HeaderValue::from_str(&format!("{}/data/{}/{name}", app.base_url, dump.date))
    {
        set(header::CONTENT_LOCATION, stays);
    }
    let mut file = asked;
    if is_compressed(&name) {
        set(header::VARY, HeaderValue::from_static("accept-encoding"));
        if !headers.contains_key(header::RANGE) {
            let coded = encodings(&headers)
                .find_map(|(coding, ending)| Some((coding, dump.file(&format!("{name}.{ending}"))?)));
            if let Some((coding, coded)) = coded {
                set(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
                file = coded;
            }
        }
    }
    let tag = HeaderValue::from_str(&format!("\"{}\"", file.sha256)).map_err(|_| ApiError::Inside)?;
    set(header::ETAG, tag.clone());
    let known: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    if matches(&known, &tag) {
        answer.remove(header::CONTENT_TYPE);
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    // Where the files lie in a bucket, readers are led there; what a file is like is told here.
    if method != Method::HEAD
        && let Some(url) = app.objects.signed(&published::name(dump.date, &name)).await?
    {
        let to = HeaderValue::from_str(&url).map_err(|_| ApiError::Inside)?;
        let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        return Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response());
    }
    let range = match wanted_range(&method, &headers, &tag, file.bytes) {
        Ok(range) => range,
        Err(()) => {
            let all =
                HeaderValue::from_str(&format!("bytes */{}", file.bytes)).map_err(|_| ApiError::Inside)?;
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, all)]).into_response());
        }
    };
    let mut status = StatusCode::OK;
    let mut bytes = file.bytes;
    if let Some((from, to)) = range {
        status = StatusCode::PARTIAL_CONTENT;
        bytes = to - from + 1;
        let part = format!("bytes {from}-{to}/{}", file.bytes);
        answer.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).map_err(|_| ApiError::Inside)?);
    }
    answer.insert(header::CONTENT_LENGTH, bytes.into());
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let part = range.map(|(from, to)| from..to + 1);
        let stream = app.objects.read(&published::name(dump.date, &file.name), part).await?;
        Body::from_stream(stream.ok_or_else(|| ApiError::NotFound("file", name.clone()))?)
    };
    Ok((status, answer, body).into_response())
}

/// The dump of a day or the latest. What was made before the latest redaction is gone.
async fn find(app: &App, date: &str) -> Result<std::sync::Arc<Published>, ApiError> {
    let missing = || ApiError::NotFound("dump", domain::cell::short(date));
    let redacted = store::log::history::last_redaction(&app.db).await?;
    // Only days of which there are dumps are looked for: any other costs the object store nothing.
    let days = app.dumps().await?;
    let day = days.iter().find(|day| date == LATEST || day.to_string() == date);
    let dump = app.dump(*day.ok_or_else(missing)?).await?.ok_or_else(missing)?;
    if dump.change < redacted { Err(ApiError::Superseded(dump.date)) } else { Ok(dump) }
}

/// The encodings that are accepted, the best first, with the endings of their files.
fn encodings(headers: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let accepted: Vec<String> = values
        .flat_map(|value| value.split(','))
        .filter_map(|part| {
            let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
            let none = matches!(weight.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            (!none).then(|| coding.trim().to_ascii_lowercase())
        })
        .collect();
    [("zstd", "zst"), ("gzip", "gz")]
        .into_iter()
        .filter(move |(coding, _)| accepted.iter().any(|one| one == coding))
}

/// The first and last byte that are asked for; none when everything is. What cannot be read, and more than one part, is
/// everything too. Errors: there is no such part.
fn wanted_range(
    method: &Method,
    headers: &HeaderMap,
    tag: &HeaderValue,
    bytes: u64,
) -> Result<Option<(u64, u64)>, ()> {
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let Some(range) = range.and_then(|range| range.trim().strip_prefix("bytes=")) else { return Ok(None) };
    // A part of another file would not fit to the parts that are there.
    let other = headers.get(header::IF_RANGE).is_some_and(|known| known != tag);
    let Some((first, last)) = range.split_once('-').filter(|_| *method == Method::GET && !other) else {
        return Ok(None);
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (first.trim().is_empty(), number(first), last.trim().is_empty(), number(last)) {
        // So many at the end; of a shorter file, all.
        (true, _, _, Some(0)) => Err(()),
        (true, _, _, Some(many)) if bytes > 0 => Ok(Some((bytes.saturating_sub(many), bytes - 1))),
        (_, Some(first), true, _) if first < bytes => Ok(Some((first, bytes - 1))),
        (_, Some(first), false, Some(last)) if first <= last && first < bytes => {
            Ok(Some((first, last.min(bytes - 1))))
        }
        (_, Some(first), true, _) if first >= bytes => Err(()),
        (_, Some(first), false, Some(last)) if first <= last => Err(()),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_everything_else_ignored() {
        #[track_caller]
        fn check(range: &'static str, bytes: u64, expected: Result<Option<(u64, u64)>, ()>) {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
            let tag = HeaderValue::from_static("\"a\"");
            assert_eq!(wanted_range(&Method::GET, &headers, &tag, bytes), expected, "{range} of {bytes}");
            assert_eq!(wanted_range(&Method::HEAD, &headers, &tag, bytes), Ok(None));
        }
        check("bytes=0-9", 100, Ok(Some((0, 9))));
        check("bytes=90-", 100, Ok(Some((90, 99))));
        check("bytes=90-200", 100, Ok(Some((90, 99))));
        check("bytes=-10", 100, Ok(Some((90, 99))));
        check("bytes=-1000", 100, Ok(Some((0, 99))));
        check("bytes=100-", 100, Err(()));
        check("bytes=100-200", 100, Err(()));
        check("bytes=-0", 100, Err(()));
        check("bytes=5-2", 100, Ok(None));
        check("bytes=0-1,5-6", 100, Ok(None));
        check("lines=0-1", 100, Ok(None));
        check("bytes=a-b", 100, Ok(None));
        check("bytes=-", 100, Ok(None));
        check("bytes=0-", 0, Err(()));
        check("bytes=-5", 0, Ok(None));
    }
}
