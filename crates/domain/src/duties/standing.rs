//! Which duties hold for a record on a day, and whether the record meets them.

use chrono::NaiveDate;

use super::conditions::{Answer, answer};
use super::table::{Duty, duties};
use crate::codes::{AssessmentStage, AssessmentStatus, OrganisationKind, Origin};
use crate::completeness::FieldState;
use crate::record::Record;

/// A duty that holds for a record, or may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// The duty.
    pub duty: &'static Duty,
    /// Whether it holds: yes or not known.
    pub answer: Answer,
}

/// What is known of an assessment that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The body settled it, or the source says something else than that it was not made.
    Stated,
    /// The body answered for itself without it, or somebody states that it was not made.
    Missing,
    /// The source of the record does not say.
    NotStated,
}

/// The duties that hold or may hold, on whatever day.
fn possible(record: &Record, kind: Option<OrganisationKind>) -> impl Iterator<Item = Owed> {
    duties().iter().filter(|duty| duty.covers(&record.jurisdiction)).filter_map(move |duty| {
        let mut holds = duty.binds(kind).and(answer(duty.condition, record));
        let certain_from = duty.first_used_from;
        let early = certain_from.is_some_and(|day| record.in_use_since().is_none_or(|since| since < day));
        if early && holds == Answer::Yes {
            holds = Answer::NotKnown;
        }
        (holds != Answer::No).then_some(Owed { duty, answer: holds })
    })
}

/// What is owed for a tool on a day, or may be. A duty is left out where one that stands for it certainly holds.
pub fn owed(record: &Record, publisher_kind: Option<OrganisationKind>, today: NaiveDate) -> Vec<Owed> {
    let mut found: Vec<Owed> =
        possible(record, publisher_kind).filter(|owed| owed.duty.is_in_force(today)).collect();
    let certain = found.iter().filter(|owed| owed.answer == Answer::Yes);
    let replaced: Vec<&String> = certain.flat_map(|owed| &owed.duty.replaces).collect();
    found.retain(|owed| !replaced.contains(&&owed.duty.id));
    found
}

/// The next day on which a duty that can raise a flag begins or ends for a tool.
pub fn changes_on(
    record: &Record,
    publisher_kind: Option<OrganisationKind>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    possible(record, publisher_kind)
        .filter(|owed| owed.duty.raises_flags())
        .flat_map(|owed| [Some(owed.duty.since), owed.duty.until])
        .flatten()
        .filter(|day| *day > today)
        .min()
}

