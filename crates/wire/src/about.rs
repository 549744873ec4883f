//! `GET /api/v1`: what this register is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::sources::SourceShare;

/// What this register is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct About {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "Open Algorithm Register"))]
    pub name: String,
    /// Version of the interface.
    #[cfg_attr(feature = "openapi", schema(example = "1.0.0"))]
    pub api_version: String,
    /// Records that are published.
    pub records: u64,
    /// Number of the latest change.
    pub change: i64,
    /// When that change was made.
    pub changed_at: DateTime<Utc>,
    /// URL of the documentation.
    pub documentation: String,
    /// The registers that records are imported from.
    #[serde(default)]
    pub sources: Vec<SourceShare>,
    /// Whether people can sign in at an identity provider: `/api/v1/session/provider`.
    pub sign_in_provider: bool,
}
