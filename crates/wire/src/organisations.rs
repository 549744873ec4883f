//! `/api/v1/organisations`, `/suppliers` and `/products`.

use std::collections::BTreeMap;

use domain::expected::Expectation;
use domain::{Organisation, Product};
use serde::{Deserialize, Serialize};

use crate::coverage::NilReturnView;
use crate::lists::{FacetCount, FacetMore};

/// Counts of current records.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// All of them.
    pub records: u64,
    /// By phase.
    pub phase: BTreeMap<String, u64>,
    /// By sector.
    pub sector: BTreeMap<String, u64>,
    /// By flag.
    pub flag: BTreeMap<String, u64>,
}

/// Whether a body publishes what it uses.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// It has published records of its own.
    Published,
    /// It has none, and declared that it uses nothing; that still holds.
    NilReturn,
    /// It is expected to publish, and has done neither.
    Silent,
    /// No rule expects it to publish.
    NotExpected,
}

/// Where a body uses tools, by the records that name it or a body near it as a place of use.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uses {
    /// Counts of the records that name it as a place of use, unless they say that the use has ended.
    #[serde(flatten)]
    pub counts: Counts,
    /// URL of those records.
    pub records_url: String,
    /// The body above it, if records name that one as a place of use: what they describe may be used here too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through_parent: Option<UsesNearby>,
    /// The bodies right below it that records name as places of use, by name.
    #[serde(default)]
    pub below: Vec<UsesNearby>,
}

/// A body above or below another, with how many records name it as a place of use.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsesNearby {
    /// Its slug.
    pub organisation: String,
    /// Its name.
    pub name: String,
    /// Records that name it as a place of use, unless they say that the use has ended.
    pub records: u64,
    /// URL of those records.
    pub records_url: String,
}

/// A body, with counts of its records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The body.
    pub organisation: Organisation,
    /// `registered` if the register knows it, `unresolved` if it is only a name.
    pub resolution: String,
    /// Whether it publishes what it uses.
    pub coverage: Coverage,
    /// Whether it has records here, and all of them were taken over from other registers: it published there.
    #[serde(default)]
    pub imported_only: bool,
    /// Why it is, or was, expected to publish, the latest first.
    #[serde(default)]
    pub expectations: Vec<Expectation>,
    /// What it declared not to use, the latest first; nil returns that lapsed or were withdrawn too.
    #[serde(default)]
    pub nil_returns: Vec<NilReturnView>,
    /// Its URL.
    pub url: String,
    /// URL of the records it publishes.
    pub records_url: String,
    /// Counts of the records it publishes.
    pub as_publisher: Counts,
    /// Counts of the records that name it as supplier.
    pub as_supplier: Counts,
    /// What records say is used there, its own and those of others; only in the answer about one body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_user: Option<Uses>,
    /// URL of its contracts in public notices.
    pub contracts_url: String,
}

/// A supplier: who uses or buys its products, for how much, and what is missing from the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupplierView {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub body: OrganisationView,
    /// Every body that publishes a record naming it, or bought from it according to public notices.
    pub customers: Vec<Customer>,
    /// Contracts and awards that name it as supplier, without cancelled ones.
    pub contracts: u64,
    /// How many of those have no value that belongs to this supplier alone: none is stated, several suppliers
    /// share it, or it is a framework's maximum.
    pub contracts_without_value: u64,
    /// Total of the others per currency, as valued in the notices; never converted.
    pub spend: Vec<Spend>,
    /// Contracts for sensitive technology with no probable link to a record.
    pub records_missing: u64,
}

/// A body that uses what a supplier sells, or bought it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// Slug; absent for a buyer without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Its name.
    pub name: String,
    /// Records it publishes that name the supplier.
    pub records: u64,
    /// Contracts in which it is a buyer.
    pub contracts: u64,
    /// Total of those in which it is the only buyer and this the only supplier.
    pub spend: Vec<Spend>,
}

/// A sum in one currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spend {
    /// ISO 4217; absent if the notices do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Decimal text.
    pub amount: String,
    /// Number of contracts.
    pub contracts: u64,
}

/// A page of bodies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Bodies, by name.
    pub items: Vec<OrganisationView>,
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

/// A product, with counts of the records that name it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The product.
    pub product: Product,
    /// Its URL.
    pub url: String,
    /// URL of the records that name it.
    pub records_url: String,
    /// Counts of those records.
    pub counts: Counts,
}

/// A page of products.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Products, by name.
    pub items: Vec<ProductView>,
    /// How many match.
    pub total: u64,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
