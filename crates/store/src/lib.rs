//! The database, and the files beside it. With `migrations`, the only crate that says SQL.
//!
//! Plain functions that take a connection or [`Db`] first and speak domain types. SQLite and PostgreSQL give
//! the same answers. The time is an argument.
//!
//! Modules are stacked in floors, and each uses only its own floor and those below. From the top: [`across`],
//! [`procurement`], [`people`], [`records`], [`log`], [`names`], [`ground`]. No two files depend on each other
//! in a ring. What joins two floors goes on the upper one, what both need on the lower
//! (`tests/suite/store_floors.rs`).

#[macro_use]
pub mod ground;

pub mod across;
pub mod log;
pub mod names;
pub mod people;
pub mod procurement;
pub mod records;

pub use ground::db::{Db, Reads, Tx};
pub use ground::error::StoreError;
pub use ground::file_lock::FileLock;
pub use ground::space::LEAST_FREE;
