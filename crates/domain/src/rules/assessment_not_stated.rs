//! The source of a record says whether an assessment that is owed, or may be, was made. The mark is milder than
//! `assessment_missing` and never stands for the same duty.

use super::owed::outcome;
use super::{Context, Outcome, Rule};
use crate::codes::Flag;
use crate::duties::{Answer, Standing};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::AssessmentNotStated,
    version: 1,
    sentence: "The source of a record about a tool in use says whether each assessment was made that a law or policy asks for, or may ask for. Where it does not say, that is a question to the body and no fault of it.",
    evaluate,
};

fn evaluate(record: &Record, context: &Context) -> Outcome {
    outcome(
        record,
        context,
        Standing::NotStated,
        |_| true,
        |owed| {
            let duty = owed.duty;
            let how = if owed.answer == Answer::Yes { "is owed" } else { "may be owed" };
            format!("the source does not say, and it {how}: {} ({}), {}", duty.asks, duty.law, duty.url)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::*;
    use crate::record::Reference;
    use crate::rules::tests::{assessed, check_on, imported, record, state};

    fn check(record: &Record, expected: bool) {
        check_on(Flag::AssessmentNotStated, record, "2026-07-01", expected);
        // Neither flag ever stands for what the other stands for.
        if expected {
            check_on(Flag::AssessmentMissing, record, "2026-07-01", false);
        }
    }

    #[test]
    fn a_mute_source_is_asked() {
        check(&imported("NL", |_| {}), true);
        check(&imported("NL", |r| r.phase = Some(Phase::Retired)), false);
        check(&imported("NL", |r| state(r, "assessments", StatementKind::NotStatedBySource)), true);
        check(&imported("NL", |r| state(r, "assessments", StatementKind::Absent)), false);
        check(&imported("NL", |r| state(r, "assessments", StatementKind::Withheld)), false);
        check(&record(|r| r.origin = Origin::ThirdParty), true);
        check(&record(|_| {}), false);
        for status in AssessmentStatus::ALL {
            let stated = |r: &mut Record| {
                r.assessments =
                    vec![assessed(AssessmentType::Dpia, AssessmentStage::BeforeDeployment, *status)];
            };
            check(&imported("NL", stated), false);
        }
    }

    #[test]
    fn an_american_tool_is_asked_for_high_impact_only() {
        let said = |impact: &str| {
            imported("US", |r| {
                r.references = vec![Reference { scheme: "US-IMPACT".into(), value: impact.into() }];
            })
        };
        check(&said("high_impact"), true);
        check(&said("not_high_impact"), false);
        check(&said("not_determined"), true);
        check(&imported("US-CA", |_| {}), false);
        // Between the two memoranda nothing was asked for.
        for (on, expected) in [
            ("2024-11-30", false),
            ("2024-12-01", true),
            ("2025-04-02", true),
            ("2025-04-03", false),
            ("2026-04-02", false),
            ("2026-04-03", true),
        ] {
            check_on(Flag::AssessmentNotStated, &said("high_impact"), on, expected);
        }
    }

    #[test]
    fn a_country_without_known_duties_is_asked_nothing() {
        check(&imported("NZ", |r| r.decision_effects = vec![DecisionEffect::Penalty]), false);
    }
}
