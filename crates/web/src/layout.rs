//! The frame around every page, and the headers it is sent with.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::language::say;

const STYLE: &str = include_str!("../assets/register.css");
const MARK: &str = include_str!("../assets/mark.svg");
/// Our own styles and images, forms to ourselves, and nothing else. No scripts at all.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The stylesheet's address. It changes with the content, so browsers may cache it for ever.
static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let hash: String =
        Sha256::digest(STYLE.as_bytes())[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/register.css?{hash}")
});

/// The page's content in another format.
#[derive(Debug, Clone)]
pub(crate) struct Twin {
    /// What to call it.
    pub(crate) name: String,
    /// Media type.
    pub(crate) kind: &'static str,
    /// Its address.
    pub(crate) href: String,
}

impl Twin {
    pub(crate) fn json(href: String) -> Self {
        Self { name: "JSON".to_owned(), kind: "application/json", href }
    }

    pub(crate) fn csv(href: String) -> Self {
        Self { name: "CSV".to_owned(), kind: "text/csv", href }
    }

    pub(crate) fn atom(href: String) -> Self {
        Self { name: say("feed-atom").to_string(), kind: "application/atom+xml", href }
    }
}

/// What goes around a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// The page's title.
    pub(crate) title: String,
    /// A description for search engines and previews.
    pub(crate) description: Option<String>,
    /// A note about the data, such as that they are made up.
    pub(crate) about: Option<String>,
    /// The same content in other formats.
    pub(crate) twins: Vec<Twin>,
    /// The navigation entry to highlight.
    pub(crate) under: &'static str,
    /// The name of the person signed in.
    pub(crate) who: Option<String>,
}

impl Frame {
    pub(crate) fn new(title: impl std::fmt::Display, under: &'static str) -> Self {
        Self { title: title.to_string(), under, ..Self::default() }
    }

    pub(crate) fn about(mut self, about: Option<String>) -> Self {
        self.about = about;
        self
    }

    pub(crate) fn who(mut self, who: &str) -> Self {
        self.who = Some(who.to_owned());
        self
    }

    pub(crate) fn twins(mut self, twins: Vec<Twin>) -> Self {
        self.twins = twins;
        self
    }

    pub(crate) fn described(mut self, description: Option<String>) -> Self {
        self.description = description;
        self
    }

    /// For templates: the description, or the register's own.
    pub(crate) fn description(&self) -> String {
        self.description.clone().unwrap_or_else(|| say("register-in-a-sentence").to_string())
    }

    /// For templates: the stylesheet's address.
    #[expect(clippy::unused_self, reason = "templates call it on their frame")]
    pub(crate) fn style(&self) -> &'static str {
        &STYLE_ADDRESS
    }
}

/// A page title, marked as an error if the form was refused (as GOV.UK pages do).
pub(crate) fn titled(title: impl std::fmt::Display, wrong: bool) -> String {
    if wrong { say("error-of").with("title", title.to_string()).to_string() } else { title.to_string() }
}

/// As [`CSP`], but other sites may embed the page, and it has no forms.
const CSP_FRAMED: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *",
);

/// Sends a page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    sent(status, template, CSP)
}

/// Sends a page that other sites may embed.
pub(crate) fn framed(template: &impl Template) -> Response {
    sent(StatusCode::OK, template, CSP_FRAMED)
}

fn sent(status: StatusCode, template: &impl Template, policy: HeaderValue) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        // Does not happen: a template writes to memory.
        Err(error) => return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    };
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)];
    (status, headers, html).into_response()
}

fn asset(kind: &'static str, cache: HeaderValue, body: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, cache)];
    (headers, body).into_response()
}

pub(crate) async fn style() -> Response {
    asset("text/css; charset=utf-8", FOR_EVER, STYLE)
}

pub(crate) async fn mark() -> Response {
    asset("image/svg+xml", FOR_A_DAY, MARK)
}
