//! A bought tool names its supplier.

use super::{Context, Outcome, Rule};
use crate::codes::Flag;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::SupplierUndisclosed,
    version: 1,
    sentence: "A bought tool names its supplier.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    let named = record.supplier_involvement.iter().any(|involvement| involvement.supplier.is_some());
    Outcome::fires_if(record.is_bought() && !named, "bought, and no supplier is named")
}
