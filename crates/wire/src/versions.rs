//! Versions of records and their differences.

use chrono::{DateTime, Utc};
#[cfg(feature = "openapi")]
use domain::Record;
use domain::diff::FieldChange;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A version in a record's history.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionSummary {
    /// 1, 2, 3 ...
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub number: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Why this version was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its change number.
    pub change: i64,
    /// SHA-256 over the salted hashes of its fields, in hex. It stays the same after a redaction.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub content_sha256: String,
    /// Its URL.
    pub url: String,
}

/// The versions of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The versions, oldest first.
    pub items: Vec<VersionSummary>,
    /// How many there are.
    pub total: u64,
}

/// One version, as published.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Public id of the record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub id: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub summary: VersionSummary,
    /// The record as of this version.
    // Its members as they are sent: a hash is of every byte, so reading must not lose any.
    #[cfg_attr(feature = "openapi", schema(value_type = Record))]
    pub record: Map<String, Value>,
    /// Index of its entry in the public log, from 0; absent until it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// What is needed to check the version against `content_sha256`: salts of its fields, and hashes of text
    /// redacted since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub commitments: Option<Value>,
    /// When the next version was published; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<DateTime<Utc>>,
}

/// Changes between two versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Public id of the record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub id: String,
    /// The earlier version.
    pub from: VersionSummary,
    /// The later version.
    pub to: VersionSummary,
    /// Fields that differ, in the order of the data dictionary.
    pub changes: Vec<FieldChange>,
}
