//! Dumps: the list, their contents, and their files.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use export::compressed::is_compressed;
use export::describe::{Sum, media_type};
use export::dump::DumpName;
use export::published::{self, Published};
use http_range_header::{RangeUnsatisfiableError, parse_range_header};
use store::StoreError;
use store::log::history::Redacted;
use wire::{DumpList, DumpView, FileView};

use crate::App;
use crate::extract::{NoParams, Segment};
use crate::manners::http_date;
use crate::problem::ApiError;
use crate::tags::Known;
use crate::wishes::wishes;

/// Name of the latest dump in URLs.
const LATEST: &str = "latest";
/// A dump's file never changes but can be withdrawn after a redaction, so caches revalidate soon; the ETag
/// makes that cheap.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300, must-revalidate, no-transform");

fn view(app: &App, dump: &Published, files: bool) -> DumpView {
    let file = |file: &Sum| FileView {
        url: format!("{}/data/{}/{}", app.base_url, dump.name, file.name),
        media_type: media_type(&file.name).to_owned(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        name: file.name.clone(),
    };
    DumpView {
        date: dump.name.date,
        edition: dump.name.edition,
        url: format!("{}/api/v1/dumps/{}", app.base_url, dump.name),
        change: dump.change,
        changed_at: dump.changed_at,
        files_total: dump.files.len() as u64,
        bytes: dump.files.iter().map(|file| file.bytes).sum(),
        files: if files { dump.files.iter().map(file).collect() } else { Vec::new() },
    }
}

/// List dumps
///
/// Everything public, day by day, latest first. A day has a second edition if its first was taken back. Each dump's `datapackage.json` describes its files.
#[utoipa::path(
    get, path = "/api/v1/dumps", operation_id = "list_dumps", tag = "dumps",
    responses(
        (status = 200, description = "The dumps", body = DumpList),
    )
)]
pub(crate) async fn list_dumps(State(app): State<App>, _: NoParams) -> Result<Response, ApiError> {
    let redacted = store::log::history::redacted(&app.db).await?;
    let (mut items, all) = listed(&app, &redacted, false).await?;
    if !all {
        // The successor of what is left out may be there by now.
        (items, _) = listed(&app, &redacted, true).await?;
    }
    let total = items.len() as u64;
    let list = DumpList { about: app.about().await?, items, total };
    // Its own caching, since a new dump does not change the register's state, by which prepared answers are
    // renewed.
    Ok(([(header::CACHE_CONTROL, CACHE)], Json(list)).into_response())
}

/// Read a dump
///
/// Files with their checksums. `latest` means the latest dump.
#[utoipa::path(
    get, path = "/api/v1/dumps/{date}", operation_id = "get_dump", tag = "dumps",
    params(("date" = String, Path, description = "A day, an edition of one such as `2026-05-01.2`, or `latest`", example = "latest")),
    responses(
        (status = 200, description = "The dump with its files", body = DumpView),
        (status = 404, description = "No such dump"),
        (status = 410, description = "Withdrawn, because something in it has since been redacted"),
    )
)]
pub(crate) async fn get_dump(
    State(app): State<App>,
    Segment(date): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let dump = find(&app, &date).await?;
    Ok(([(header::CACHE_CONTROL, CACHE)], Json(view(&app, &dump, true))).into_response())
}

