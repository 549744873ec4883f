//! `/api/v1/assessments`.

use std::collections::BTreeMap;

use domain::assessment::Assessment;
use domain::codes::Sector;
use serde::{Deserialize, Serialize};

use crate::lists::{FacetCount, FacetMore};
use crate::records::PartyView;

/// An assessment with its record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssessmentView {
    /// Public id of the record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub record_id: String,
    /// Title of the record.
    pub record_title: String,
    /// URL of the record.
    pub record_url: String,
    /// Publisher of the record.
    pub publisher: PartyView,
    /// Sectors of the record.
    pub sectors: Vec<Sector>,
    /// The public part of the assessment.
    pub assessment: Assessment,
    /// Its URL.
    pub url: String,
}

/// A page of assessments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssessmentList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The assessments.
    pub items: Vec<AssessmentView>,
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
