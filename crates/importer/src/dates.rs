//! Dates as other registers write them. A month or year alone is read as its first day, and [`Reading`]
//! records that.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use domain::number::{self, Mark};
pub use domain::stated::Order;
use domain::validate::FIRST_YEAR;

/// What had to be assumed to read a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Nothing: the text named a day.
    Exact,
    /// Only a month was given; its first day is used.
    Month,
    /// Only a year was given; its first day is used.
    Year,
    /// A year that a spreadsheet took for a count of days: 2019 became 11 July 1905.
    ExcelYear,
}

impl Reading {
    /// The name under which uses of the assumption are counted; `None` for an exact date.
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::Exact => None,
            Self::Month => Some("date-month-becomes-first-day"),
            Self::Year => Some("date-year-becomes-first-day"),
            Self::ExcelYear => Some("date-excel-serial-is-a-year"),
        }
    }
}

/// Day 0 of spreadsheet dates.
const EXCEL_EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("30 December 1899 is a date");

/// Why a text is no date that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDate {
    /// It is not a date.
    NotADate,
    /// Its year has two digits, so it can be of several centuries; `Jul-25` can even be a day.
    TwoDigitYear,
    /// It names a day before 1950, which no date of a tool can be.
    Before1950,
    /// It names a day after 2199.
    TooLate,
}

impl NoDate {
    /// What is counted with the name of the field, as in `first_used-before-1950`.
    pub fn rule(self) -> &'static str {
        match self {
            Self::NotADate => "not-usable",
            Self::TwoDigitYear => "two-digit-year",
            Self::Before1950 => "before-1950",
            Self::TooLate => "after-2199",
        }
    }
}

/// Reads a date in any form seen in real registers, such as the day a body was founded. `None` if the text is not a
/// date, or names a day before 1900 or after 2199.
pub fn read(text: &str, order: Order) -> Option<(NaiveDate, Reading)> {
    any(text.trim(), order).filter(|(date, _)| (1900..2200).contains(&date.year()))
}

/// Reads a date of a tool's life, in any form that [`read`] knows. Errors: [`NoDate`].
pub fn of_tool(text: &str, order: Order) -> Result<(NaiveDate, Reading), NoDate> {
    let (date, reading) = any(text.trim(), order).ok_or(NoDate::NotADate)?;
    match date.year() {
        ..100 => Err(NoDate::TwoDigitYear),
        100..FIRST_YEAR => Err(NoDate::Before1950),
        FIRST_YEAR..2200 => Ok((date, reading)),
        _ => Err(NoDate::TooLate),
    }
}

