//! Columns that hold JSON.

use crate::StoreError;

/// Parses a JSON column. Errors: [`StoreError::Inconsistent`] with the row's id.
pub(crate) fn read<T: for<'de> serde::Deserialize<'de>>(
    table: &'static str,
    id: impl std::fmt::Display,
    detail: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(detail).map_err(|error| StoreError::inconsistent(table, "detail", id, error))
}

pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("stored types serialise to JSON")
}
