//! Dates as other registers write them. A month or year alone is read as its first day, and [`Reading`]
//! records that.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use domain::number::{self, Mark};
pub use domain::stated::Order;
use domain::validate::FIRST_YEAR;

mod words;

/// What had to be assumed to read a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Nothing: the text named a day.
    Exact,
    /// Only a month was given; its first day is used.
    Month,
    /// Only a quarter was given; its first day is used.
    Quarter,
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
            Self::Quarter => Some("date-quarter-becomes-first-day"),
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
    /// It is written in digits that can be two days, and nobody said which order they are in.
    TwoDays(NaiveDate, NaiveDate),
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
            Self::TwoDays(..) => "two-days",
            Self::Before1950 => "before-1950",
            Self::TooLate => "after-2199",
        }
    }
}

/// Reads a date in any form seen in real registers, such as the day a body was founded. Without an order, a date that
/// can be two days is none. `None` if the text is not a date, or names a day before 1900 or after 2199.
pub fn read(text: &str, order: impl Into<Option<Order>>) -> Option<(NaiveDate, Reading)> {
    in_order(text.trim(), order.into()).ok().filter(|(date, _)| (1900..2200).contains(&date.year()))
}

/// Reads a date of a tool's life, in any form that [`read`] knows. Errors: [`NoDate`].
pub fn of_tool(text: &str, order: impl Into<Option<Order>>) -> Result<(NaiveDate, Reading), NoDate> {
    let (date, reading) = in_order(text.trim(), order.into())?;
    match date.year() {
        ..100 => Err(NoDate::TwoDigitYear),
        100..FIRST_YEAR => Err(NoDate::Before1950),
        FIRST_YEAR..2200 => Ok((date, reading)),
        _ => Err(NoDate::TooLate),
    }
}

/// Reads a date in this order of day and month, or in both if nobody said.
fn in_order(text: &str, order: Option<Order>) -> Result<(NaiveDate, Reading), NoDate> {
    if let Some(order) = order {
        return any(text, order).ok_or(NoDate::NotADate);
    }
    match (any(text, Order::DayFirst), any(text, Order::MonthFirst)) {
        (Some((one, _)), Some((other, _))) if one != other && one.year() >= 100 => {
            Err(NoDate::TwoDays(one, other))
        }
        (Some(read), _) | (None, Some(read)) => Ok(read),
        (None, None) => Err(NoDate::NotADate),
    }
}

/// Reads a date of any year. A year written with two digits is one of the first century.
fn any(text: &str, order: Order) -> Option<(NaiveDate, Reading)> {
    let day = |form: &str| NaiveDate::parse_from_str(text, form).ok();
    let moment = |form: &str| NaiveDateTime::parse_from_str(text, form).ok().map(|at| at.date());
    let parts: &[&str] = match order {
        Order::DayFirst => &["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        Order::MonthFirst => &["%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"],
    };
    let moments: &[&str] = match order {
        Order::DayFirst => &["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S"],
        Order::MonthFirst => &["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p"],
    };
    let iso = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
    let exact = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]
        .iter()
        .find_map(|form| day(form))
        .or_else(|| iso.iter().find_map(|form| moment(form)))
        .or_else(|| parts.iter().find_map(|form| day(form)))
        .or_else(|| moments.iter().find_map(|form| moment(form)))
        .or_else(|| chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.date_naive()))
        .or_else(|| {
            chrono::DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z").ok().map(|at| at.date_naive())
        })
        .or_else(|| {
            let found = words::with_month(text)?;
            NaiveDate::from_ymd_opt(found.year, found.month, found.day?)
        });
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
    month(text).map(|date| (date, Reading::Month)).or_else(|| {
        let (year, quarter) = words::quarter(text)?;
        NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1).map(|date| (date, Reading::Quarter))
    })
}

