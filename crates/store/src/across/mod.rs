//! What reaches across the floors below.

mod merging;
mod migrate;
pub mod redactions;

pub use merging::merge;
