//! Timestamps as stored: whole microseconds since 1970.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// A timestamp as stored.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The end of a day in UTC (exclusive), as stored. The last representable day has no next one, so it ends where
/// it begins.
pub(crate) fn end_of(day: NaiveDate) -> i64 {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    micros(next.and_time(NaiveTime::MIN).and_utc())
}

/// A stored timestamp; out of range becomes the epoch.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
