//! Findings: what a check says about a submission, in a form people can act on.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cannot be kept as it is.
    Error,
    /// Can be kept, and should be better.
    Warning,
}

/// What a rule says about a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The field, or a JSON pointer into it such as `/assessments/0/type`.
    pub field: String,
    /// A stable kebab-case code.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong: lower-case, quotes the value, without a full stop.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Finding {
    /// A finding that stops the submission.
    pub fn error(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.to_owned(),
            severity: Severity::Error,
            message: message.into(),
            hint: None,
        }
    }

    /// A finding that does not stop it.
    pub fn warning(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(field, code, message) }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
