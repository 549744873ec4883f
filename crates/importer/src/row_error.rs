//! What is wrong with a row, where, and how to fix it: as data, so that programs can read it too.

use std::fmt;

use domain::Finding;
use serde::Serialize;

/// One error in a cell, or in a whole row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The file as named by the caller.
    pub file: String,
    /// Line of the file, or row of the sheet, where the row starts; 0 if the error belongs to no single row.
    pub line: u64,
    /// Header of the column; empty for an error of the whole row.
    pub column: String,
    /// The register's name for the field, if known.
    pub field: String,
    /// A stable kebab-case code.
    pub code: String,
    /// The value as written, shortened; empty for an error of the whole row.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it.
    pub hint: String,
}

impl RowError {
    /// An error of a whole row.
    pub fn row(line: u64, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            file: String::new(),
            line,
            column: String::new(),
            field: String::new(),
            code: code.to_owned(),
            value: String::new(),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// An error in one cell, from a finding about its value.
    pub fn of(finding: Finding, line: u64, column: &str, value: &str) -> Self {
        Self {
            file: String::new(),
            line,
            column: column.to_owned(),
            field: finding.field,
            code: finding.code,
            value: domain::cell::short(value),
            message: finding.message,
            hint: finding.hint.unwrap_or_default(),
        }
    }

    /// The same error, with the file's name.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ": {}", self.column)?;
        }
        write!(f, ": [{}] {}", self.code, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}
