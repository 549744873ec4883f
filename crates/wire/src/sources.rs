//! The registers that records are imported from, in several answers.

use serde::{Deserialize, Serialize};

/// A register that records are imported from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportSource {
    /// Its key in imports.
    #[cfg_attr(feature = "openapi", schema(example = "nl"))]
    pub source: String,
    /// Its name for people; the key if the register does not know it by name.
    #[cfg_attr(feature = "openapi", schema(example = "Algorithm Register of the Netherlands"))]
    pub name: String,
    /// Where people find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Under which terms its data may be used again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Date or year of the file that the record was last read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2026-08-08"))]
    pub edition: Option<String>,
}

/// A register that records are imported from, and how much it leaves open in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceShare {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub from: ImportSource,
    /// Published records imported from it.
    pub records: u64,
    /// Fields that these records must answer, all together.
    pub asked: u64,
    /// Those that the source does not state.
    pub not_stated: u64,
    /// Their share of the fields asked, 0 to 1.
    pub share: f64,
}
