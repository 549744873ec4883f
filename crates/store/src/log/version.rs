//! A published version of a record: what a log entry is about.

use chrono::{DateTime, Utc};
use domain::Record;

use crate::StoreError;

/// A published version.
#[derive(Debug, Clone)]
pub struct Version {
    /// From 1.
    pub number: i64,
    /// Its change number.
    pub change: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Why it was made.
    pub note: Option<String>,
    /// The record as JSON, without what was redacted since.
    pub content: String,
    /// Hash of the content as published, hex: [`transparency::content_sha256`].
    pub content_sha256: String,
    /// How it was imported, as JSON; `None` if it was not.
    pub import: Option<String>,
}

impl Version {
    /// The record. Errors: [`StoreError::Inconsistent`] if the stored text is not a record.
    pub fn record(&self) -> Result<Record, StoreError> {
        serde_json::from_str(&self.content)
            .map_err(|error| StoreError::inconsistent("record_versions", "content", self.change, error))
    }
}