/// Download a file of a dump
///
/// Files never change: a dump that was taken back keeps its address, and its successor has another. Requests for one byte range are supported; CSV and NDJSON are sent compressed to clients that accept `zstd` or `gzip`. If files are kept in an object store, the answer redirects there.
#[utoipa::path(
    get, path = "/data/{date}/{file}", operation_id = "get_dump_file", tag = "dumps",
    params(
        ("date" = String, Path, description = "A day, an edition of one such as `2026-05-01.2`, or `latest`", example = "latest"),
        ("file" = String, Path, description = "Name of the file", example = "records.csv"),
    ),
    responses(
        (status = 200, description = "The file", body = serde_json::Value, content_type = "*/*"),
        (status = 206, description = "The requested part of the file", body = serde_json::Value, content_type = "*/*"),
        (status = 304, description = "Not changed since the ETag you sent"),
        (status = 307, description = "Temporarily available at the URL in `Location`"),
        (status = 404, description = "No such dump or file"),
        (status = 410, description = "Withdrawn, because something in it has since been redacted"),
        (status = 416, description = "The file has no such part"),
        (status = 503, description = "The file is damaged, or the register is not available now"),
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
        && let Ok(stays) = HeaderValue::from_str(&format!("{}/data/{}/{name}", app.base_url, dump.name))
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
    if !app.is_whole(&dump, file).await? {
        return Err(ApiError::Damaged { dump: dump.name, file: file.name.clone() });
    }
    let tag = HeaderValue::from_str(&format!("\"{}\"", file.sha256)).map_err(|_| ApiError::Inside)?;
    set(header::ETAG, tag.clone());
    if Known::of(&headers).has(&tag) {
        answer.remove(header::CONTENT_TYPE);
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    // Files in a bucket are read there, by a redirect; HEAD is answered here, where the file's details are
    // known.
    if method != Method::HEAD
        && let Some(url) = app.objects.signed(&published::name(dump.name, &name)).await?
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
    if let Some(part) = &range {
        status = StatusCode::PARTIAL_CONTENT;
        bytes = part.end() - part.start() + 1;
        let part = format!("bytes {}-{}/{}", part.start(), part.end(), file.bytes);
        answer.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).map_err(|_| ApiError::Inside)?);
    }
    answer.insert(header::CONTENT_LENGTH, bytes.into());
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let part = range.map(|part| *part.start()..part.end() + 1);
        let stream = app.objects.read(&published::name(dump.name, &file.name), part).await?;
        Body::from_stream(stream.ok_or_else(|| ApiError::NotFound("file", name.clone()))?)
    };
    Ok((status, answer, body).into_response())
}

/// The dumps that can be read, and whether that is all of those listed: one may hold what was redacted until it is
/// taken back. For `soon`, see [`App::dumps`].
async fn listed(app: &App, redacted: &Redacted, soon: bool) -> Result<(Vec<DumpView>, bool), ApiError> {
    let mut items = Vec::new();
    let mut all = true;
    for one in app.dumps(soon).await?.iter().filter(|one| !one.withdrawn) {
        match readable(app, one.name).await?.filter(|dump| !redacted.is_in(dump.change)) {
            Some(dump) => items.push(view(app, &dump, false)),
            None => all = false,
        }
    }
    Ok((items, all))
}

/// What the address of the latest dump says when there was one and its successor is not there yet.
const NEXT_SOON: &str =
    "something in the last dump has been redacted since, so it was taken back; the next one is on its way";

/// Finds a dump by name, or the `latest`. Errors: [`ApiError::Superseded`] if it holds text redacted since;
/// [`ApiError::NotReady`] if no dump is left and there was one.
async fn find(app: &App, asked: &str) -> Result<Arc<Published>, ApiError> {
    let missing = || ApiError::NotFound("dump", domain::cell::short(asked));
    let redacted = store::log::history::redacted(&app.db).await?;
    if asked != LATEST {
        let name: DumpName = asked.parse().map_err(|_| missing())?;
        // Only listed dumps are looked up, so that guesses cost the object store nothing.
        let known = app.dumps(false).await?;
        let known = match known.iter().find(|one| one.name == name).copied() {
            Some(known) => known,
            None => {
                let newer = app.dumps(true).await?;
                newer.iter().find(|one| one.name == name).copied().ok_or_else(missing)?
            }
        };
        if known.withdrawn {
            return Err(ApiError::Superseded(name));
        }
        // Its sums go first when it is taken back, which may have happened since it was listed.
        let dump = app.dump(name).await?.ok_or(ApiError::Superseded(name))?;
        return if redacted.is_in(dump.change) { Err(ApiError::Superseded(name)) } else { Ok(dump) };
    }
    let mut soon = false;
    loop {
        let known = app.dumps(soon).await?;
        let mut taken_back = false;
        for one in known.iter() {
            if !one.withdrawn
                && let Some(dump) = readable(app, one.name).await?
                && !redacted.is_in(dump.change)
            {
                if taken_back && !soon {
                    break;
                }
                return Ok(dump);
            }
            taken_back = true;
        }
        match (soon, known.is_empty()) {
            (true, true) => return Err(missing()),
            (true, false) => return Err(ApiError::NotReady(NEXT_SOON)),
            // A later dump than the one listed may be there by now.
            (false, _) => soon = true,
        }
    }
}

