//! What all answers share: validators and 304, caching, API version, security headers, the Host check and
//! load shedding.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use store::ground::line::{Full, Line, Room};

use crate::problem::ApiError;
use crate::tags::Known;
use crate::version::API_VERSION;
use crate::wishes::wishes;
use crate::{App, client};

/// Caching of public answers.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600");
/// Caching of answers to a signed-in person: none.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
/// The same for files, which must not be transformed on the way.
const PRIVATE_AS_IT_IS: HeaderValue = HeaderValue::from_static("private, no-store, no-transform");
/// The API needs no scripts or styles; only its documentation page does.
const CSP: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
const CSP_DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; font-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
);
/// The last second of the year 9999, after which HTTP has no dates, in Unix seconds.
const LATEST_DATE: i64 = 253_402_300_799;
/// For a year, browsers ask by https only. Not for subdomains, which may be others'.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// How many requests are handled at once, and how many wait for that. One address has at most half of both, so that
/// there is always room for others.
pub(crate) const REQUESTS: Room =
    Room { at_once: 512, at_once_of_one: 256, waiting: 512, waiting_of_one: 256 };
/// How long a request waits until it is handled.
const REQUEST_WAITS: Duration = Duration::from_secs(5);
/// How long an answer may take to begin.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

const VERSION: HeaderName = HeaderName::from_static("api-version");

/// Whether a browser is asking for a page outside the API.
pub(crate) fn wants_page(request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    matches!(*request.method(), Method::GET | Method::HEAD)
        && !request.uri().path().starts_with("/api/")
        && accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

/// Whether browsers may be told to use https only: if the register's public address does.
pub(crate) fn secure(app: &App) -> bool {
    app.base_url.starts_with("https://")
}

/// Sets the headers every answer carries.
pub(crate) async fn headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let docs = request.uri().path().starts_with("/api/docs");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(VERSION, HeaderValue::from_static(API_VERSION));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    // A page meant for frames brings its own policy.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(if docs { CSP_DOCS } else { CSP });
    response
}

/// Ends answers that take too long to begin.
pub(crate) async fn in_time(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::TimedOut.into_response(),
    }
}

/// Refuses requests without exactly one Host, and those beyond [`REQUESTS`].
pub(crate) async fn guard(State(line): State<Line>, request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11 && request.uri().host().is_none()) {
        return ApiError::Malformed("a request has exactly one Host".to_owned()).into_response();
    }
    match line.turn(client::network(), REQUEST_WAITS).await {
        Ok(_turn) => next.run(request).await,
        Err(Full) => ApiError::Overloaded.into_response(),
    }
}

/// The host of the register's public address, lower case.
#[derive(Debug, Clone)]
pub(crate) struct OwnHost(Arc<str>);

impl OwnHost {
    /// The host that requests must name; `None` if any will do.
    pub(crate) fn of(app: &App) -> Option<Self> {
        let url = app.checks_host.then(|| url::Url::parse(&app.base_url).ok()).flatten()?;
        Some(Self(url.host_str()?.to_ascii_lowercase().into()))
    }

    /// Whether a request for this host and port, as in `Host`, is for this register. The machine itself may use
    /// any of its own names.
    fn is(&self, authority: &str) -> bool {
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case(&self.0)
            || host.eq_ignore_ascii_case("localhost")
            || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
    }
}

/// Refuses requests for another host than the register's own: links in answers, caches in front and browsers'
/// rules all rely on it. Health checks may name any.
pub(crate) async fn own_host(State(own): State<OwnHost>, request: Request, next: Next) -> Response {
    if !matches!(request.uri().path(), "/healthz" | "/readyz") {
        let named =
            request.headers().get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
        let asked = request.uri().authority().map(|authority| authority.as_str());
        if let Some(other) = asked.into_iter().chain(named).find(|host| !own.is(host)) {
            let (other, own) = (domain::cell::short(other), own.0.to_string());
            return ApiError::WrongHost { other, own }.into_response();
        }
    }
    next.run(request).await
}

/// Sets `ETag`, `Last-Modified` and `Cache-Control` on public reads, and answers 304.
pub(crate) async fn validators(State(app): State<App>, request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let operational = matches!(path, "/healthz" | "/readyz");
    let extension =
        path.rsplit('/').next().and_then(|last| last.rsplit_once('.')).map(|(_, end)| end.to_owned());
    // Files of dumps and of the log have one media type each, whatever `Accept` says.
    let file = path.starts_with("/data/") || path.starts_with("/log/") || path.ends_with("/proof");
    if read && !operational && !file && !accepts(request.headers(), extension.as_deref()) {
        return ApiError::NotAcceptable.into_response();
    }
    let known = Known::of(request.headers());
    let signed_in = request.headers().contains_key(header::AUTHORIZATION)
        || request.headers().contains_key(header::COOKIE);
    let mut response = next.run(request).await;
    if signed_in {
        let headers = response.headers_mut();
        let stays = headers.get(header::CACHE_CONTROL).is_some_and(says_no_transform);
        headers.insert(header::CACHE_CONTROL, if stays { PRIVATE_AS_IT_IS } else { PRIVATE });
    }
    if !read || operational || signed_in || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = match parts.headers.contains_key(header::ETAG) {
        true => body,
        // A body of known length is in memory already, so it can be hashed without breaking a stream.
        false if body.size_hint().exact().is_some() => match body.collect().await {
            Ok(whole) => {
                let bytes: Bytes = whole.to_bytes();
                parts.headers.insert(header::ETAG, etag(&bytes));
                Body::from(bytes)
            }
            Err(_) => return ApiError::Inside.into_response(),
        },
        false => body,
    };
    if !parts.headers.contains_key(header::CACHE_CONTROL) {
        parts.headers.insert(header::CACHE_CONTROL, CACHE);
    }
    if !parts.headers.contains_key(header::LAST_MODIFIED) {
        parts.headers.insert(header::LAST_MODIFIED, http_date(app.search.state().changed_at));
    }
    if let Some(tag) = parts.headers.get(header::ETAG)
        && known.has(tag)
    {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, body)
}

