//! What downloads and feeds say of a search: they hold the records that match, and never what a list shows besides.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use search::{Look, RecordQuery};

use crate::problem::ApiError;

/// The header that says it: a dictionary of RFC 9651.
pub(crate) const REGISTER_SEARCH: HeaderName = HeaderName::from_static("register-search");

/// Records on the first page of a list, unless it is asked for another number.
const FIRST_PAGE: u64 = 20;

/// What the list of a search shows, next to what a download or feed of it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Searched {
    /// Records that match the text as typed: those in the download or feed.
    matched: u64,
    /// Records on the list's first page that do not match; they are left out.
    nearest: u64,
    /// The text that the list shows instead, because nothing matches as typed; what it finds is left out too.
    corrected: Option<String>,
}

impl Searched {
    /// Asks for the first page of the list; `None` without a search text.
    pub(crate) async fn of(look: &Look, query: &RecordQuery) -> Result<Option<Self>, ApiError> {
        if query.q.is_none() {
            return Ok(None);
        }
        let query = RecordQuery { sort: None, ..query.clone() };
        let page = look.list(&query, None, FIRST_PAGE, &[]).await?;
        let matched = if page.searched.is_some() { 0 } else { page.total };
        Ok(Some(Self { matched, nearest: page.nearest as u64, corrected: page.searched }))
    }

    /// Puts the header into an answer.
    pub(crate) fn say(&self, headers: &mut HeaderMap) {
        headers.insert(REGISTER_SEARCH, self.header());
    }

    fn header(&self) -> HeaderValue {
        let corrected = self.corrected.as_deref().map(|text| format!(", corrected={}", quoted(text)));
        let text =
            format!("matched={}, nearest={}{}", self.matched, self.nearest, corrected.unwrap_or_default());
        HeaderValue::from_str(&text).expect("numbers and quoted texts are printable ASCII")
    }

    /// The same in a sentence, for people.
    pub(crate) fn sentence(&self) -> String {
        let matched = match self.matched {
            1 => "Holds the 1 record that matches the search".to_owned(),
            number => format!("Holds the {number} records that match the search"),
        };
        let left_out = match (&self.corrected, self.nearest) {
            (Some(text), _) => {
                format!("; the list shows those for '{text}' instead, which are not held here")
            }
            (None, 0) => String::new(),
            (None, 1) => {
                "; the list also shows the 1 nearest other record, which is not held here".to_owned()
            }
            (None, number) => {
                format!("; the list also shows the {number} nearest other records, which are not held here")
            }
        };
        format!("{matched}{left_out}")
    }
}

/// A text as a string of RFC 9651; if it has characters besides printable ASCII, as a display string.
fn quoted(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    }
    let escaped = text.bytes().map(|byte| match byte {
        b'%' | b'"' => format!("%{byte:02x}"),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    });
    format!("%\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_a_dictionary() {
        #[track_caller]
        fn check(matched: u64, nearest: u64, corrected: Option<&str>, header: &str, sentence: &str) {
            let searched = Searched { matched, nearest, corrected: corrected.map(str::to_owned) };
            assert_eq!(searched.header(), header);
            assert_eq!(searched.sentence(), sentence);
        }
        check(1, 0, None, "matched=1, nearest=0", "Holds the 1 record that matches the search");
        check(
            3,
            7,
            None,
            "matched=3, nearest=7",
            "Holds the 3 records that match the search; the list also shows the 7 nearest other records, which are not \
             held here",
        );
        check(
            0,
            0,
            Some("\"café\" 5%"),
            "matched=0, nearest=0, corrected=%\"%22caf%c3%a9%22 5%25\"",
            "Holds the 0 records that match the search; the list shows those for '\"café\" 5%' instead, which are not \
             held here",
        );
        check(
            0,
            2,
            Some("say \"facial\""),
            "matched=0, nearest=2, corrected=\"say \\\"facial\\\"\"",
            "Holds the 0 records that match the search; the list shows those for 'say \"facial\"' instead, which are not \
             held here",
        );
    }
}
