//! `GET /api/v1/changes`.

use chrono::{DateTime, Utc};
use domain::codes::WithheldGround;
use domain::diff::FieldChange;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What happened.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKindName {
    /// A version was published.
    Published,
    /// The record was withdrawn.
    Withdrawn,
    /// Something was redacted from the record's versions.
    Redacted,
}

/// A change to a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// Number of the change.
    #[cfg_attr(feature = "openapi", schema(example = 42))]
    pub change: i64,
    /// Index of its entry in the public log, from 0; absent until it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// When the register recorded it.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: ChangeKindName,
    /// Public id of the record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub record_id: String,
    /// URL of the version.
    pub url: String,
    /// Title of the record.
    pub title: String,
    /// Publisher of the record.
    pub publisher: String,
    /// The version published, or current at the time.
    pub version: i64,
    /// When that version was published.
    pub published_at: DateTime<Utc>,
    /// The reason, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Ground of a redaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<WithheldGround>,
    /// Fields that this version changed, in the order of the data dictionary; empty for a first version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Places that were redacted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<RedactedPlaces>,
    /// Statement of a withdrawal or redaction, proved by `statement_sha256` in its log entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub statement: Option<Map<String, Value>>,
    /// What is needed to check the statement against its hash: salts, and hashes of text redacted since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub commitments: Option<Value>,
}

/// Redacted places in one version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedactedPlaces {
    /// Number of the version.
    pub version: i64,
    /// JSON pointers into the record.
    pub pointers: Vec<String>,
}

/// Changes, the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The changes.
    pub items: Vec<ChangeView>,
    /// Send this as `after` to continue: the number of the last change here. The last page has it too, for
    /// polling.
    #[cfg_attr(feature = "openapi", schema(example = 42))]
    pub after: i64,
    /// Whether there are more changes now.
    pub more: bool,
    /// Latest checkpoint of the public log, a signed note; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}
