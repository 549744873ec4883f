//! A bought tool in use names its contract, or says why not.

use super::{Context, Outcome, Rule};
use crate::codes::{Flag, StatementKind};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::ContractMissing,
    version: 1,
    sentence: "A bought tool in use names its contract, or says why not.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    let answered = !record.contracts.is_empty()
        || record
            .statement("contracts")
            .is_some_and(|statement| statement.kind != StatementKind::Unknown && statement.reason.is_some());
    Outcome::fires_if(
        record.is_bought() && record.is_live() && !answered,
        "bought and in use, no contract and no reason given",
    )
}
