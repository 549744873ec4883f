//! `/api/v1/remarks`, `/replies` and `/corrections`.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::GapStatus;
use serde::{Deserialize, Serialize};

use crate::submissions::OwnerView;

/// A remark, as the public reads it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarkView {
    /// UUID.
    pub id: String,
    /// `annotation` or `reply`; administrators also see `correction`.
    #[cfg_attr(feature = "openapi", schema(example = "annotation"))]
    pub kind: String,
    /// The record it is about.
    pub record_id: String,
    /// Who made it; absent for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_by: Option<OwnerView>,
    /// The remark, in plain text.
    pub text: String,
    /// URL of the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
    /// The reply of the record's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Remarks about a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarkList {
    /// Remarks, oldest first.
    pub items: Vec<RemarkView>,
}

/// An accepted correction or a published annotation, for the body that is asked to act on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarkToAnswer {
    /// UUID.
    pub id: String,
    /// `correction`, or `annotation`.
    #[cfg_attr(feature = "openapi", schema(example = "correction"))]
    pub kind: String,
    /// The record it is about.
    pub record_id: String,
    /// Title of that record.
    pub title: String,
    /// The body that is asked.
    pub asked: OwnerView,
    /// Who made it; absent for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_by: Option<OwnerView>,
    /// The remark, in plain text.
    pub text: String,
    /// URL of the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
    /// The reason for accepting or publishing it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was accepted or published.
    pub decided_at: DateTime<Utc>,
    /// The last day for a new version of the record, or for a reply.
    pub due_on: NaiveDate,
}

/// Remarks that wait for a body.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarksToAnswer {
    /// Remarks, those decided first come first; at most 100.
    pub items: Vec<RemarkToAnswer>,
}

/// Receipt for a correction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CorrectionReceipt {
    /// URL of the outcome; shown only once.
    pub url: String,
}

/// Outcome of a correction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CorrectionView {
    /// Public id of the record.
    pub record_id: String,
    /// `pending`, `accepted` or `declined`.
    #[cfg_attr(feature = "openapi", schema(example = "pending"))]
    pub state: String,
    /// The reason for the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
}

/// A body's reply that waits for another of its people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingReplyView {
    /// UUID.
    pub id: String,
    /// The body that replies.
    pub said_by: OwnerView,
    /// The record whose remarks it replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// The gap it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_id: Option<String>,
    /// The status the gap is to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_status: Option<GapStatus>,
    /// The body's record that accounts for the purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_as: Option<String>,
    /// The reply.
    pub text: String,
    /// URL of the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
    /// Whether you wrote it.
    pub is_yours: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Replies that wait.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingReplyList {
    /// Replies, oldest first; at most 100.
    pub items: Vec<PendingReplyView>,
}
