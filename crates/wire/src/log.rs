//! `GET /api/v1/log`.

use serde::{Deserialize, Serialize};

/// State of the public log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogView {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Number of entries: one per publication, withdrawal and redaction.
    pub entries: u64,
    /// Number of entries signed by the latest checkpoint; 0 before the first.
    pub signed: u64,
    /// Latest checkpoint, a signed note: name of the log, entries, root, signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// Keys that verify it, as `name+id+key`. Get them from an independent source too, such as a newspaper.
    pub keys: Vec<String>,
    /// Witnesses that signed the latest checkpoint, having seen that the log only ever grew.
    pub witnesses: Vec<String>,
    /// Why signing has stopped, if it has; needs a person to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}
