//! HTTP requests that always end: with a complete answer, or without one.

use std::time::Duration;

use serde_json::Value;
use ureq::http::{Method, Request};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(2);
/// Longest answer read, in bytes.
const LONGEST: u64 = 512 << 20;

/// A client of one register.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    address: String,
    token: String,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: String,
    pub(crate) text: String,
}

impl Answer {
    /// Whether the status is a success.
    pub(crate) fn done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; null if it is not JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A text member of the body; empty if missing.
    pub(crate) fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }
}

impl Client {
    /// A client for a register on this machine. An empty token means none.
    pub(crate) fn new(port: u16, token: &str) -> Self {
        Self { token: token.to_owned(), ..Self::patient(port, PATIENCE) }
    }

    /// A client without a token that waits longer or shorter than usual.
    pub(crate) fn patient(port: u16, patience: Duration) -> Self {
        let settings = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .max_idle_connections(1);
        let address = format!("http://127.0.0.1:{port}");
        Self { agent: settings.build().into(), address, token: String::new() }
    }

    /// The same client with another token.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// GETs a path.
    pub(crate) fn get(&self, path: &str) -> Option<Answer> {
        self.send(Method::GET, path, &[], String::new())
    }

    /// POSTs JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string())
    }

    /// Sends a request; `None` without a complete answer.
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = match body.is_empty() {
            true => self.agent.run(request.body(()).ok()?),
            false => self.agent.run(request.body(body).ok()?),
        };
        let mut response = response.ok()?;
        let text = response.body_mut().with_config().limit(LONGEST).lossy_utf8(true).read_to_string().ok()?;
        let etag = response.headers().get("etag").and_then(|value| value.to_str().ok());
        Some(Answer { status: response.status().as_u16(), etag: etag.unwrap_or_default().to_owned(), text })
    }
}