/// A dump whose description can be read. An unreadable one must not hide the others.
async fn readable(app: &App, name: DumpName) -> Result<Option<Arc<Published>>, ApiError> {
    match app.dump(name).await {
        Ok(dump) => Ok(dump),
        Err(error @ StoreError::Inconsistent { .. }) => {
            tracing::warn!("cannot read the dump of {name}: {error}");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Accepted encodings, best first, with their file extensions.
fn encodings(headers: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> {
    let accepted: Vec<String> = wishes(headers, &header::ACCEPT_ENCODING)
        .filter(|wish| !wish.refused)
        .map(|wish| wish.name)
        .collect();
    [("zstd", "zst"), ("gzip", "gz")]
        .into_iter()
        .filter(move |(coding, _)| accepted.iter().any(|one| one == coding))
}

/// The requested byte range; `None` for the whole file, as also when the range is malformed or has several parts
/// (RFC 9110 lets servers ignore those). Errors: the range lies outside the file.
fn wanted_range(
    method: &Method,
    headers: &HeaderMap,
    tag: &HeaderValue,
    bytes: u64,
) -> Result<Option<RangeInclusive<u64>>, ()> {
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    // With If-Range, a part is sent only if the client's earlier parts are of the same file. A date does not count
    // there: the compressed copies of a file have the same date and other bytes.
    let other = headers.get(header::IF_RANGE).is_some_and(|known| known != tag);
    let Some(range) = range.filter(|_| *method == Method::GET && !other) else { return Ok(None) };
    let Ok(ranges) = parse_range_header(range.trim()) else { return Ok(None) };
    match ranges.validate(bytes) {
        Ok(parts) => Ok(<[RangeInclusive<u64>; 1]>::try_from(parts).ok().map(|[part]| part)),
        Err(RangeUnsatisfiableError::Unsatisfiable) => Err(()),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_everything_else_ignored() {
        #[track_caller]
        fn check(range: &'static str, bytes: u64, expected: Result<Option<RangeInclusive<u64>>, ()>) {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
            let tag = HeaderValue::from_static("\"a\"");
            assert_eq!(wanted_range(&Method::GET, &headers, &tag, bytes), expected, "{range} of {bytes}");
            assert_eq!(wanted_range(&Method::HEAD, &headers, &tag, bytes), Ok(None));
        }
        check("bytes=0-9", 100, Ok(Some(0..=9)));
        check("bytes=90-", 100, Ok(Some(90..=99)));
        check("bytes=90-200", 100, Ok(Some(90..=99)));
        check("bytes=-10", 100, Ok(Some(90..=99)));
        check("bytes=-1000", 100, Ok(Some(0..=99)));
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
        check("bytes=99-99999999999999999999", 100, Ok(Some(99..=99)));
        check("bytes=99999999999999999999-", 100, Err(()));
        check("bytes=+1-2", 100, Ok(None));
        check("bytes=0-9,5-6", 100, Ok(None));
    }

    #[test]
    fn a_part_is_sent_only_of_the_file_the_client_knows() {
        #[track_caller]
        fn check(known: &'static str, expected: Option<RangeInclusive<u64>>) {
            let headers = HeaderMap::from_iter([
                (header::RANGE, HeaderValue::from_static("bytes=0-9")),
                (header::IF_RANGE, HeaderValue::from_static(known)),
            ]);
            let tag = HeaderValue::from_static("\"a\"");
            assert_eq!(wanted_range(&Method::GET, &headers, &tag, 100), Ok(expected), "{known}");
        }
        check("\"a\"", Some(0..=9));
        check("\"b\"", None);
        check("W/\"a\"", None);
        check("Fri, 01 May 2026 00:00:00 GMT", None);
        check("a", None);
    }
}
