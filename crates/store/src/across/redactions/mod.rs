//! Redactions: one person asks, another carries it out. What goes is removed from every version and everything
//! derived from them, in one transaction (decision 7).

mod asked;
mod carry_out;
mod elsewhere;
mod mention;
mod places;
mod taken_out;
mod trail;

pub use asked::{State, Stored, done, find, insert, refuse, waiting, waiting_for_same};
pub use carry_out::{carry_out, look_elsewhere};
pub use elsewhere::named_documents;
pub use mention::{Mention, MentionKind, Named};
pub use places::{places, value};
pub use taken_out::{TakenOut, document_taken_out};

pub use crate::log::history::Places;