/// What a record says of an assessment that is owed.
pub fn standing(record: &Record, duty: &Duty) -> Standing {
    let mut made = record.assessments.iter().filter(|one| duty.satisfied_by.contains(&one.r#type)).peekable();
    let mentioned = made.peek().is_some();
    if record.origin == Origin::SelfDeclared {
        // The body's own record says so, or says why there is none.
        let before = [AssessmentStage::Screening, AssessmentStage::BeforeDeployment];
        let settled = made.any(|one| {
            let screened_out = one.status == AssessmentStatus::NotRequired;
            before.contains(&one.stage)
                && (one.stage == AssessmentStage::BeforeDeployment || screened_out)
                && one.is_settled()
        });
        let answers = mentioned || record.has("assessments") || record.lacks("assessments");
        return if settled || !answers { Standing::Stated } else { Standing::Missing };
    }
    if mentioned {
        let not_made = [AssessmentStatus::NotStarted, AssessmentStatus::Overdue];
        return if made.all(|one| not_made.contains(&one.status)) {
            Standing::Missing
        } else {
            Standing::Stated
        };
    }
    match record.state_of("assessments") {
        FieldState::Absent => Standing::Missing,
        FieldState::NotApplicable | FieldState::Withheld => Standing::Stated,
        FieldState::Answered | FieldState::Unknown | FieldState::NotStatedBySource | FieldState::Blank => {
            Standing::NotStated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::Assessment;
    use crate::codes::{
        AffectedGroup, AssessmentType, AutomationLevel, DecisionEffect, Phase, Sector, StatementKind,
        Technology,
    };
    use crate::organisation::OrganisationRef;
    use crate::record::{FieldStatement, Reference};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A live tool that meets every condition there is.
    fn record(origin: Origin, jurisdiction: &str) -> Record {
        let mut record =
            Record::new(origin, OrganisationRef::named("Body"), "Score".into(), jurisdiction, "en");
        record.phase = Some(Phase::Production);
        record.affected_groups = vec![AffectedGroup::GeneralPublic];
        record.decision_effects = vec![DecisionEffect::BenefitStop];
        record.automation_level = Some(AutomationLevel::DecidesAlone);
        record.uses_children_data = Some(true);
        record.sectors = vec![Sector::WelfareBenefits];
        record.technologies = vec![Technology::MachineLearning, Technology::RiskScoring];
        record.references = vec![Reference { scheme: "US-IMPACT".into(), value: "high_impact".into() }];
        record
    }

    fn ids(record: &Record, kind: Option<OrganisationKind>, on: &str) -> Vec<&'static str> {
        owed(record, kind, day(on)).iter().map(|owed| owed.duty.id.as_str()).collect()
    }

    /// Each duty, for a tool and a body it certainly binds: not the day before it begins, from then on, and not from
    /// the day it ends.
    #[test]
    fn each_duty_is_owed_from_its_first_day_to_its_last() {
        for duty in duties() {
            let place = if duty.jurisdiction == "EU" { "NL" } else { &duty.jurisdiction };
            let mut record = record(Origin::SelfDeclared, place);
            record.first_used = duty.first_used_from;
            let kind = duty.kinds.first().copied();
            let holds = |on: NaiveDate| {
                let found = owed(&record, kind, on);
                let certain = Some(Answer::Yes);
                found.iter().find(|owed| owed.duty.id == duty.id).map(|owed| owed.answer) == certain
            };
            let before = duty.since.pred_opt().unwrap();
            assert!(!holds(before) && holds(duty.since), "{} around {}", duty.id, duty.since);
            if duty.raises_flags() {
                let next = changes_on(&record, kind, before);
                assert_eq!(next, Some(duty.since), "{} names its first day", duty.id);
            }
            if let Some(until) = duty.until {
                let last = until.pred_opt().unwrap();
                assert!(holds(last) && !holds(until), "{} around {until}", duty.id);
                assert_eq!(changes_on(&record, kind, last), Some(until), "{} names its last day", duty.id);
            }
        }
    }

    #[test]
    fn a_part_with_its_own_duty_is_not_asked_twice() {
        let glasgow = record(Origin::SelfDeclared, "GB-GLG");
        let kind = Some(OrganisationKind::LocalAuthority);
        let found = ids(&glasgow, kind, "2026-11-21");
        assert!(found.contains(&"gb-sct-equality") && !found.contains(&"gb-equality"), "{found:?}");
        // Whether a body is listed there is not known, but the general duty binds it anyway.
        let found = ids(&glasgow, None, "2026-11-21");
        assert!(found.contains(&"gb-sct-equality") && found.contains(&"gb-equality"), "{found:?}");
        let police = Some(OrganisationKind::PoliceForce);
        let found = ids(&record(Origin::SelfDeclared, "GB-WLS"), police, "2026-11-21");
        assert!(found.contains(&"gb-equality") && !found.contains(&"gb-wls-equality"), "{found:?}");
    }

    #[test]
    fn a_tool_older_than_the_duty_may_be_bound() {
        let answer = |first_used: Option<&str>| {
            let mut record = record(Origin::SelfDeclared, "CA");
            record.first_used = first_used.map(day);
            owed(&record, None, day("2026-11-21"))[0].answer
        };
        assert_eq!(answer(Some("2021-01-01")), Answer::Yes);
        assert_eq!(answer(Some("2019-01-01")), Answer::NotKnown);
        assert_eq!(answer(None), Answer::NotKnown);
    }

    #[track_caller]
    fn check(origin: Origin, change: impl FnOnce(&mut Record), expected: Standing) {
        let duty = duties().iter().find(|duty| duty.id == "gb-data-protection").unwrap();
        let mut record = record(origin, "GB");
        change(&mut record);
        assert_eq!(standing(&record, duty), expected);
    }

    fn with(
        r#type: AssessmentType,
        stage: AssessmentStage,
        status: AssessmentStatus,
    ) -> impl Fn(&mut Record) {
        move |record| record.assessments = vec![Assessment::new(r#type, stage, status)]
    }

    fn stated(kind: StatementKind) -> impl Fn(&mut Record) {
        move |record| {
            let reason = Some("no personal data".into());
            record.field_statements =
                vec![FieldStatement { field: "assessments".into(), kind, reason, ground: None }];
        }
    }

    #[test]
    fn a_body_answers_for_itself() {
        use AssessmentStage::{AfterDeployment, BeforeDeployment, Screening};
        use AssessmentStatus::{Complete, InProgress, NotRequired};
        use AssessmentType::{Dpia, Eqia};
        let own = Origin::SelfDeclared;
        check(own, |_| {}, Standing::Missing);
        check(own, with(Dpia, BeforeDeployment, Complete), Standing::Stated);
        check(own, with(Dpia, BeforeDeployment, InProgress), Standing::Missing);
        check(own, with(Dpia, AfterDeployment, Complete), Standing::Missing);
        check(own, with(Eqia, BeforeDeployment, Complete), Standing::Missing);
        check(own, with(Dpia, BeforeDeployment, NotRequired), Standing::Missing);
        // A screening settles it only by its result.
        check(own, with(Dpia, Screening, Complete), Standing::Missing);
        for stage in [Screening, BeforeDeployment] {
            let reasoned = |record: &mut Record| {
                with(Dpia, stage, NotRequired)(record);
                record.assessments[0].status_reason = Some("no high risk".into());
            };
            check(own, reasoned, Standing::Stated);
        }
        check(own, stated(StatementKind::Absent), Standing::Missing);
        check(own, stated(StatementKind::Unknown), Standing::Missing);
        check(own, stated(StatementKind::NotApplicable), Standing::Stated);
        check(own, stated(StatementKind::Withheld), Standing::Stated);
    }

    #[test]
    fn a_source_is_believed_and_its_silence_is_its_own() {
        use AssessmentStage::{AfterDeployment, BeforeDeployment};
        use AssessmentStatus::{Complete, InProgress, NotStarted, Overdue};
        use AssessmentType::{Dpia, Other};
        let source = Origin::Imported;
        check(source, |_| {}, Standing::NotStated);
        check(source, stated(StatementKind::NotStatedBySource), Standing::NotStated);
        check(source, stated(StatementKind::Absent), Standing::Missing);
        check(source, stated(StatementKind::NotApplicable), Standing::Stated);
        check(source, with(Other, BeforeDeployment, Complete), Standing::NotStated);
        check(source, with(Dpia, BeforeDeployment, Complete), Standing::Stated);
        check(source, with(Dpia, AfterDeployment, Complete), Standing::Stated);
        check(source, with(Dpia, BeforeDeployment, InProgress), Standing::Stated);
        check(source, with(Dpia, BeforeDeployment, NotStarted), Standing::Missing);
        check(source, with(Dpia, BeforeDeployment, Overdue), Standing::Missing);
        check(Origin::ThirdParty, |_| {}, Standing::NotStated);
        check(Origin::ThirdParty, with(Dpia, BeforeDeployment, NotStarted), Standing::Missing);
    }
}
