//! A bought tool names its supplier. A withheld supplier counts as undisclosed, also if the source withholds it.

use super::{Context, Outcome, Rule};
use crate::codes::{Flag, Origin};
use crate::completeness::FieldState;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::SupplierUndisclosed,
    version: 2,
    sentence: "A bought tool names its supplier. The flag is raised if the supplier is withheld, by the body or its source, if the body left the question out or does not know, and if somebody states that there is none.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    let named = record.supplier_involvement.iter().any(|involvement| involvement.supplier.is_some());
    if named || !record.is_bought() {
        return Outcome::silent();
    }
    match record.state_of("supplier_involvement") {
        FieldState::Withheld => Outcome::fires("bought, and the supplier is withheld"),
        // A product without its supplier: the body's own omission in its own record only.
        FieldState::Answered => {
            Outcome::fires_if(record.origin == Origin::SelfDeclared, "bought, and no supplier is named")
        }
        FieldState::Absent => Outcome::fires("bought, and stated that there is no supplier"),
        _ => Outcome::fires_if(record.lacks("supplier_involvement"), "bought, and no supplier is named"),
    }
}
