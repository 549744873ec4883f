//! Pages of records, with counts of facets and help with the search text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::records::RecordItem;
use crate::search::{LeadView, NoteView};

/// The count of a facet value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetCount {
    /// The code, the slug of an organisation or product, or what stands in place of a value, such as `not_stated`.
    #[cfg_attr(feature = "openapi", schema(example = "policing"))]
    pub value: String,
    /// Label for people.
    #[cfg_attr(feature = "openapi", schema(example = "Policing"))]
    pub label: String,
    /// Number of records with it.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub count: u64,
}

/// What is left out of a facet; `facet_limit` shows more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetMore {
    /// Number of further values.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub values: u64,
    /// The sum of their counts: a record with two of them counts twice.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub records: u64,
}

/// A page of records.
// Generic because the API sends items as prepared JSON and never reads them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordList<I = RecordItem> {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The records: those that match, then the nearest others.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<RecordItem>))]
    pub items: Vec<I>,
    /// Exact number of matches, in the state in which the walk began. The nearest others are not counted.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub total: u64,
    /// Number of matches if those with the same title and country count as one; only with `alike=once`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub different: Option<u64>,
    /// How many items, at the end, do not match `q` and are those nearest to it: they have some of its words. Only
    /// where fewer than ten records match.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub nearest: u64,
    /// Counts of the requested facets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<BTreeMap<String, Vec<FacetCount>>>,
    /// Facets with further values, beyond those in `facets`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets_more: BTreeMap<String, FacetMore>,
    /// Whether the last items do not match `q` and have only some of its words: true where `nearest` is not 0.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "openapi", schema(default = false))]
    pub relaxed: bool,
    /// The corrected text that was searched in place of `q`, because nothing matches `q` as typed. Words in quotation
    /// marks are never corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "facial recognition"))]
    pub searched: Option<String>,
    /// The search text with words that no record has replaced by words that some have, if that finds more;
    /// also given if it was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "facial recognition"))]
    pub did_you_mean: Option<String>,
    /// What of `q` was not understood, and what was done instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteView>,
    /// Filters that words of `q` name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<LeadView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
