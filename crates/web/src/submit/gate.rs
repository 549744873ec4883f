//! Asks people to sign in where needed, and brings them back to where they were.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::sent::{FORM_MAX, too_long};
use super::sign_in;
use crate::address::query;
use crate::ask::Interface;

/// The sign-in page.
const SIGN_IN: &str = "/submit/sign-in";

/// Where to go after signing in. Only paths under `/submit`, or a link could lead people to another site.
pub(crate) fn ours(path: &str) -> &str {
    if is_ours(path) { path } else { "/submit" }
}

/// Whether a path is under `/submit`.
fn is_ours(path: &str) -> bool {
    path.strip_prefix("/submit").is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        && !path.contains("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// Whether a form is kept while its writer signs in again. Drafts are. Decisions are not: somebody else may
/// be signing in, so they must decide again.
fn is_held(path: &str) -> bool {
    path == "/submit/new"
        || path.starts_with("/submit/submissions/")
            && (path.contains("/sections/") || path.contains("/items/"))
}

/// The page a form was sent from.
fn page_of(path: &str) -> &str {
    let steps: Vec<&str> = path.split('/').collect();
    let back = match steps.as_slice() {
        ["", "submit", "submissions", _, "do", _] => 2,
        ["", "submit", "submissions", _, "preview-links"] => 1,
        ["", "submit", "records", _, _] | ["", "submit", "people" | "tokens" | "moderation", _] => 1,
        _ => 0,
        // With `back` 0 this wraps to a place that does not exist, and the path stays whole.
    };
    let end = path.rmatch_indices('/').nth(usize::wrapping_sub(back, 1));
    end.map_or(path, |(end, _)| &path[..end])
}

/// Guards the pages for people who sign in. Nothing here may be cached. People who are not signed in are
/// asked to, and what they typed is kept.
pub(crate) async fn private(State(interface): State<Interface>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    // The sign-in page itself answers 401 to a wrong password.
    let asks = uri.path() == SIGN_IN;
    let (request, typed) = if read || !form || !is_held(uri.path()) {
        (request, None)
    } else {
        let (parts, body) = request.into_parts();
        match to_bytes(body, FORM_MAX).await {
            Ok(body) => (Request::from_parts(parts, Body::from(body.clone())), Some(body)),
            Err(_) => return too_long().into_response(),
        }
    };
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED && !asks {
        response = match typed {
            Some(typed) => sign_in::interrupted(&interface, uri.path(), &typed).await,
            None => {
                let to = if read {
                    uri.path_and_query().map_or("", |to| to.as_str())
                } else {
                    page_of(uri.path())
                };
                let to = query(&[("to".to_owned(), ours(to).to_owned())]);
                Redirect::to(&format!("{SIGN_IN}{to}")).into_response()
            }
        };
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_a_decision_is_asked_again_on_its_page() {
        for (path, held, page) in [
            ("/submit/submissions/1/sections/why", true, "/submit/submissions/1/sections/why"),
            ("/submit/submissions/1/items/risks/new", true, "/submit/submissions/1/items/risks/new"),
            ("/submit/new", true, "/submit/new"),
            ("/submit/submissions/1/do/publish", false, "/submit/submissions/1"),
            ("/submit/submissions/1/preview-links", false, "/submit/submissions/1"),
            ("/submit/records/R-1/withdraw", false, "/submit/records/R-1"),
            ("/submit/people/1", false, "/submit/people"),
            ("/submit/tokens", false, "/submit/tokens"),
            ("/submit/uploads/1", false, "/submit/uploads/1"),
        ] {
            assert_eq!((is_held(path), page_of(path)), (held, page), "{path}");
        }
    }

    #[test]
    fn after_signing_in_nobody_is_sent_elsewhere() {
        for ours in ["/submit", "/submit/new?from=x", "/submit?x=1", "/submit/submissions/1/check#summary"] {
            assert!(is_ours(ours), "{ours}");
        }
        for not in [
            "",
            "//evil.example",
            "/submit//evil.example",
            "/submitted",
            "/submit\\evil",
            "https://x/submit",
            "/submit/a b",
            "/records",
        ] {
            assert!(!is_ours(not), "{not}");
        }
    }
}
