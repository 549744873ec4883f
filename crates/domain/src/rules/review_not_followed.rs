//! Advice against a tool, or on conditions, is neither rejected nor left unanswered for over 90 days.
//!
//! Only the body's own record shows by a blank that it has not answered; elsewhere the answer must be stated as
//! rejected or pending.

use super::{Context, Outcome, Rule, days_after};
use crate::codes::{Flag, Origin, ReviewAdvice, ReviewResponse};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::ReviewNotFollowed,
    version: 2,
    sentence: "Advice against a tool, or on conditions, is neither rejected nor left unanswered for over 90 days. A response that a source or an observer does not state counts as given.",
    evaluate,
};

/// Days allowed for a response to advice.
const ANSWER_DAYS: u64 = 90;

fn evaluate(record: &Record, context: &Context) -> Outcome {
    let mut next = Outcome::silent();
    for review in &record.reviews {
        if !matches!(review.advice, ReviewAdvice::DoNotSupport | ReviewAdvice::SupportWithConditions) {
            continue;
        }
        let outcome = match review.response {
            None if record.origin != Origin::SelfDeclared => continue,
            Some(ReviewResponse::Rejected) => {
                Outcome::fires(format!("{} advised {}, which was rejected", review.body, review.advice))
            }
            Some(ReviewResponse::Pending) | None => Outcome::fires_from(
                // "Over 90 days": day 91 is the first one too late.
                days_after(review.met_on.unwrap_or(context.published_on), ANSWER_DAYS + 1),
                context.today,
                format!(
                    "{} advised {}, not answered for over {ANSWER_DAYS} days",
                    review.body, review.advice
                ),
            ),
            Some(ReviewResponse::Accepted | ReviewResponse::Partly) => continue,
        };
        if outcome.reason.is_some() {
            return outcome;
        }
        next.changes_on = next.changes_on.into_iter().chain(outcome.changes_on).min();
    }
    next
}
