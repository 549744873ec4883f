//! A tool in use in a sensitive sector was consulted on, or says why not.

use super::{Context, Outcome, Rule};
use crate::codes::{Flag, StatementKind};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::ParticipationMissing,
    version: 1,
    sentence: "A tool in use in a sensitive sector was consulted on, or says why not.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    let answered = !record.consultations.is_empty()
        || record
            .statement("consultations")
            .is_some_and(|statement| statement.kind != StatementKind::Unknown && statement.reason.is_some());
    Outcome::fires_if(
        record.is_live() && record.is_sensitive() && !answered,
        "in use in a sensitive sector, no consultation and no reason given",
    )
}
