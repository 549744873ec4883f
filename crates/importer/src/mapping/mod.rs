//! Declarative mappings: which column fills which field, with which codes and dates. The built-in sources are
//! such files too (`mappings/*.toml`), as far as a mapping can express them.
//!
//! A mapping is TOML (`form`), checked against the field catalogue as a whole (`whole`), bound to the columns of a file
//! (`bound`), checked against its header (`check`) and applied to each row (`apply`).

mod account;
mod apply;
mod asked;
mod bound;
mod check;
mod faults;
mod form;
mod gather;
mod kind;
mod mailboxes;
mod members;
mod suggest;
mod target;
mod things;
mod whole;
mod words;

pub use apply::Mapped;
pub use bound::Bound;
pub(crate) use faults::unreadable_toml;
pub use faults::{Fault, Faults};
pub(crate) use form::fits;
pub use suggest::{Given, Suggestion, suggest};
pub use whole::Mapping;

/// Members of listed objects that are whole numbers.
pub(crate) const NUMBER_MEMBERS: &[&str] =
    &["deadline_days", "received", "upheld", "people_affected", "responses"];

#[cfg(test)]
mod tests;
