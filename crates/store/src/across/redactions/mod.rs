//! Redactions: one person asks, another carries it out. What goes is removed from every version and everything
//! derived from them, in one transaction (decision 7).

mod asked;
mod carry_out;
mod places;

pub use asked::{State, Stored, done, find, insert, refuse, waiting};
pub use carry_out::carry_out;
pub use places::{places, value};

pub use crate::log::history::Places;
