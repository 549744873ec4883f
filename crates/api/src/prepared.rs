//! Prepared answers: an answer is sent again from memory as long as nothing was written since. This sits in
//! front of every other layer, so such a request is only parsed, looked up and answered.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::Datelike;
use http_body_util::BodyExt;
use moka::sync::Cache;

use crate::App;
use crate::limits::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::problem::ApiError;
use crate::tags::Known;

/// Website pages that are prepared too; a path matches by its beginning.
const PAGES: &[&str] = &[
    "/records",
    "/suggest",
    "/organisations",
    "/coverage",
    "/suppliers",
    "/products",
    "/contracts",
    "/assessments",
    "/statistics",
    "/gaps",
    "/log",
    "/embed/",
];
/// Path prefixes of languages other than English.
const LANGUAGES: &[&str] = &["/cy"];
/// Memory for answers sent to clients, in bytes.
pub(crate) const SENT: u64 = 48 << 20;
/// Memory for API answers that website pages are built from, in bytes.
pub(crate) const ASKED: u64 = 16 << 20;
/// The largest answer to keep, in bytes.
const ANSWER_MAX: usize = 256 << 10;
/// Memory an answer takes besides body and key, in bytes.
const BESIDE: usize = 1_500;

/// An answer as sent.
#[derive(Debug)]
struct Answer {
    /// The state it was made in: index generation, and this process's count of public writes.
    state: (u64, u64),
    headers: HeaderMap,
    body: Bytes,
}

/// The answers in memory.
#[derive(Debug, Clone)]
pub(crate) struct Prepared(Cache<Bytes, Arc<Answer>>);

impl Prepared {
    /// Keeps answers up to this many bytes.
    pub(crate) fn new(memory: u64) -> Self {
        let weigh = |key: &Bytes, answer: &Arc<Answer>| {
            (key.len() + answer.body.len() + BESIDE).try_into().unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(memory).weigher(weigh).build())
    }
}

/// The key of a request: everything its answer depends on besides the register's state, that is day, address
/// and accepted types and encodings. `None` for requests that are never prepared: other methods and paths,
/// signed-in people, and unusual headers. The day counts because flags depend on it.
fn key(request: &Request, day: i32) -> Option<Bytes> {
    let headers = request.headers();
    let plain = matches!(*request.method(), Method::GET | Method::HEAD)
        && follows_from_the_state(request.uri().path())
        && headers.get_all(header::HOST).iter().count() == 1
        && headers.get_all(header::ACCEPT).iter().count() <= 1
        && headers.get_all(header::ACCEPT_ENCODING).iter().count() <= 1
        && !headers.contains_key(header::AUTHORIZATION)
        && !headers.contains_key(header::COOKIE);
    if !plain {
        return None;
    }
    let address = request.uri().path_and_query()?.as_str();
    let value = |name| headers.get(name).map_or(&b""[..], |value| value.as_bytes());
    let (accept, encoding) = (value(header::ACCEPT), value(header::ACCEPT_ENCODING));
    // `*/*` means the same as no Accept header, so they share an answer.
    let accept = if accept == b"*/*" { &b""[..] } else { accept };
    let mut key = Vec::with_capacity(address.len() + accept.len() + encoding.len() + 6);
    key.extend_from_slice(&day.to_ne_bytes());
    key.extend_from_slice(address.as_bytes());
    key.push(b'\n');
    key.extend_from_slice(accept);
    key.push(b'\n');
    key.extend_from_slice(encoding);
    Some(key.into())
}

/// Whether answers at a path change only with the register's state. Dumps do not count as a change of it, and
/// previews and corrections are for one reader.
fn follows_from_the_state(path: &str) -> bool {
    let language = LANGUAGES.iter().find_map(|language| {
        path.strip_prefix(language).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let path = language.map_or(path, |rest| if rest.is_empty() { "/" } else { rest });
    let page = path == "/" || PAGES.iter().any(|pages| path.starts_with(pages));
    let apart = ["/api/v1/dumps", "/api/v1/previews", "/api/v1/corrections"];
    (path.starts_with("/api/v1/") || page) && !apart.iter().any(|one| path.starts_with(one))
}

/// Answers from memory, or keeps the answer that is made.
pub(crate) async fn prepared(
    State(own): State<Arc<(App, Prepared)>>,
    request: Request,
    next: Next,
) -> Response {
    let (app, kept) = &*own;
    let day = (app.clock)().num_days_from_ce();
    let Some(key) = key(&request, day) else { return next.run(request).await };
    // Read before the answer is made: if the state changes meanwhile, the answer will not match and is not
    // reused.
    let state = (app.search.generation(), app.written.load(Ordering::SeqCst));
    if let Some(answer) = kept.0.get(&key).filter(|answer| answer.state == state) {
        return answer.send(&request);
    }
    let head = *request.method() == Method::HEAD;
    let response = next.run(request).await;
    let whole = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        ["application/json", "text/html"].iter().any(|one| kind.as_bytes().starts_with(one.as_bytes()))
    });
    // An answer that may not be cached must not be kept here either.
    let control = response.headers().get(header::CACHE_CONTROL).and_then(|said| said.to_str().ok());
    let kept_by_nobody = control.is_some_and(|said| said.contains("no-store") || said.contains("private"));
    if head || response.status() != StatusCode::OK || !whole || kept_by_nobody {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await.map(|body| body.to_bytes()) else {
        return ApiError::Inside.into_response();
    };
    parts.headers.remove(header::TRANSFER_ENCODING);
    if body.len() <= ANSWER_MAX {
        let mut headers = parts.headers.clone();
        // What was left to the first reader is nobody else's business.
        headers.remove(RATE_LIMIT);
        headers.remove(RATE_LIMIT_POLICY);
        let answer = Answer { state, headers, body: body.clone() };
        kept.0.insert(key, Arc::new(answer));
    }
    Response::from_parts(parts, Body::from(body))
}

impl Answer {
    fn send(&self, request: &Request) -> Response {
        let known = Known::of(request.headers());
        let known = self.headers.get(header::ETAG).is_some_and(|tag| known.has(tag));
        let mut response = Response::new(match (known, request.method() == Method::HEAD) {
            (false, false) => Body::from(self.body.clone()),
            _ => Body::empty(),
        });
        let mut headers = self.headers.clone();
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            headers.remove(header::CONTENT_TYPE);
            headers.remove(header::CONTENT_LENGTH);
        } else if request.method() == Method::HEAD {
            headers.insert(header::CONTENT_LENGTH, self.body.len().into());
        }
        *response.headers_mut() = headers;
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_prepared_in_every_language() {
        for path in ["/", "/records", "/records/R-1", "/cy", "/cy/records", "/cy/embed/x", "/api/v1/records"]
        {
            assert!(follows_from_the_state(path), "{path}");
        }
        for path in ["/cyrecords", "/submit", "/cy/submit", "/cy/data", "/previews/x", "/api/v1/previews/x"] {
            assert!(!follows_from_the_state(path), "{path}");
        }
    }
}
