//! Where an imported record comes from: its source, the edition, and the dates the source itself gives.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a source says about a record of its own, beside its content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AtSource {
    /// When the source first published it.
    #[serde(rename = "source_published_on", skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// When the source last changed it.
    #[serde(rename = "source_changed_on", skip_serializing_if = "Option::is_none")]
    pub changed_on: Option<NaiveDate>,
    /// Its page at the source.
    #[serde(rename = "source_url", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Where a record comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The register or file it was imported from, such as `nl`.
    pub source: String,
    /// The series of files there, such as `us:inventory`.
    pub dataset: String,
    /// The last edition that has it, as a date or year; `None` if its files have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Whether the latest edition has it; `None` for a past day, of which that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_source: Option<bool>,
    /// What the source says about it.
    #[serde(flatten)]
    pub at_source: AtSource,
}
