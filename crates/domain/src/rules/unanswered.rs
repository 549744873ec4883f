//! A body answers an observer's record within 28 days.
//!
//! Whether it answered is known to the register itself, so no blank of the observer counts against the body.

use super::{Context, Outcome, Rule, days_after};
use crate::codes::{Flag, Origin};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::Unanswered,
    version: 1,
    sentence: "A body answers an observer's record within 28 days.",
    evaluate,
};

/// Days allowed for an answer to what others say of a body's tool.
pub const ANSWER_DAYS: u64 = 28;

fn evaluate(record: &Record, context: &Context) -> Outcome {
    if record.origin != Origin::ThirdParty || context.answered {
        return Outcome::silent();
    }
    Outcome::fires_from(
        // "Over 28 days": day 29 is the first one too late.
        days_after(context.published_on, ANSWER_DAYS + 1),
        context.today,
        format!("open since {}, no answer for over {ANSWER_DAYS} days", context.published_on),
    )
}
