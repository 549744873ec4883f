//! The transparency class: how many of the register's four questions a record answers.

use crate::codes::TransparencyClass;
use crate::record::Record;

/// The rule in one sentence, for people.
pub const SENTENCE: &str = "High answers all four questions, medium two or three: what is used and on whom \
    (technology, effects, affected groups); who answers for it and who sold it (team or role, and the supplier \
    if bought); what was checked (an assessment, review, audit or consultation); how to challenge it (a redress \
    route or an explanation).";

/// The transparency class of a record.
pub fn transparency_class(record: &Record) -> TransparencyClass {
    let what = !record.technologies.is_empty()
        && !record.decision_effects.is_empty()
        && !record.affected_groups.is_empty();
    let supplier = record.supplier_involvement.iter().any(|involvement| involvement.supplier.is_some());
    let who =
        (record.team.is_some() || record.accountable_role.is_some()) && (!record.is_bought() || supplier);
    let checked = record.assessments.iter().any(|assessment| assessment.is_settled())
        || !record.reviews.is_empty()
        || !record.audits.is_empty()
        || !record.consultations.is_empty();
    let challenged = !record.redress_routes.is_empty() || record.explanation_available == Some(true);
    match [what, who, checked, challenged].into_iter().filter(|answered| *answered).count() {
        4 => TransparencyClass::High,
        2 | 3 => TransparencyClass::Medium,
        _ => TransparencyClass::Low,
    }
}
