//! A tool whose output can affect a person states at least one way to challenge it, or why there can be none.

use super::{Context, Outcome, Rule, list};
use crate::codes::{DecisionEffect, Flag};
use crate::completeness::FieldState;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::RedressMissing,
    version: 2,
    sentence: "A tool whose output can affect a person states at least one way to challenge it. The flag is raised if the body left the question out or does not know, and if somebody states that there is no way.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    let effects: Vec<DecisionEffect> =
        record.decision_effects.iter().copied().filter(|effect| *effect != DecisionEffect::None).collect();
    if effects.is_empty() || !record.lacks("redress_routes") {
        return Outcome::silent();
    }
    let effects = list(&effects);
    Outcome::fires(match record.state_of("redress_routes") {
        FieldState::Absent => format!("possible effects ({effects}), stated that there is no redress route"),
        _ => format!("possible effects ({effects}) and no redress route"),
    })
}
