//! Texts, days and instants of a notice, tidied and without contacts of persons.

use chrono::{DateTime, NaiveDate, Utc};
use domain::text::{clean, one_line};

use crate::ocds::node::Node;
use crate::persons::hide_mailboxes;

/// Longest title, in characters.
const TITLE_MAX: usize = 500;
/// Longest description, in characters.
const DESCRIPTION_MAX: usize = 10_000;

/// An instant as OCDS writes it: RFC 3339, or without offset, which is read as UTC. `None` outside the years
/// 1900 to 2200.
pub(in crate::ocds) fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .or_else(|_| text.parse::<chrono::NaiveDateTime>().map(|at| at.and_utc()))
        .ok()
        .or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc()))
        .filter(|at| (1900..=2200).contains(&chrono::Datelike::year(at)))
}

pub(super) fn short(text: &str, max: usize) -> String {
    domain::text::shorten(text, max).unwrap_or_else(|| text.to_owned())
}

pub(super) fn title(node: &Node, key: &str) -> Option<String> {
    let text = node.text_of(key).map(|text| without_contacts(&one_line(&text)));
    text.map(|text| short(&text, TITLE_MAX)).filter(|text| !text.is_empty())
}

pub(super) fn description(node: &Node, key: &str) -> Option<String> {
    let text = node.text_of(key).map(|text| without_contacts(&clean(&text)));
    text.map(|text| short(&text, DESCRIPTION_MAX)).filter(|text| !text.is_empty())
}

/// Replaces personal mailboxes, and telephone numbers of 10 to 15 digits that start with 0 or +.
fn without_contacts(text: &str) -> String {
    let text = hide_mailboxes(text);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['0', '+']) {
        let begins = !rest[..at]
            .ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '.' | ',' | '-' | '/'));
        let run = rest[at..]
            .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '+' | ' ' | '-' | '(' | ')')))
            .map_or(rest.len(), |length| at + length);
        let run = rest[at..run].trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let end = at + run.len().max(1);
        if begins && (10..=15).contains(&digits) {
            kept.push_str(&rest[..at]);
            kept.push_str("[telephone left out]");
        } else {
            kept.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

pub(super) fn word(node: &Node, key: &str) -> Option<String> {
    node.text_of(key).map(|text| short(&one_line(&text), 200)).filter(|text| !text.is_empty())
}

/// A day; a bad one is added to `quality` with the field's name.
pub(super) fn day(node: &Node, key: &str, field: &str, quality: &mut Vec<String>) -> Option<NaiveDate> {
    let text = node.text_of(key)?;
    // The day as the notice writes it, in local time: converting to UTC could move it.
    let found = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
    let found = found.filter(|day| (1900..=2200).contains(&chrono::Datelike::year(day)));
    if found.is_none() || instant(&text).is_none() {
        quality.push(format!("bad-date:{field}"));
    }
    found
}

pub(super) fn push_once(list: &mut Vec<String>, what: impl Into<String>) {
    let what = what.into();
    if !list.contains(&what) {
        list.push(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_of_persons_are_left_out_of_texts() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_contacts(text), expected);
        }
        check("Ask jane.roe@council.gov.uk, 07700 900123.", "Ask [mailbox left out], [telephone left out].");
        check(
            "Call +44 (0)20 7946 0000 or info@council.gov.uk",
            "Call [telephone left out] or info@council.gov.uk",
        );
        check("CPV 03000000 and 0.5 of 10 000 000", "CPV 03000000 and 0.5 of 10 000 000");
        check("Ref 2025-0001234567", "Ref 2025-0001234567");
        check("0", "0");
    }
}
