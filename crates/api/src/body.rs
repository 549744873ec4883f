//! Request bodies: read whole, within limits and strictly, with every fault at its place.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use domain::json;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use mime::Mime;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::App;
use crate::problem::{ApiError, Fault};

/// The longest JSON body, in bytes.
pub(crate) const JSON_MAX: usize = 2 << 20;
/// The longest idempotency key, in characters.
pub(crate) const KEY_MAX: usize = 200;

/// A write request with its body.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Method and path with query, such as `POST /api/v1/submissions`.
    pub(crate) operation: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl FromRequest<App> for Sent {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        Self::read(request, JSON_MAX).await
    }
}

impl Sent {
    /// Reads the body. Errors: [`ApiError::TooLarge`] above `max` bytes, [`ApiError::Malformed`] if it breaks
    /// off.
    pub(crate) async fn read(request: Request, max: usize) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let too_long = || ApiError::TooLarge(max);
        let said = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if said.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > max as u64) {
            return Err(too_long());
        }
        let body = match Limited::new(body, max).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => return Err(too_long()),
            Err(_) => return Err(ApiError::Malformed("the body ended before it was whole".to_owned())),
        };
        let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
        Ok(Self { operation: format!("{} {address}", parts.method), headers: parts.headers, body })
    }

    /// Parses the body as JSON. Errors: [`ApiError::UnsupportedMedia`], [`ApiError::Malformed`] if it is not
    /// JSON, [`ApiError::Invalid`] with a pointer if it does not fit the type.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let kind = self.media_type();
        let merge = self.operation.starts_with(Method::PATCH.as_str());
        if kind != "application/json" && !(merge && kind == "application/merge-patch+json") {
            return Err(ApiError::UnsupportedMedia(
                if merge { "application/merge-patch+json" } else { "application/json" }.to_owned(),
            ));
        }
        let value = strict(&self.body)?;
        serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string().replace('[', ".").replace(']', "");
            let pointer: String =
                path.split('.').filter(|step| !step.is_empty()).map(|step| format!("/{step}")).collect();
            let told = error.inner().to_string();
            ApiError::Invalid(vec![
                Fault::new(&pointer, "bad-value", told).hint("the schema is at /api/v1/openapi.json"),
            ])
        })
    }

    /// Parses the body as JSON; an empty body gives the default.
    pub(crate) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        if self.body.is_empty() { Ok(T::default()) } else { self.json() }
    }

    /// Media type of the body, without parameters. Empty if there is none; `malformed`, which is no media type, if it
    /// cannot be read.
    pub(crate) fn media_type(&self) -> String {
        let Some(kind) = self.headers.get(header::CONTENT_TYPE) else { return String::new() };
        let kind = kind.to_str().ok().and_then(|kind| kind.parse::<Mime>().ok());
        kind.map_or_else(|| "malformed".to_owned(), |kind| kind.essence_str().to_owned())
    }

    /// The idempotency key, if there is one. Errors: [`ApiError::Invalid`].
    pub(crate) fn idempotency_key(&self) -> Result<Option<String>, ApiError> {
        let mut keys = self.headers.get_all("idempotency-key").iter();
        let bad = |detail: &str| {
            Err(ApiError::Invalid(vec![
                Fault::new("Idempotency-Key", "bad-key", detail)
                    .hint("send one of 1 to 200 visible characters, such as a UUID"),
            ]))
        };
        match (keys.next(), keys.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => bad("the header was sent more than once"),
            (Some(key), None) => match key.to_str().map(str::trim) {
                Ok(key) if (1..=KEY_MAX).contains(&key.len()) => Ok(Some(key.to_owned())),
                _ => bad("the key is empty, too long, or holds odd characters"),
            },
        }
    }

    /// The number in `If-Match: "7"`. Neither `*` nor a list passes: a change must name what it
    /// changes.
    ///
    /// Errors: [`ApiError::NeedsIfMatch`] without the header;
    /// [`ApiError::Stale`] for anything that is not such a number, which therefore cannot be current.
    pub(crate) fn if_match(&self, what: &'static str) -> Result<i64, ApiError> {
        let mut tags = self.headers.get_all(header::IF_MATCH).iter();
        match (tags.next(), tags.next()) {
            (None, _) => Err(ApiError::NeedsIfMatch(what)),
            (Some(tag), None) => {
                let number =
                    tag.to_str().ok().and_then(|tag| tag.trim().strip_prefix('"')?.strip_suffix('"'));
                number.and_then(|number| number.parse().ok()).ok_or(ApiError::Stale(what))
            }
            _ => Err(ApiError::Stale(what)),
        }
    }
}

/// Parses JSON, refusing repeated members, deep nesting, and numbers that other parsers would round.
pub(crate) fn strict(text: &[u8]) -> Result<Value, ApiError> {
    json::read(text).map_err(|error| ApiError::Malformed(format!("the body is not JSON we take: {error}")))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = match strict(text.as_bytes()) {
            Ok(value) => value.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(shown.contains(expected), "{text}: {shown}");
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        #[track_caller]
        fn check(kind: Option<&'static str>, expected: &str) {
            let kind = kind.map(|kind| (header::CONTENT_TYPE, HeaderValue::from_static(kind)));
            let headers = HeaderMap::from_iter(kind);
            let sent = Sent { operation: "PATCH /".to_owned(), headers, body: Bytes::new() };
            assert_eq!(sent.media_type(), expected, "{:?}", sent.headers);
        }
        check(None, "");
        check(Some("application/json"), "application/json");
        check(Some("Application/Merge-Patch+JSON; charset=\"utf-8\""), "application/merge-patch+json");
        check(Some("text/csv;charset=UTF-8;header=present"), "text/csv");
        check(Some("json"), "malformed");
        check(Some(""), "malformed");
    }

    #[test]
    fn json_is_read_strictly() {
        check(r#"{"a":[1,-2,1.5,"x",null,true]}"#, r#"{"a":[1,-2,1.5,"x",null,true]}"#);
        check(r#"{"a":1,"a":2}"#, "the member 'a' appears twice");
        check("9007199254740993", "beyond 2^53");
        check(&"[".repeat(40), "it nests deeper than 32");
        check(&format!("{}{}", "[".repeat(32), "]".repeat(32)), "[[[");
        check("{} x", "not JSON we take");
        check("{\"a\":\"\\ud800\"}", "not JSON we take");
        check("", "not JSON we take");
    }
}
