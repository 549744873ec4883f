//! What the sender of a file states of how it writes dates and numbers, where a text alone can be read in two ways.

use chrono::NaiveDate;

use crate::finding::Finding;
use crate::number::{self, BadNumber, Mark};

/// The order in which a file writes day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// 31/12/2026.
    #[default]
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// How a file writes dates and numbers. What is not stated is not guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stated {
    /// The order of day and month; `None` if only `YYYY-MM-DD` is a date.
    pub dates: Option<Order>,
    /// The mark before decimals.
    pub decimals: Mark,
}

impl Stated {
    /// Adds to a finding about a text with two readings that the sender may state which one a file has.
    #[must_use]
    pub fn told(&self, finding: Finding, raw: &str) -> Finding {
        let either = match finding.code.as_str() {
            "bad-date" if self.dates.is_none() && is_either_date(raw) => {
                "state the order of the file's dates: day-first or month-first"
            }
            "bad-number" if matches!(number::read(raw, self.decimals), Err(BadNumber::Either { .. })) => {
                "state the file's mark before decimals: point or comma"
            }
            _ => return finding,
        };
        let hint = finding.hint.as_deref().unwrap_or_default();
        let hint = format!("{hint}; or {either}");
        finding.hint(hint)
    }
}

/// Reads day, month and a year of four digits, separated by `/`, `.` or `-`, in an order. `None` if that is not a day
/// of the calendar.
pub fn in_order(text: &str, order: Order) -> Option<NaiveDate> {
    let (first, second, year) = parts(text)?;
    let (day, month) = match order {
        Order::DayFirst => (first, second),
        Order::MonthFirst => (second, first),
    };
    (year.len() == 4).then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month, day)).flatten()
}

/// The days that a text can be: with the day first, and with the month first.
pub fn readings(text: &str) -> [Option<NaiveDate>; 2] {
    [in_order(text, Order::DayFirst), in_order(text, Order::MonthFirst)]
}

/// Whether a text is two different days, depending on the order.
fn is_either_date(text: &str) -> bool {
    matches!(readings(text.trim()), [Some(one), Some(other)] if one != other)
}

/// Whether a text is a day and a month with a year of two digits, which can be of several centuries.
pub fn has_short_year(text: &str) -> bool {
    parts(text).is_some_and(|(_, _, year)| year.len() < 4)
}

/// The three numbers of a text, the last one as written; day and month have one or two digits.
fn parts(text: &str) -> Option<(u32, u32, &str)> {
    let mark = text.chars().find(|letter| !letter.is_ascii_digit())?;
    if !matches!(mark, '/' | '.' | '-') {
        return None;
    }
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut all = text.split(mark);
    let (first, second, year) = (all.next()?, all.next()?, all.next()?);
    let fits = all.next().is_none() && digits(first, 2) && digits(second, 2) && digits(year, 4);
    fits.then(|| Some((first.parse().ok()?, second.parse().ok()?, year))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_its_order_or_not_at_all() {
        #[track_caller]
        fn check(text: &str, day_first: Option<&str>, month_first: Option<&str>) {
            let read = |order| in_order(text, order).map(|day| day.to_string());
            assert_eq!(read(Order::DayFirst).as_deref(), day_first, "{text}");
            assert_eq!(read(Order::MonthFirst).as_deref(), month_first, "{text}");
        }
        check("01/03/2026", Some("2026-03-01"), Some("2026-01-03"));
        check("1.3.2026", Some("2026-03-01"), Some("2026-01-03"));
        check("31-03-2026", Some("2026-03-31"), None);
        check("03/31/2026", None, Some("2026-03-31"));
        check("29/02/2024", Some("2024-02-29"), None);
        check("29/02/2026", None, None);
        for text in
            ["1/3/26", "2026-03-01", "1/3.2026", "1/3/2026 10:00", "1//2026", "/1/2026", "٣/3/2026", ""]
        {
            check(text, None, None);
        }
        assert!(has_short_year("01/02/03") && !has_short_year("01/02/2003") && !has_short_year("soon"));
    }
}
