//! The required fields that the source of an imported record does not state, read from its stored JSON without
//! building the record.

use std::borrow::Cow;

use domain::codes::{Origin, Phase, RecordKind};
use domain::completeness::{FieldState, states};
use domain::fields::{FIELDS, Situation};
use domain::record::{FieldStatement, was_bought};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// The second member of an imported record, as it is stored.
const IMPORTED: &str = "\"origin\":\"imported\"";

/// Names of the required fields that its source does not state, in catalogue order; none for a record that was not
/// imported. Errors: the stored content is not a record in catalogue order.
pub(super) fn not_stated(content: &str) -> serde_json::Result<Vec<&'static str>> {
    // Kind and origin come first, so that the body's own records cost nothing.
    if content.split(',').nth(1).map(|member| member.trim_end_matches('}')) != Some(IMPORTED) {
        return Ok(Vec::new());
    }
    let seen = serde_json::Deserializer::from_str(content).deserialize_map(Look)?;
    let said =
        |field: &'static str| seen.statements.iter().find(|one| one.field == field).map(FieldStatement::said);
    let has = |field: &str| FIELDS.iter().zip(&seen.answered).any(|(one, has)| one.name == field && *has);
    let named = has("supplier_involvement") || has("contracts");
    let situation = Situation {
        origin: Origin::Imported,
        phase: seen.phase,
        bought: was_bought(seen.kind, named, || said("supplier_involvement").map(|(kind, _)| kind)),
        in_uk: Situation::is_in_uk(&seen.jurisdiction),
    };
    let states = states(situation, seen.answered.iter().copied(), said);
    Ok(states
        .filter(|(_, state)| *state == FieldState::NotStatedBySource)
        .map(|(field, _)| field.name)
        .collect())
}

/// What decides which fields are required and how they are answered.
struct Seen<'a> {
    /// For each field of the catalogue, whether it has a value.
    answered: Vec<bool>,
    kind: RecordKind,
    phase: Option<Phase>,
    jurisdiction: Cow<'a, str>,
    statements: Vec<FieldStatement>,
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Looks through a record's members and the catalogue side by side.
struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Seen<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record with its members in catalogue order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut seen = Seen {
            answered: vec![false; FIELDS.len()],
            kind: RecordKind::AlgorithmicTool,
            phase: None,
            jurisdiction: Cow::Borrowed(""),
            statements: Vec::new(),
        };
        let mut places = FIELDS.iter().enumerate();
        while let Some(name) = members.next_key::<&str>()? {
            if let Some((place, _)) = places.find(|(_, field)| field.name == name) {
                seen.answered[place] = true;
            }
            match name {
                "kind" => seen.kind = members.next_value()?,
                "phase" => seen.phase = members.next_value()?,
                "jurisdiction" => seen.jurisdiction = members.next_value::<Text<'de>>()?.0,
                "field_statements" => seen.statements = members.next_value()?,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use domain::codes::{Sector, StatementKind};
    use domain::completeness::completeness;
    use domain::{OrganisationRef, Record};

    use super::*;

    /// The stored form gives what the record gives.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Record), origin: Origin) -> usize {
        let mut record = Record::new(origin, OrganisationRef::named("A, B"), "T, U".into(), "GB-SCT", "en");
        change(&mut record);
        let content = serde_json::to_string(&record).unwrap();
        let found = not_stated(&content).unwrap();
        let complete = completeness(&record);
        let expected: Vec<&str> = complete
            .fields
            .iter()
            .filter(|one| one.state == FieldState::NotStatedBySource)
            .map(|one| one.field.as_str())
            .collect();
        assert_eq!(found, expected, "{content}");
        found.len()
    }

    fn state(record: &mut Record, field: &str, kind: StatementKind, reason: &str) {
        let reason = Some(reason.to_owned());
        record.field_statements.push(FieldStatement { field: field.into(), kind, reason, ground: None });
    }

    #[test]
    fn the_stored_form_and_the_record_agree() {
        assert_eq!(check(|_| {}, Origin::SelfDeclared), 0);
        assert_eq!(check(|_| {}, Origin::ThirdParty), 0);
        let bare = check(|_| {}, Origin::Imported);
        assert!(bare > 10, "{bare}");
        let live = check(|r| r.phase = Some(Phase::Production), Origin::Imported);
        assert!(live > bare, "{live}");
        let bought = |r: &mut Record| {
            r.phase = Some(Phase::Production);
            r.sectors = vec![Sector::Tax];
            state(r, "supplier_involvement", StatementKind::Withheld, "by law");
            state(r, "summary", StatementKind::Unknown, "not stated by the source");
            state(r, "team", StatementKind::Unknown, "the source says \"unknown\"");
            state(r, "redress_routes", StatementKind::Absent, "none");
        };
        assert!(check(bought, Origin::Imported) > 10);
    }
}
