//! `/api/v1/records/{id}/redactions`.

use chrono::{DateTime, Utc};
use domain::codes::WithheldGround;
use serde::{Deserialize, Serialize};

/// Redacted places in one version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacesView {
    /// Number of the version.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub version: i64,
    /// JSON pointers into that version of the record.
    #[cfg_attr(feature = "openapi", schema(example = json!(["/description"])))]
    pub pointers: Vec<String>,
}

/// A redaction that was carried out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedactionView {
    /// UUID.
    pub id: String,
    /// Its ground.
    pub ground: WithheldGround,
    /// The reason.
    pub reason: String,
    /// When it was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime<Utc>>,
    /// What was removed from which version.
    pub places: Vec<PlacesView>,
}

/// Redactions of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedactionList {
    /// Redactions, oldest first.
    pub items: Vec<RedactionView>,
}
