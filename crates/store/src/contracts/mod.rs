//! The contract side: releases as they came, and the processes and contracts they add up to.

mod again;
mod list;
mod save;

pub(crate) use again::{move_parties, watch_again};
pub use list::{
    Bought, ContractQuery, Listed, Order, Sold, Stored, after_seq, count, find, list, parties_named, sold_by,
    stream,
};
pub use save::{
    ContractState, Known, KnownProcess, KnownRelease, NewRelease, ProcessState, known, raw_releases, save,
    save_releases,
};

use crate::StoreError;

/// What a column keeps as JSON. Errors: [`StoreError::Inconsistent`] with the row's id.
pub(crate) fn read<T: for<'de> serde::Deserialize<'de>>(
    table: &'static str,
    id: impl std::fmt::Display,
    detail: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(detail).map_err(|error| StoreError::inconsistent(table, "detail", id, error))
}
