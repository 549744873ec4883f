//! Procurement: contracts from notices, their links to records, and the gaps between the two.

pub mod contracts;
pub mod gaps;
pub mod links;
