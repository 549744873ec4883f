//! The contract side: releases as they came, and the processes and contracts they add up to.

mod list;
mod save;

pub use list::{
    Bought, ContractQuery, Listed, Order, Sold, Stored, find, list, parties_named, sold_by, stream,
};
pub use save::{
    ContractState, Known, KnownProcess, KnownRelease, NewRelease, ProcessState, known, raw_releases, save,
    save_releases,
};
pub(crate) use save::{move_parties, read, watch_again};
