//! Which required fields are answered, stated or blank: a list first, a fraction second.

use serde::{Deserialize, Serialize};

use crate::codes::StatementKind;
use crate::fields::FIELDS;
use crate::record::Record;

/// How one required field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldState {
    /// It has a value.
    Answered,
    /// It does not apply, with the reason.
    NotApplicable,
    /// It is known and withheld, with the ground.
    Withheld,
    /// It is said to be unknown.
    Unknown,
    /// Nothing is said.
    Blank,
}

/// One required field and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequiredField {
    /// Name of the field.
    pub field: String,
    /// How it stands.
    pub state: FieldState,
}

/// Completeness of a record at its phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completeness {
    /// Every field required of this record now.
    pub fields: Vec<RequiredField>,
    /// How many have a value or do not apply.
    pub answered: u32,
    /// How many are required.
    pub required: u32,
}

/// How complete a record is: what it must say at its phase, and what of that it says.
pub fn completeness(record: &Record) -> Completeness {
    let fields: Vec<RequiredField> = FIELDS
        .iter()
        .filter(|field| field.required.applies(record))
        .map(|field| {
            let state = match record.statement(field.name).map(|statement| statement.kind) {
                _ if record.has(field.name) => FieldState::Answered,
                Some(StatementKind::NotApplicable) => FieldState::NotApplicable,
                Some(StatementKind::Withheld) => FieldState::Withheld,
                Some(StatementKind::Unknown) => FieldState::Unknown,
                None => FieldState::Blank,
            };
            RequiredField { field: field.name.to_owned(), state }
        })
        .collect();
    let answered = fields
        .iter()
        .filter(|field| matches!(field.state, FieldState::Answered | FieldState::NotApplicable))
        .count() as u32;
    Completeness { answered, required: fields.len() as u32, fields }
}
