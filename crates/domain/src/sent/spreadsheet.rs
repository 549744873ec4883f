//! What a spreadsheet program makes of the register's own values when it opens and saves a file.
//!
//! It takes a text such as `0123`, `50%` or `31/03/2026` for a number or a date, keeps fifteen digits of a number and so
//! many characters of a text, and leaves out characters that nobody sees. None of that is a change somebody made.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use crate::cell::SEPARATOR;
use crate::fields::{Field, FieldKind};
use crate::number::{self, Mark};
use crate::stated::{Order, in_order};
use crate::{text, written};

/// Digits of a number that every spreadsheet program keeps.
const DIGITS: u32 = 15;

/// Whether a value that came from a spreadsheet is what a program makes of the known one.
pub(super) fn kept(field: &Field, before: &Value, sent: &Value) -> bool {
    match field.kind {
        FieldKind::Estimate => {
            let basis = sent.get("basis").is_none_or(|basis| *basis == before["basis"]);
            let numbers = before["value"].as_u64().zip(sent["value"].as_u64());
            basis && numbers.is_some_and(|(was, is)| is_rounded(Decimal::from(was), Decimal::from(is)))
        }
        FieldKind::Texts | FieldKind::Organisations => {
            let items = |value: &Value| -> Vec<String> {
                let all = value.as_array().into_iter().flatten();
                let texts = all.filter_map(|item| item.as_str().or_else(|| item["name"].as_str()));
                texts.map(text::one_line).filter(|text| !text.is_empty()).collect()
            };
            let text = written::cell(field, before);
            let guarded = written::guarded(&text);
            let split = guarded.split(SEPARATOR).map(text::one_line).filter(|item| !item.is_empty());
            let came = items(sent);
            items(before) == came || split.eq(came) || same(&text, &written::cell(field, sent))
        }
        _ => same(&written::cell(field, before), &written::cell(field, sent)),
    }
}

/// Whether a program makes one text of the other. What is guarded in CSV for spreadsheets may be cut with its guard.
pub(super) fn same(was: &str, is: &str) -> bool {
    let guarded = written::guarded(was);
    let (was, is) = (was.trim(), is.trim());
    let reads = |was: &str| text::clean(was) == text::clean(is) || text::one_line(was) == is;
    [was, &*guarded].into_iter().any(|was| reads(was) || reads(&in_xml(was)) || is_cut(was, is))
        || same_number(was, is)
        || same_day(was, is)
        || is_truth(was) && was.eq_ignore_ascii_case(is)
}

/// A text without the control characters that XML cannot hold.
fn in_xml(text: &str) -> String {
    text.chars().filter(|letter| *letter >= ' ' || matches!(letter, '\t' | '\n' | '\r')).collect()
}

/// Whether a program cut a text at the end of its cell. White space and a guard at its beginning take a little room.
fn is_cut(was: &str, is: &str) -> bool {
    const LITTLE: usize = 64;
    let units = |text: &str| text.encode_utf16().count();
    if is.len() >= was.len().saturating_add(LITTLE) || units(was) <= written::CELL_UNITS - LITTLE {
        return false;
    }
    let full = units(is).saturating_add(LITTLE) >= written::CELL_UNITS;
    let begins = |was: &str| text::clean(was).starts_with(&text::clean(is));
    full && (begins(was) || begins(&in_xml(was)))
}

fn same_number(was: &str, is: &str) -> bool {
    let Ok(is) = number::read(is, Mark::Point) else { return false };
    let (digits, parts) = match was.strip_suffix('%') {
        Some(percent) => (percent, Decimal::ONE_HUNDRED),
        None => (was, Decimal::ONE),
    };
    let readings = [Mark::Point, Mark::Comma].map(|mark| number::read(digits, mark).ok());
    let numbers = readings.into_iter().flatten().filter_map(|number| number.checked_div(parts));
    numbers.into_iter().any(|number| number == is || is_rounded(number, is))
}

/// Whether a number is what a program keeps of another that has room for so many digits. It goes through a float first,
/// so that it may end up on either side.
fn is_rounded(was: Decimal, is: Decimal) -> bool {
    let ways = [RoundingStrategy::ToZero, RoundingStrategy::AwayFromZero];
    ways.into_iter().any(|way| was.round_sf_with_strategy(DIGITS, way) == Some(is))
}

fn same_day(was: &str, is: &str) -> bool {
    let Ok(is) = is.parse::<NaiveDate>() else { return false };
    let orders = [Order::DayFirst, Order::MonthFirst];
    was.parse() == Ok(is) || orders.into_iter().any(|order| in_order(was, order) == Some(is))
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fields::field;

    #[test]
    fn what_a_program_makes_of_a_text_is_the_same_and_nothing_else() {
        for (was, is) in [
            ("0123", "123"),
            ("1e5", "100000"),
            ("12000.0", "12000"),
            ("1,000", "1000"),
            ("1,5", "1.5"),
            ("50%", "0.5"),
            ("TRUE", "true"),
            ("31/03/2026", "2026-03-31"),
            ("01/03/2026", "2026-01-03"),
            ("1234567890123456789", "1234567890123460000"),
            ("07641888497384364590", "7641888497384370000"),
            ("tab\tand\r\nline", "tab and\nline"),
            ("\r=return", "' =return"),
            ("\t=tab", "' =tab"),
            ("a;\u{1}\u{b};b", "a;;b"),
            ("hidden\u{200b}\u{1}", "hidden"),
        ] {
            assert!(same(was, is), "{was:?} {is:?}");
        }
        for (was, is) in [
            ("0123", "124"),
            ("123", "0124"),
            ("50%", "50"),
            ("31/03/2026", "2026-03-30"),
            ("TRUE", "yes"),
            ("two words", "twowords"),
            ("one\ntwo", "one two three"),
            ("Plain", "plain"),
            ("", "0"),
        ] {
            assert!(!same(was, is), "{was:?} {is:?}");
        }
        let long = format!("={}", "x".repeat(40_000));
        assert!(same(&long, &long[..written::CELL_UNITS]));
        assert!(same(&long, &format!("'{}", &long[..written::CELL_UNITS - 1])));
    }

    #[test]
    fn an_estimate_keeps_fifteen_digits() {
        let of = field("people_affected_per_year").unwrap();
        let before = json!({ "value": 9_007_199_254_740_991_u64, "basis": "measured" });
        assert!(kept(of, &before, &json!({ "value": 9_007_199_254_740_990_u64 })));
        assert!(!kept(of, &before, &json!({ "value": 9_007_199_254_740_980_u64 })));
        assert!(!kept(of, &before, &json!({ "value": 9_007_199_254_740_990_u64, "basis": "estimated" })));
        let half = json!({ "value": 1_234_567_890_123_445_u64, "basis": "measured" });
        for kept_as in [1_234_567_890_123_440_u64, 1_234_567_890_123_450] {
            assert!(kept(of, &half, &json!({ "value": kept_as })));
        }
        assert!(!kept(of, &json!({ "value": 12, "basis": "measured" }), &json!({ "value": 13 })));
    }
}
