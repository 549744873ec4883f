//! The public log in the database: an entry for everything that happens to records, written in the transaction in which it
//! does. [`signer`] makes files of the entries and signs them, [`still`] takes a state with what signs it, [`verify`]
//! compares them with what the database says.

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
