//! Products: what suppliers sell. Many records can name the same product.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::codes::Technology;

/// A product as the register knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// UUID version 7, given by the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Unique part of its address.
    #[serde(default)]
    pub slug: String,
    /// Its trade name.
    pub name: String,
    /// Names or slugs of the organisations that sell it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppliers: Vec<String>,
    /// Names as they occur in notices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<ProductTerm>,
    /// How it works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub technologies: Vec<Technology>,
    /// Whether its source code may be read and used by all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_source: Option<bool>,
    /// Where the source code is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_code_url: Option<String>,
    /// Open standards it follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_standards: Vec<String>,
    /// Its website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

impl Product {
    /// A product with only a name.
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            id: None,
            slug: crate::text::slug(&name),
            name,
            suppliers: Vec::new(),
            terms: Vec::new(),
            technologies: Vec::new(),
            open_source: None,
            source_code_url: None,
            open_standards: Vec::new(),
            website: None,
        }
    }
}

/// A name that notices use for a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductTerm {
    /// The words.
    pub term: String,
    /// Whether the words mean this product and nothing else.
    #[serde(default)]
    pub exclusive: bool,
}
