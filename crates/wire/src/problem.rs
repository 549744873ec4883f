//! Errors: `application/problem+json` (RFC 9457).

use chrono::{DateTime, Utc};
use domain::Finding;
use serde::{Deserialize, Serialize};

/// An error, for people and programs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Path of a page about this kind of error.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "/problems/invalid-query"))]
    pub kind: String,
    /// Title of the kind of error.
    #[cfg_attr(feature = "openapi", schema(example = "the query is not valid"))]
    pub title: String,
    /// HTTP status.
    #[cfg_attr(feature = "openapi", schema(example = 400))]
    pub status: u16,
    /// Details of this error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Everything that is wrong, each with a hint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// What can be done instead, where the current state does not allow the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
}

/// One thing wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// The parameter, header or JSON pointer.
    #[cfg_attr(feature = "openapi", schema(example = "phase"))]
    pub pointer: String,
    /// Stable error code.
    #[cfg_attr(feature = "openapi", schema(example = "unknown-code"))]
    pub code: String,
    /// What is wrong.
    #[cfg_attr(feature = "openapi", schema(example = "'live' is not a phase"))]
    pub detail: String,
    /// How to fix it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "did you mean 'production'?"))]
    pub hint: Option<String>,
}

impl From<Finding> for Fault {
    fn from(finding: Finding) -> Self {
        Self { pointer: finding.field, code: finding.code, detail: finding.message, hint: finding.hint }
    }
}

impl Fault {
    /// A fault at a parameter, header or pointer.
    pub fn new(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// What remains public of a withdrawn record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tombstone {
    /// The record's id.
    pub id: String,
    /// Its last title.
    pub title: String,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub withdrawn_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// URL of its versions.
    pub versions: String,
}

/// The problem and the tombstone of a withdrawn record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoneProblem {
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// What remains of the record.
    pub tombstone: Tombstone,
}
