//! `/api/v1/regulator/assessments`.

use chrono::{DateTime, Utc};
use domain::assessment::Assessment;
use serde::{Deserialize, Serialize};

/// A regulator's receipt.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptView {
    /// UUID.
    pub id: String,
    /// When it was left.
    pub at: DateTime<Utc>,
    /// The regulator's note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An assessment with its sealed text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealedView {
    /// URL of this entry.
    pub url: String,
    /// Public id of its record.
    #[cfg_attr(feature = "openapi", schema(example = "R-4ZK7Q2M"))]
    pub record_id: String,
    /// Title of its record.
    pub title: String,
    /// Publisher of its record.
    pub publisher: String,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub assessment: Assessment,
    /// URL of its document, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_url: Option<String>,
    /// Receipt of your own body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptView>,
}

/// A page of assessments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealedList {
    /// Assessments, in order of publication.
    pub items: Vec<SealedView>,
    /// Number in your remit.
    pub total: u64,
    /// Cursor of the next page; absent on the last.
    pub next: Option<String>,
}
