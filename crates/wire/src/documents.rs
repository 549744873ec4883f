//! `POST /api/v1/documents`.

use serde::{Deserialize, Serialize};

/// A stored document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentView {
    /// SHA-256 of the bytes; use it in an assessment's `document`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// IANA media type.
    pub media_type: String,
    /// Length in bytes.
    pub bytes: i64,
    /// File name.
    pub file_name: String,
    /// URL for those who may read it.
    pub url: String,
}
