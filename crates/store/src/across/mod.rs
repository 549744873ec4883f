//! What joins the floors below: redactions, merging organisations, bringing the schema up to date.

mod merging;
mod migrate;
pub mod redactions;

pub use merging::merge;
