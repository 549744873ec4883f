//! A tool in use for over 12 months has been assessed since it went live.

use super::{Context, Outcome, Rule, months_after};
use crate::codes::{AssessmentStage, Flag};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::PostDeploymentOverdue,
    version: 1,
    sentence: "A tool in use for over 12 months has been assessed since it went live.",
    evaluate,
};

fn evaluate(record: &Record, context: &Context) -> Outcome {
    let assessed = record.assessments.iter().any(|assessment| {
        matches!(assessment.stage, AssessmentStage::AfterDeployment | AssessmentStage::Periodic)
            && assessment.is_settled()
    });
    match record.in_use_since() {
        Some(since) if record.is_live() && !assessed => Outcome::fires_from(
            months_after(since, 12),
            context.today,
            format!("in use since {since}, not assessed after it went live"),
        ),
        _ => Outcome::silent(),
    }
}
