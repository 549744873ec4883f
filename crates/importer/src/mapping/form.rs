//! The TOML form of a mapping, checked as a whole before the first row is read.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::AtomicBool;

use chrono::NaiveDate;
use domain::fields::{FieldKind, field};
use domain::number::Mark;
use domain::text;
use serde::Deserialize;

use super::Bound;
use crate::dates::Order;

/// A mapping as written in TOML.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the register the files come from; part of every record's source key.
    pub source: String,
    /// Version of this mapping, kept with every value it makes.
    pub version: String,
    /// Columns that together identify a row at its source.
    #[serde(default)]
    pub key: Vec<String>,
    /// Texts that mean "no value", besides the placeholders that the register knows.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The order in which dates are written.
    #[serde(default)]
    pub dates: Order,
    /// The decimal mark. Without it, a number that can be read in two ways is an error.
    #[serde(default)]
    pub decimals: Decimals,
    /// Values for fields that no column fills. `list.member` sets a member of each object that a column
    /// starts.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// What to do with a text that a value map does not list.
    #[serde(default)]
    pub unknown: Unknown,
    /// The columns.
    pub columns: Vec<Column>,
}

/// The mark a source writes before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimals {
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
pub enum Unknown {
    /// Refuse the row.
    #[default]
    Error,
    /// State the field as unknown, quoting the source's words as the reason.
    State,
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The header, in all its spellings. Case, punctuation and line breaks do not matter; a `*` at the end
    /// matches any ending.
    pub header: OneOrMany,
    /// The field, or `list.member` for the first object of a list. Absent for columns that are only kept raw.
    #[serde(default)]
    pub field: Option<String>,
    /// The source's words and the codes or texts they become; compared like headers. An empty target means
    /// "no value".
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// The separator, if a cell holds several values.
    #[serde(default)]
    pub split: Option<String>,
    /// Written before the text, for when several columns fill one field.
    #[serde(default)]
    pub label: Option<String>,
    /// Overrides the mapping's `unknown` for this column.
    #[serde(default)]
    pub unknown: Option<Unknown>,
    /// Further fields that the source's own reader fills from this column.
    #[serde(default)]
    pub informs: Vec<String>,
    /// Whether to drop the column, even from the raw row; for contact data and the like.
    #[serde(default)]
    pub drop: bool,
    /// Why the column fills no field, for one that is left out on purpose.
    #[serde(default)]
    pub ignored: Option<String>,
}

/// A text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
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

pub(super) fn fits(pattern: &str, folded: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => folded.starts_with(&text::fold(start)),
        None => text::fold(pattern) == folded,
    }
}
impl Mapping {
    /// Parses a mapping. Errors: a sentence with the place in the file, the nearest name for an unknown
    /// field, or the code that is not in its list.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        for column in &mapping.columns {
            if let Some(reason) = &column.ignored
                && (column.field.is_some() || reason.trim().is_empty())
            {
                let header = column.header.iter().next().unwrap_or_default();
                return Err(format!("'{header}' is ignored: say why, and give it no field"));
            }
            let Some(target) = &column.field else { continue };
            let (name, member) = target.split_once('.').unwrap_or((target, ""));
            let Some(field) = field(name) else { return Err(unknown_field(name)) };
            if let FieldKind::Code(list) | FieldKind::Codes(list) = field.kind {
                for code in column.values.values().flat_map(|codes| codes.split(';')) {
                    if !code.is_empty() {
                        list.check(code).map_err(|bad| format!("{name}: {bad} ({})", bad.hint()))?;
                    }
                }
            }
            let list = matches!(field.kind, FieldKind::Objects(..) | FieldKind::Estimate);
            if member.is_empty() == list && !matches!(field.kind, FieldKind::Estimate) {
                return Err(if list {
                    format!("{name} is a list of objects: name a member, such as {name}.title")
                } else {
                    format!("{name} has no members, so '{target}' fills nothing")
                });
            }
        }
        for (name, value) in &mapping.defaults {
            let (name, member) = name.split_once('.').unwrap_or((name, ""));
            let Some(field) = field(name) else { return Err(unknown_field(name)) };
            if !member.is_empty() {
                continue;
            }
            domain::cell::read(field, value).map_err(|findings| {
                format!(
                    "default of {name}: {} ({})",
                    findings[0].message,
                    findings[0].hint.as_deref().unwrap_or("")
                )
            })?;
        }
        Ok(mapping)
    }

    /// The headers of the columns that fill a field, each in its first spelling.
    pub fn headers_of(&self, field: &str) -> Vec<&str> {
        let fills = |column: &&Column| {
            let target = column.field.as_deref().map(|target| target.split('.').next().unwrap_or(target));
            target == Some(field) || column.informs.iter().any(|informed| informed == field)
        };
        self.columns.iter().filter(fills).filter_map(|column| column.header.iter().next()).collect()
    }

    /// Whether a column of the mapping has this header.
    pub fn knows(&self, header: &str) -> bool {
        let folded = text::fold(header);
        !folded.is_empty()
            && self.columns.iter().any(|column| column.header.iter().any(|pattern| fits(pattern, &folded)))
    }

    /// Binds the mapping to the columns of a file, with the day on which dates are judged. If a header occurs twice, the first column is used.
    pub fn bind(self, headers: &[String], today: NaiveDate) -> Bound {
        let mut seen = HashSet::new();
        let rules = headers
            .iter()
            .map(|header| {
                let folded = text::fold(header);
                let fits = |column: &Column| column.header.iter().any(|pattern| fits(pattern, &folded));
                let rule = self.columns.iter().position(fits)?;
                seen.insert(folded.clone()).then_some(rule)
            })
            .collect();
        let asked = headers.iter().map(|_| AtomicBool::new(false)).collect();
        Bound { mapping: self, headers: headers.to_vec(), rules, today, asked }
    }
}

fn unknown_field(name: &str) -> String {
    let names = domain::fields::FIELDS.iter().map(|field| (field.name, field.name));
    match domain::codes::nearest(name, names) {
        Some(near) => format!("'{name}' is not a field of the register (did you mean '{near}'?)"),
        None => format!("'{name}' is not a field of the register (see register fields)"),
    }
}
