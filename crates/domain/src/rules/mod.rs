//! The public rules, one file each: what each rule says about a published record, and when its answer may
//! change.
//!
//! A rule sees only the record and the dates it is given, never the clock, so any past day can be judged
//! again.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes::{Code, Flag, OrganisationKind, TransparencyClass};
use crate::record::Record;

mod assessment_missing;
mod assessment_not_stated;
mod contract_missing;
mod owed;
mod participation_missing;
mod post_deployment_overdue;
mod redress_missing;
mod review_not_followed;
mod stale;
mod supplier_undisclosed;
mod transparency;
mod unanswered;

/// A public rule.
#[derive(Debug)]
pub struct Rule {
    /// The flag it raises.
    pub flag: Flag,
    /// Increased whenever the rule would answer differently for some record.
    pub version: u32,
    /// The rule in one sentence, for people.
    pub sentence: &'static str,
    evaluate: fn(&Record, &Context) -> Outcome,
}

/// The dates and facts a rule may use, besides the record.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The day that is judged.
    pub today: NaiveDate,
    /// The day the record was first published.
    pub published_on: NaiveDate,
    /// The day of its latest version or confirmation.
    pub confirmed_on: NaiveDate,
    /// Whether the body has replied to the observer's record.
    pub answered: bool,
    /// What kind of body the publisher is, if the register knows.
    pub publisher_kind: Option<OrganisationKind>,
    /// Whether the latest edition of the source it was imported from lacks it.
    pub left_source: bool,
}

/// What one rule says on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Outcome {
    /// Why the flag is raised; `None` if it is not.
    reason: Option<String>,
    /// The next day on which the answer may change without a new version.
    changes_on: Option<NaiveDate>,
}

impl Outcome {
    fn silent() -> Self {
        Self::default()
    }
    fn fires(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), changes_on: None }
    }
    fn fires_if(condition: bool, reason: &str) -> Self {
        if condition { Self::fires(reason) } else { Self::silent() }
    }
    /// Raises the flag from a day on.
    fn fires_from(day: NaiveDate, today: NaiveDate, reason: impl Into<String>) -> Self {
        if today >= day { Self::fires(reason) } else { Self { reason: None, changes_on: Some(day) } }
    }
}

/// The rules, in the order people read them.
pub const RULES: &[Rule] = &[
    assessment_missing::RULE,
    assessment_not_stated::RULE,
    post_deployment_overdue::RULE,
    review_not_followed::RULE,
    redress_missing::RULE,
    participation_missing::RULE,
    supplier_undisclosed::RULE,
    contract_missing::RULE,
    stale::RULE,
    unanswered::RULE,
];

pub use transparency::{SENTENCE as TRANSPARENCY_SENTENCE, transparency_class};
pub use unanswered::ANSWER_DAYS;

/// A rule whose flag is raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fired {
    /// The flag.
    pub flag: Flag,
    /// The version of its rule.
    pub version: u32,
    /// Why it is raised on this record.
    pub reason: String,
}

/// What all rules say about a record on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The flags raised.
    pub fired: Vec<Fired>,
    /// How many of the four questions the record answers.
    pub transparency: TransparencyClass,
    /// The next day on which an answer may change; `None` if only a new version can change one.
    pub changes_on: Option<NaiveDate>,
}

/// Applies every rule to a record.
pub fn judge(record: &Record, context: &Context) -> Verdict {
    let mut fired = Vec::new();
    let mut changes_on: Option<NaiveDate> = None;
    // What left its source says nothing about today: whether the tool is still in use is not known.
    for rule in RULES.iter().filter(|_| !context.left_source) {
        let outcome = (rule.evaluate)(record, context);
        if let Some(reason) = outcome.reason {
            fired.push(Fired { flag: rule.flag, version: rule.version, reason });
        }
        changes_on = changes_on.into_iter().chain(outcome.changes_on).min();
    }
    Verdict { fired, transparency: transparency_class(record), changes_on }
}

/// What every rule would say if this record were published today, judging only what everyone would read.
pub fn foretell(record: &Record, publisher_kind: Option<OrganisationKind>, today: NaiveDate) -> Vec<Fired> {
    let context = Context {
        today,
        published_on: today,
        confirmed_on: today,
        answered: false,
        publisher_kind,
        left_source: false,
    };
    judge(&record.public(), &context).fired
}

