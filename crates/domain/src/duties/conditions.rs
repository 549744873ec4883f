//! Whether a duty's condition holds for a tool, as far as its record says.
//!
//! An answer is yes or no only on what is stated. A blank is never a no.

use crate::codes::{AffectedGroup, AutomationLevel, DecisionEffect, DutyCondition, Sector, Technology};
use crate::completeness::FieldState;
use crate::record::Record;

/// What a record says of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It says so.
    Yes,
    /// It says that it is not so.
    No,
    /// It does not say.
    NotKnown,
}

impl Answer {
    /// Yes if both are; no if either is.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::NotKnown,
        }
    }

    /// Yes on a ground for it, otherwise no on a ground against it.
    fn by(yes: bool, no: bool) -> Self {
        match (yes, no) {
            (true, _) => Self::Yes,
            (false, true) => Self::No,
            (false, false) => Self::NotKnown,
        }
    }
}

/// Whether a condition holds for a tool.
pub(super) fn answer(condition: DutyCondition, record: &Record) -> Answer {
    match condition {
        DutyCondition::EveryTool => Answer::Yes,
        DutyCondition::Persons => persons(record),
        DutyCondition::ChildrenData => children(record),
        DutyCondition::DecisionOnPersons => decides(record),
        DutyCondition::PublicEffect => public_effect(record),
        DutyCondition::HighImpact => high_impact(record),
        DutyCondition::EuHighRisk => eu_high_risk(record),
    }
}

/// Whether the body or the source says that there is nothing to answer.
fn none_stated(record: &Record, field: &str) -> bool {
    matches!(record.state_of(field), FieldState::Absent | FieldState::NotApplicable)
}

/// Whether its outcomes have effects on people.
fn affects(record: &Record) -> Answer {
    let effects = &record.decision_effects;
    let some = effects.iter().any(|effect| *effect != DecisionEffect::None);
    Answer::by(some, !effects.is_empty() || none_stated(record, "decision_effects"))
}

fn persons(record: &Record) -> Answer {
    use Technology::{BiometricCategorisation, BiometricIdentification, MonitoringProctoring};
    let of_people = [BiometricIdentification, BiometricCategorisation, MonitoringProctoring];
    let data = record.uses_children_data == Some(true)
        || !record.special_category_data.is_empty()
        || !record.national_identifiers.is_empty()
        || record.technologies.iter().any(|technology| of_people.contains(technology));
    let groups = &record.affected_groups;
    let people = groups.iter().any(|group| *group != AffectedGroup::Businesses)
        || record.people_affected_per_year.as_ref().is_some_and(|number| number.value > 0);
    let nobody = !groups.is_empty() || none_stated(record, "affected_groups");
    let affects = affects(record);
    Answer::by(data || people || affects == Answer::Yes, nobody && affects == Answer::No)
}

fn children(record: &Record) -> Answer {
    let groups = [AffectedGroup::Children, AffectedGroup::PupilsStudents];
    let used_on = record.affected_groups.iter().any(|group| groups.contains(group));
    let denied = record.uses_children_data == Some(false) || none_stated(record, "uses_children_data");
    Answer::by(record.uses_children_data == Some(true) || used_on, denied)
}

fn decides(record: &Record) -> Answer {
    let prepares = record.automation_level.map(|level| level != AutomationLevel::Informational);
    affects(record).and(Answer::by(prepares == Some(true), prepares == Some(false)))
}

fn public_effect(record: &Record) -> Answer {
    let groups = &record.affected_groups;
    let staff = !groups.is_empty() && groups.iter().all(|group| *group == AffectedGroup::PublicSectorStaff);
    let decides = decides(record);
    let meets = groups.contains(&AffectedGroup::GeneralPublic);
    Answer::by(decides == Answer::Yes || meets, decides == Answer::No && staff)
}

