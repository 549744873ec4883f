//! The gap rules G1 to G8: what was bought but is not on the register, and records that lack their contract.
//!
//! Each rule answers for one day, with a sentence naming the dates it used. A body's reply is shown beside a
//! gap and never removes it.

use chrono::{Days, NaiveDate};

use crate::codes::{GapRule, GapStatus, LinkClass};

/// Version of these rules.
pub const VERSION: &str = "1";
/// Days allowed from signature, start or award (whichever is first) until there is a record.
const RECORD_DAYS: u64 = 28;
/// Days allowed from award (else signature) to notice.
const NOTICE_DAYS: u64 = 30;

/// The limits that every gap report states.
pub const LIMITS: &str = "Purchases below the publication threshold, most of the schools' among them, are outside the \
    notices. Only contracts on the watch list are looked at. A gap is a question, not a finding of fault.";

impl GapRule {
    /// The rule's number in documents, `G1` to `G8`.
    pub fn number(self) -> &'static str {
        match self {
            Self::ContractWithoutRecord => "G1",
            Self::RecordWithoutContract => "G2",
            Self::FrameworkOnly => "G3",
            Self::LatePublication => "G4",
            Self::ExpiredOrRenewed => "G5",
            Self::SupplierWithheld | Self::ValueWithheld => "G6",
            Self::IdentityUnresolved => "G7",
            Self::AssessmentMissing => "G8",
        }
    }
}

/// A gap that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rule.
    pub rule: GapRule,
    /// Its status, as far as links tell.
    pub status: GapStatus,
    /// Why, in one sentence.
    pub reason: String,
}

/// What the rules need to know about a contract on the watch list.
#[derive(Debug, Clone, Default)]
pub struct ContractFacts {
    /// Whether it came to nothing.
    pub void: bool,
    /// Whether it sets up a framework.
    pub framework: bool,
    /// Whether the notices at hand only change it, so that an earlier one may have said what they leave out.
    pub fragment: bool,
    /// Day of the award.
    pub awarded_on: Option<NaiveDate>,
    /// Day of the signature.
    pub signed_on: Option<NaiveDate>,
    /// First day of the contract.
    pub starts_on: Option<NaiveDate>,
    /// Day of the first notice about the award or contract.
    pub published_on: Option<NaiveDate>,
    /// Whether a supplier is named.
    pub has_supplier: bool,
    /// Whether a value is stated.
    pub has_value: bool,
    /// Whether every buyer is a known organisation.
    pub buyer_known: bool,
    /// Name of the buyer, as in the notice.
    pub buyer: Option<String>,
    /// The best link to a record, rejected links aside.
    pub best_link: Option<LinkClass>,
}

