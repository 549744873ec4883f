//! A tool whose output can affect a person states at least one way to challenge it.

use super::{Context, Outcome, Rule, list};
use crate::codes::{DecisionEffect, Flag};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::RedressMissing,
    version: 1,
    sentence: "A tool whose output can affect a person states at least one way to challenge it.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    let effects: Vec<DecisionEffect> =
        record.decision_effects.iter().copied().filter(|effect| *effect != DecisionEffect::None).collect();
    if effects.is_empty() || !record.redress_routes.is_empty() {
        return Outcome::silent();
    }
    Outcome::fires(format!("possible effects ({}) and no redress route", list(&effects)))
}