/// The rule that raises a flag.
pub fn rule(flag: Flag) -> &'static Rule {
    RULES.iter().find(|rule| rule.flag == flag).expect("a test checks that every flag has a rule")
}

/// Everything that answers follow from besides records and days, as text: when it changes, every record has to be
/// judged again.
pub fn basis() -> String {
    let versions = RULES.iter().map(|rule| format!("{} {}\n", rule.flag, rule.version));
    versions.chain([TRANSPARENCY_SENTENCE, "\n", crate::duties::TABLE].map(str::to_owned)).collect()
}

fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn list<C: Code>(codes: &[C]) -> String {
    codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod whose_silence;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::Assessment;
    use crate::codes::*;
    use crate::organisation::OrganisationRef;
    use crate::oversight::{Consultation, Review};
    use crate::procurement::{ContractRef, SupplierInvolvement};
    use crate::record::{FieldStatement, RedressRoute};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The record of a police force about its own camera.
    pub(super) fn record(change: impl FnOnce(&mut Record)) -> Record {
        let publisher = OrganisationRef::named("Calder Vale Police");
        let mut record = Record::new(Origin::SelfDeclared, publisher, "Camera".into(), "GB", "en");
        record.phase = Some(Phase::Production);
        record.first_used = Some(day("2026-01-10"));
        change(&mut record);
        record
    }

    /// The same from another register, which says nothing else.
    pub(super) fn imported(jurisdiction: &str, change: impl FnOnce(&mut Record)) -> Record {
        record(|record| {
            record.origin = Origin::Imported;
            record.jurisdiction = jurisdiction.to_owned();
            change(record);
        })
    }

    /// Adds a statement in place of a field's value.
    pub(super) fn state(record: &mut Record, field: &str, kind: StatementKind) {
        let reason = Some("said".into());
        record.field_statements.push(FieldStatement { field: field.into(), kind, reason, ground: None });
    }

    /// Unless stated otherwise, today is 2026-07-01 and the record was published and confirmed on 2026-06-01.
    #[track_caller]
    fn check(flag: Flag, record: &Record, expected: bool) {
        check_on(flag, record, "2026-07-01", expected);
    }

    #[track_caller]
    pub(super) fn check_on(flag: Flag, record: &Record, today: &str, expected: bool) {
        let context = Context {
            today: day(today),
            published_on: day("2026-06-01"),
            confirmed_on: day("2026-06-01"),
            answered: false,
            publisher_kind: Some(OrganisationKind::PoliceForce),
            left_source: false,
        };
        let verdict = judge(record, &context);
        let fired: Vec<Flag> = verdict.fired.iter().map(|fired| fired.flag).collect();
        assert_eq!(fired.contains(&flag), expected, "{flag} on {today}: {:?}", verdict.fired);
        // A rule whose answer changes by itself must have named the day.
        if let Some(next) = verdict.changes_on {
            let before = judge(record, &Context { today: next.pred_opt().unwrap(), ..context });
            assert_eq!(before.fired, verdict.fired, "{flag} changed before {next}");
        }
    }

    pub(super) fn assessed(
        r#type: AssessmentType,
        stage: AssessmentStage,
        status: AssessmentStatus,
    ) -> Assessment {
        Assessment::new(r#type, stage, status)
    }

    #[test]
    fn every_flag_has_one_rule_with_a_sentence() {
        let flags: Vec<Flag> = RULES.iter().map(|rule| rule.flag).collect();
        assert_eq!(flags, Flag::ALL);
        assert!(RULES.iter().all(|rule| rule.version > 0 && rule.sentence.ends_with('.')));
    }

    #[test]
    fn a_tool_live_for_a_year_needs_a_later_assessment() {
        let plain = record(|_| {});
        check_on(Flag::PostDeploymentOverdue, &plain, "2027-01-09", false);
        check_on(Flag::PostDeploymentOverdue, &plain, "2027-01-10", true);
        let after = record(|r| {
            r.assessments = vec![assessed(
                AssessmentType::Dpia,
                AssessmentStage::AfterDeployment,
                AssessmentStatus::Complete,
            )];
        });
        check_on(Flag::PostDeploymentOverdue, &after, "2027-06-01", false);
    }

    #[test]
    fn advice_that_was_not_followed_is_shown() {
        let review = |advice, response, met_on: &str| {
            record(|r| {
                r.reviews = vec![Review {
                    body: "Ethics committee".into(),
                    met_on: Some(day(met_on)),
                    minutes_url: None,
                    advice,
                    conditions: None,
                    response,
                    response_text: None,
                }];
            })
        };
        use ReviewAdvice::{DoNotSupport, Support, SupportWithConditions};
        check(
            Flag::ReviewNotFollowed,
            &review(DoNotSupport, Some(ReviewResponse::Rejected), "2026-06-20"),
            true,
        );
        check(Flag::ReviewNotFollowed, &review(Support, Some(ReviewResponse::Rejected), "2026-06-20"), false);
        check(Flag::ReviewNotFollowed, &review(SupportWithConditions, None, "2026-06-20"), false);
        check_on(
            Flag::ReviewNotFollowed,
            &review(SupportWithConditions, None, "2026-06-20"),
            "2026-09-18",
            false,
        );
        check_on(
            Flag::ReviewNotFollowed,
            &review(SupportWithConditions, None, "2026-06-20"),
            "2026-09-19",
            true,
        );
        check(
            Flag::ReviewNotFollowed,
            &review(DoNotSupport, Some(ReviewResponse::Accepted), "2025-06-20"),
            false,
        );
    }

    #[test]
    fn effects_without_redress_are_shown() {
        let fined = |r: &mut Record| r.decision_effects = vec![DecisionEffect::Penalty];
        check(Flag::RedressMissing, &record(fined), true);
        check(Flag::RedressMissing, &record(|r| r.decision_effects = vec![DecisionEffect::None]), false);
        check(
            Flag::RedressMissing,
            &record(|r| {
                fined(r);
                r.redress_routes = vec![RedressRoute::default()]
            }),
            false,
        );
    }

    #[test]
    fn participation_supplier_and_contract_ask_for_a_value_or_a_reason() {
        let police = |r: &mut Record| r.sectors = vec![Sector::Policing];
        check(Flag::ParticipationMissing, &record(police), true);
        check(Flag::ParticipationMissing, &record(|_| {}), false);
        check(
            Flag::ParticipationMissing,
            &record(|r| {
                police(r);
                state(r, "consultations", StatementKind::NotApplicable);
            }),
            false,
        );
        check(
            Flag::ParticipationMissing,
            &record(|r| {
                police(r);
                r.consultations = vec![Consultation {
                    held_by: ConsultationHolder::Publisher,
                    kind: None,
                    opens_on: None,
                    closes_on: None,
                    groups: vec![],
                    method: None,
                    url: None,
                    responses: None,
                    outcome: None,
                    effect: None,
                }];
            }),
            false,
        );
        let bought = |r: &mut Record| r.kind = RecordKind::ProcuredTechnology;
        check(Flag::SupplierUndisclosed, &record(bought), true);
        check(
            Flag::SupplierUndisclosed,
            &record(|r| state(r, "supplier_involvement", StatementKind::Withheld)),
            true,
        );
        check(Flag::SupplierUndisclosed, &record(|_| {}), false);
        let named = |r: &mut Record| {
            r.supplier_involvement = vec![SupplierInvolvement {
                supplier: Some(OrganisationRef::named("Lumen Optics")),
                ..SupplierInvolvement::default()
            }];
        };
        check(Flag::SupplierUndisclosed, &record(named), false);
        check(Flag::ContractMissing, &record(named), true);
        check(
            Flag::ContractMissing,
            &record(|r| {
                named(r);
                r.contracts = vec![ContractRef::default()]
            }),
            false,
        );
        check(
            Flag::ContractMissing,
            &record(|r| {
                named(r);
                r.phase = Some(Phase::Design)
            }),
            false,
        );
        check(
            Flag::ContractMissing,
            &record(|r| {
                named(r);
                state(r, "contracts", StatementKind::Withheld)
            }),
            false,
        );
    }

    #[test]
    fn silence_ages() {
        let plain = record(|_| {});
        check_on(Flag::Stale, &plain, "2027-05-31", false);
        check_on(Flag::Stale, &plain, "2027-06-01", true);
        let observed = record(|r| r.origin = Origin::ThirdParty);
        check_on(Flag::Unanswered, &observed, "2026-06-29", false);
        check_on(Flag::Unanswered, &observed, "2026-06-30", true);
        check_on(Flag::Unanswered, &plain, "2026-12-30", false);
    }
}
