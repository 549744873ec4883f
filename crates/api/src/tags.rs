//! Entity tags: which answers a client has already.
//!
//! Written here because `headers` 0.4 panics in a build with assertions at a space inside a tag, which anybody can send
//! (decision 26).

use axum::http::{HeaderMap, HeaderValue, header};

/// The tags in `If-None-Match`.
#[derive(Debug, Clone)]
pub(crate) struct Known(Vec<HeaderValue>);

impl Known {
    /// The tags a request names.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect())
    }

    /// Whether the answer with this tag is among them. Weak and strong tags compare alike here (RFC 9110, 13.1.2).
    pub(crate) fn has(&self, tag: &HeaderValue) -> bool {
        let Ok(tag) = tag.to_str().map(opaque) else { return false };
        let lists = self.0.iter().filter_map(|value| value.to_str().ok());
        lists.flat_map(items).any(|one| one == "*" || opaque(one) == tag)
    }
}

/// The items of a list. A comma inside quotes does not end one.
fn items(list: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let ends = move |letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    };
    list.split(ends).map(str::trim)
}

/// A tag without the mark of a weak one.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_what_its_list_of_tags_names() {
        #[track_caller]
        fn check(known: &[&'static str], tag: &'static str, expected: bool) {
            let mut headers = HeaderMap::new();
            for value in known {
                headers.append(header::IF_NONE_MATCH, HeaderValue::from_static(value));
            }
            assert_eq!(Known::of(&headers).has(&HeaderValue::from_static(tag)), expected, "{known:?} {tag}");
        }
        check(&[], "\"a\"", false);
        check(&["\"a\""], "\"a\"", true);
        check(&["W/\"a\""], "\"a\"", true);
        check(&["\"a\""], "W/\"a\"", true);
        check(&["\"b\", \"a\""], "W/\"a\"", true);
        check(&["\"b\"", "\"a\""], "\"a\"", true);
        check(&["\"b\",\"a,c\""], "\"a,c\"", true);
        check(&["*"], "\"a\"", true);
        check(&["\"b\""], "\"a\"", false);
        check(&["\"b, \"a\"\""], "\"a\"", false);
        check(&["\"a b\", \"a"], "\"a\"", false);
        check(&["a"], "\"a\"", false);
        check(&["w/\"a\""], "\"a\"", false);
        check(&[""], "\"a\"", false);
    }
}
