//! Dates in filters: every one takes a day or an instant, and they are read here.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::cell::short;
use utoipa::ToSchema;

use crate::parameters::{Limits, Own, Value};
use crate::problem::Fault;

/// A day in UTC, or an instant (RFC 3339).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(
    value_type = String,
    pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$",
    example = "2026-01-31"
)]
pub(crate) struct DayOrInstant(When);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// All of a day.
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

impl Value<Own> for DayOrInstant {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        // A day is ten characters; what goes on after a `T` was meant as an instant.
        if !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
            return domain::cell::date(key, text).map(|day| Self(When::Day(day))).map_err(|finding| {
                let fault = Fault::from(finding);
                let hint = fault.hint.clone().unwrap_or_default();
                fault.hint(format!("{hint}, or an instant such as 2026-01-31T00:00:00Z"))
            });
        }
        DateTime::parse_from_rfc3339(text).map(|at| Self(When::Instant(at.with_timezone(&Utc)))).map_err(
            |_| {
                let hint = match text.contains(' ') {
                    // A query turns `+` into a space.
                    true => "write the + of an offset as %2B, or the instant in UTC with Z",
                    false => "write RFC 3339, such as 2026-01-31T00:00:00Z, or a day such as 2026-01-31",
                };
                Fault::new(key, "bad-instant", format!("'{}' is not an instant", short(text))).hint(hint)
            },
        )
    }
}

impl DayOrInstant {
    /// The first instant that is not earlier: what `from` and `since` begin with.
    pub(crate) fn start(self) -> DateTime<Utc> {
        match self.0 {
            When::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
            When::Instant(at) => at,
        }
    }

    /// The first instant that is later: what `to` ends before. The register keeps microseconds.
    pub(crate) fn end(self) -> DateTime<Utc> {
        let end = match self.0 {
            When::Day(day) => {
                day.checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN).and_utc())
            }
            When::Instant(at) => at.checked_add_signed(TimeDelta::microseconds(1)),
        };
        end.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Its day in UTC, for what is known by the day only.
    pub(crate) fn day(self) -> NaiveDate {
        match self.0 {
            When::Day(day) => day,
            When::Instant(at) => at.date_naive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DayOrInstant, Fault> {
        DayOrInstant::read("from", text, &Limits::default())
    }

    #[track_caller]
    fn check(text: &str, start: &str, end: &str, day: &str) {
        let when = read(text).unwrap();
        assert_eq!(when.start().to_rfc3339(), start, "{text}");
        assert_eq!(when.end().to_rfc3339(), end, "{text}");
        assert_eq!(when.day().to_string(), day, "{text}");
    }

    #[test]
    fn a_day_is_all_of_it_and_an_instant_is_itself() {
        check("2026-01-31", "2026-01-31T00:00:00+00:00", "2026-02-01T00:00:00+00:00", "2026-01-31");
        let noon = "2026-01-31T12:00:00+00:00";
        check("2026-01-31T12:00:00Z", noon, "2026-01-31T12:00:00.000001+00:00", "2026-01-31");
        check("2026-02-01T00:30:00+12:30", noon, "2026-01-31T12:00:00.000001+00:00", "2026-01-31");
    }

    #[test]
    fn what_is_neither_is_refused_with_both_forms() {
        for (text, code, hint) in [
            ("soon", "bad-date", "or an instant such as 2026-01-31T00:00:00Z"),
            ("31/01/2026", "bad-date", "did you mean 2026-01-31?"),
            ("2026-02-30", "bad-date", "write YYYY-MM-DD"),
            ("2026-01-31T25:00:00Z", "bad-instant", "write RFC 3339"),
            ("2026-01-31T12:00:00", "bad-instant", "or a day such as 2026-01-31"),
            ("2026-01-31T12:00:00 01:00", "bad-instant", "write the + of an offset as %2B"),
        ] {
            let fault = read(text).unwrap_err();
            assert_eq!((fault.pointer.as_str(), fault.code.as_str()), ("from", code), "{text}");
            assert!(fault.hint.as_deref().unwrap().contains(hint), "{text}: {:?}", fault.hint);
        }
    }
}
