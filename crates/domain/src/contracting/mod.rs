//! Contracts: what public notices say was bought, from whom, for how much and until when.
//!
//! A process is one procurement by one set of buyers; contracts are what came of it. Watch list, links and
//! gaps are decided here from plain values; nothing here reads notices.

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

/// One procurement by one set of buyers, as its notices describe it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Where its notices come from: `find_a_tender`, `contracts_finder`, or the prefix of its ocid.
    pub source: String,
    /// Open Contracting ID. Several processes may share one, each with its own buyers.
    pub ocid: String,
    /// Country assumed for parties that state none, ISO 3166-1 alpha-2: from the source, or as the importer
    /// said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Title of the tender, or of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What is being bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags of the latest release, such as `award`; unknown tags are kept.
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
    /// The tender's estimated value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender_value: Option<Money>,
    /// Types of its notices, such as `UK7`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notice_types: Vec<String>,
    /// Its notices and other documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<ContractDocument>,
    /// Amendments of the tender.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    /// Other processes it names: the framework it calls off from, the one it renews.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Suppliers marked as removed for whom the notices show no award.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed_suppliers: Vec<ContractParty>,
    /// Date of its first release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<DateTime<Utc>>,
    /// Date of its latest release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_at: Option<DateTime<Utc>>,
    /// How many releases it was made from.
    pub releases: u64,
    /// Oddities of the notices, as stable codes.
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
    /// The award's id within the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award_id: Option<String>,
    /// The contract's id within the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<String>,
    /// Title of the contract, award or tender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description of the contract, award or tender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Status of the contract or award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Its value; net, if the notice gives both net and gross.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// Its value including tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_gross: Option<Money>,
    /// Where the value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_basis: Option<ValueBasis>,
    /// Oddities of the value, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value_quality: Vec<String>,
    /// Day of the award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awarded_on: Option<NaiveDate>,
    /// Day of the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<NaiveDate>,
    /// Day the award or contract was first published.
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
    /// What is bought, in codes of the Common Procurement Vocabulary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpv: Vec<Cpv>,
    /// Later amendments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    /// Notices and other documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<ContractDocument>,
    /// The buyers and suppliers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<ContractParty>,
    /// Other oddities, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<String>,
}

/// Quality of a party: the notice does not name it.
pub const NAME_WITHHELD: &str = "name-withheld";
/// Beginning of a quality of a party: the ground on which its name is withheld, as far as the notice says.
pub const WITHHELD_ON: &str = "withheld-on:";
/// Quality of a party: it states two company numbers, so neither identifies it.
pub const TWO_COMPANY_NUMBERS: &str = "two-company-numbers";
/// Quality of a party: the known company of that name has another number.
pub const OTHER_COMPANY: &str = "same-name-other-company-number";
/// Quality of a contract: the notices at hand show no award for it.
pub const AWARD_UNKNOWN: &str = "award-unknown";
/// Quality of a value: it is zero.
pub const ZERO: &str = "zero";
/// Quality of a value: other contracts came from the same award or tender.
pub const SHARED: &str = "shared-with-other-contracts";

impl Contract {
    /// Whether the notices at hand only change the contract, so that an earlier notice may have said what
    /// they leave out.
    pub fn is_fragment(&self) -> bool {
        let nothing = self.status.is_none() && self.begins_on().is_none() && self.value.is_none();
        nothing || self.quality.iter().any(|what| what == AWARD_UNKNOWN)
    }

    /// The value that is this contract's alone and can be summed: not the tender's estimate, and not shared
    /// with other contracts or between several suppliers.
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

    /// The day it starts, else the day of its signature, else of its award.
    pub fn begins_on(&self) -> Option<NaiveDate> {
        self.starts_on.or(self.signed_on).or(self.awarded_on)
    }

    /// The parties with a role.
    pub fn parties_as(&self, role: PartyRole) -> impl Iterator<Item = &ContractParty> {
        self.parties.iter().filter(move |party| party.role == role)
    }

    /// The last day it may run, including extensions.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.max_ends_on.max(self.ends_on)
    }

    /// Whether it came to nothing.
    pub fn is_void(&self) -> bool {
        matches!(self.status.as_deref(), Some("cancelled" | "unsuccessful" | "withdrawn"))
    }
}

/// A buyer or supplier, as the notice names it and as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContractParty {
    /// Its role in the contract.
    pub role: PartyRole,
    /// Its name as written; absent if the notice withholds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Identifiers that the notice states, without those used inside one system only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<RawIdentifier>,
    /// Country the notice states, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Slug of the organisation it resolves to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// How it was resolved.
    pub resolved_by: ResolvedBy,
    /// Oddities of the party, as stable codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<String>,
}

impl ContractParty {
    /// Whether the party has this oddity.
    pub fn has_quality(&self, what: &str) -> bool {
        self.quality.iter().any(|known| known == what)
    }
}

/// An identifier as a notice states it; the register may not know its scheme.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RawIdentifier {
    /// Scheme as in org-id.guide, such as `GB-COH`.
    pub scheme: String,
    /// The value; in the scheme's normal form if the register knows the scheme.
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
    /// The day of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_on: Option<NaiveDate>,
    /// Why it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A notice or other document of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContractDocument {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Type of the document, such as `awardNotice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<String>,
    /// Type of the notice, such as `UK7`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_type: Option<String>,
    /// Title or description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Address of the document, `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Day it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
}

/// Another process that a notice names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// How the other process relates to this one, such as `framework`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relationship: Vec<String>,
    /// Scheme of the identifier, usually `ocid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Identifier of the other process, kept even if the register does not know it.
    pub identifier: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Relation {
    /// Whether this process calls off from the other.
    pub fn is_framework(&self) -> bool {
        self.relationship.iter().any(|what| what == "framework")
    }
}
