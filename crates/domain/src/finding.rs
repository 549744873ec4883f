//! Findings: what a check says about a record, in a form people can act on.

use serde::{Deserialize, Serialize};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The record cannot be kept as it is.
    Error,
    /// The record can be kept, but should be improved.
    Warning,
}

/// Something a check found in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The field, or a JSON pointer into it such as `/assessments/0/type`.
    pub field: String,
    /// A stable kebab-case code.
    pub code: String,
    /// How serious it is.
    pub severity: Severity,
    /// What is wrong: lower-case, quotes the value, without a full stop.
    pub message: String,
    /// How to fix it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Finding {
    /// A finding that prevents publication.
    pub fn error(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.to_owned(),
            severity: Severity::Error,
            message: message.into(),
            hint: None,
        }
    }

    /// A finding that does not.
    pub fn warning(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(field, code, message) }
    }

    /// The same finding with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
