//! `/api/v1/dumps`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A dump.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DumpView {
    /// Its day.
    pub date: NaiveDate,
    /// Which of that day's dumps it is: 2 if the first was taken back.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub edition: u32,
    /// URL of its list of files.
    #[cfg_attr(feature = "openapi", schema(example = "https://register.example/api/v1/dumps/2026-05-01"))]
    pub url: String,
    /// Number of the latest change it contains.
    pub change: i64,
    /// When that change was made.
    pub changed_at: DateTime<Utc>,
    /// Number of files.
    pub files_total: u64,
    /// Total length in bytes.
    pub bytes: u64,
    /// Its files by name; left out in lists of dumps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileView>,
}

/// A file of a dump.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileView {
    /// File name.
    #[cfg_attr(feature = "openapi", schema(example = "records.csv"))]
    pub name: String,
    /// URL of the file.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://register.example/data/2026-05-01/records.csv")
    )]
    pub url: String,
    /// Media type.
    #[cfg_attr(feature = "openapi", schema(example = "text/csv; charset=utf-8; header=present"))]
    pub media_type: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// Dumps, the latest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DumpList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The dumps.
    pub items: Vec<DumpView>,
    /// How many there are.
    pub total: u64,
}
