//! Codes of the Common Procurement Vocabulary 2008, with their check digits.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Every code of CPV 2008 as `12345678-9`. Codes and check digits are facts from Regulation (EC) No 213/2008.
const CODES: &str = include_str!("../../data/cpv2008.txt");

static CHECK_DIGITS: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| CODES.lines().filter_map(|line| line.split_once('-')).collect());

/// A CPV code that a notice gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Cpv {
    /// Eight digits; an unknown code is kept as written.
    #[cfg_attr(feature = "openapi", schema(example = "35125000"))]
    pub code: String,
    /// Its label as the notice writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it classifies: `tender`, `item`, `award` or `contract`.
    pub scope: String,
    /// `wrong-check-digit` or `unknown-code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
}

/// Reads a code with or without its check digit. The second value says what is odd about it, if anything.
pub fn read(raw: &str) -> (String, Option<&'static str>) {
    let raw = raw.trim();
    let (code, digit) = match raw.split_once('-') {
        Some((code, digit)) => (code.trim(), Some(digit.trim())),
        None => (raw, None),
    };
    match (CHECK_DIGITS.get(code), digit) {
        (None, _) => (raw.to_owned(), Some("unknown-code")),
        (Some(right), Some(digit)) if *right != digit => (code.to_owned(), Some("wrong-check-digit")),
        _ => (code.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_with_and_without_its_check_digit() {
        assert_eq!(CHECK_DIGITS.len(), 9_454);
        assert_eq!(read("35125000"), ("35125000".to_owned(), None));
        assert_eq!(read(" 35125000-6 "), ("35125000".to_owned(), None));
        assert_eq!(read("35125000-1"), ("35125000".to_owned(), Some("wrong-check-digit")));
        assert_eq!(read("99999999"), ("99999999".to_owned(), Some("unknown-code")));
        assert_eq!(read("cameras"), ("cameras".to_owned(), Some("unknown-code")));
    }
}
