//! A bought tool in use names its contract, or says why the question does not arise.
//!
//! Most sources have no field for contracts: what they leave out is not held against the body.

use super::{Context, Outcome, Rule};
use crate::codes::Flag;
use crate::completeness::FieldState;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::ContractMissing,
    version: 2,
    sentence: "A bought tool in use names its contract. The flag is raised if the body left the question out or does not know, and if somebody states that there is no contract.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    if !record.is_bought() || !record.is_live() || !record.lacks("contracts") {
        return Outcome::silent();
    }
    Outcome::fires(match record.state_of("contracts") {
        FieldState::Absent => "bought and in use, stated that there is no contract",
        _ => "bought and in use, no contract and no reason given",
    })
}
