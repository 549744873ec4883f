//! Contracts: releases as they arrived, and the processes and contracts derived from them.

mod again;
mod json;
mod list;
mod releases;
mod save;

pub(crate) use again::{move_parties, watch_again};
pub(crate) use json::read;
pub use list::{
    Bought, ContractQuery, LIST, Sold, Stored, after_seq, count, find, list, matching, parties_named,
    sold_by, sold_by_each,
};
pub use releases::{Known, KnownProcess, KnownRelease, NewRelease, known, raw_releases, save_releases};
pub use save::{ContractState, ProcessState, save};
