//! A version of a record as it was published: what an entry of the log is about.

use chrono::{DateTime, Utc};
use domain::Record;

use crate::StoreError;

/// A version as published.
#[derive(Debug, Clone)]
pub struct Version {
    /// 1, 2, 3 ...
    pub number: i64,
    /// Its place in the order of all publications.
    pub change: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Why it was made.
    pub note: Option<String>,
    /// The record as JSON; what was redacted since is missing.
    pub content: String,
    /// The hash of what it said when it was published, hex: [`transparency::content_sha256`].
    pub content_sha256: String,
    /// How it was imported, as JSON.
    pub import: Option<String>,
}

impl Version {
    /// The record it states. Errors: [`StoreError::Inconsistent`] when the stored text is no record.
    pub fn record(&self) -> Result<Record, StoreError> {
        serde_json::from_str(&self.content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", self.change, error))
    }
}