/// The inventories' own answer, which the importer keeps as a reference of this scheme.
fn high_impact(record: &Record) -> Answer {
    let said = record.references.iter().filter(|reference| reference.scheme == "US-IMPACT");
    let said: Vec<&str> = said.map(|reference| reference.value.as_str()).collect();
    let any = |words: &[&str]| said.iter().any(|value| words.contains(value));
    Answer::by(
        any(&["high_impact", "rights_impacting", "safety_impacting", "rights_and_safety_impacting"]),
        any(&["not_high_impact", "presumed_high_impact_determined_not"]),
    )
}

/// A system in an area of Annex III is high-risk for certain only where it profiles people (article 6(3), last
/// subparagraph); short of that, a record does not tell.
fn eu_high_risk(record: &Record) -> Answer {
    let technologies = &record.technologies;
    let written = |technology: &Technology| {
        matches!(technology, Technology::Rules | Technology::DataPlatform | Technology::NotAi)
    };
    let no_ai = !technologies.is_empty() && technologies.iter().all(written);
    let biometric = technologies.iter().any(|technology| {
        matches!(technology, Technology::BiometricIdentification | Technology::BiometricCategorisation)
    });
    let outside = !record.sectors.is_empty() && record.sectors.iter().all(is_outside_annex_iii) && !biometric;
    let learnt = technologies.iter().any(|technology| {
        use Technology::{ComputerVision, GenerativeAi, MachineLearning, NaturalLanguage, Speech};
        matches!(technology, MachineLearning | GenerativeAi | NaturalLanguage | Speech | ComputerVision)
    });
    let scores = technologies.contains(&Technology::RiskScoring) && affects(record) == Answer::Yes;
    let inside = record.sectors.iter().any(is_within_annex_iii);
    Answer::by(learnt && scores && inside, no_ai || outside)
}

/// Sectors whose tools are in an area of Annex III when they judge people.
fn is_within_annex_iii(sector: &Sector) -> bool {
    matches!(
        sector,
        Sector::Schools
            | Sector::FurtherAndHigherEducation
            | Sector::Policing
            | Sector::JusticePrisonsProbation
            | Sector::ImmigrationAsylum
            | Sector::WelfareBenefits
            | Sector::EmploymentServices
    )
}

/// Sectors that no area of Annex III with duties for public deployers touches.
fn is_outside_annex_iii(sector: &Sector) -> bool {
    matches!(
        sector,
        Sector::Tax
            | Sector::DefenceSecurity
            | Sector::Transport
            | Sector::Environment
            | Sector::Planning
            | Sector::LicensingRegulation
    )
}

#[cfg(test)]
mod tests {
    use super::Answer::{No, NotKnown, Yes};
    use super::*;
    use crate::codes::{Origin, SpecialCategory, StatementKind};
    use crate::organisation::OrganisationRef;
    use crate::record::{FieldStatement, Reference};

    #[track_caller]
    fn check(condition: DutyCondition, change: impl FnOnce(&mut Record), expected: Answer) {
        let publisher = OrganisationRef::named("Calder Vale Police");
        let mut record = Record::new(Origin::SelfDeclared, publisher, "Camera".into(), "GB", "en");
        change(&mut record);
        assert_eq!(answer(condition, &record), expected, "{condition}");
    }

    fn none(field: &str) -> FieldStatement {
        let reason = Some("it sorts parcels".into());
        FieldStatement { field: field.into(), kind: StatementKind::NotApplicable, reason, ground: None }
    }

    #[test]
    fn a_blank_is_never_a_no() {
        use crate::codes::Code;
        for condition in DutyCondition::ALL {
            let expected = if *condition == DutyCondition::EveryTool { Yes } else { NotKnown };
            check(*condition, |_| {}, expected);
        }
    }

