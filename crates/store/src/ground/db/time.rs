//! Instants as the database keeps them: whole microseconds since 1970.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// An instant as whole microseconds since 1970.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// When a day ends in UTC, in whole microseconds. The last day there can be has no end; everything was before it.
pub(crate) fn end_of(day: NaiveDate) -> i64 {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    micros(next.and_time(NaiveTime::MIN).and_utc())
}

/// Whole microseconds since 1970 as an instant; what is out of range becomes the epoch.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
