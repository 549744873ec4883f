//! Who signed in, and what they send; whoever did not is asked to, and goes on where they were.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::sign_in;
use crate::address::query;
use crate::ask::{Interface, Problem};
use crate::form::Typed;
use crate::layout::Frame;
use crate::pages::problem::NotShown;

/// The longest form without a file, in bytes.
const FORM_MAX: usize = 2 << 20;
/// Where people sign in.
const SIGN_IN: &str = "/submit/sign-in";

/// A role, and the body for which it is held.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Held {
    pub(crate) role: String,
    pub(crate) organisation: Option<String>,
}

/// Who signed in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Me {
    pub(crate) name: String,
    pub(crate) roles: Vec<Held>,
}

impl Me {
    /// Whether they hold one of some roles.
    pub(crate) fn is(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|held| roles.contains(&held.role.as_str()))
    }

    /// The bodies for which they hold one of some roles, by slug.
    pub(crate) fn bodies(&self, roles: &[&str]) -> Vec<&str> {
        let held = self.roles.iter().filter(|held| roles.contains(&held.role.as_str()));
        let mut bodies: Vec<&str> = held.filter_map(|held| held.organisation.as_deref()).collect();
        bodies.sort_unstable();
        bodies.dedup();
        bodies
    }
}

/// Somebody who signed in, and the interface as they ask it.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) interface: Interface,
    pub(crate) me: Me,
}

impl Visitor {
    /// What stands around a page of theirs.
    pub(crate) fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(title, "submit").who(&self.me.name)
    }
}

impl FromRequestParts<Interface> for Visitor {
    type Rejection = NotShown;

    async fn from_request_parts(parts: &mut Parts, interface: &Interface) -> Result<Self, NotShown> {
        let interface = interface.by(&parts.headers);
        let me = interface.get("/api/v1/people/me").await?;
        Ok(Self { interface, me })
    }
}

/// A file that was sent in a form.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// A form that was sent, with a file or without.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) typed: Typed,
    pub(crate) file: Option<File>,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = NotShown;

    async fn from_request(request: Request, state: &S) -> Result<Self, NotShown> {
        let cannot = |title: &str, status: StatusCode| {
            let title = title.to_owned();
            NotShown::from(Problem { title, status: status.as_u16(), ..Problem::default() })
        };
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let body = Bytes::from_request(request, state).await;
            let body = body.map_err(|_| {
                cannot("What was sent is too long for one form", StatusCode::PAYLOAD_TOO_LARGE)
            })?;
            return Ok(Self { typed: Typed::read(&body), file: None });
        }
        let broken =
            |_| cannot("The file is too large, or did not come whole", StatusCode::PAYLOAD_TOO_LARGE);
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| cannot("The form cannot be read", StatusCode::BAD_REQUEST))?;
        let mut form = Self { typed: Typed::default(), file: None };
        while let Some(part) = parts.next_field().await.map_err(|error| broken(error.status()))? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = part.bytes().await.map_err(|error| broken(error.status()))?;
                    if !file.is_empty() {
                        form.file = Some(File { name: file, bytes });
                    }
                }
                None => {
                    let text = part.text().await.map_err(|error| broken(error.status()))?;
                    form.typed.add(&name, text.replace("\r\n", "\n"));
                }
            }
        }
        Ok(form)
    }
}

/// Whether a path may be gone to after signing in: one of this side.
pub(crate) fn is_ours(path: &str) -> bool {
    path.strip_prefix("/submit").is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        && !path.contains("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// Nothing of this side is kept by anybody; whoever is not signed in is asked to, and what they typed is kept.
pub(crate) async fn private(State(interface): State<Interface>, request: Request, next: Next) -> Response {
    let to = request.uri().path_and_query().map_or("/submit", |path| path.as_str()).to_owned();
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let asks = request.uri().path() == SIGN_IN;
    let (request, typed) = if read || asks || !form {
        (request, None)
    } else {
        let (parts, body) = request.into_parts();
        match to_bytes(body, FORM_MAX).await {
            Ok(body) => (Request::from_parts(parts, Body::from(body.clone())), Some(body)),
            Err(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        }
    };
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED && !asks {
        response = match typed {
            Some(typed) => sign_in::interrupted(&interface, &to, &typed).await,
            None => {
                let to = if is_ours(&to) { to } else { "/submit".to_owned() };
                Redirect::to(&format!("{SIGN_IN}{}", query(&[("to".to_owned(), to)]))).into_response()
            }
        };
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// The faults of a problem, if it is one of what was sent. Errors: it is another.
pub(crate) fn faults(problem: NotShown) -> Result<crate::form::Faults, NotShown> {
    let mut faults = crate::form::Faults::default();
    for fault in problem.into_faults()? {
        faults.add(name_of(&fault.pointer), fault.sentence());
    }
    Ok(faults)
}

/// What a pointer names in a form: `/record/sectors/1` is `sectors.1`.
pub(crate) fn name_of(pointer: &str) -> String {
    let path = pointer.strip_prefix("/record").filter(|rest| rest.starts_with('/')).unwrap_or(pointer);
    path.trim_start_matches('/').replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_pointer_names_a_part_of_a_form() {
        assert_eq!(name_of("/record/sectors/1"), "sectors.1");
        assert_eq!(name_of("/note"), "note");
        assert_eq!(name_of("/recording"), "recording");
        assert_eq!(name_of(""), "");
    }
}
