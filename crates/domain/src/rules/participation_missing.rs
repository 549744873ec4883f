//! A tool in use in a sensitive sector was consulted on, or says why the question does not arise.

use super::{Context, Outcome, Rule};
use crate::codes::Flag;
use crate::completeness::FieldState;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::ParticipationMissing,
    version: 2,
    sentence: "A tool in use in a sensitive sector was consulted on. The flag is raised if the body left the question out or does not know, and if somebody states that there was no consultation.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    if !record.is_live() || !record.is_sensitive() || !record.lacks("consultations") {
        return Outcome::silent();
    }
    Outcome::fires(match record.state_of("consultations") {
        FieldState::Absent => "in use in a sensitive sector, stated that there was no consultation",
        _ => "in use in a sensitive sector, no consultation and no reason given",
    })
}
