//! A record is renewed or confirmed at least every 12 months.

use super::{Context, Outcome, Rule, months_after};
use crate::codes::{Flag, Phase};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::Stale,
    version: 1,
    sentence: "A record is renewed or confirmed at least every 12 months.",
    evaluate,
};

fn evaluate(record: &Record, context: &Context) -> Outcome {
    if matches!(record.phase, Some(Phase::Retired | Phase::Abandoned)) {
        return Outcome::silent();
    }
    Outcome::fires_from(
        months_after(context.confirmed_on, 12),
        context.today,
        format!("neither changed nor confirmed since {}", context.confirmed_on),
    )
}
