//! The operations by resource: parameters, answers, handlers and their helpers.

pub(crate) mod about;
pub(crate) mod assessments;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod contracts;
pub(crate) mod coverage;
pub(crate) mod documents;
pub(crate) mod dumps;
pub(crate) mod fields;
pub(crate) mod gaps;
pub(crate) mod health;
pub(crate) mod imports;
pub(crate) mod links;
pub(crate) mod log;
pub(crate) mod organisations;
pub(crate) mod parts;
pub(crate) mod people;
pub(crate) mod products;
pub(crate) mod reconcile;
pub(crate) mod records;
pub(crate) mod redactions;
pub(crate) mod regulator;
pub(crate) mod remarks;
pub(crate) mod replies;
pub(crate) mod rules;
pub(crate) mod security;
pub(crate) mod session;
pub(crate) mod stats;
pub(crate) mod submissions;
pub(crate) mod suggest;
pub(crate) mod templates;
pub(crate) mod to_answer;
pub(crate) mod tokens;
pub(crate) mod vocabularies;
pub(crate) mod webhooks;

use axum::http::{HeaderName, HeaderValue, header};

/// The `Link` header to the next page, if there is one.
pub(crate) fn next_link(
    base: &str,
    path: &str,
    query: &[(String, String)],
    next: Option<&str>,
) -> Option<(HeaderName, HeaderValue)> {
    let mut pairs: Vec<(String, String)> = query.iter().filter(|(key, _)| key != "cursor").cloned().collect();
    pairs.push(("cursor".to_owned(), next?.to_owned()));
    link_to(base, path, &pairs)
}

/// The `Link` header to a page.
pub(crate) fn link_to(
    base: &str,
    path: &str,
    query: &[(String, String)],
) -> Option<(HeaderName, HeaderValue)> {
    let link = format!("<{base}{path}?{}>; rel=\"next\"", query_without(query, &[]));
    HeaderValue::from_str(&link).ok().map(|link| (header::LINK, link))
}

/// A query string without certain parameters.
pub(crate) fn query_without(query: &[(String, String)], keys: &[&str]) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (key, value) in query.iter().filter(|(key, _)| !keys.contains(&key.as_str())) {
        pairs.append_pair(key, value);
    }
    pairs.finish()
}
