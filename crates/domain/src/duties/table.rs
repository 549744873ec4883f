//! The table of duties: what a line says, and for which bodies it holds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::conditions::Answer;
use crate::codes::{AssessmentType, DutyCondition, DutyStrength, OrganisationKind, OwedKind};

/// The table as it is written.
pub const TABLE: &str = include_str!("../../data/duties.toml");

/// What a law, a policy or good practice asks of public bodies for a kind of tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duty {
    /// Its id, which stays.
    #[cfg_attr(feature = "openapi", schema(example = "gb-equality"))]
    pub id: String,
    /// Where it holds: ISO 3166-1 or 3166-2, or `EU`. A country covers its parts.
    #[cfg_attr(feature = "openapi", schema(example = "GB"))]
    pub jurisdiction: String,
    /// Whether only bodies of the country itself owe it, such as federal ones, and not those of its parts.
    #[serde(default, skip_serializing_if = "is_false")]
    pub own_bodies_only: bool,
    /// Parts of the jurisdiction where it does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The kinds of body that owe it; none means every body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<OrganisationKind>,
    /// For which tools.
    pub condition: DutyCondition,
    /// What it asks for.
    pub owes: OwedKind,
    /// Types of assessment, any one of which is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub satisfied_by: Vec<AssessmentType>,
    /// What is owed, in words for the middle of a sentence.
    pub asks: String,
    /// The first day it is owed.
    pub since: NaiveDate,
    /// The first day it is owed no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// It is certain only for tools first used on this day or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_used_from: Option<NaiveDate>,
    /// Duties that this one stands for, where it certainly holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// How strong it is: only laws and policies raise flags.
    pub strength: DutyStrength,
    /// The provision that asks for it.
    pub law: String,
    /// Where to read it.
    pub url: String,
    /// The duty in plain words.
    pub sentence: String,
    /// When the register's editors last read the provision.
    pub read_on: NaiveDate,
    /// Whether everything here was compared with the provision.
    pub verified: bool,
    /// What is not certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Areas that are no code of their own, or have parts.
    areas: BTreeMap<String, Vec<String>>,
    duty: Vec<Duty>,
}

static DUTIES: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(TABLE).expect("a test reads the table of duties"));

/// Every duty the register knows, in the order people read them.
pub fn duties() -> &'static [Duty] {
    &DUTIES.duty
}

/// Whether a place, as ISO 3166-1 or 3166-2, lies within an area: `GB-GLG` is in `GB-SCT` and in `GB`.
fn lies_in(place: &str, area: &str) -> bool {
    let country = place.split('-').next().unwrap_or(place);
    let within = |parts: &Vec<String>| parts.iter().any(|part| part == place || part == country);
    place == area || country == area || DUTIES.areas.get(area).is_some_and(within)
}

impl Duty {
    /// Whether it holds in a jurisdiction, as ISO 3166-1 or 3166-2.
    pub fn covers(&self, jurisdiction: &str) -> bool {
        lies_in(jurisdiction, &self.jurisdiction)
            && !(self.own_bodies_only && jurisdiction != self.jurisdiction)
            && !self.except.iter().any(|area| lies_in(jurisdiction, area))
    }

    /// Whether a body of this kind owes it. Not known if the register does not know the kind, or it is none of those
    /// with a name.
    pub fn binds(&self, kind: Option<OrganisationKind>) -> Answer {
        match kind {
            _ if self.kinds.is_empty() => Answer::Yes,
            None | Some(OrganisationKind::Other) => Answer::NotKnown,
            Some(kind) if self.kinds.contains(&kind) => Answer::Yes,
            Some(_) => Answer::No,
        }
    }

