//! Values of a spreadsheet as people see them: percentages, truth values, dates, times.

use calamine::ExcelDateTime;
use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// How a number format shows numbers, as far as it changes what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    Percent,
    /// As true or false; LibreOffice writes such formats into workbooks.
    Truth,
}

impl Shown {
    /// How a format code of a workbook shows numbers: `0.0%` as percentages, `"TRUE";"TRUE";"FALSE"` as
    /// truth.
    pub(super) fn by(code: &str) -> Self {
        if code.eq_ignore_ascii_case("boolean") || code.eq_ignore_ascii_case("\"TRUE\";\"TRUE\";\"FALSE\"") {
            return Self::Truth;
        }
        let (mut in_quotes, mut literal) = (false, false);
        for letter in code.chars() {
            match letter {
                _ if literal => literal = false,
                '"' => in_quotes = !in_quotes,
                _ if in_quotes => {}
                '\\' | '_' | '*' => literal = true,
                '%' => return Self::Percent,
                _ => {}
            }
        }
        Self::Number
    }
}

/// A number in digits, with at most the 15 that spreadsheets show.
pub(super) fn number(number: f64, shown: Shown) -> String {
    match shown {
        Shown::Percent => format!("{}%", digits(number * 100.0)),
        Shown::Truth if number == 0.0 => "false".to_owned(),
        Shown::Truth if number == 1.0 => "true".to_owned(),
        Shown::Truth | Shown::Number => digits(number),
    }
}

fn digits(number: f64) -> String {
    if number.fract() == 0.0 {
        return number.to_string();
    }
    // Stored with 17 digits, 0.3 may be 0.30000000000000004.
    format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
}

/// A date as `YYYY-MM-DD`, with its time unless that is midnight; a time of day or a duration as `HH:MM:SS`.
pub(super) fn instant(value: &ExcelDateTime, is_1904: bool) -> String {
    let days = value.as_f64();
    // Day 0 of 1904 is a date; day 0 of 1900 is none, and what is below 1 is a time of day.
    let is_time = days.abs() < 1.0 && !(is_1904 && days == 0.0);
    if value.is_duration() || is_time {
        return duration(days);
    }
    // Seconds are rounded, as they are shown.
    let rounded = value.as_datetime().and_then(|at| at.checked_add_signed(TimeDelta::milliseconds(500)));
    match rounded.and_then(|at| at.with_nanosecond(0)) {
        Some(at) => day_and_time(at),
        None => days.to_string(),
    }
}

/// A part of days as hours, minutes and seconds.
fn duration(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round();
    let (hours, rest) = ((seconds / 3_600.0).floor(), seconds % 3_600.0);
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{hours:02.0}:{:02.0}:{:02.0}", (rest / 60.0).floor(), rest % 60.0)
}

fn day_and_time(at: NaiveDateTime) -> String {
    match at.time() {
        NaiveTime::MIN => at.date().to_string(),
        _ => at.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// The same for a date as text, such as `2026-03-31T14:05:00Z`; another text stays as it is.
pub(super) fn iso(text: &str) -> String {
    let plain = text.strip_suffix('Z').unwrap_or(text);
    match NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S%.f") {
        Ok(at) => day_and_time(at),
        Err(_) => text.to_owned(),
    }
}

/// The errors that spreadsheets show in cells.
pub(super) fn is_error(text: &str) -> bool {
    const ERRORS: &[&str] = &[
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    ];
    let libre = text.strip_prefix("Err:").is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    libre || text.starts_with('#') && ERRORS.contains(&text)
}

/// The address in a formula `HYPERLINK("address"; "text")`, if it is written out.
pub(super) fn link_in(formula: &str) -> Option<&str> {
    let (name, rest) = formula.split_once('(')?;
    // OpenDocument writes `of:=` before the name.
    let name = name.rsplit(['=', ':']).next().unwrap_or(name).trim();
    let address = rest.trim_start().strip_prefix('"').filter(|_| name.eq_ignore_ascii_case("hyperlink"))?;
    let (address, after) = address.split_once('"')?;
    after.trim_start().starts_with([',', ';', ')']).then_some(address)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn formats_say_how_numbers_are_shown() {
        for (code, expected) in [
            ("General", Shown::Number),
            ("0%", Shown::Percent),
            ("0.00 %;[Red]-0.00 %", Shown::Percent),
            ("0\"% of all\"", Shown::Number),
            ("0\\%", Shown::Number),
            ("\"TRUE\";\"TRUE\";\"FALSE\"", Shown::Truth),
            ("BOOLEAN", Shown::Truth),
        ] {
            assert_eq!(Shown::by(code), expected, "{code}");
        }
    }

    #[test]
    fn numbers_have_the_digits_that_are_shown() {
        for (value, shown, expected) in [
            (12_000.0, Shown::Number, "12000"),
            (0.1 + 0.2, Shown::Number, "0.3"),
            (0.25, Shown::Percent, "25%"),
            (0.07, Shown::Percent, "7%"),
            (0.2546, Shown::Percent, "25.46%"),
            (0.0, Shown::Truth, "false"),
            (1.0, Shown::Truth, "true"),
            (2.0, Shown::Truth, "2"),
        ] {
            assert_eq!(number(value, shown), expected);
        }
    }

    #[test]
    fn dates_and_times_are_told_apart() {
        #[track_caller]
        fn check(value: f64, kind: ExcelDateTimeType, is_1904: bool, expected: &str) {
            assert_eq!(instant(&ExcelDateTime::new(value, kind, is_1904), is_1904), expected);
        }
        let (date, span) = (ExcelDateTimeType::DateTime, ExcelDateTimeType::TimeDelta);
        check(46_112.0, date.clone(), false, "2026-03-31");
        check(46_112.586_8, date.clone(), false, "2026-03-31 14:05:00");
        check(44_650.0, date.clone(), true, "2026-03-31");
        check(0.0, date.clone(), true, "1904-01-01");
        check(0.354_166_667, date.clone(), false, "08:30:00");
        check(0.354_166_667, date, true, "08:30:00");
        check(1.5, span, false, "36:00:00");
        assert_eq!(iso("2026-03-31T00:00:00"), "2026-03-31");
        assert_eq!(iso("2026-03-31T14:05:00Z"), "2026-03-31 14:05:00");
        assert_eq!(iso("2026-03-31"), "2026-03-31");
        assert_eq!(iso("soon"), "soon");
    }

    #[test]
    fn errors_and_links_are_known_by_their_form() {
        for text in ["#DIV/0!", "#N/A", "Err:502"] {
            assert!(is_error(text), "{text}");
        }
        for text in ["#1", "N/A", "Err: see note", "#REF! is shown"] {
            assert!(!is_error(text), "{text}");
        }
        assert_eq!(link_in("HYPERLINK(\"https://a.example/x\",\"Read\")"), Some("https://a.example/x"));
        assert_eq!(link_in("of:=HYPERLINK(\"https://a.example\";\"Read\")"), Some("https://a.example"));
        assert_eq!(link_in("HYPERLINK(\"https://\"&A1,\"Read\")"), None);
        assert_eq!(link_in("A1&\"x\""), None);
    }
}
