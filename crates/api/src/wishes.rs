//! `Accept` and `Accept-Encoding`: lists of what a client takes, each with a weight.
//!
//! Written here because `headers-accept` refuses a whole list for one bad item, such as the lone `*` that Java's own
//! client sends (decision 26).

use axum::http::{HeaderMap, HeaderName};

/// One item of such a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The media type or coding, in lower case.
    pub(crate) name: String,
    /// Whether its weight is zero: the client cannot use it.
    pub(crate) refused: bool,
}

/// The items of a header, in the order sent.
pub(crate) fn wishes<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = Wish> + use<'h> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(wish)
}

/// `text/csv; q=0.5`. `None` if there is nothing before the parameters. A weight that is no number is ignored.
fn wish(item: &str) -> Option<Wish> {
    let mut parts = item.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let weight = parts.find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    });
    Some(Wish { name, refused: weight == Some(0.0) })
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn only_a_weight_of_zero_refuses() {
        #[track_caller]
        fn check(value: &'static str, expected: &[(&str, bool)]) {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            let read: Vec<Wish> = wishes(&headers, &header::ACCEPT_ENCODING).collect();
            let read: Vec<(&str, bool)> =
                read.iter().map(|wish| (wish.name.as_str(), wish.refused)).collect();
            assert_eq!(read, expected, "{value}");
        }
        check("", &[]);
        check("gzip", &[("gzip", false)]);
        check("GZIP;q=0, zstd ; Q = 0.000", &[("gzip", true), ("zstd", true)]);
        check("gzip;q=0.001,,zstd;q=1", &[("gzip", false), ("zstd", false)]);
        check("gzip;q=, zstd;x=0", &[("gzip", false), ("zstd", false)]);
        check(";q=0, br", &[("br", false)]);
    }
}