    /// Whether it is owed on a day.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether a record that does not meet it gets a flag: laws and policies that ask for an assessment.
    pub fn raises_flags(&self) -> bool {
        self.owes == OwedKind::Assessment && self.strength != DutyStrength::GoodPractice
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::validate::is_jurisdiction;

    #[test]
    fn no_member_of_the_table_is_overlooked() {
        // A misspelt optional member would be read as none.
        let written: toml::Table = toml::from_str(TABLE).unwrap();
        for (line, duty) in written["duty"].as_array().unwrap().iter().zip(duties()) {
            assert_eq!(*line, toml::Value::try_from(duty).unwrap(), "{}", duty.id);
        }
    }

    #[test]
    fn every_duty_can_be_read_and_looked_up() {
        let ids: BTreeSet<&str> = duties().iter().map(|duty| duty.id.as_str()).collect();
        assert_eq!(ids.len(), duties().len(), "an id is there twice");
        for duty in duties() {
            let known = |place: &String| is_jurisdiction(place) || DUTIES.areas.contains_key(place);
            assert!(known(&duty.jurisdiction) && duty.except.iter().all(known), "{}", duty.id);
            assert!(url::Url::parse(&duty.url).is_ok_and(|url| url.scheme() == "https"), "{}", duty.url);
            assert!(duty.sentence.ends_with('.') && !duty.law.is_empty(), "{}", duty.id);
            assert!(!duty.asks.is_empty() && !duty.asks.ends_with('.'), "{}", duty.id);
            assert_eq!(duty.verified, duty.note.is_none(), "{}: what is not certain is said", duty.id);
            assert!(duty.until.is_none_or(|until| until > duty.since), "{}", duty.id);
            assert!(duty.replaces.iter().all(|other| ids.contains(other.as_str())), "{}", duty.id);
            assert_eq!(duty.owes == OwedKind::Record, duty.satisfied_by.is_empty(), "{}", duty.id);
        }
        let parts = DUTIES.areas.values().flatten();
        parts.for_each(|part| assert!(is_jurisdiction(part), "{part} is no place"));
    }

    /// The day before the first, the first, the last and the day after it.
    #[test]
    fn every_duty_begins_and_ends_on_its_day() {
        for duty in duties() {
            assert!(!duty.is_in_force(duty.since.pred_opt().unwrap()), "{} before {}", duty.id, duty.since);
            assert!(duty.is_in_force(duty.since), "{} on {}", duty.id, duty.since);
            if let Some(until) = duty.until {
                assert!(duty.is_in_force(until.pred_opt().unwrap()), "{} before {until}", duty.id);
                assert!(!duty.is_in_force(until), "{} on {until}", duty.id);
            }
        }
    }

    #[test]
    fn a_duty_holds_in_its_country_and_the_parts_it_names() {
        let ids = |place: &str| -> Vec<&str> {
            duties().iter().filter(|duty| duty.covers(place)).map(|duty| duty.id.as_str()).collect()
        };
        let has = |place: &str, id: &str| ids(place).contains(&id);
        for place in ["GB", "GB-ENG", "GB-SCT", "GB-GLG", "GB-WLS", "GB-CRF", "GB-LND", "GB-EAW"] {
            assert!(has(place, "gb-data-protection") && has(place, "gb-equality"), "{place}");
        }
        assert!(has("GB-GLG", "gb-sct-equality") && !has("GB-CRF", "gb-sct-equality"));
        assert!(has("GB-CRF", "gb-wls-equality") && !has("GB-ENG", "gb-wls-equality"));
        // The Equality Act's duty stops at the Irish Sea.
        for place in ["GB-NIR", "GB-BFS"] {
            assert!(has(place, "gb-nir-equality") && !has(place, "gb-equality"), "{place}");
        }
        assert!(has("NL", "eu-data-protection") && has("DE-BY", "eu-data-protection"));
        // What binds federal bodies does not bind a state's, nor London's a Scottish one.
        assert!(has("US", "us-m-25-21") && !has("US-CA", "us-m-25-21"));
        assert!(has("CA", "ca-automated-decisions") && !has("CA-QC", "ca-automated-decisions"));
        assert!(has("GB", "gb-transparency-record") && !has("GB-SCT", "gb-transparency-record"));
    }

    #[test]
    fn no_british_duty_leaves_britain() {
        let british = |duty: &&Duty| duty.jurisdiction == "GB" || duty.jurisdiction.starts_with("GB-");
        assert!(duties().iter().filter(british).count() >= 8);
        let abroad = rust_iso3166::ALL_ALPHA2.iter().filter(|country| **country != "GB");
        for country in abroad {
            // Parts of other countries that are called like parts of Britain.
            let parts = ["", "-ENG", "-SCT", "-GLG", "-NIR"].map(|part| format!("{country}{part}"));
            for place in parts {
                let found = duties().iter().filter(british).find(|duty| duty.covers(&place));
                assert_eq!(found, None, "{place}");
            }
        }
    }

    #[test]
    fn a_kind_that_is_not_known_gives_no_certain_answer() {
        let of = |id: &str| duties().iter().find(|duty| duty.id == id).unwrap();
        use OrganisationKind::{Other, PoliceForce, School};
        assert_eq!(of("gb-equality").binds(None), Answer::Yes, "every body");
        let scottish = of("gb-sct-equality");
        assert_eq!(scottish.binds(Some(PoliceForce)), Answer::Yes);
        assert_eq!(of("gb-wls-equality").binds(Some(PoliceForce)), Answer::No);
        assert_eq!(of("gb-nir-equality").binds(Some(School)), Answer::No);
        assert_eq!([scottish.binds(None), scottish.binds(Some(Other))], [Answer::NotKnown; 2]);
    }
}
