//! The contract side: what public notices say was bought, from whom, for how much and until when.
//!
//! A process is one procurement by one set of buyers; its contracts are what came of it. Watch list, links to records
//! and gaps are decided here, on values; nothing here reads a notice.

pub mod cpv;
pub mod gaps;
pub mod linking;
pub mod money;
pub mod phrases;
pub mod watch;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::codes::{ContractKind, PartyRole, ResolvedBy, ValueBasis};
pub use cpv::Cpv;
pub use money::Money;

/// One procurement by one set of buyers, as its notices leave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Where its notices come from: `find_a_tender`, `contracts_finder`, or the prefix of its ocid.
    pub source: String,
    /// Open Contracting id; several processes may share one, each with buyers of its own.
    pub ocid: String,
    /// Where its parties are that do not say, ISO 3166-1 alpha-2: by its source, or by whoever imported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Title of the tender, or of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What is bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tag of the latest release, such as `award`; unknown ones are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stage: Vec<String>,
    /// Status of the tender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Procurement method: `open`, `selective`, `limited`, `direct`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// The procedure in the source's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_details: Option<String>,
    /// Why a limited procedure was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_rationale: Option<String>,
    /// `goods`, `services` or `works`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it sets up a framework or a dynamic market, from which others call off.
    #[serde(default)]
    pub framework: bool,
    /// What the tender was expected to cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender_value: Option<Money>,
    /// Types of its notices, such as `UK7`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notice_types: Vec<String>,
    /// Its notices and other documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<ContractDocument>,
    /// Changes of the tender.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    /// Other processes it names: the framework it calls off from, the one it renews.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Suppliers taken off its list of which the notices show no award.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed_suppliers: Vec<ContractParty>,
    /// Date of its first release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<DateTime<Utc>>,
    /// Date of its latest release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_at: Option<DateTime<Utc>>,
    /// How many releases it was made of.
    pub releases: u64,
    /// What is odd about the notices, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<String>,
}

/// What came of a process: a contract with its award, or an award alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Whether the notices describe a contract or only an award.
    pub kind: ContractKind,
    /// The award's id inside the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award_id: Option<String>,
    /// The contract's id inside the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<String>,
    /// Title of contract, award or tender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description of contract, award or tender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Status of contract or award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What it costs, net where the notice tells net from gross.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// What it costs with tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_gross: Option<Money>,
    /// Where the value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_basis: Option<ValueBasis>,
    /// What is odd about the value, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value_quality: Vec<String>,
    /// Day of the award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awarded_on: Option<NaiveDate>,
    /// Day of the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<NaiveDate>,
    /// Day on which the award or contract was first published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// Last day if every extension is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_ends_on: Option<NaiveDate>,
    /// What is bought, by the common procurement vocabulary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpv: Vec<Cpv>,
    /// What was changed later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    /// Notices and other documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<ContractDocument>,
    /// Who buys and who sells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<ContractParty>,
    /// What is odd about the rest, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<String>,
}

/// Quality of a party: the notice does not say who it is.
pub const NAME_WITHHELD: &str = "name-withheld";
/// Quality of a party: it states two company numbers, so neither says who it is.
pub const TWO_COMPANY_NUMBERS: &str = "two-company-numbers";
/// Quality of a party: the company of that name has another number.
pub const OTHER_COMPANY: &str = "same-name-other-company-number";
/// Quality of a contract: the notices at hand show no award for it.
pub const AWARD_UNKNOWN: &str = "award-unknown";
/// Quality of a value: it is nought.
pub const ZERO: &str = "zero";
/// Quality of a value: other contracts came of the same award or tender.
pub const SHARED: &str = "shared-with-other-contracts";

impl Contract {
    /// Whether the notices at hand only change it, so that what they do not say another may have said.
    pub fn is_fragment(&self) -> bool {
        let nothing = self.status.is_none() && self.begins_on().is_none() && self.value.is_none();
        nothing || self.quality.iter().any(|what| what == AWARD_UNKNOWN)
    }

    /// Its own value, which can be summed: neither the tender's expectation, nor one that other contracts or several
    /// suppliers share.
    pub fn own_value(&self) -> Option<&Money> {
        if self.parties_as(PartyRole::Supplier).count() > 1 {
            return None;
        }
        let own = self.value_basis.is_some_and(|basis| basis != ValueBasis::Tender);
        let shared = self.value_quality.iter().any(|what| what == SHARED);
        self.value.as_ref().filter(|_| own && !shared)
    }

    /// Whether the notices say what it costs.
    pub fn states_value(&self) -> bool {
        self.value_basis.is_some_and(|basis| basis != ValueBasis::Tender)
            && !self.value_quality.iter().any(|what| what == ZERO)
    }

    /// The day it begins, as far as the notices say: its first, that of the signature, or of the award.
    pub fn begins_on(&self) -> Option<NaiveDate> {
        self.starts_on.or(self.signed_on).or(self.awarded_on)
    }

    /// The parties in a role.
    pub fn parties_as(&self, role: PartyRole) -> impl Iterator<Item = &ContractParty> {
        self.parties.iter().filter(move |party| party.role == role)
    }

    /// The last day it may run to.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.max_ends_on.max(self.ends_on)
    }

    /// Whether it came to nothing.
    pub fn is_void(&self) -> bool {
        matches!(self.status.as_deref(), Some("cancelled" | "unsuccessful" | "withdrawn"))
    }
}

/// A buyer or a supplier, as the notice names it and as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContractParty {
    /// What it is in the contract.
    pub role: PartyRole,
    /// Its name as written; absent when the notice withholds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Identifiers that the notice states; those of one system only are left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<RawIdentifier>,
    /// Country that the notice states, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Slug of the organisation it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// How that was found.
    pub resolved_by: ResolvedBy,
    /// What is odd about it, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<String>,
}

impl ContractParty {
    /// Whether something is odd about it.
    pub fn has_quality(&self, what: &str) -> bool {
        self.quality.iter().any(|known| known == what)
    }
}

/// An identifier that a notice states; the scheme may be one the register does not know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RawIdentifier {
    /// Scheme as in org-id.guide, such as `GB-COH`.
    pub scheme: String,
    /// The value, in the scheme's normal form where the register knows it.
    pub value: String,
}

/// A change that a notice announces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_on: Option<NaiveDate>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// What.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A notice or another document of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContractDocument {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is, such as `awardNotice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<String>,
    /// Type of the notice, such as `UK7`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_type: Option<String>,
    /// Title or description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it is: `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Day of its publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
}

/// Another process that a notice names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// What it is to this one, such as `framework`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relationship: Vec<String>,
    /// Scheme of the identifier, mostly `ocid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The other's identifier; it is kept when the register does not know it.
    pub identifier: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Relation {
    /// Whether it says that this process calls off from the other.
    pub fn is_framework(&self) -> bool {
        self.relationship.iter().any(|what| what == "framework")
    }
}
