//! What a text of a source has to be, and reading it as that.

use chrono::NaiveDate;
use domain::cell::{short, whole_number};
use domain::codes::Vocabulary;
use domain::fields::Field;
use domain::number::{self, Mark};
use domain::{Finding, text, validate};
use serde_json::{Value, json};

use super::form::Decimals;
use super::mailboxes::role_mailbox;
use super::words;
use crate::dates::{self, NoDate, Order, Reading};

/// What a column's text has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A text; several columns that fill it are joined.
    Words,
    Date,
    Boolean,
    /// A web address.
    Address,
    /// A role's mailbox; a person's is left out.
    Mailbox,
    /// A whole number.
    Whole,
    /// An amount, which is stored as text.
    Amount,
    /// A code from a list.
    Code(&'static Vocabulary),
    /// Texts of a list, joined by `;`.
    Texts,
    /// A body by its name.
    Body,
    /// What a cell of our own template has to be for this field.
    Cell(&'static Field),
}

/// How a source writes what can be written in several ways.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Manner<'m> {
    pub(super) dates: Option<Order>,
    pub(super) decimals: Decimals,
    /// The language of the source, which decides what `na` means; empty if not known.
    pub(super) lang: &'m str,
}

/// A value, and how it was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) value: Value,
    /// The name of the normalisation that it took, if any.
    pub(super) rule: Option<&'static str>,
}

/// Why a text is no value of its kind.
#[derive(Debug)]
pub(super) enum Bad {
    /// It is a date that cannot be true, or can be two.
    Date(NoDate, Finding),
    /// Everything else that is wrong with it.
    Value(Vec<Finding>),
    /// It is a mailbox of a person, which is left out.
    Personal,
}

impl From<Finding> for Bad {
    fn from(finding: Finding) -> Self {
        Self::Value(vec![finding])
    }
}

impl Kind {
    /// Reads a text as a value of the field or member with this name.
    pub(super) fn read(self, name: &str, text: &str, manner: Manner<'_>) -> Result<Read, Bad> {
        let value = match self {
            Self::Words => Value::String(text::clean(text)),
            Self::Date => return date(name, text, manner),
            Self::Boolean => Value::Bool(words::yes_or_no(text, manner.lang).ok_or_else(|| {
                let message = format!("'{}' is neither yes nor no", short(text));
                Finding::error(name, "bad-boolean", message)
                    .hint("write yes or no, or list what it means in values")
            })?),
            Self::Address => Value::String(address(name, text)?),
            Self::Mailbox => Value::String(role_mailbox(text).ok_or(Bad::Personal)?),
            Self::Whole => whole_number(name, text, manner.mark()).map_err(|bad| manner.told(bad))?.into(),
            Self::Amount => {
                let bad = |bad: number::BadNumber| {
                    Finding::error(name, "bad-number", bad.of_decimal(text)).hint("write a number in digits")
                };
                let amount = number::read(text, manner.mark()).map_err(|why| manner.told(bad(why)))?;
                Value::String(amount.to_string())
            }
            Self::Code(list) => {
                let code = list
                    .check(text.trim())
                    .map_err(|bad| Finding::error(name, "unknown-code", bad.to_string()).hint(bad.hint()))?;
                Value::String(code.to_owned())
            }
            Self::Texts => text
                .split(';')
                .map(text::one_line)
                .filter(|item| !item.is_empty())
                .map(Value::String)
                .collect(),
            Self::Body => json!({ "name": text::clean(text) }),
            Self::Cell(field) => match domain::cell::read(field, text) {
                Ok(value) => value.unwrap_or(Value::Null),
                Err(findings) => return Err(Bad::Value(findings)),
            },
        };
        Ok(Read { value, rule: None })
    }

    /// Whether several values of this kind fit into one field or member.
    pub(super) fn holds_several(self) -> bool {
        use domain::fields::FieldKind::{Codes, Organisations, Texts};
        match self {
            Self::Texts => true,
            Self::Cell(field) => matches!(field.kind, Codes(_) | Organisations | Texts),
            _ => false,
        }
    }
}

impl Manner<'_> {
    fn mark(self) -> Mark {
        self.decimals.into()
    }

    /// Adds to a finding about an ambiguous number how a mapping can settle it.
    fn told(self, finding: Finding) -> Finding {
        let hint = finding.hint.clone().unwrap_or_default();
        match self.decimals {
            Decimals::Unsaid if finding.message.contains(" or as ") => {
                finding.hint(format!("{hint}, or say decimals = \"point\" or \"comma\" in the mapping"))
            }
            _ => finding,
        }
    }
}

fn date(name: &str, text: &str, manner: Manner<'_>) -> Result<Read, Bad> {
    let found: Result<(NaiveDate, Reading), NoDate> = dates::of_tool(text, manner.dates);
    let (date, reading) = found.map_err(|why| Bad::Date(why, no_date(name, text, why)))?;
    Ok(Read { value: Value::String(date.to_string()), rule: reading.rule() })
}

fn no_date(name: &str, text: &str, why: NoDate) -> Finding {
    let text = short(text);
    let (message, hint) = match why {
        NoDate::NotADate => (format!("'{text}' is not a date"), "write YYYY-MM-DD"),
        NoDate::TwoDigitYear => {
            (format!("'{text}' has a year of two digits"), "write all four digits of the year")
        }
        NoDate::TwoDays(one, other) => (
            format!("'{text}' can be {one} or {other}"),
            "say dates = \"day_first\" or \"month_first\" in the mapping",
        ),
        NoDate::Before1950 => (format!("'{text}' is before 1950"), "correct the year"),
        NoDate::TooLate => (format!("'{text}' is after 2199"), "correct the year"),
    };
    Finding::error(name, "bad-date", message).hint(hint)
}

fn address(name: &str, text: &str) -> Result<String, Finding> {
    let address = text::one_line(text);
    let address = if address.starts_with("www.") { format!("https://{address}") } else { address };
    match validate::is_address(&address) {
        true => Ok(address),
        false => Err(Finding::error(name, "bad-url", format!("'{}' is not an address", short(text)))
            .hint("write a full address that starts with https://")),
    }
}