/// The gaps of a contract on the watch list, on one day.
pub fn of_contract(facts: &ContractFacts, today: NaiveDate) -> Vec<Found> {
    if facts.void {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |rule, status, reason| found.push(Found { rule, status, reason });
    let linked = facts.best_link.is_some_and(LinkClass::counts);
    let candidate = facts.best_link == Some(LinkClass::Candidate);
    let began = [facts.signed_on, facts.starts_on, facts.awarded_on].into_iter().flatten().min();
    if facts.framework {
        if !linked {
            let reason =
                "a framework for sensitive technology: who may have called off is not in the notices";
            add(GapRule::FrameworkOnly, GapStatus::Open, reason.to_owned());
        }
    } else if !facts.buyer_known {
        let buyer = facts.buyer.as_deref().unwrap_or("nobody");
        let reason = format!("the notice names '{buyer}' as its buyer, whom the register does not know");
        add(GapRule::IdentityUnresolved, GapStatus::Open, reason);
    } else if !linked
        && let Some(began) = began
        && began.checked_add_days(Days::new(RECORD_DAYS)).is_some_and(|late| late < today)
    {
        let days = (today - began).num_days();
        let buyer = facts.buyer.as_deref().unwrap_or("nobody");
        let reason = format!(
            "bought in the name of '{buyer}', signed, awarded or begun on {began}, {days} days ago, and no record \
             probably matches"
        );
        let status = if candidate { GapStatus::CandidateOnly } else { GapStatus::Open };
        add(GapRule::ContractWithoutRecord, status, reason);
    }
    let agreed = facts.awarded_on.or(facts.signed_on);
    if let (Some(agreed), Some(published)) = (agreed, facts.published_on)
        && agreed.checked_add_days(Days::new(NOTICE_DAYS)).is_some_and(|late| late < published)
    {
        let days = (published - agreed).num_days();
        let reason = format!("awarded or signed on {agreed} and published on {published}, {days} days later");
        add(GapRule::LatePublication, GapStatus::Open, reason);
    }
    if !facts.has_supplier && !facts.fragment {
        let reason = "the notice does not name who sold it".to_owned();
        add(GapRule::SupplierWithheld, GapStatus::Open, reason);
    }
    if !facts.has_value && !facts.fragment {
        let reason = "the notice does not say what it costs".to_owned();
        add(GapRule::ValueWithheld, GapStatus::Open, reason);
    }
    found
}

/// What the rules need to know about a record.
#[derive(Debug, Clone, Copy, Default)]
pub struct RecordFacts {
    /// Whether it was bought.
    pub bought: bool,
    /// Whether it is in use.
    pub live: bool,
    /// Whether there are notices from buyers in its country at all.
    pub has_notices: bool,
    /// The best link to a contract, rejected links aside.
    pub best_link: Option<LinkClass>,
    /// The latest end of its linked contracts, if all of them have an end.
    pub contracts_end_on: Option<NaiveDate>,
    /// The day a linked contract was amended after the record's latest version.
    pub amended_since: Option<NaiveDate>,
    /// Whether a linked contract is running today.
    pub contract_runs: bool,
    /// Whether the rule `assessment_missing` raises its flag.
    pub assessment_missing: bool,
}

/// The gaps of a record, on one day.
pub fn of_record(facts: &RecordFacts, today: NaiveDate) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |rule, status, reason| found.push(Found { rule, status, reason });
    let linked = facts.best_link.is_some_and(LinkClass::counts);
    if facts.bought && facts.live && facts.has_notices && !linked {
        let candidate = facts.best_link == Some(LinkClass::Candidate);
        let status = if candidate { GapStatus::CandidateOnly } else { GapStatus::Open };
        let reason = "bought and in use, and no contract in the notices probably matches".to_owned();
        add(GapRule::RecordWithoutContract, status, reason);
    }
    if facts.live && linked {
        if let Some(end) = facts.contracts_end_on.filter(|end| *end < today) {
            let reason = format!("in use, and its last known contract ended on {end}");
            add(GapRule::ExpiredOrRenewed, GapStatus::Open, reason);
        } else if let Some(amended) = facts.amended_since {
            let reason = format!("its contract was changed on {amended}, after the record's latest version");
            add(GapRule::ExpiredOrRenewed, GapStatus::Open, reason);
        }
        if facts.contract_runs && facts.assessment_missing {
            let reason =
                "its contract runs, and it lacks an assessment that a law or policy asks for".to_owned();
            add(GapRule::AssessmentMissing, GapStatus::Open, reason);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    fn facts() -> ContractFacts {
        ContractFacts {
            awarded_on: day("2026-01-01"),
            published_on: day("2026-01-31"),
            has_supplier: true,
            has_value: true,
            buyer_known: true,
            ..ContractFacts::default()
        }
    }

    #[track_caller]
    fn check(facts: &ContractFacts, today: &str, expected: &str) {
        let found = of_contract(facts, today.parse().unwrap());
        let found: Vec<_> = found.iter().map(|one| format!("{} {}", one.rule.number(), one.status)).collect();
        assert_eq!(found.join(", "), expected);
    }

    #[test]
    fn a_contract_has_28_days_for_its_record_and_its_notice_30() {
        check(&facts(), "2026-01-29", "");
        check(&facts(), "2026-01-30", "G1 open");
        check(&ContractFacts { published_on: day("2026-02-01"), ..facts() }, "2026-01-29", "G4 open");
        check(
            &ContractFacts { best_link: Some(LinkClass::Candidate), ..facts() },
            "2026-03-01",
            "G1 candidate_only",
        );
        check(&ContractFacts { best_link: Some(LinkClass::Probable), ..facts() }, "2026-03-01", "");
        check(&ContractFacts { void: true, has_value: false, ..facts() }, "2026-03-01", "");
    }

    #[test]
    fn a_framework_accuses_nobody_and_an_unknown_buyer_is_only_counted() {
        check(&ContractFacts { framework: true, ..facts() }, "2026-03-01", "G3 open");
        check(&ContractFacts { buyer_known: false, ..facts() }, "2026-03-01", "G7 open");
        let silent = ContractFacts { has_supplier: false, has_value: false, ..facts() };
        check(&silent, "2026-01-29", "G6 open, G6 open");
        check(&ContractFacts { fragment: true, ..silent }, "2026-01-29", "");
    }

    #[test]
    fn a_record_lacks_its_contract_or_its_contract_ended() {
        #[track_caller]
        fn check(facts: &RecordFacts, expected: &str) {
            let found = of_record(facts, "2026-03-01".parse().unwrap());
            assert_eq!(found.iter().map(|one| one.rule.number()).collect::<Vec<_>>().join(" "), expected);
        }
        let facts = RecordFacts { bought: true, live: true, has_notices: true, ..RecordFacts::default() };
        check(&facts, "G2");
        check(&RecordFacts { has_notices: false, ..facts }, "");
        let linked = RecordFacts { best_link: Some(LinkClass::Strong), ..facts };
        check(&linked, "");
        check(&RecordFacts { contracts_end_on: day("2026-02-28"), ..linked }, "G5");
        check(&RecordFacts { amended_since: day("2026-02-01"), ..linked }, "G5");
        check(&RecordFacts { contract_runs: true, assessment_missing: true, ..linked }, "G8");
        check(&RecordFacts { live: false, assessment_missing: true, ..linked }, "");
    }
}
