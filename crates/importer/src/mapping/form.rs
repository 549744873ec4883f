//! A mapping as it is written: TOML, checked as a whole before the first row is read.

use std::collections::{BTreeMap, HashSet};

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
    /// Name of the register the files come from; part of every key.
    pub source: String,
    /// Which release of this mapping; kept beside every value it makes.
    pub version: String,
    /// Columns that together are a row's key at its source.
    #[serde(default)]
    pub key: Vec<String>,
    /// Texts that mean that there is no value.
    #[serde(default)]
    pub missing: Vec<String>,
    /// In which order dates are written.
    #[serde(default)]
    pub dates: Order,
    /// Which mark stands before decimals; without it, a number that can be read in two ways is a fault.
    #[serde(default)]
    pub decimals: Decimals,
    /// Values for fields that no column fills; `list.member` for members of objects that a column begins.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// What to do with a text that no value map knows.
    #[serde(default)]
    pub unknown: Unknown,
    /// The columns.
    pub columns: Vec<Column>,
}

/// Which mark a source writes before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimals {
    /// Nobody says.
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

/// What to do with a text that its value map does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// The row is refused.
    #[default]
    Error,
    /// The field stays unknown, with the source's words as the reason.
    State,
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The header, in all its spellings; case, punctuation and line breaks do not matter, a `*` at the end
    /// stands for anything.
    pub header: OneOrMany,
    /// The field, or `list.member` for the first object of a list; absent for columns that are only kept raw.
    #[serde(default)]
    pub field: Option<String>,
    /// Source's words to codes or texts; compared like headers. An empty target means no value.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What separates several values in a cell.
    #[serde(default)]
    pub split: Option<String>,
    /// Written before the text when several columns fill one field.
    #[serde(default)]
    pub label: Option<String>,
    /// What to do with an unknown text in this column, if not what the mapping says.
    #[serde(default)]
    pub unknown: Option<Unknown>,
    /// Fields that a reader makes of this column, beside what `field` says.
    #[serde(default)]
    pub informs: Vec<String>,
    /// Contact data or the like: not kept, not even raw.
    #[serde(default)]
    pub drop: bool,
}

/// A text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
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
/// Headers and source words are compared folded; `a) Yes` and `Yes` are one word.
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
    /// Reads a mapping. Errors: a sentence with the place in the file, an unknown field name with a
    /// suggestion, a code that is not in its list.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        for column in &mapping.columns {
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

    /// The headers, each in its first spelling, of the columns that fill a field.
    pub fn headers_of(&self, field: &str) -> Vec<&str> {
        let fills = |column: &&Column| {
            let target = column.field.as_deref().map(|target| target.split('.').next().unwrap_or(target));
            target == Some(field) || column.informs.iter().any(|informed| informed == field)
        };
        self.columns.iter().filter(fills).filter_map(|column| column.header.iter().next()).collect()
    }

    /// Whether a header is one the mapping knows.
    pub fn knows(&self, header: &str) -> bool {
        let folded = text::fold(header);
        !folded.is_empty()
            && self.columns.iter().any(|column| column.header.iter().any(|pattern| fits(pattern, &folded)))
    }

    /// Binds the mapping to the columns of a file. Of two columns with one header the first is used.
    pub fn bind(self, headers: &[String]) -> Bound {
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
        Bound { mapping: self, headers: headers.to_vec(), rules }
    }
}

fn unknown_field(name: &str) -> String {
    let names = domain::fields::FIELDS.iter().map(|field| (field.name, field.name));
    match domain::codes::nearest(name, names) {
        Some(near) => format!("'{name}' is not a field of the register (did you mean '{near}'?)"),
        None => format!("'{name}' is not a field of the register (see register fields)"),
    }
}
