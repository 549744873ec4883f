//! The database: settings that make it durable, one transaction at a time per writing connection, several
//! readers.

mod address;
mod counter;
mod database;
mod health;
mod open;
mod time;
mod writers;

pub use counter::State;
pub(crate) use counter::{count_changes, state, touch};
pub use database::{Db, Reads};
pub use open::{Options, POSTGRES_READERS, POSTGRES_WRITERS};
pub(crate) use time::{end_of, instant, micros};
pub use writers::Tx;
