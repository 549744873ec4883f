//! The public log in the database: an entry for every event of a record, written in the event's own
//! transaction. [`signer`] makes files of the entries and signs them, [`still`] takes one state of the register
//! with its checkpoint, [`verify`] compares entries with the rest of the database.

mod enter;
mod error;
pub mod files;
pub mod history;
mod logged;
mod said;
mod signed;
pub mod signer;
pub mod still;
pub mod verify;
mod version;
pub mod witness;

pub(crate) use enter::{Fresh, all_said, enter, enter_missing, forget, note};
pub use logged::{Logged, entries, of_change, size};
pub use said::{said_of, statement};
pub use version::Version;