/// The first day of a month without a day: `03-2022`, `2022/3`, `mars 2022`, and `Jul-25`, whose year has two digits.
fn month(text: &str) -> Option<NaiveDate> {
    if let Some(found) = words::with_month(text).filter(|found| found.day.is_none()) {
        return NaiveDate::from_ymd_opt(found.year, found.month, 1);
    }
    let (left, right) = text.split_once(['-', '/', ' ', '.'])?;
    let right = right.trim();
    let read =
        |form: &str, text: &str| NaiveDate::parse_from_str(&format!("{text}-01"), &format!("{form}-%d")).ok();
    match (left.len(), right.len()) {
        (4, _) | (_, 4) => {
            read("%m-%Y", &format!("{left}-{right}")).or_else(|| read("%Y-%m", &format!("{left}-{right}")))
        }
        (_, 2) => read("%m-%Y", &format!("{left}-00{right}")),
        _ => None,
    }
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
    fn months_have_names_in_eight_languages() {
        for text in [
            "5 March 2023",
            "March 5, 2023",
            "5th March 2023",
            "5 maart 2023",
            "5 mrt. 2023",
            "5 mars 2023",
            "5. März 2023",
            "5.März.2023",
            "5 de marzo de 2023",
            "5 marzo 2023",
            "5 marca 2023 r.",
            "5 Mawrth 2023",
            "5 o Fawrth 2023",
            "2023 March 5",
            "05-Mar-2023",
        ] {
            check(text, Order::MonthFirst, Some(("2023-03-05", Reading::Exact)));
        }
        check("1er février 2023", Order::DayFirst, Some(("2023-02-01", Reading::Exact)));
        check("31 June 2023", Order::DayFirst, None);
        for (text, month) in [
            ("January 2023", 1),
            ("januari 2023", 1),
            ("janvier 2023", 1),
            ("Jänner 2023", 1),
            ("enero de 2023", 1),
            ("gennaio 2023", 1),
            ("styczeń 2023", 1),
            ("Ionawr 2023", 1),
            ("août 2023", 8),
            ("sierpień 2023", 8),
            ("Awst 2023", 8),
            ("październik 2023", 10),
            ("Hydref 2023", 10),
            ("ottobre 2023", 10),
            ("dic. 2023", 12),
            ("2023-Dez", 12),
            ("Rhagfyr 2023", 12),
            ("grudzień 2023", 12),
            ("décembre 2023", 12),
        ] {
            check(text, Order::DayFirst, Some((&format!("2023-{month:02}-01"), Reading::Month)));
        }
    }

    #[test]
    fn a_quarter_is_its_first_day() {
        for text in [
            "Q2 2024",
            "2024-Q2",
            "2024 Q2",
            "Q2/2024",
            "2Q 2024",
            "2Q2024",
            "2024Q2",
            "q2-2024",
            "2nd quarter 2024",
            "second quarter of 2024",
            "2e kwartaal 2024",
            "K2 2024",
            "tweede kwartaal van 2024",
            "T2 2024",
            "2e trimestre 2024",
            "deuxième trimestre 2024",
            "2. Quartal 2024",
            "2º trimestre de 2024",
            "secondo trimestre 2024",
            "II kw. 2024",
            "2 kwartał 2024",
            "Chwarter 2 2024",
            "ail chwarter 2024",
        ] {
            check(text, Order::DayFirst, Some(("2024-04-01", Reading::Quarter)));
        }
        check("Q4 2023", Order::MonthFirst, Some(("2023-10-01", Reading::Quarter)));
        for text in ["FY24 Q3", "Q5 2024", "Q2", "Q3 FY2024"] {
            check(text, Order::DayFirst, None);
        }
        assert_eq!(of_tool("Q2 24", Order::DayFirst), Err(NoDate::TwoDigitYear));
        assert_eq!(of_tool("2Q24", Order::DayFirst), Err(NoDate::TwoDigitYear));
    }

    #[test]
    fn without_an_order_a_date_that_can_be_two_days_is_neither() {
        let day = |text: &str| text.parse().unwrap();
        let two = NoDate::TwoDays(day("2024-03-01"), day("2024-01-03"));
        for text in ["01/03/2024", "1-3-2024", "1.3.2024", "01/03/2024 09:30"] {
            assert_eq!(of_tool(text, None), Err(two), "{text}");
            assert_eq!(read(text, None), None, "{text}");
        }
        for (text, date) in [
            ("31/03/2024", "2024-03-31"),
            ("03/31/2024", "2024-03-31"),
            ("03/03/2024", "2024-03-03"),
            ("2024-03-01", "2024-03-01"),
            ("2024/03/01", "2024-03-01"),
            ("1 March 2024", "2024-03-01"),
        ] {
            assert_eq!(of_tool(text, None), Ok((day(date), Reading::Exact)), "{text}");
        }
        assert_eq!(of_tool("01/02/03", None), Err(NoDate::TwoDigitYear));
        // An order that is stated is kept to.
        assert_eq!(of_tool("03/31/2024", Order::DayFirst), Err(NoDate::NotADate));
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
