//! `/api/v1/coverage`, and what `/api/v1/organisations` says of nil returns.

use chrono::NaiveDate;
use domain::expected::{NilReturn, NilState};
use serde::{Deserialize, Serialize};

/// A nil return, and how it stands today.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NilReturnView {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub nil_return: NilReturn,
    /// How it stands today.
    pub state: NilState,
}

/// Of the bodies that are expected to publish, how many did what.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoverageCounts {
    /// Registered bodies, expected to publish or not.
    pub known: u64,
    /// Those expected to publish: the base of what follows.
    pub expected: u64,
    /// Those with a published record of their own.
    pub published: u64,
    /// Those of the rest with a nil return that holds.
    pub nil_return: u64,
    /// Those with neither.
    pub silent: u64,
    /// Those of the silent whose tools the register knows from other registers only.
    pub imported_only: u64,
}

/// Coverage of one kind of body in one country.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoverageRow {
    /// Kind of body; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "police_force"))]
    pub kind: Option<String>,
    /// Label for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[cfg_attr(feature = "openapi", schema(example = "GB"))]
    pub country: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub counts: CoverageCounts,
    /// What the table says of them in one sentence, with its base.
    #[cfg_attr(feature = "openapi", schema(example = "3 of 44 have published; 41 are silent"))]
    pub sentence: String,
    /// URL of the silent ones.
    pub silent_url: String,
}

/// Who of those expected to publish has done so.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoverageReport {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The day for which it holds.
    pub on: NaiveDate,
    /// By kind of body and country, the largest first; only where somebody is expected to publish.
    pub rows: Vec<CoverageRow>,
    /// All rows together.
    pub total: CoverageCounts,
}
