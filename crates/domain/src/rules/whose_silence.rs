//! Tests: a rule accuses only of what the body left out itself, or of what somebody states to be absent.

use chrono::NaiveDate;

use super::{Context, judge};
use crate::assessment::Assessment;
use crate::codes::*;
use crate::organisation::OrganisationRef;
use crate::oversight::Review;
use crate::procurement::SupplierInvolvement;
use crate::record::{FieldStatement, Record};

/// Policing, bought, fining people, in use for years.
fn record(origin: Origin, change: impl FnOnce(&mut Record)) -> Record {
    let mut record =
        Record::new(origin, OrganisationRef::named("Calder Vale Police"), "T".into(), "GB", "en");
    record.kind = RecordKind::ProcuredTechnology;
    record.phase = Some(Phase::Production);
    record.first_used = NaiveDate::from_ymd_opt(2020, 1, 1);
    record.sectors = vec![Sector::Policing];
    record.decision_effects = vec![DecisionEffect::Penalty];
    change(&mut record);
    record
}

fn state(record: &mut Record, field: &str, kind: StatementKind) {
    record.field_statements.push(FieldStatement {
        field: field.into(),
        kind,
        reason: Some("said".into()),
        ground: None,
    });
}

/// The flags about what is silent, two years after the record was last changed. Assessments before deployment are
/// asked by duties of their own.
#[track_caller]
fn check(record: &Record, expected: &[Flag]) {
    let day = |year| NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    let context = Context {
        today: day(2026),
        published_on: day(2024),
        confirmed_on: day(2024),
        answered: false,
        left_source: false,
        publisher_kind: Some(OrganisationKind::PoliceForce),
    };
    let asked = judge(record, &context).fired.into_iter().map(|fired| fired.flag);
    let apart = [Flag::AssessmentMissing, Flag::AssessmentNotStated, Flag::Unanswered];
    let fired: Vec<Flag> = asked.filter(|flag| !apart.contains(flag)).collect();
    assert_eq!(fired, expected);
}

#[test]
fn only_a_bodys_own_record_is_flagged_for_a_blank() {
    use Flag::*;
    let all = [
        PostDeploymentOverdue,
        RedressMissing,
        ParticipationMissing,
        SupplierUndisclosed,
        ContractMissing,
        Stale,
    ];
    check(&record(Origin::SelfDeclared, |_| {}), &all);
    check(&record(Origin::Imported, |_| {}), &[]);
    check(&record(Origin::ThirdParty, |_| {}), &[Stale]);
    let unknown = |r: &mut Record| {
        for field in ["assessments", "redress_routes", "consultations", "supplier_involvement", "contracts"] {
            state(r, field, StatementKind::Unknown);
        }
    };
    check(&record(Origin::SelfDeclared, unknown), &all);
    check(&record(Origin::Imported, unknown), &[]);
}

#[test]
fn a_stated_absence_is_flagged_whoever_states_it() {
    use Flag::*;
    let absent = |r: &mut Record| {
        for field in ["assessments", "redress_routes", "consultations", "supplier_involvement", "contracts"] {
            state(r, field, StatementKind::Absent);
        }
    };
    let all =
        [PostDeploymentOverdue, RedressMissing, ParticipationMissing, SupplierUndisclosed, ContractMissing];
    check(&record(Origin::Imported, absent), &all);
    check(&record(Origin::ThirdParty, absent), &[&all[..], &[Stale]].concat());
    check(&record(Origin::SelfDeclared, absent), &[&all[..], &[Stale]].concat());
}

#[test]
fn a_question_that_does_not_arise_is_not_flagged() {
    let elsewhere = |r: &mut Record| {
        for field in ["assessments", "redress_routes", "consultations", "supplier_involvement", "contracts"] {
            state(r, field, StatementKind::NotApplicable);
        }
    };
    check(&record(Origin::SelfDeclared, elsewhere), &[Flag::Stale]);
}

#[test]
fn a_withheld_supplier_is_undisclosed_whoever_withholds_it() {
    let withheld = |r: &mut Record| {
        r.kind = RecordKind::AlgorithmicTool;
        state(r, "supplier_involvement", StatementKind::Withheld);
    };
    check(&record(Origin::Imported, withheld), &[Flag::SupplierUndisclosed]);
    check(&record(Origin::ThirdParty, withheld), &[Flag::SupplierUndisclosed, Flag::Stale]);
    // A product whose supplier the source does not name.
    let nameless = |r: &mut Record| {
        r.supplier_involvement =
            vec![SupplierInvolvement { product: Some("P".into()), ..SupplierInvolvement::default() }];
    };
    check(&record(Origin::Imported, nameless), &[]);
}

#[test]
fn a_later_assessment_stated_as_not_done_is_flagged_in_an_imported_record_too() {
    let assessed = |stage, status| {
        record(Origin::Imported, |r| {
            r.assessments = vec![Assessment::new(AssessmentType::Dpia, stage, status)];
        })
    };
    use AssessmentStage::{AfterDeployment, BeforeDeployment};
    use AssessmentStatus::{Complete, NotStarted, Overdue};
    check(&assessed(BeforeDeployment, Complete), &[]);
    check(&assessed(BeforeDeployment, NotStarted), &[]);
    check(&assessed(AfterDeployment, NotStarted), &[Flag::PostDeploymentOverdue]);
    check(&assessed(AfterDeployment, Overdue), &[Flag::PostDeploymentOverdue]);
    check(&assessed(AfterDeployment, Complete), &[]);
}

#[test]
fn advice_without_a_stated_response_is_held_against_the_bodys_own_record_only() {
    let advised = |origin, response| {
        record(origin, |r| {
            r.decision_effects.clear();
            r.reviews = vec![Review {
                body: "Ethics committee".into(),
                met_on: NaiveDate::from_ymd_opt(2025, 1, 1),
                minutes_url: None,
                advice: ReviewAdvice::DoNotSupport,
                conditions: None,
                response,
                response_text: None,
            }];
        })
    };
    check(&advised(Origin::Imported, None), &[]);
    check(&advised(Origin::Imported, Some(ReviewResponse::Pending)), &[Flag::ReviewNotFollowed]);
    check(&advised(Origin::Imported, Some(ReviewResponse::Rejected)), &[Flag::ReviewNotFollowed]);
    check(&advised(Origin::ThirdParty, None), &[Flag::Stale]);
    let own = judge_of(&advised(Origin::SelfDeclared, None));
    assert!(own.contains(&Flag::ReviewNotFollowed), "{own:?}");
}

fn judge_of(record: &Record) -> Vec<Flag> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let context = Context {
        today: day,
        published_on: day,
        confirmed_on: day,
        answered: false,
        publisher_kind: None,
        left_source: false,
    };
    judge(record, &context).fired.into_iter().map(|fired| fired.flag).collect()
}
