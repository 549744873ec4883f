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
use crate::pages::problem::SignInAgain;

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

/// Whether a form gives out rights. It is kept while the same person signs in again, which it may need.
fn gives_rights(path: &str) -> bool {
    path == "/submit/tokens" || path.starts_with("/submit/people/")
}

/// The page a form was sent from.
pub(crate) fn sent_from(path: &str) -> &str {
    let steps: Vec<&str> = path.split('/').collect();
    let back = match steps.as_slice() {
        ["", "submit", "submissions", _, "do" | "preview-links", _] => 2,
        ["", "submit", "people", "roles", _] => 2,
        ["", "submit", "submissions", _, "preview-links"] => 1,
        ["", "submit", "records", _, _]
        | ["", "submit", "people" | "tokens" | "moderation" | "replies", _] => 1,
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
    let asked_by = interface.by(request.headers());
    let is_kept = is_held(uri.path()) || gives_rights(uri.path());
    let (request, typed) = if read || !form || !is_kept {
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
        let again = response.extensions().get::<SignInAgain>().is_some();
        response = match typed {
            Some(typed) if again => sign_in::again(&asked_by, uri.path(), &typed).await,
            Some(typed) if is_held(uri.path()) => sign_in::interrupted(&interface, uri.path(), &typed).await,
            _ => {
                let to = if read {
                    uri.path_and_query().map_or("", |to| to.as_str())
                } else {
                    sent_from(uri.path())
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
            ("/submit/submissions/1/preview-links/2", false, "/submit/submissions/1"),
            ("/submit/people/1", false, "/submit/people"),
            ("/submit/people/roles/1", false, "/submit/people"),
            ("/submit/replies/1", false, "/submit/replies"),
            ("/submit/tokens", false, "/submit/tokens"),
            ("/submit/uploads/1", false, "/submit/uploads/1"),
        ] {
            assert_eq!((is_held(path), sent_from(path)), (held, page), "{path}");
        }
    }

    #[test]
    fn forms_that_give_out_rights_are_kept_for_a_second_sign_in() {
        for path in ["/submit/tokens", "/submit/people/1", "/submit/people/roles/1"] {
            assert!(gives_rights(path), "{path}");
        }
        for path in
            ["/submit/tokens/1", "/submit/people", "/submit/submissions/1/do/publish", "/submit/replies/1"]
        {
            assert!(!gives_rights(path), "{path}");
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
