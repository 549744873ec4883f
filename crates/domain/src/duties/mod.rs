//! What laws, policies and good practice ask of a body for a tool, as data: `data/duties.toml`.
//!
//! The table says where a duty holds, for which kinds of body, for which tools, and since when. Whether it holds for a
//! record is answered by yes, no or not known; whether the record meets it, by what the record and its source say.

mod conditions;
mod standing;
mod table;

pub use conditions::Answer;
pub use standing::{Owed, Standing, changes_on, owed, standing};
pub use table::{Duty, TABLE, duties};
