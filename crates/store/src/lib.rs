//! Where the register keeps what it knows: the only crate that says SQL.
//!
//! Functions are plain, take a connection or [`Db`] first, and speak domain types. SQLite and PostgreSQL
//! give the same answers. Time comes in as an argument.
//!
//! Modules stand on floors, and each uses only its own floor and those below it: from the top [`across`], [`procurement`],
//! [`people`], [`records`], [`log`], [`names`], [`ground`]. No files use each other in a ring. What joins two floors
//! belongs to the upper one, what both need to the lower.

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
