//! `/api/v1/contracts`, `/links` and `/gaps`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{GapRule, GapStatus, LinkClass, LinkState, Role};
use domain::contracting::linking::Evidence;
use domain::contracting::watch::Hit;
use domain::contracting::{Contract, Money, Process};
use serde::{Deserialize, Serialize};

use crate::lists::{FacetCount, FacetMore};

/// A contract with its process, why it is watched, and its links.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Id derived from the notices' own ids, so that every register gives a contract the same one.
    pub id: uuid::Uuid,
    /// Its URL.
    pub url: String,
    /// Day of the first notice of its process; lists are ordered by it.
    pub listed_on: String,
    /// `false` if later notices have replaced it.
    pub is_current: bool,
    /// The contract or award.
    pub contract: Contract,
    /// The procurement process it came from.
    pub process: Process,
    /// Why it is on the watch list of sensitive technology.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Hit>,
    /// Links to records and products, strongest evidence first, including rejected ones.
    pub links: Vec<LinkView>,
}

/// A page of contracts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Contracts, newest process first.
    pub items: Vec<ContractView>,
    /// How many match.
    pub total: u64,
    /// Counts of the requested facets, over everything that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<BTreeMap<String, Vec<FacetCount>>>,
    /// Facets with further values, beyond those in `facets`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets_more: BTreeMap<String, FacetMore>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// A record.
    Record,
    /// A product.
    Product,
}

/// A link between a contract and a record or product, with its evidence.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkView {
    /// UUID.
    pub id: String,
    /// Its URL.
    pub url: String,
    /// Id of the contract.
    pub contract_id: String,
    /// URL of the contract.
    pub contract_url: String,
    /// What it leads to.
    pub target_kind: TargetKind,
    /// Public id of the record, or slug of the product.
    pub target_id: String,
    /// URL of the record or product.
    pub target_url: String,
    /// Strength of the evidence.
    pub class: LinkClass,
    /// State after people's judgement.
    pub state: LinkState,
    /// The evidence, item by item.
    pub evidence: Vec<Evidence>,
    /// Version of the rules that made it.
    pub rule_version: String,
    /// When it was first proposed.
    pub made_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// When somebody last judged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged_at: Option<DateTime<Utc>>,
    /// The role in which they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged_as: Option<Role>,
    /// The reason they gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A page of links.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Links, in the order they were proposed.
    pub items: Vec<LinkView>,
    /// How many match.
    pub total: u64,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A page of gaps, with the report's coverage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GapList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What the report covers.
    pub coverage: CoverageView,
    /// Gaps, in the order they were found.
    pub items: Vec<GapView>,
    /// How many match.
    pub total: u64,
    /// Counts of the requested facets, over everything that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<BTreeMap<String, Vec<FacetCount>>>,
    /// Facets with further values, beyond those in `facets`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets_more: BTreeMap<String, FacetMore>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A gap, with the answers to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GapView {
    /// Id; stays the same when the gap is found again.
    pub id: String,
    /// Its URL.
    pub url: String,
    /// Rule that found it.
    pub rule: GapRule,
    /// Number of the rule in the documentation.
    #[cfg_attr(feature = "openapi", schema(example = "G1"))]
    pub number: String,
    /// Version of the rule.
    pub rule_version: String,
    /// Its status.
    pub status: GapStatus,
    /// The reason, in a sentence.
    pub reason: String,
    /// Slug of the body concerned; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The contract it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<String>,
    /// Title of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_title: Option<String>,
    /// URL of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_url: Option<String>,
    /// Buyers, as named in the notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buyer_names: Vec<String>,
    /// Suppliers, as named in the notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplier_names: Vec<String>,
    /// Value of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// The record it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// URL of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_url: Option<String>,
    /// When it was first found.
    pub found_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// Answers, oldest first.
    pub replies: Vec<ReplyView>,
}

/// An answer to a gap.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplyView {
    /// Status the answer gave the gap.
    pub status: GapStatus,
    /// The statement.
    pub statement: String,
    /// The record it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// Slug of the body that answered; absent if the register itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// When it was given.
    pub made_at: DateTime<Utc>,
}

/// What a gap report covers, and what it cannot show.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoverageView {
    /// When the rules last ran; absent before the first notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran_at: Option<DateTime<Utc>>,
    /// Version of the rules.
    pub rule_version: String,
    /// Version of the watch list.
    pub watch_list_version: String,
    /// Sources of notices.
    pub sources: Vec<SourceView>,
    /// Parts of imported files that could not be used.
    pub rejected_releases: u64,
    /// Contracts and awards in the notices.
    pub contracts: u64,
    /// How many of those are on the watch list.
    pub on_watch_list: u64,
    /// Buyers named in contracts on the watch list.
    pub buyers: ShareView,
    /// Suppliers named in contracts on the watch list.
    pub suppliers: ShareView,
    /// Gaps by rule and status.
    pub gaps: BTreeMap<String, BTreeMap<String, u64>>,
    /// What such a report can never show.
    pub limits: String,
}

/// A source of notices.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceView {
    /// The source, such as `find_a_tender`.
    pub source: String,
    /// Number of procurement processes.
    pub processes: u64,
    /// Number of releases.
    pub releases: u64,
    /// Day of the earliest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Day of the latest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// How many are known to the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareView {
    /// Those matched to a known organisation.
    pub resolved: u64,
    /// All of them.
    pub total: u64,
}
