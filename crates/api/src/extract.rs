//! Queries and paths: read strictly, with all faults reported at once.

use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use domain::RecordId;
use domain::codes::nearest;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use store::ground::page::Cursor;
use utoipa::IntoParams;

use crate::problem::{ApiError, Fault};

/// The longest search text for records, in characters.
pub(crate) const SEARCH_MAX: usize = 500;
/// The longest search text for names, in characters.
pub(crate) const NAME_SEARCH_MAX: usize = 200;
/// The longest query, in bytes.
pub(crate) const QUERY_MAX: usize = 8 * 1024;
/// Default number of items per page.
pub(crate) const LIMIT_DEFAULT: u64 = 20;
/// The most items per page.
pub(crate) const LIMIT_MAX: u64 = 100;

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
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    pub(crate) faults: Vec<Fault>,
}

impl Taker {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs, known: Vec::new(), faults: Vec::new() }
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

    /// Reads a parameter with a function that returns a value or a fault.
    pub(crate) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let value = self.one(key)?;
        match read(&value) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(fault);
                None
            }
        }
    }

    /// A search text of at most `max` characters.
    pub(crate) fn search(&mut self, key: &'static str, max: usize) -> Option<String> {
        self.read(key, |text| {
            if text.chars().count() > max {
                return Err(Fault::new(key, "too-long", format!("more than {max} characters"))
                    .hint("search for less"));
            }
            Ok(text.to_owned())
        })
    }

    /// Codes of a code list, each checked.
    pub(crate) fn codes<C: domain::Code>(&mut self, key: &'static str) -> Vec<C> {
        let mut codes = Vec::new();
        for value in self.many(key) {
            match C::parse(&value) {
                Ok(code) if !codes.contains(&code) => codes.push(code),
                Ok(_) => {}
                Err(bad) => self.fault(Fault::new(key, "unknown-code", bad.to_string()).hint(bad.hint())),
            }
        }
        codes
    }

    /// UUIDs, each checked.
    pub(crate) fn uuids(&mut self, key: &'static str) -> Vec<String> {
        let read = |text: &str| text.parse::<uuid::Uuid>().map(|id| id.to_string()).ok();
        self.ids(key, read, "a UUID")
    }

    /// Public record ids, each checked.
    pub(crate) fn record_ids(&mut self, key: &'static str) -> Vec<String> {
        let read = |text: &str| text.parse::<RecordId>().map(|id| id.to_string()).ok();
        self.ids(key, read, "the public id of a record, such as R-4ZK7Q2M")
    }

    fn ids(&mut self, key: &'static str, read: impl Fn(&str) -> Option<String>, what: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for value in self.many(key) {
            match read(&value) {
                Some(id) => ids.push(id),
                None => {
                    let shown = domain::cell::short(&value);
                    self.fault(
                        Fault::new(key, "bad-id", format!("'{shown}' is not an id"))
                            .hint(format!("write {what}")),
                    );
                }
            }
        }
        ids
    }

    /// A date, `YYYY-MM-DD`.
    pub(crate) fn day(&mut self, key: &'static str) -> Option<chrono::NaiveDate> {
        self.read(key, |text| {
            domain::cell::date(key, text).map_err(|finding| {
                Fault::new(key, &finding.code, finding.message).hint(finding.hint.unwrap_or_default())
            })
        })
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        self.read(key, |text| {
            text.parse().map_err(|_| {
                Fault::new(
                    key,
                    "bad-boolean",
                    format!("'{}' is neither true nor false", domain::cell::short(text)),
                )
                .hint("write true or false")
            })
        })
    }

    /// The cursor, which must come from the query with this identity.
    pub(crate) fn cursor(&mut self, identity: &str) -> Option<Cursor> {
        self.read("cursor", |word| {
            Cursor::decode(word, identity).map_err(|error| {
                Fault::new("cursor", "bad-cursor", error.to_string())
                    .hint("take it from next, for the same query")
            })
        })
    }

    /// Items per page.
    pub(crate) fn limit(&mut self) -> u64 {
        let limit = self.read("limit", |text| {
            // Only plain digits: `parse` alone would also take a sign or leading zeros.
            let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
            text.parse().ok().filter(|limit| plain && (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| {
                Fault::new(
                    "limit",
                    "bad-limit",
                    format!("'{}' is not a page size", domain::cell::short(text)),
                )
                .hint(format!("write a number from 1 to {LIMIT_MAX}"))
            })
        });
        limit.unwrap_or(LIMIT_DEFAULT)
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

/// Where a page starts, and its length.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what handlers take, which a test compares")]
pub(crate) struct PageParams {
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u8>,
    /// Cursor of the page: `next` of the previous one.
    #[param(min_length = 1)]
    cursor: Option<String>,
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
