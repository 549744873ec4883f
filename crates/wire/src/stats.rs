//! `GET /api/v1/stats`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lists::FacetCount;
use crate::sources::SourceShare;

/// Number of records with a pair of values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatsCell {
    /// Value of the row facet; absent for records without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "policing"))]
    pub row: Option<String>,
    /// Label for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Policing"))]
    pub row_label: Option<String>,
    /// Value of the column facet; absent for records without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "production"))]
    pub column: Option<String>,
    /// Label for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Production"))]
    pub column_label: Option<String>,
    /// Number of records; one with several values counts under each.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub count: u64,
}

/// A table of two facets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatsTable {
    /// The row facet.
    #[cfg_attr(feature = "openapi", schema(example = "sector"))]
    pub rows: String,
    /// The column facet.
    #[cfg_attr(feature = "openapi", schema(example = "phase"))]
    pub columns: String,
    /// Non-zero cells, largest first; at most 1,000.
    pub cells: Vec<StatsCell>,
    /// Number of further cells.
    pub more: u64,
}

/// Records first published in a month.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthCount {
    /// The month.
    #[cfg_attr(feature = "openapi", schema(example = "2026-03", pattern = "^[0-9]{4,}-[0-9]{2}$"))]
    pub month: String,
    /// Number of records.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub count: u64,
}

/// How concentrated the records are on a few suppliers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupplierConcentration {
    /// Number of suppliers.
    pub suppliers: u64,
    /// Times a record names a supplier.
    pub namings: u64,
    /// The suppliers named most often.
    pub top: Vec<FacetCount>,
    /// Their share of all namings, 0 to 1.
    pub top_share: f64,
    /// Herfindahl-Hirschman index of the namings: the sum of squared shares, from 0 (many equal suppliers) to
    /// 1 (a single one).
    pub herfindahl: f64,
}

/// Coverage of a sector.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SectorCoverage {
    /// The sector.
    #[cfg_attr(feature = "openapi", schema(example = "policing"))]
    pub sector: String,
    /// Label for people.
    #[cfg_attr(feature = "openapi", schema(example = "Policing"))]
    pub label: String,
    /// Number of records.
    pub records: u64,
    /// Number of bodies that published them.
    pub publishers: u64,
    /// Records with an assessment of any kind and status.
    pub with_assessment: u64,
    /// Records with each flag.
    pub flags: BTreeMap<String, u64>,
}

/// Whether bodies that are expected to publish do so.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BodyCoverage {
    /// Kind of body; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "police_force"))]
    pub kind: Option<String>,
    /// Label for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Bodies expected to publish.
    pub expected: u64,
    /// Those with a published record of their own.
    pub published: u64,
    /// Those of the rest that declared that they use nothing; that still holds.
    pub nil_return: u64,
    /// Those that did neither.
    pub silent: u64,
    /// Those of the silent whose tools the register knows from other registers only.
    #[serde(default)]
    pub imported_only: u64,
}

/// Statistics of the matching records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stats {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Number of matching records.
    pub total: u64,
    /// Table of two facets.
    pub table: StatsTable,
    /// By month of first publication, oldest first, without empty months.
    pub months: Vec<MonthCount>,
    /// How concentrated the records are on a few suppliers.
    pub supplier_concentration: SupplierConcentration,
    /// By sector, largest first.
    pub sectors: Vec<SectorCoverage>,
    /// By kind of body; not affected by the filters.
    pub bodies: Vec<BodyCoverage>,
    /// The registers that records are imported from, and how much they leave open; not affected by the filters.
    #[serde(default)]
    pub sources: Vec<SourceShare>,
}
