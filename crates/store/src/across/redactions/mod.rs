//! Redactions: one person asks, another carries it out. What goes is removed from every version and everything
//! derived from them, in one transaction (decision 7).

mod asked;
mod carry_out;
mod elsewhere;
mod places;

pub use asked::{State, Stored, done, find, insert, refuse, waiting, waiting_for_same};
pub use carry_out::{carry_out, look_elsewhere};
pub use elsewhere::{Mention, MentionKind, Named, TakenOut, document_taken_out, named_documents};
pub use places::{places, value};

pub use crate::log::history::Places;
