//! Completeness: which required fields are answered, stated or blank. A list first, a fraction second.

use serde::{Deserialize, Serialize};

use crate::codes::{Origin, StatementKind};
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
    /// A statement says that there is none.
    Absent,
    /// The source it was imported from does not say.
    NotStatedBySource,
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
    /// How many of them have a value, do not apply, or are stated to be none.
    pub answered: u32,
    /// How many there are, without those that its source does not state.
    pub required: u32,
    /// How many its source does not state.
    #[serde(default)]
    pub not_stated: u32,
}

/// What importers wrote, as a statement of kind `unknown`, before there was a kind of its own for it.
const FORMER_NOT_STATED: [&str; 2] = ["not stated by the source", "not usable: "];

impl Record {
    /// Whether and how a field is answered, and by whom: an imported record's gaps are its source's, not the body's.
    ///
    /// Versions published before 28 November 2026 say `unknown` where their source is mute; they are read as if they
    /// said so.
    pub fn state_of(&self, field: &str) -> FieldState {
        // What the register derived is no answer of the body or its source.
        if self.is_derived(field) {
            return FieldState::NotStatedBySource;
        }
        if self.has(field) {
            return FieldState::Answered;
        }
        let imported = self.origin == Origin::Imported;
        let Some(statement) = self.statement(field) else {
            return if imported { FieldState::NotStatedBySource } else { FieldState::Blank };
        };
        match statement.kind {
            StatementKind::NotApplicable => FieldState::NotApplicable,
            StatementKind::Withheld => FieldState::Withheld,
            StatementKind::Absent => FieldState::Absent,
            StatementKind::NotStatedBySource => FieldState::NotStatedBySource,
            // It stands beside a value; without one it says nothing.
            StatementKind::Derived if imported => FieldState::NotStatedBySource,
            StatementKind::Derived => FieldState::Blank,
            StatementKind::Unknown => {
                let reason = statement.reason.as_deref().unwrap_or_default();
                let mute = FORMER_NOT_STATED.iter().any(|former| reason.starts_with(former));
                if imported && mute { FieldState::NotStatedBySource } else { FieldState::Unknown }
            }
        }
    }

    /// Whether the register derived a field's value from what the source says, instead of the source stating it.
    pub fn is_derived(&self, field: &str) -> bool {
        self.origin == Origin::Imported
            && self.statement(field).is_some_and(|statement| statement.kind == StatementKind::Derived)
            && self.has(field)
    }

    /// Whether it is known that there is nothing to say: the body left its own record without an answer, or
    /// somebody states that there is none. A source that does not say never lacks anything.
    pub fn lacks(&self, field: &str) -> bool {
        match self.state_of(field) {
            FieldState::Absent => true,
            FieldState::Blank | FieldState::Unknown => self.origin == Origin::SelfDeclared,
            FieldState::Answered
            | FieldState::NotApplicable
            | FieldState::Withheld
            | FieldState::NotStatedBySource => false,
        }
    }
}

/// How complete a record is: the fields required in its phase, and which of them it answers. What its source does
/// not say is listed and not counted.
pub fn completeness(record: &Record) -> Completeness {
    let fields: Vec<RequiredField> = FIELDS
        .iter()
        .filter(|field| field.required.applies(record))
        .map(|field| RequiredField { field: field.name.to_owned(), state: record.state_of(field.name) })
        .collect();
    let count =
        |states: &[FieldState]| fields.iter().filter(|field| states.contains(&field.state)).count() as u32;
    let answered = count(&[FieldState::Answered, FieldState::NotApplicable, FieldState::Absent]);
    let not_stated = count(&[FieldState::NotStatedBySource]);
    Completeness { answered, required: fields.len() as u32 - not_stated, not_stated, fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Sector;
    use crate::organisation::OrganisationRef;
    use crate::record::FieldStatement;

    #[test]
    fn a_derived_value_is_no_answer_of_its_source() {
        let mut record = Record::new(
            Origin::Imported,
            OrganisationRef::named("Belastingdienst"),
            "Poort".into(),
            "NL",
            "nl",
        );
        record.sectors = vec![Sector::Tax];
        assert_eq!(record.state_of("sectors"), FieldState::Answered);
        record.field_statements = vec![FieldStatement {
            field: "sectors".into(),
            kind: StatementKind::Derived,
            reason: Some("rule sectors/1 nl-tax: the body is \"Belastingdienst\"".into()),
            ground: None,
        }];
        assert_eq!(
            (record.state_of("sectors"), record.lacks("sectors")),
            (FieldState::NotStatedBySource, false)
        );
        // Once the body takes the record over, the value is its own answer.
        record.origin = Origin::SelfDeclared;
        assert_eq!(record.state_of("sectors"), FieldState::Answered);
    }
}
