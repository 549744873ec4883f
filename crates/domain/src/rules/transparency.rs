//! The transparency class: how many of the register's four questions a record answers.

use crate::codes::{Origin, TransparencyClass};
use crate::completeness::FieldState;
use crate::record::Record;

/// The rule in one sentence, for people.
pub const SENTENCE: &str = "High answers all four questions, medium two or three: what is used and on whom \
    (technology, effects, affected groups); who answers for it and who sold it (team or role, and the supplier \
    if bought); what was checked (an assessment, review, audit or consultation); how to challenge it (a redress \
    route or an explanation). An imported record is not rated if what its source does not state could change the \
    class.";

/// What a record says to a question, or to a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reply {
    /// It leaves it open, and its author could have answered.
    Open,
    /// Its source does not say, so the answer may exist.
    Mute,
    /// It answers it.
    Given,
}

/// The transparency class of a record.
pub fn transparency_class(record: &Record) -> TransparencyClass {
    let questions = [what(record), who(record), checked(record), challenged(record)];
    let count = |replies: &[Reply]| questions.iter().filter(|reply| replies.contains(reply)).count();
    let (least, most) = (class(count(&[Reply::Given])), class(count(&[Reply::Given, Reply::Mute])));
    if least == most { least } else { TransparencyClass::NotRated }
}

fn class(answered: usize) -> TransparencyClass {
    match answered {
        4 => TransparencyClass::High,
        2 | 3 => TransparencyClass::Medium,
        _ => TransparencyClass::Low,
    }
}

/// What is used and on whom: all three parts.
fn what(record: &Record) -> Reply {
    all(["technologies", "decision_effects", "affected_groups"].map(|field| value(record, field)))
}

/// Who answers for it, and who sold it if somebody did.
fn who(record: &Record) -> Reply {
    let body = any(["team", "accountable_role"].map(|field| value(record, field)));
    let named = record.supplier_involvement.iter().any(|involvement| involvement.supplier.is_some());
    let supplier = part(record, "supplier_involvement", named || !record.is_bought());
    all([body, supplier])
}

/// What was checked: any of four kinds.
fn checked(record: &Record) -> Reply {
    let assessed = record.assessments.iter().any(|assessment| assessment.is_settled());
    let rest = ["reviews", "audits", "consultations"].map(|field| value(record, field));
    any([part(record, "assessments", assessed), any(rest)])
}

/// How to challenge it: a route or an explanation.
fn challenged(record: &Record) -> Reply {
    let explained = record.explanation_available == Some(true);
    any([value(record, "redress_routes"), part(record, "explanation_available", explained)])
}

/// The reply of a field that any value answers.
fn value(record: &Record, field: &str) -> Reply {
    part(record, field, record.has(field))
}

/// The reply of a field, of which only some values answer. A product without its supplier leaves the question open
/// in the body's own record; in an imported one the source may only not name it.
fn part(record: &Record, field: &str, given: bool) -> Reply {
    if given {
        return Reply::Given;
    }
    match record.state_of(field) {
        FieldState::NotStatedBySource => Reply::Mute,
        FieldState::Answered if field == "supplier_involvement" && record.origin == Origin::Imported => {
            Reply::Mute
        }
        _ => Reply::Open,
    }
}

/// The reply to a question that needs all of its parts.
fn all<const N: usize>(parts: [Reply; N]) -> Reply {
    parts.into_iter().min().unwrap_or(Reply::Open)
}

/// The reply to a question that any of its parts answers.
fn any<const N: usize>(parts: [Reply; N]) -> Reply {
    parts.into_iter().max().unwrap_or(Reply::Open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::Assessment;
    use crate::codes::*;
    use crate::organisation::OrganisationRef;
    use crate::procurement::SupplierInvolvement;
    use crate::record::{FieldStatement, RedressRoute};

    fn record(origin: Origin, change: impl FnOnce(&mut Record)) -> Record {
        let mut record = Record::new(origin, OrganisationRef::named("A"), "T".into(), "NL", "nl");
        change(&mut record);
        record
    }

    /// Answers every question.
    fn open(r: &mut Record) {
        r.technologies = vec![Technology::MachineLearning];
        r.decision_effects = vec![DecisionEffect::Debt];
        r.affected_groups = AffectedGroup::ALL[..1].to_vec();
        r.team = Some("Benefits".into());
        r.redress_routes = vec![RedressRoute::default()];
        r.assessments = vec![Assessment::new(
            AssessmentType::Dpia,
            AssessmentStage::BeforeDeployment,
            AssessmentStatus::Complete,
        )];
    }

    fn absent(r: &mut Record, fields: &[&str]) {
        r.field_statements.extend(fields.iter().map(|field| FieldStatement {
            field: (*field).into(),
            kind: StatementKind::Absent,
            reason: Some("there is none".into()),
            ground: None,
        }));
    }

    #[track_caller]
    fn check(record: &Record, expected: TransparencyClass) {
        assert_eq!(transparency_class(record), expected);
    }

    #[test]
    fn what_the_source_does_not_state_leaves_a_record_unrated_if_it_could_change_the_class() {
        use Origin::{Imported, SelfDeclared, ThirdParty};
        use TransparencyClass::{High, Low, Medium, NotRated};
        for origin in [Imported, SelfDeclared, ThirdParty] {
            check(&record(origin, open), High);
        }
        // One of four is open: in the body's own record it is a gap, in an imported one the source's.
        let unchecked = |r: &mut Record| {
            open(r);
            r.assessments.clear();
        };
        check(&record(SelfDeclared, unchecked), Medium);
        check(&record(ThirdParty, unchecked), Medium);
        check(&record(Imported, unchecked), NotRated);
        // Stated absence in all of a question's fields closes it.
        let checks = ["assessments", "reviews", "audits", "consultations"];
        let stated = |r: &mut Record| {
            unchecked(r);
            absent(r, &checks);
        };
        check(&record(Imported, stated), Medium);
        let nearly = |r: &mut Record| {
            unchecked(r);
            absent(r, &checks[..3]);
        };
        check(&record(Imported, nearly), NotRated);
        // Two answered, one closed, one mute: medium either way.
        let either = |r: &mut Record| {
            stated(r);
            r.redress_routes.clear();
        };
        check(&record(Imported, either), Medium);
        check(&record(SelfDeclared, |_| {}), Low);
        check(&record(Imported, |_| {}), NotRated);
    }

    #[test]
    fn a_product_without_its_supplier_is_mute_only_in_an_imported_record() {
        let nameless = |r: &mut Record| {
            open(r);
            r.supplier_involvement =
                vec![SupplierInvolvement { product: Some("P".into()), ..SupplierInvolvement::default() }];
        };
        check(&record(Origin::SelfDeclared, nameless), TransparencyClass::Medium);
        check(&record(Origin::Imported, nameless), TransparencyClass::NotRated);
    }
}
