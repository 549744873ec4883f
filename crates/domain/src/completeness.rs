//! Completeness: which required fields are answered, stated or blank. A list first, a fraction second.

use serde::{Deserialize, Serialize};

use crate::codes::StatementKind;
use crate::fields::FIELDS;
use crate::record::Record;

/// Whether and how a required field is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldState {
    /// It has a value.
    Answered,
    /// A statement says that it does not apply.
    NotApplicable,
    /// A statement says that its value is withheld.
    Withheld,
    /// A statement says that its value is unknown.
    Unknown,
    /// It has neither a value nor a statement.
    Blank,
}

/// One required field, and whether it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequiredField {
    /// Name of the field.
    pub field: String,
    /// Whether and how it is answered.
    pub state: FieldState,
}

/// Completeness of a record in its current phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completeness {
    /// Every field the record must answer now.
    pub fields: Vec<RequiredField>,
    /// How many of them have a value or do not apply.
    pub answered: u32,
    /// How many there are.
    pub required: u32,
}

/// How complete a record is: the fields required in its phase, and which of them it answers.
pub fn completeness(record: &Record) -> Completeness {
    let fields: Vec<RequiredField> = FIELDS
        .iter()
        .filter(|field| field.required.applies(record))
        .map(|field| {
            let state = match record.statement(field.name).map(|statement| statement.kind) {
                _ if field.is_in(record) => FieldState::Answered,
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
