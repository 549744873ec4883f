//! Completeness: which required fields are answered, stated or blank. A list first, a fraction second.

use serde::{Deserialize, Serialize};

use crate::codes::{Origin, StatementKind};
use crate::fields::{FIELDS, Field, Situation};
use crate::record::{FieldStatement, Record};

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

/// The reason importers give where a source says nothing.
pub const NOT_STATED: &str = "not stated by the source";
/// How the reasons begin that importers gave, with a statement of kind `unknown`, before there was a kind of its own.
const FORMER_NOT_STATED: [&str; 2] = [NOT_STATED, "not usable: "];

impl FieldState {
    /// The state of a field: whether it has a value, and the statement in place of one with its reason.
    ///
    /// An imported record's gaps are its source's, not the body's. Versions published before 28 November 2026 say
    /// `unknown` where their source is mute; they are read as if they said so.
    pub fn of(origin: Origin, has_value: bool, statement: Option<(StatementKind, &str)>) -> Self {
        if has_value {
            return Self::Answered;
        }
        let imported = origin == Origin::Imported;
        // To confirm a value is not to state one.
        match statement.filter(|(kind, _)| *kind != StatementKind::Confirmed) {
            None if imported => Self::NotStatedBySource,
            None => Self::Blank,
            Some((StatementKind::NotApplicable, _)) => Self::NotApplicable,
            Some((StatementKind::Withheld, _)) => Self::Withheld,
            Some((StatementKind::Absent, _)) => Self::Absent,
            Some((StatementKind::NotStatedBySource, _)) => Self::NotStatedBySource,
            Some((StatementKind::Unknown | StatementKind::Confirmed, reason)) => {
                let mute = FORMER_NOT_STATED.iter().any(|former| reason.starts_with(former));
                if imported && mute { Self::NotStatedBySource } else { Self::Unknown }
            }
        }
    }
}

impl Record {
    /// Whether and how a field is answered, and by whom.
    pub fn state_of(&self, field: &str) -> FieldState {
        FieldState::of(self.origin, self.has(field), self.statement(field).map(FieldStatement::said))
    }

    /// Whether it is known that there is nothing to say: the body left its own record without an answer, or
    /// somebody states that there is none. A source that does not say never lacks anything, and the blanks of an
    /// observer's record are the observer's.
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

impl Record {
    /// Leaves out the statements that only say that a source did not say: a body that takes over a record that was
    /// imported answers for itself.
    pub fn forget_source_silence(&mut self) {
        self.field_statements.retain(|statement| {
            let state = FieldState::of(Origin::Imported, false, Some(statement.said()));
            state != FieldState::NotStatedBySource
        });
    }
}

/// The fields that must be answered in a situation, with their states, in catalogue order. `answered` says of each
/// field of the catalogue whether it has a value, `said` gives the statement in place of one.
pub fn states<'a>(
    situation: Situation,
    answered: impl Iterator<Item = bool>,
    said: impl Fn(&'static str) -> Option<(StatementKind, &'a str)>,
) -> impl Iterator<Item = (&'static Field, FieldState)> {
    let due = FIELDS.iter().zip(answered).filter(move |(field, _)| field.required.arises(situation));
    due.map(move |(field, answered)| {
        let statement = if answered { None } else { said(field.name) };
        (field, FieldState::of(situation.origin, answered, statement))
    })
}

/// How complete a record is: the fields required in its phase, and which of them it answers. What its source does
/// not say is listed and not counted.
pub fn completeness(record: &Record) -> Completeness {
    let said = |field: &'static str| record.statement(field).map(FieldStatement::said);
    let answered = FIELDS.iter().map(|field| field.is_in(record));
    let fields: Vec<RequiredField> = states(Situation::of(record), answered, said)
        .map(|(field, state)| RequiredField { field: field.name.to_owned(), state })
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
    use crate::codes::Code;
    use crate::organisation::OrganisationRef;

    fn record(origin: Origin) -> Record {
        let mut record = Record::new(origin, OrganisationRef::named("A"), "T".into(), "NL", "nl");
        let mut state = |field: &str, kind, reason: &str| {
            record.field_statements.push(FieldStatement {
                field: field.into(),
                kind,
                reason: Some(reason.into()),
                ground: None,
            });
        };
        state("summary", StatementKind::Unknown, "not stated by the source");
        state("team", StatementKind::Unknown, "nobody kept a note");
        state("redress_routes", StatementKind::Absent, "none was set up");
        state("contracts", StatementKind::NotStatedBySource, "not stated by the source");
        state("models", StatementKind::NotApplicable, "only rules");
        state("datasets", StatementKind::Withheld, "by law");
        record
    }

    #[track_caller]
    fn check(origin: Origin, field: &str, state: FieldState, lacks: bool) {
        let record = record(origin);
        assert_eq!((record.state_of(field), record.lacks(field)), (state, lacks), "{field} of {origin}");
    }

    #[test]
    fn a_gap_is_the_bodys_only_in_its_own_record() {
        use FieldState::{Absent, Answered, Blank, NotApplicable, NotStatedBySource, Unknown, Withheld};
        check(Origin::SelfDeclared, "title", Answered, false);
        check(Origin::SelfDeclared, "consultations", Blank, true);
        check(Origin::SelfDeclared, "team", Unknown, true);
        check(Origin::SelfDeclared, "summary", Unknown, true);
        check(Origin::Imported, "consultations", NotStatedBySource, false);
        check(Origin::Imported, "summary", NotStatedBySource, false);
        check(Origin::Imported, "team", Unknown, false);
        check(Origin::Imported, "contracts", NotStatedBySource, false);
        check(Origin::ThirdParty, "consultations", Blank, false);
        check(Origin::ThirdParty, "team", Unknown, false);
        for origin in Origin::ALL {
            check(*origin, "redress_routes", Absent, true);
            check(*origin, "models", NotApplicable, false);
            check(*origin, "datasets", Withheld, false);
        }
    }

    #[test]
    fn what_a_source_does_not_say_is_listed_and_not_counted() {
        let (own, imported) = (record(Origin::SelfDeclared), record(Origin::Imported));
        let (own, imported) = (completeness(&own), completeness(&imported));
        assert_eq!(own.not_stated, 0);
        assert_eq!(own.fields.len(), imported.fields.len());
        assert_eq!(own.answered, imported.answered);
        assert_eq!(imported.required + imported.not_stated, own.required);
        let summary = imported.fields.iter().find(|one| one.field == "summary").unwrap();
        assert_eq!(summary.state, FieldState::NotStatedBySource);
        let team = imported.fields.iter().find(|one| one.field == "team").unwrap();
        assert_eq!(team.state, FieldState::Unknown);
    }
}
