//! How words become terms of the index.

use crate::schema::{stems, terms};

/// The index terms that a typed word may stand for: most likely first, each once. None if it has neither letters nor
/// digits.
pub(crate) fn query_terms(word: &str) -> Vec<String> {
    let mut found = terms(&mut stems(), word);
    found.dedup();
    found
}
