//! Dates in cells.

use chrono::{Datelike, NaiveDate};

use crate::finding::Finding;
use crate::stated::{Order, has_short_year, in_order, readings};
use crate::text::short;
use crate::validate::FIRST_YEAR;

/// Reads `YYYY-MM-DD`. Errors: `bad-date`, with the likely date if the text has a common form.
pub fn date(field: &str, raw: &str) -> Result<NaiveDate, Finding> {
    date_in(field, raw, None)
}

/// As [`date`]; also reads day, month and year where their order is stated. Errors: `bad-date`, which may name two
/// readings but never prefers one.
pub fn date_in(field: &str, raw: &str, order: Option<Order>) -> Result<NaiveDate, Finding> {
    let strict = (raw.len() == 10).then(|| NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok()).flatten();
    let stated = || order.and_then(|order| in_order(raw, order));
    strict.or_else(stated).ok_or_else(|| bad_date(field, raw, order))
}

fn bad_date(field: &str, raw: &str, order: Option<Order>) -> Finding {
    let shown = short(raw);
    let bad = |what: String, hint: String| Finding::error(field, "bad-date", what).hint(hint);
    let plain = || format!("'{shown}' is not a date");
    // A year of two digits can mean several years, so none is suggested.
    if has_short_year(raw) {
        return bad(plain(), "write YYYY-MM-DD, with all four digits of the year".to_owned());
    }
    let likely = match (order, readings(raw)) {
        (None, [Some(one), Some(other)]) if one != other => {
            let what = format!("'{shown}' can be read as {one} or as {other}");
            return bad(what, "write YYYY-MM-DD".to_owned());
        }
        (None, [one, other]) => one.or(other),
        // In the stated order it is no day, and the other order is not the file's.
        (Some(_), _) => None,
    };
    let forms = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d"];
    let likely = likely.or_else(|| forms.iter().find_map(|form| NaiveDate::parse_from_str(raw, form).ok()));
    let possible = likely.filter(|date| (FIRST_YEAR..2200).contains(&date.year()));
    let hint = match possible {
        Some(date) => format!("write YYYY-MM-DD; did you mean {date}?"),
        None => "write YYYY-MM-DD, such as 2026-03-31".to_owned(),
    };
    bad(plain(), hint)
}
