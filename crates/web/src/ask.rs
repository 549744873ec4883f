//! Calling the API in the same process.

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::OnceCell;
use tower::ServiceExt;
use wire::{About, Fault, GoneProblem, Problem, Tombstone};

use crate::language::say;
use crate::pages::problem::NotShown;
use crate::words::plain;

/// The API, as called by one person.
#[derive(Debug, Clone)]
pub(crate) struct Interface {
    router: Router,
    /// The cookies of the request being answered; readers send none.
    cookie: Option<HeaderValue>,
    /// The OpenAPI document's schemas, which forms are made from. Read once.
    schemas: Arc<OnceCell<Map<String, Value>>>,
    /// The register's address. Read once.
    base: Arc<OnceCell<String>>,
}

/// A fault in words.
pub(crate) trait Sentence {
    /// What is wrong and what to do, in plain words.
    fn sentence(&self) -> String;
}

impl Sentence for Fault {
    fn sentence(&self) -> String {
        match &self.hint {
            // Drop the hint: the form shows it beside the field.
            _ if self.code == "required" => plain(self.detail.split(':').next().unwrap_or_default()),
            Some(hint) => format!("{}: {hint}", plain(&self.detail)),
            None => plain(&self.detail),
        }
    }
}

/// A problem, from the API or from the website itself.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    /// What a withdrawn record still shows.
    pub(crate) tombstone: Option<Tombstone>,
    /// Whether the title is the website's own text, in the page's language, rather than the API's English.
    pub(crate) of_page: bool,
}

impl Refusal {
    /// Reads the API's problem. Errors: it is none.
    fn read(status: StatusCode, body: &[u8]) -> serde_json::Result<Self> {
        // Other things than records can be gone too, and leave nothing.
        let gone =
            (status == StatusCode::GONE).then(|| serde_json::from_slice::<GoneProblem>(body).ok()).flatten();
        Ok(match gone {
            Some(GoneProblem { problem, tombstone }) => {
                Self { problem, tombstone: Some(tombstone), of_page: false }
            }
            None => Self { problem: serde_json::from_slice(body)?, tombstone: None, of_page: false },
        })
    }

    /// A problem of the website's own.
    pub(crate) fn own(status: StatusCode, title: String) -> Self {
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title,
            status: status.as_u16(),
            detail: None,
            errors: Vec::new(),
            allowed: None,
        };
        Self { problem, tombstone: None, of_page: true }
    }
}

impl Deref for Refusal {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.problem
    }
}

/// What a request carries.
#[derive(Debug, Default)]
pub(crate) struct Sent<'a> {
    /// The revision last read, for `If-Match`.
    pub(crate) revision: Option<&'a str>,
    /// The idempotency key, so that sending twice is safe.
    pub(crate) key: Option<&'a str>,
    pub(crate) json: Option<Value>,
    /// A file, sent instead of JSON.
    pub(crate) file: Option<Bytes>,
}

impl Sent<'_> {
    pub(crate) fn json(value: Value) -> Self {
        Self { json: Some(value), ..Self::default() }
    }
}

impl Interface {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookie: None, schemas: Arc::default(), base: Arc::default() }
    }

    /// The API with the cookies of a request.
    pub(crate) fn by(&self, headers: &HeaderMap) -> Self {
        Self { cookie: headers.get(header::COOKIE).cloned(), ..self.clone() }
    }

    /// The schemas in the OpenAPI document, by name.
    pub(crate) async fn schemas(&self) -> Result<&Map<String, Value>, NotShown> {
        let read = async || {
            let mut document: Value = self.get("/api/v1/openapi.json").await?;
            match document["components"]["schemas"].take() {
                Value::Object(schemas) => Ok(schemas),
                _ => Err(NotShown::ours("the API's document has no schemas")),
            }
        };
        self.schemas.get_or_try_init(read).await
    }

    /// The register's public address, without a slash at the end.
    pub(crate) async fn base(&self) -> Result<&str, NotShown> {
        let read = async || {
            let about: About = self.get("/api/v1").await?;
            Ok(about.documentation.trim_end_matches("/api/docs").to_owned())
        };
        self.base.get_or_try_init(read).await.map(String::as_str)
    }

    /// GETs an address. Errors: the API's problem, as a page.
    pub(crate) async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, NotShown> {
        self.ask(Method::GET, address, Sent::default()).await
    }

    /// POSTs JSON. Errors: as [`Interface::get`].
    pub(crate) async fn post<T: DeserializeOwned>(&self, address: &str, json: Value) -> Result<T, NotShown> {
        self.ask(Method::POST, address, Sent::json(json)).await
    }

    /// Sends any request and reads the JSON answer. Errors: as [`Interface::get`].
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        address: &str,
        sent: Sent<'_>,
    ) -> Result<T, NotShown> {
        let answer = self.send(method, address, sent).await?;
        serde_json::from_slice(answer.body()).map_err(|error| NotShown::ours(&error.to_string()))
    }

    /// Sends any request and returns the whole answer. Errors: as [`Interface::get`].
    pub(crate) async fn send(
        &self,
        method: Method,
        address: &str,
        sent: Sent<'_>,
    ) -> Result<Response<Bytes>, NotShown> {
        let mut request = Request::builder().method(method).uri(address);
        if let Some(revision) = sent.revision {
            request = request.header(header::IF_MATCH, format!("\"{revision}\""));
        }
        if let Some(key) = sent.key {
            request = request.header("idempotency-key", key);
        }
        let body = match (sent.json, sent.file) {
            (Some(json), _) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            (None, Some(file)) => {
                request = request.header(header::CONTENT_TYPE, "application/octet-stream");
                Body::from(file)
            }
            (None, None) => Body::empty(),
        };
        self.whole(request, body).await
    }

    /// Sends a request and reads the whole answer. An error status becomes a problem.
    async fn whole(&self, mut request: Builder, body: Body) -> Result<Response<Bytes>, NotShown> {
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.header(header::HOST, "register").body(body);
        // Form text is escaped in addresses, but may not be valid in a header.
        let request =
            request.map_err(|_| NotShown::new(StatusCode::BAD_REQUEST, say("the-form-cannot-be-read")))?;
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|_| NotShown::ours("the answer broke off"))?.to_bytes();
        if parts.status.is_client_error() || parts.status.is_server_error() {
            let refusal = Refusal::read(parts.status, &body);
            let refusal =
                refusal.map_err(|_| NotShown::ours("the API's answer is not a problem it describes"))?;
            return Err(NotShown::from(refusal));
        }
        Ok(Response::from_parts(parts, body))
    }
}