/// Reads a date of any year. A year written with two digits is one of the first century.
fn any(text: &str, order: Order) -> Option<(NaiveDate, Reading)> {
    let day = |form: &str| NaiveDate::parse_from_str(text, form).ok();
    let moment = |form: &str| NaiveDateTime::parse_from_str(text, form).ok().map(|at| at.date());
    let parts: &[&str] = match order {
        Order::DayFirst => &["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        Order::MonthFirst => &["%m/%d/%Y", "%m-%d-%Y"],
    };
    let moments: &[&str] = match order {
        Order::DayFirst => &["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S"],
        Order::MonthFirst => &["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p"],
    };
    let iso = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
    let exact = day("%Y-%m-%d")
        .or_else(|| iso.iter().find_map(|form| moment(form)))
        .or_else(|| parts.iter().find_map(|form| day(form)))
        .or_else(|| moments.iter().find_map(|form| moment(form)))
        .or_else(|| chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.date_naive()))
        .or_else(|| {
            chrono::DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z").ok().map(|at| at.date_naive())
        })
        .or_else(|| ["%d %B %Y", "%B %d, %Y", "%d %b %Y"].iter().find_map(|form| day(form)));
    if let Some(date) = exact {
        // A year typed into a cell formatted as a date becomes a day count, which falls in 1905.
        let serial = (date - EXCEL_EPOCH).num_days();
        return match i32::try_from(serial) {
            Ok(year) if (1950..2100).contains(&year) => {
                NaiveDate::from_ymd_opt(year, 1, 1).map(|first| (first, Reading::ExcelYear))
            }
            _ => Some((date, Reading::Exact)),
        };
    }
    if let Ok(number) = number::whole(text, Mark::Unsaid) {
        return match number {
            1000..2200 => NaiveDate::from_ymd_opt(number as i32, 1, 1).map(|first| (first, Reading::Year)),
            // A day count that was left as a number.
            20_000..80_000 => {
                EXCEL_EPOCH.checked_add_days(Days::new(number)).map(|date| (date, Reading::Exact))
            }
            _ => None,
        };
    }
    let month =
        |form: &str, text: &str| NaiveDate::parse_from_str(&format!("{text}-01"), &format!("{form}-%d")).ok();
    let (left, right) = text.split_once(['-', '/', ' ', '.'])?;
    let short = right.trim();
    let month = if right.len() == 4 || left.len() == 4 {
        month("%m-%Y", &format!("{left}-{short}"))
            .or_else(|| month("%Y-%m", &format!("{left}-{short}")))
            .or_else(|| month("%B-%Y", &format!("{left}-{short}")))
            .or_else(|| month("%b-%Y", &format!("{left}-{short}")))
    } else if short.len() == 2 {
        let text = format!("{left}-00{short}");
        month("%b-%Y", &text).or_else(|| month("%m-%Y", &text))
    } else {
        None
    };
    month.map(|date| (date, Reading::Month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, order: Order, expected: Option<(&str, Reading)>) {
        let expected = expected.map(|(date, reading)| (date.parse().unwrap(), reading));
        assert_eq!(read(text, order), expected, "{text}");
    }

    #[test]
    fn dates_of_real_registers_are_read() {
        use Order::{DayFirst, MonthFirst};
        check("7/1/2023", MonthFirst, Some(("2023-07-01", Reading::Exact)));
        check("7/1/2023", DayFirst, Some(("2023-01-07", Reading::Exact)));
        check("2024-10-01 00:00:00", MonthFirst, Some(("2024-10-01", Reading::Exact)));
        check("09/24/2024 12:00:00 AM", MonthFirst, Some(("2024-09-24", Reading::Exact)));
        check("7/15/1905", MonthFirst, Some(("2023-01-01", Reading::ExcelYear)));
        check("01/2024", MonthFirst, Some(("2024-01-01", Reading::Month)));
        check("03-2022", DayFirst, Some(("2022-03-01", Reading::Month)));
        check("2019", MonthFirst, Some(("2019-01-01", Reading::Year)));
        check("2023-03-31 08:34:11.986578+00:00", DayFirst, Some(("2023-03-31", Reading::Exact)));
        check("2025-06-26T07:39:09Z", DayFirst, Some(("2025-06-26", Reading::Exact)));
        check("45292", MonthFirst, Some(("2024-01-01", Reading::Exact)));
        check("45292.0", MonthFirst, Some(("2024-01-01", Reading::Exact)));
        check("2019.0", MonthFirst, Some(("2019-01-01", Reading::Year)));
        for text in ["N/A", "Wordt vervolgd", "", "13/13/2024", "FY24 Q3", "ongoing"] {
            check(text, MonthFirst, None);
        }
    }

    #[test]
    fn a_date_that_cannot_be_true_says_why() {
        #[track_caller]
        fn check(text: &str, expected: NoDate) {
            assert_eq!(of_tool(text, Order::MonthFirst), Err(expected), "{text}");
        }
        for text in ["Jul-25", "07/25", "7/15/23", "07-15-23", "15 July 23", "23-07-15"] {
            check(text, NoDate::TwoDigitYear);
        }
        for text in ["1/1/1900", "1949-12-31", "1066", "12/1949", "1905-01-01T00:00:00Z", "June 1, 1930"] {
            check(text, NoDate::Before1950);
        }
        check("2500-01-01", NoDate::TooLate);
        check("soon", NoDate::NotADate);
    }
}
