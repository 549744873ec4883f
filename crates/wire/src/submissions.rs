//! `/api/v1/submissions` and `/previews`.

use chrono::{DateTime, Utc};
use domain::codes::SubmissionState;
use domain::completeness::Completeness;
use domain::draft::NextField;
use domain::submission::Action;
use domain::{Finding, Record};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::records::FlagView;

/// An organisation that owns a submission or speaks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerView {
    /// Its slug.
    #[cfg_attr(feature = "openapi", schema(example = "northmoor-borough-council"))]
    pub slug: String,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "Northmoor Borough Council"))]
    pub name: String,
}

/// An action available to you now.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableAction {
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub action: Action,
    /// HTTP method.
    #[cfg_attr(feature = "openapi", schema(example = "POST"))]
    pub method: String,
    /// URL.
    pub url: String,
    /// Whether it needs a reason.
    pub needs_reason: bool,
}

/// A submission, with its findings and available actions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmissionView {
    /// UUID.
    pub id: String,
    /// URL of the submission.
    pub url: String,
    /// Its organisation.
    pub owner: OwnerView,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub state: SubmissionState,
    /// Number of edits so far; same as the ETag.
    pub revision: i64,
    /// The record it will be, or is, a version of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// The version it started from; it cannot be published if the record has moved on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_version: Option<i64>,
    /// The version it was published as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_version: Option<i64>,
    /// The record, with sealed text.
    // Its members as they are sent: a form shows and returns each of them.
    #[cfg_attr(feature = "openapi", schema(value_type = Record))]
    pub record: Map<String, Value>,
    /// Why this version is made; public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// All findings: errors block publication, warnings do not.
    pub findings: Vec<Finding>,
    /// Flags it would get if it were published now; they block nothing.
    pub flags: Vec<FlagView>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub completeness: Completeness,
    /// Blank fields that are quickest to fill in.
    pub next_fields: Vec<NextField>,
    /// Actions available to you now.
    pub available_actions: Vec<AvailableAction>,
    /// The line of the uploaded file it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_line: Option<i64>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A submission in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmissionItem {
    /// UUID.
    pub id: String,
    /// URL of the submission.
    pub url: String,
    /// Its organisation.
    pub owner: OwnerView,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub state: SubmissionState,
    /// Title of the record.
    pub title: String,
    /// The record it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// Number of edits so far.
    pub revision: i64,
    /// Number of findings that block publication.
    pub errors: usize,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A page of submissions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmissionList {
    /// Submissions, latest first.
    pub items: Vec<SubmissionItem>,
    /// Total number.
    pub total: u64,
    /// Cursor of the next page; absent on the last.
    pub next: Option<String>,
}

/// Something done to a submission.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeedView {
    /// When.
    pub at: DateTime<Utc>,
    /// Name of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The role in which it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The action.
    #[cfg_attr(feature = "openapi", schema(example = "submission.submit"))]
    pub action: String,
    /// The reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// History of a submission.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// Entries, oldest first.
    pub items: Vec<DeedView>,
}

/// A link that shows a submission to anyone who has it, for a while.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewLink {
    /// UUID, by which it is revoked.
    pub id: String,
    /// The link; shown only once.
    pub url: String,
    /// When it stops working, unless its draft is published, discarded or withdrawn before.
    pub expires_at: DateTime<Utc>,
}

/// A preview link, without the link itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewLinkView {
    /// Its id, by which it is revoked.
    pub id: String,
    /// Name of the person who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working, unless its draft is published, discarded or withdrawn before.
    pub expires_at: DateTime<Utc>,
}

/// The working preview links of a submission.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewLinkList {
    /// Links, latest first.
    pub items: Vec<PreviewLinkView>,
}

/// A submission, as it would be published.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewView {
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub state: SubmissionState,
    /// The record as the public would read it, without sealed text.
    pub record: Record,
    /// Flags it would get if it were published now.
    pub flags: Vec<FlagView>,
    /// Why this version is made; public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When the link stops working.
    pub expires_at: DateTime<Utc>,
}
