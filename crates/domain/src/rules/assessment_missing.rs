//! A live tool has every assessment that a law or policy asks for. What only its source does not say is not missing:
//! that is `assessment_not_stated`.

use super::owed::outcome;
use super::{Context, Outcome, Rule};
use crate::codes::{Flag, Origin};
use crate::duties::{Answer, Owed, Standing};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::AssessmentMissing,
    version: 2,
    sentence: "A tool in use has every assessment that a law or policy certainly asks of its body, complete before use. It counts as missing only if the body answered for itself without it, or if somebody states that it was not made.",
    evaluate,
};

fn evaluate(record: &Record, context: &Context) -> Outcome {
    let how = match record.origin {
        Origin::SelfDeclared => "not complete before use",
        Origin::Imported | Origin::ThirdParty => "stated as not made",
    };
    let certain = |owed: &Owed| owed.answer == Answer::Yes;
    outcome(record, context, Standing::Missing, certain, |Owed { duty, .. }| {
        format!("{how}: {} ({}), {}", duty.asks, duty.law, duty.url)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::*;
    use crate::rules::tests::{assessed, check_on, imported, record, state};

    fn check(record: &Record, expected: bool) {
        check_on(Flag::AssessmentMissing, record, "2026-07-01", expected);
    }

    #[test]
    fn a_live_tool_needs_the_assessments_that_its_laws_ask_for() {
        use AssessmentStage::BeforeDeployment;
        use AssessmentStatus::{Complete, InProgress, NotRequired};
        let driven = |record: &mut Record| record.affected_groups = vec![AffectedGroup::RoadUsers];
        let both = |record: &mut Record| {
            driven(record);
            record.assessments = vec![
                assessed(AssessmentType::Dpia, BeforeDeployment, Complete),
                assessed(AssessmentType::Eqia, BeforeDeployment, Complete),
            ];
        };
        check(&record(|_| {}), true);
        check(&record(both), false);
        let with = |change: &dyn Fn(&mut Record)| {
            record(|r| {
                both(r);
                change(r);
            })
        };
        check(&with(&|r| r.assessments[0].status = InProgress), true);
        check(&with(&|r| r.assessments[1].status = NotRequired), true);
        check(
            &with(&|r| {
                r.assessments[1].status = NotRequired;
                r.assessments[1].status_reason = Some("screened out".into());
            }),
            false,
        );
        // Data protection is asked for where people are known to be there.
        let equality = |r: &mut Record| {
            r.assessments = vec![assessed(AssessmentType::Eqia, BeforeDeployment, Complete)];
        };
        check(&record(equality), false);
        check(
            &record(|r| {
                driven(r);
                equality(r);
            }),
            true,
        );
        check(&record(|r| r.phase = Some(Phase::Design)), false);
    }

    #[test]
    fn good_practice_is_never_missing() {
        // Neither a review in policing nor an assessment of children's rights.
        let settled = |r: &mut Record| {
            r.sectors = vec![Sector::Policing];
            r.uses_children_data = Some(true);
            r.assessments = [AssessmentType::Dpia, AssessmentType::Eqia]
                .map(|kind| assessed(kind, AssessmentStage::BeforeDeployment, AssessmentStatus::Complete))
                .into();
        };
        check(&record(settled), false);
    }

    #[test]
    fn a_mute_source_accuses_nobody() {
        let of_people = |r: &mut Record| r.decision_effects = vec![DecisionEffect::Penalty];
        check(&imported("NL", of_people), false);
        check(
            &imported("NL", |r| {
                of_people(r);
                state(r, "assessments", StatementKind::Absent);
            }),
            true,
        );
        check(
            &imported("NL", |r| {
                of_people(r);
                r.assessments = vec![assessed(
                    AssessmentType::Dpia,
                    AssessmentStage::BeforeDeployment,
                    AssessmentStatus::NotStarted,
                )];
            }),
            true,
        );
    }

    #[test]
    fn the_reason_names_what_is_owed_the_law_and_its_address() {
        let plain = record(|r| {
            r.assessments = vec![assessed(
                AssessmentType::Dpia,
                AssessmentStage::BeforeDeployment,
                AssessmentStatus::Complete,
            )];
        });
        let fired = crate::rules::foretell(&plain, None, "2026-07-01".parse().unwrap());
        let reason = &fired.iter().find(|one| one.flag == Flag::AssessmentMissing).unwrap().reason;
        assert_eq!(
            reason,
            "not complete before use: an equality impact assessment, the usual evidence of due regard \
             (Equality Act 2010, section 149), https://www.legislation.gov.uk/ukpga/2010/15/section/149"
        );
    }
}
