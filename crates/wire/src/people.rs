//! `/api/v1/people` and `/tokens`.

use chrono::{DateTime, Utc};
use domain::authorisation::Remit;
use domain::codes::Role;
use serde::{Deserialize, Serialize};

/// A role that a person holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleView {
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub role: Role,
    /// Slug of the organisation; absent for an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub remit: Remit,
}

/// A person, as administrators see them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonView {
    /// UUID.
    pub id: String,
    /// Email address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Whether their account is active.
    pub active: bool,
    /// The roles they hold.
    pub roles: Vec<RoleView>,
    /// Roles that wait until another administrator confirms them; only administrators see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_roles: Vec<PendingRoleView>,
}

/// A role that waits until another administrator confirms it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingRoleView {
    /// UUID.
    pub id: String,
    /// The role.
    pub role: RoleView,
    /// Email address of the administrator who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
}

/// All people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonList {
    /// People, by email address.
    pub items: Vec<PersonView>,
}

/// A token, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// UUID.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// The only role it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Id of the only organisation it carries roles for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A new token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the document describes it by its type")]
    pub token: TokenView,
    /// The secret: shown now, and never again.
    #[cfg_attr(feature = "openapi", schema(example = "oar_p_..."))]
    pub secret: String,
}

/// Your tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenList {
    /// Tokens, newest first.
    pub items: Vec<TokenView>,
}
