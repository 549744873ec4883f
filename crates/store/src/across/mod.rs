//! What needs several floors at once: redactions, merging organisations, migrating.

mod merging;
mod migrate;
pub mod redactions;

pub use merging::merge;
