//! Redactions: one person asks, another carries them out. What goes is taken out of every version and of
//! everything that was made from them, in one transaction.

mod asked;
mod carry_out;
mod places;

pub use asked::{State, Stored, done, find, insert, refuse, waiting};
pub use carry_out::carry_out;
pub use places::{places, value};

pub use crate::log::history::Places;
