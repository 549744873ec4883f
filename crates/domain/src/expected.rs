//! Who is expected to publish, and what a body declares when it has nothing to publish.

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Why a body is expected to publish, and since when. One that ended is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expectation {
    /// UUID.
    pub id: String,
    /// First day on which it was expected to; absent if the list that says so names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// Which law, policy or rule says so, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "In the mandatory scope of the ATRS policy"))]
    pub why: Option<String>,
    /// Where that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "https://www.gov.uk/example-policy"))]
    pub evidence_url: Option<String>,
    /// When the register was told; absent if a list of bodies said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_at: Option<DateTime<Utc>>,
    /// The day from which it is no longer expected to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
}

/// A body's declaration that it uses nothing that belongs in the register. One that lapsed or was withdrawn is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NilReturn {
    /// UUID.
    pub id: String,
    /// The day it was declared.
    pub declared_on: NaiveDate,
    /// The last day it holds: at most twelve months after it was declared.
    pub holds_until: NaiveDate,
    /// What the body declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "We use no tool that helps to decide about people."))]
    pub statement: Option<String>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
    /// Whether the body filed it here itself; otherwise the register entered it.
    pub by_body: bool,
    /// When it was filed; absent if a list of bodies said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed_at: Option<DateTime<Utc>>,
    /// The day it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<NaiveDate>,
    /// Why it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_reason: Option<String>,
}

/// How a nil return stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NilState {
    /// It holds.
    Valid,
    /// It holds, and the register has a published record of something the body uses.
    Contradicted,
    /// It holds no longer.
    Lapsed,
    /// The body, or the register, withdrew it.
    Withdrawn,
}

impl NilReturn {
    /// The last day that a nil return declared on this day can hold.
    pub fn at_most_until(declared_on: NaiveDate) -> NaiveDate {
        declared_on.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX)
    }

    /// Whether it counts on this day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.withdrawn_on.is_none() && day <= self.holds_until
    }

    /// How it stands on this day, given whether published records say that the body uses something.
    pub fn state(&self, day: NaiveDate, uses_something: bool) -> NilState {
        match (self.withdrawn_on, self.holds_on(day)) {
            (Some(_), _) => NilState::Withdrawn,
            (None, false) => NilState::Lapsed,
            (None, true) if uses_something => NilState::Contradicted,
            (None, true) => NilState::Valid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn declared(on: &str) -> NilReturn {
        NilReturn {
            id: "n".to_owned(),
            declared_on: day(on),
            holds_until: NilReturn::at_most_until(day(on)),
            statement: None,
            evidence_url: None,
            by_body: true,
            filed_at: None,
            withdrawn_on: None,
            withdrawal_reason: None,
        }
    }

    #[test]
    fn a_nil_return_lapses_after_twelve_months() {
        let nil = declared("2025-11-21");
        assert_eq!(nil.state(day("2026-11-21"), false), NilState::Valid);
        assert_eq!(nil.state(day("2026-11-22"), false), NilState::Lapsed);
        assert_eq!(NilReturn::at_most_until(day("2024-02-29")), day("2025-02-28"));
    }

    #[test]
    fn a_record_in_use_contradicts_only_what_still_holds() {
        let nil = declared("2025-11-21");
        assert_eq!(nil.state(day("2026-01-01"), true), NilState::Contradicted);
        assert_eq!(nil.state(day("2027-01-01"), true), NilState::Lapsed);
        let withdrawn = NilReturn { withdrawn_on: Some(day("2025-12-01")), ..nil };
        assert_eq!(withdrawn.state(day("2026-01-01"), true), NilState::Withdrawn);
        assert!(!withdrawn.holds_on(day("2026-01-01")));
    }
}