    #[test]
    fn people_are_there_when_any_answer_shows_them() {
        let persons = DutyCondition::Persons;
        check(persons, |r| r.special_category_data = vec![SpecialCategory::Health], Yes);
        check(persons, |r| r.national_identifiers = vec!["National Insurance number".into()], Yes);
        check(persons, |r| r.uses_children_data = Some(true), Yes);
        check(persons, |r| r.technologies = vec![Technology::BiometricIdentification], Yes);
        check(persons, |r| r.affected_groups = vec![AffectedGroup::RoadUsers], Yes);
        check(persons, |r| r.decision_effects = vec![DecisionEffect::Penalty], Yes);
        check(persons, |r| r.decision_effects = vec![DecisionEffect::None], NotKnown);
        check(persons, |r| r.affected_groups = vec![AffectedGroup::Businesses], NotKnown);
        let nobody = |r: &mut Record| {
            r.decision_effects = vec![DecisionEffect::None];
            r.field_statements = vec![none("affected_groups")];
        };
        check(persons, nobody, No);
        check(
            persons,
            |r| {
                nobody(r);
                r.special_category_data = vec![SpecialCategory::Health];
            },
            Yes,
        );
    }

    #[test]
    fn children_are_asked_for_by_name() {
        let children = DutyCondition::ChildrenData;
        check(children, |r| r.uses_children_data = Some(true), Yes);
        check(children, |r| r.uses_children_data = Some(false), No);
        check(children, |r| r.affected_groups = vec![AffectedGroup::PupilsStudents], Yes);
        check(children, |r| r.affected_groups = vec![AffectedGroup::Tenants], NotKnown);
    }

    #[test]
    fn a_decision_needs_a_tool_that_proposes_and_an_effect() {
        let decides = DutyCondition::DecisionOnPersons;
        let fine = |level| {
            move |r: &mut Record| {
                r.decision_effects = vec![DecisionEffect::Penalty];
                r.automation_level = level;
            }
        };
        check(decides, fine(Some(AutomationLevel::DecidesAlone)), Yes);
        check(decides, fine(Some(AutomationLevel::Recommends)), Yes);
        check(decides, fine(Some(AutomationLevel::Informational)), No);
        check(decides, fine(None), NotKnown);
        check(decides, |r| r.decision_effects = vec![DecisionEffect::None], No);
        let public = DutyCondition::PublicEffect;
        check(public, fine(Some(AutomationLevel::Recommends)), Yes);
        check(public, |r| r.affected_groups = vec![AffectedGroup::GeneralPublic], Yes);
        check(
            public,
            |r| {
                r.affected_groups = vec![AffectedGroup::PublicSectorStaff];
                r.decision_effects = vec![DecisionEffect::None];
            },
            No,
        );
    }

    #[test]
    fn high_impact_is_what_the_inventory_says() {
        for (said, expected) in [
            ("high_impact", Yes),
            ("rights_impacting", Yes),
            ("safety_impacting", Yes),
            ("rights_and_safety_impacting", Yes),
            ("not_high_impact", No),
            ("presumed_high_impact_determined_not", No),
            ("not_determined", NotKnown),
        ] {
            let reference = Reference { scheme: "US-IMPACT".into(), value: said.into() };
            check(DutyCondition::HighImpact, |r| r.references = vec![reference], expected);
        }
    }

    #[test]
    fn high_risk_is_certain_only_where_people_are_profiled() {
        use Technology::{BiometricIdentification, MachineLearning, NotAi, RiskScoring, Rules};
        let with = |sector, technologies: &[Technology], effect| {
            let technologies = technologies.to_vec();
            move |r: &mut Record| {
                r.sectors = vec![sector];
                r.technologies = technologies;
                r.decision_effects = vec![effect];
            }
        };
        let high = DutyCondition::EuHighRisk;
        let (welfare, planning) = (Sector::WelfareBenefits, Sector::Planning);
        let stop = DecisionEffect::BenefitStop;
        check(high, with(welfare, &[MachineLearning, RiskScoring], stop), Yes);
        check(high, with(welfare, &[MachineLearning, RiskScoring], DecisionEffect::None), NotKnown);
        check(high, with(welfare, &[MachineLearning], stop), NotKnown);
        check(high, with(welfare, &[Rules, NotAi], stop), No);
        check(high, with(planning, &[MachineLearning, RiskScoring], stop), No);
        check(high, with(planning, &[BiometricIdentification], stop), NotKnown);
    }
}
