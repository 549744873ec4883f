//! The TOML form of a mapping.

use std::collections::BTreeMap;

use domain::number::Mark;
use domain::text;
use serde::Deserialize;
use toml::Spanned;

use super::target::Target;
use crate::dates::Order;

/// A mapping as written in TOML.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    /// Name of the register the files come from; part of every record's source key.
    pub(super) source: String,
    /// Version of this mapping, kept with every value it makes.
    pub(super) version: String,
    /// Columns that together identify a row at its source.
    #[serde(default)]
    pub(super) key: Vec<Spanned<String>>,
    /// The column with the date or year of each row, where a file holds several editions.
    pub(super) edition: Option<Spanned<String>>,
    /// Rows that are read: all of these hold of them.
    #[serde(default)]
    pub(super) only: Vec<Condition>,
    /// Rows that are not: one of these holds of them.
    #[serde(default)]
    pub(super) skip: Vec<Condition>,
    /// Texts that mean "no value", besides the placeholders that the register knows.
    #[serde(default)]
    pub(super) missing: Vec<String>,
    /// Texts that mean that a value is withheld, each with its ground.
    #[serde(default)]
    pub(super) withheld: BTreeMap<String, Spanned<String>>,
    /// The order in which dates are written. Without it, a date that can be two days is an error.
    pub(super) dates: Option<Order>,
    /// The decimal mark. Without it, a number that can be read in two ways is an error.
    #[serde(default)]
    pub(super) decimals: Decimals,
    /// Values for fields that no column fills. `list.member` sets a member of each object that a column
    /// starts, `list[label].member` of those with that label.
    #[serde(default)]
    pub(super) defaults: BTreeMap<String, Spanned<String>>,
    /// What to do with a text that a value map does not list.
    #[serde(default)]
    pub(super) unknown: Unknown,
    /// The columns.
    #[serde(default)]
    pub(super) columns: Vec<Column>,
}

/// The mark a source writes before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Decimals {
    /// Not stated.
    #[default]
    Unsaid,
    /// `12,000.50`.
    Point,
    /// `12.000,50`.
    Comma,
}

impl From<Decimals> for Mark {
    fn from(decimals: Decimals) -> Self {
        match decimals {
            Decimals::Unsaid => Self::Unsaid,
            Decimals::Point => Self::Point,
            Decimals::Comma => Self::Comma,
        }
    }
}

/// What to do with a text that its value map does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unknown {
    /// Refuse the row.
    #[default]
    Error,
    /// State the field as unknown, quoting the source's words as the reason.
    State,
}

/// What a cell of a row says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    /// The column, in all spellings of its header.
    pub(super) header: Spanned<OneOrMany>,
    /// It says one of these; compared like headers, and `""` is an empty cell.
    pub(super) is: Option<OneOrMany>,
    /// It says none of these.
    pub(super) is_not: Option<OneOrMany>,
}

impl Condition {
    /// Whether it holds of a cell.
    pub(super) fn holds(&self, cell: &str) -> bool {
        let folded = comparable(cell);
        let says = |texts: &OneOrMany| {
            texts.iter().any(|text| match text {
                "" => cell.trim().is_empty(),
                text => fits(text, &folded) && !cell.trim().is_empty(),
            })
        };
        self.is.as_ref().is_none_or(says) && !self.is_not.as_ref().is_some_and(says)
    }
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    /// The header, in all its spellings. Case, punctuation and line breaks do not matter; a `*` at the end
    /// matches any ending.
    pub(super) header: Option<Spanned<OneOrMany>>,
    /// Several columns instead, whose cells are joined to one text.
    pub(super) join: Option<Spanned<Vec<String>>>,
    /// What is written between joined cells; a space if not stated.
    pub(super) with: Option<String>,
    /// Which column, from 1, if several have this header.
    pub(super) nth: Option<Spanned<usize>>,
    /// Whether files may lack it.
    #[serde(default)]
    pub(super) optional: bool,
    /// The field, `list.member` or `list[label].member`. Absent for columns that are only kept raw.
    pub(super) field: Option<Spanned<String>>,
    /// What `field` names.
    #[serde(skip)]
    pub(super) target: Option<Target>,
    /// It counts only in rows of which this holds.
    pub(super) when: Option<Condition>,
    /// Only the text behind the first such mark is read; nothing, if there is none.
    pub(super) after: Option<String>,
    /// Only the text before the first such mark is read; all, if there is none.
    pub(super) before: Option<String>,
    /// The source's words and the codes or texts they become; compared like headers. An empty target means
    /// "no value".
    #[serde(default)]
    pub(super) values: BTreeMap<String, Spanned<String>>,
    /// The separators, if a cell holds several values.
    pub(super) split: Option<Spanned<OneOrMany>>,
    /// Whether its value belongs to each of several objects of a list.
    #[serde(default)]
    pub(super) each: bool,
    /// Written before the text, for when several columns fill one field.
    pub(super) label: Option<String>,
    /// Overrides the mapping's `unknown` for this column.
    pub(super) unknown: Option<Unknown>,
    /// Overrides the mapping's `dates` for this column.
    pub(super) dates: Option<Order>,
    /// Texts of this column that mean that its value is withheld, each with its ground.
    #[serde(default)]
    pub(super) withheld: BTreeMap<String, Spanned<String>>,
    /// Further fields that the source's own reader fills from this column.
    #[serde(default)]
    pub(super) informs: Vec<String>,
    /// Whether to drop the column, even from the raw row; for contact data and the like.
    #[serde(default)]
    pub(super) drop: bool,
    /// Why a column without a field is not read.
    pub(super) reason: Option<String>,
}

impl Column {
    /// The spellings of its header, or the headers of the columns that it joins.
    pub(super) fn headers(&self) -> impl Iterator<Item = &str> {
        let own = self.header.iter().flat_map(|header| header.get_ref().iter());
        let joined = self.join.iter().flat_map(|join| join.get_ref());
        own.chain(joined.map(String::as_str))
    }

    /// Its header for people, in the first spelling.
    pub(super) fn shown(&self) -> String {
        match &self.join {
            Some(join) => join.get_ref().join(" + "),
            None => self.headers().next().unwrap_or_default().to_owned(),
        }
    }
}

/// A text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    /// A single text.
    One(String),
    /// Several texts.
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

/// Folds a header or a source's word for comparison; `a) Yes` and `Yes` compare equal.
pub(super) fn comparable(text: &str) -> String {
    let folded = text::fold(text);
    let mut parts = folded.splitn(2, ' ');
    match (parts.next(), parts.next()) {
        (Some(letter), Some(rest))
            if letter.len() == 1 && text.trim_start().get(1..2).is_some_and(|sign| sign == ")") =>
        {
            rest.to_owned()
        }
        _ => folded,
    }
}

/// Whether a folded heading or word is what a pattern says.
pub(crate) fn fits(pattern: &str, folded: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => folded.starts_with(&text::fold(start)),
        None => text::fold(pattern) == folded,
    }
}
