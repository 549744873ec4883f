//! `/api/v1/imports`.

use chrono::{DateTime, Utc};
use domain::codes::SubmissionState;
use serde::{Deserialize, Serialize};

/// A fault of one cell, or of a whole row.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowFault {
    /// Line number in CSV, or row number in a sheet; 0 for the whole file.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub line: u64,
    /// The column's header.
    #[cfg_attr(feature = "openapi", schema(example = "phase"))]
    pub column: String,
    /// Stable error code.
    #[cfg_attr(feature = "openapi", schema(example = "unknown-code"))]
    pub code: String,
    /// What is wrong.
    pub detail: String,
    /// How to fix it.
    pub hint: String,
}

/// A draft made from a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowDraft {
    /// Line number in CSV, or row number in a sheet.
    pub line: u64,
    /// Id of the submission; absent if nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<String>,
    /// Its title.
    pub title: String,
    /// The record it is the next version of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// Number of findings that block publication; with 0 it can be submitted.
    pub errors: usize,
}

/// Report on an upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// UUID; absent if nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether this was only a check, so that nothing was written.
    pub check: bool,
    /// Rows read.
    pub read: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Rows that match their record as it is; they make no draft.
    #[serde(default)]
    pub unchanged: u64,
    /// Drafts that can be submitted as they are.
    pub clean: u64,
    /// Drafts made from rows.
    pub drafts: Vec<RowDraft>,
    /// Faults of the rejected rows; at most 1,000.
    pub errors: Vec<RowFault>,
    /// Number of faults.
    pub error_count: u64,
    /// Assumptions made when reading the file.
    pub notices: Vec<String>,
    /// The last upload of the same file by the same organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded_before: Option<UploadedBefore>,
    /// Address of a copy of the file with a column of faults beside its rows, for an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/api/v1/imports/faults/0192f0c1-2b3c-7d4e-8f50-6a7b8c9d0e1f")
    )]
    pub faults: Option<String>,
}

/// An earlier upload of the same file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadedBefore {
    /// UUID; its report is at `/api/v1/imports/{id}`.
    pub id: String,
    /// When it was uploaded.
    pub at: DateTime<Utc>,
    /// What became of its drafts: the states they are in now, each with their number.
    pub drafts: Vec<StateCount>,
}

/// How many drafts are in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StateCount {
    /// The state.
    pub state: SubmissionState,
    /// How many are in it.
    pub count: u64,
}

/// The result of submitting an upload's drafts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmittedImport {
    /// Drafts now waiting for approval.
    pub submitted: u64,
    /// Drafts that are not ready to be submitted.
    pub left: u64,
}