fn says_no_transform(cache: &HeaderValue) -> bool {
    cache.to_str().is_ok_and(|cache| cache.contains("no-transform"))
}

/// Whether an answer may be compressed: not a part of a file, nor one marked `no-transform`, since
/// compression would change the bytes.
pub(crate) fn may_be_changed(
    _: StatusCode,
    _: Version,
    headers: &HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    !headers.get(header::CACHE_CONTROL).is_some_and(says_no_transform)
        && !headers.contains_key(header::CONTENT_RANGE)
}

/// A weak validator: compression may change the bytes but not the content.
pub(crate) fn etag(bytes: &[u8]) -> HeaderValue {
    let hash = hex::encode(&Sha256::digest(bytes)[..12]);
    HeaderValue::from_str(&format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// A time in the format of HTTP headers.
pub(crate) fn http_date(at: DateTime<Utc>) -> HeaderValue {
    // `httpdate` panics outside the years 1970 to 9999, and this time comes from a database.
    let at = at.timestamp().clamp(0, LATEST_DATE).unsigned_abs();
    let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at));
    HeaderValue::try_from(text).expect("an HTTP date is plain ASCII")
}

/// Whether `Accept` allows a media type that the path's extension offers.
fn accepts(headers: &HeaderMap, extension: Option<&str>) -> bool {
    let given: &[&str] = match extension {
        Some("parquet") => &["application/vnd.apache.parquet", "application/octet-stream", "application/*"],
        Some("csv") => &["text/csv", "text/*"],
        Some("xlsx") => &[
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/octet-stream",
            "application/*",
        ],
        Some("atom") => &["application/atom+xml", "application/xml", "text/xml", "application/*", "text/*"],
        Some("json") => &["application/feed+json", "application/json", "application/*"],
        Some("ndjson") => &["application/x-ndjson", "application/*"],
        Some("html" | "txt" | "css" | "js" | "png" | "map" | "yaml") => return true,
        _ => &["application/json", "application/*", "application/problem+json", "text/html"],
    };
    let mut said = false;
    for wish in wishes(headers, &header::ACCEPT) {
        said = true;
        if !wish.refused && (wish.name == "*/*" || given.contains(&wish.name.as_str())) {
            return true;
        }
    }
    !said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_http_dates_whatever_the_year() {
        #[track_caller]
        fn check(at: &str, expected: &str) {
            assert_eq!(http_date(at.parse().unwrap()), expected, "{at}");
        }
        check("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT");
        check("2026-05-01T23:59:59.999Z", "Fri, 01 May 2026 23:59:59 GMT");
        check("1969-12-31T23:59:59Z", "Thu, 01 Jan 1970 00:00:00 GMT");
        check("+12026-05-01T00:00:00Z", "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn a_refused_media_type_is_not_sent() {
        #[track_caller]
        fn check(accept: &'static str, extension: Option<&str>, expected: bool) {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(accepts(&headers, extension), expected, "{accept} for {extension:?}");
        }
        check("", None, true);
        check("application/json", None, true);
        check("Text/CSV;q=0.1", Some("csv"), true);
        check("text/csv", None, false);
        check("text/csv; q=0", Some("csv"), false);
        check("text/csv;Q=0.000", Some("csv"), false);
        check("text/csv;header=present;q=0", Some("csv"), false);
        check("image/png, */*;q=0.1", Some("csv"), true);
        // Java's old default has a star alone.
        check("text/html, image/gif, *; q=.2, */*; q=.2", Some("csv"), true);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_a_problem_too() {
        let patience = axum::middleware::from_fn_with_state(Duration::from_millis(20), in_time);
        let router = axum::Router::new()
            .route("/quick", axum::routing::get(|| async { "here" }))
            .route("/slow", axum::routing::get(std::future::pending::<&'static str>))
            .layer(patience);
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            tower::ServiceExt::oneshot(router.clone(), request).await.unwrap()
        };
        assert_eq!(ask("/quick").await.status(), StatusCode::OK);
        let slow = ask("/slow").await;
        assert_eq!(slow.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(slow.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(slow.headers()[header::RETRY_AFTER], "5");
        let body = slow.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains("/problems/timed-out"));
    }

    #[test]
    fn the_own_host_and_the_machine_itself_are_known() {
        let own = OwnHost("register.example".into());
        for host in [
            "register.example",
            "Register.Example:443",
            "localhost:8080",
            "127.0.0.1",
            "127.0.0.2:8080",
            "[::1]:8080",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(own.is(host), "{host}");
        }
        for host in [
            "",
            "example",
            "evil.example",
            "register.example.evil",
            "register.example:80@evil",
            "10.0.0.1",
            "[::2]:1",
        ] {
            assert!(!own.is(host), "{host}");
        }
    }
}
