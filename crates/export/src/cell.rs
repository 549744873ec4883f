//! Cells: one value on its way into a file.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// One value in a row. Its column's [`Kind`](crate::Kind) says how to read the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// No value.
    Empty,
    /// Text, a code, a date, an exact decimal or JSON, as written to the file.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// Texts, in order.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Cell<'a> {
    /// A value in its `Display` form, such as a code.
    pub fn shown(value: impl ToString) -> Self {
        Self::Text(Cow::Owned(value.to_string()))
    }

    /// As [`Cell::shown`], or empty.
    pub fn maybe(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Empty, Self::shown)
    }

    /// A list of texts. No items, or one empty item, gives an empty cell: CSV cannot tell them apart.
    pub fn list<T: Into<Cow<'a, str>>>(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<Cow<'a, str>> = items.into_iter().map(Into::into).collect();
        if items.iter().all(|item| item.is_empty()) && items.len() < 2 {
            Self::Empty
        } else {
            Self::List(items)
        }
    }

    /// A value as JSON text. An empty list, `null`, or a value that does not serialise gives an empty cell.
    pub fn json(value: &impl serde::Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(text) if text != "[]" && text != "null" => Self::Text(Cow::Owned(text)),
            _ => Self::Empty,
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u64> for Cell<'_> {
    fn from(value: u64) -> Self {
        Self::Integer(value.cast_signed())
    }
}

impl From<NaiveDate> for Cell<'_> {
    fn from(day: NaiveDate) -> Self {
        Self::shown(day)
    }
}

impl From<DateTime<Utc>> for Cell<'_> {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Text(Cow::Owned(instant(at)))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// An instant in RFC 3339, UTC, with no more fractional digits than it has.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
