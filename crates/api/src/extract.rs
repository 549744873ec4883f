//! Queries and paths: read strictly, with all faults reported at once. What a parameter may be is declared in
//! [`parameters`](crate::parameters).

use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use domain::RecordId;
use domain::codes::nearest;
use percent_encoding::percent_decode_str;

use crate::problem::{ApiError, Fault};

/// The longest query, in bytes.
pub(crate) const QUERY_MAX: usize = 8 * 1024;

/// Query parameters, in the order sent.
#[derive(Debug, Clone)]
pub(crate) struct Params(pub(crate) Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Parses a query string. Errors: [`ApiError::Malformed`].
pub(crate) fn parse(query: &str) -> Result<Vec<(String, String)>, ApiError> {
    if query.len() > QUERY_MAX {
        return Err(ApiError::Malformed(format!("the query is longer than {QUERY_MAX} bytes")));
    }
    let decode = |text: &str| -> Result<String, ApiError> {
        let text = text.replace('+', " ");
        let decoded = percent_decode_str(&text)
            .decode_utf8()
            .map_err(|_| ApiError::Malformed("the query is not UTF-8".to_owned()))?;
        if decoded.contains('\0') {
            return Err(ApiError::Malformed("the query holds a NUL character".to_owned()));
        }
        Ok(decoded.into_owned())
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(key)?, decode(value)?))
        })
        .collect()
}

/// Takes parameters one by one and collects faults. Ends with [`finish`](Self::finish), which refuses any
/// that are left.
#[derive(Debug)]
pub(crate) struct Taker {
    sent: Vec<(String, String)>,
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    pub(crate) faults: Vec<Fault>,
}

impl Taker {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self { sent: pairs.clone(), pairs, known: Vec::new(), faults: Vec::new() }
    }

    /// Takes everything that was sent, in the order sent.
    pub(crate) fn sent(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.sent)
    }

    /// All values of a repeatable parameter; empty values are faults.
    pub(crate) fn many(&mut self, key: &'static str) -> Vec<String> {
        self.known.push(key);
        let mut values = Vec::new();
        self.pairs.retain(|(name, value)| {
            if name == key {
                values.push(value.clone());
            }
            name != key
        });
        if values.iter().any(String::is_empty) {
            self.fault(
                Fault::new(key, "empty-value", format!("{key} is empty"))
                    .hint("give a value or leave it out"),
            );
            values.retain(|value| !value.is_empty());
        }
        values.dedup();
        values
    }

    /// The value of a parameter that may be given once.
    pub(crate) fn one(&mut self, key: &'static str) -> Option<String> {
        let mut values = self.many(key);
        if values.len() > 1 {
            self.fault(
                Fault::new(key, "repeated", format!("{key} stands {} times", values.len()))
                    .hint("give it once"),
            );
        }
        values.pop()
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Refuses parameters that were not taken, suggesting the nearest name. Errors: [`ApiError::Query`] with
    /// every fault found since the start.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        for (key, _) in std::mem::take(&mut self.pairs) {
            let fault = Fault::new(&key, "unknown-parameter", format!("'{key}' is not a parameter here"));
            let all = if self.known.is_empty() { "none".to_owned() } else { self.known.join(", ") };
            let hint = match nearest(&key, self.known.iter().map(|known| (*known, *known))) {
                Some(near) => format!("did you mean '{near}'? parameters: {all}"),
                None => format!("parameters: {all}"),
            };
            self.faults.push(fault.hint(hint));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(ApiError::Query(self.faults)) }
    }
}

/// For operations without parameters: refuses any query.
#[derive(Debug)]
pub(crate) struct NoParams;

impl<S: Send + Sync> FromRequestParts<S> for NoParams {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Params(pairs) = <Params as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Taker::new(pairs).finish().map(|()| Self)
    }
}

/// A path segment, as text.
#[derive(Debug)]
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(bad_path)
    }
}

/// A record id in the path. A malformed one is refused without a look-up.
#[derive(Debug)]
pub(crate) struct IdInPath(pub(crate) RecordId);

impl<S: Send + Sync> FromRequestParts<S> for IdInPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Segment(text) = <Segment as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(Self(text.parse()?))
    }
}

/// A record id and a version number in the path.
#[derive(Debug)]
pub(crate) struct VersionInPath(pub(crate) RecordId, pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for VersionInPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, number) = path.map_err(bad_path)?.0;
        let id: RecordId = id.parse()?;
        let plain = number.bytes().all(|byte| byte.is_ascii_digit());
        match number.parse() {
            Ok(number @ 1..) if plain => Ok(Self(id, number)),
            _ => Err(ApiError::BadId(format!(
                "'{}' is not a version number: versions count 1, 2, 3",
                domain::cell::short(&number)
            ))),
        }
    }
}

fn bad_path(rejection: PathRejection) -> ApiError {
    ApiError::Malformed(rejection.body_text())
}
