//! `GET /api/v1/fields` and `/rules`.

use domain::codes::Flag;
use domain::duties::Duty;
use serde::{Deserialize, Serialize};

/// One field of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldView {
    /// Its name in JSON, CSV, queries and forms.
    #[cfg_attr(feature = "openapi", schema(example = "phase"))]
    pub name: String,
    /// The question it belongs to.
    #[cfg_attr(feature = "openapi", schema(example = "when"))]
    pub group: String,
    /// Label for people.
    #[cfg_attr(feature = "openapi", schema(example = "Phase"))]
    pub label: String,
    /// What to write.
    pub hint: String,
    /// Type of its values.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "code"))]
    pub kind: String,
    /// The code list, schema or limit that its type refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "phase"))]
    pub of: Option<String>,
    /// When an answer is required.
    #[cfg_attr(feature = "openapi", schema(example = "draft"))]
    pub required: String,
    /// Who may read it.
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub access: String,
    /// Its id in version 4 of the UK standard (ATRS).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atrs: Option<String>,
    /// Its counterparts in other standards and registers: points of Annex VIII of the EU AI Act, paths of the
    /// Open Contracting Data Standard, columns of the Dutch register and of the US inventories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equivalents: Vec<EquivalentView>,
    /// Name of its second column in tables, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis_column: Option<String>,
}

/// A field's counterpart in another standard.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EquivalentView {
    /// Which standard: `eu_ai_act`, `ocds`, `nl` or `us`.
    #[cfg_attr(feature = "openapi", schema(example = "eu_ai_act"))]
    pub standard: String,
    /// Its name there.
    #[cfg_attr(feature = "openapi", schema(example = "VIII.C.4"))]
    pub id: String,
}

/// The data dictionary.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dictionary {
    /// Fields, in the order of JSON and CSV.
    pub items: Vec<FieldView>,
    /// How many there are.
    pub total: u64,
}

/// A public rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleView {
    /// The flag it raises on records that break it.
    pub flag: Flag,
    /// Its label.
    pub label: String,
    /// Incremented whenever the rule's result for some record changes.
    pub version: u32,
    /// The rule in one sentence.
    pub sentence: String,
}

/// Every public rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleList {
    /// The rules.
    pub items: Vec<RuleView>,
    /// How many there are.
    pub total: u64,
    /// How the transparency class is determined.
    pub transparency_class: String,
    /// What laws, policies and good practice ask for; the rules on assessments follow it.
    #[serde(default)]
    pub duties: Vec<Duty>,
}
