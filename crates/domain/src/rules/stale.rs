//! A record is renewed or confirmed at least every 12 months.
//!
//! An imported record is renewed at its source, and its body owes nothing here: it raises no flag however long ago
//! its row last changed. An observer's record ages as the body's own does; the observer is who may renew it.

use super::{Context, Outcome, Rule, months_after};
use crate::codes::{Flag, Origin, Phase};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::Stale,
    version: 2,
    sentence: "A record is renewed or confirmed by its author at least every 12 months. Imported records are renewed at their source and are not asked.",
    evaluate,
};

fn evaluate(record: &Record, context: &Context) -> Outcome {
    if record.origin == Origin::Imported || matches!(record.phase, Some(Phase::Retired | Phase::Abandoned)) {
        return Outcome::silent();
    }
    Outcome::fires_from(
        months_after(context.confirmed_on, 12),
        context.today,
        format!("neither changed nor confirmed since {}", context.confirmed_on),
    )
}
