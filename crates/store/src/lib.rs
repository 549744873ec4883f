//! Where the register keeps what it knows: the only crate that says SQL.
//!
//! Functions are plain, take a connection or [`Db`] first, and speak domain types. SQLite and PostgreSQL
//! give the same answers. Time comes in as an argument.

mod body;
mod entity;
mod error;
mod file_lock;
pub mod forgetting;
pub mod hash;
pub mod known;
mod migrate;
mod prepare;
mod rows;
mod space;
#[macro_use]
mod sql;

pub mod assessments;
pub mod audit;
pub mod backup;
pub mod contracts;
pub mod db;
pub mod directory;
pub mod documents;
pub mod export;
pub mod gaps;
pub mod history;
pub mod idempotency;
pub mod identities;
pub mod imports;
pub mod lease;
pub mod links;
pub mod listings;
pub mod log;
pub mod maintenance;
pub mod merging;
pub mod objects;
pub mod organisations;
pub mod page;
pub mod parties;
pub mod past;
pub mod people;
pub mod products;
pub mod projection;
pub mod publish;
pub mod records;
pub mod redactions;
pub mod remarks;
pub mod resolver;
pub mod sealed;
pub mod secret;
pub mod sessions;
pub mod settings;
pub mod submissions;
pub mod uploads;
pub mod webhooks;

pub use db::{Db, Reads, Tx};
pub use error::StoreError;
pub use file_lock::FileLock;
pub use space::LEAST_FREE;
#[doc(hidden)]
pub mod raw;
