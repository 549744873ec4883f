//! A tool in use for over 12 months has been assessed since it went live.
//!
//! The registers we import from have no field for assessments made later, or do not date them. So an imported or an
//! observer's record raises the flag only if it states that there are none, or that a later one is not done.

use super::{Context, Outcome, Rule, months_after};
use crate::assessment::Assessment;
use crate::codes::{AssessmentStage, AssessmentStatus, Flag, Origin};
use crate::completeness::FieldState;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::PostDeploymentOverdue,
    version: 2,
    sentence: "A tool in use for over 12 months has been assessed since it went live. The flag is raised if the body's own record has no such assessment, and if somebody states that there is none or that it is not done.",
    evaluate,
};

fn evaluate(record: &Record, context: &Context) -> Outcome {
    let mut later = record.assessments.iter().filter(|assessment| {
        matches!(assessment.stage, AssessmentStage::AfterDeployment | AssessmentStage::Periodic)
    });
    let missing = match record.state_of("assessments") {
        FieldState::Answered if later.clone().any(Assessment::is_settled) => false,
        FieldState::Answered => {
            record.origin == Origin::SelfDeclared || later.any(|one| is_undone(one.status))
        }
        _ => record.lacks("assessments"),
    };
    match record.in_use_since() {
        Some(since) if record.is_live() && missing => Outcome::fires_from(
            months_after(since, 12),
            context.today,
            format!("in use since {since}, not assessed after it went live"),
        ),
        _ => Outcome::silent(),
    }
}

/// Whether a status says that the assessment is owed or begun, and not done.
fn is_undone(status: AssessmentStatus) -> bool {
    matches!(status, AssessmentStatus::NotStarted | AssessmentStatus::InProgress | AssessmentStatus::Overdue)
}
