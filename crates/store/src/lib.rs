//! Where the register keeps what it knows: the only crate that says SQL.
//!
//! Functions are plain, take a connection or [`Db`] first, and speak domain types. SQLite and PostgreSQL
//! give the same answers. Time comes in as an argument.

mod entity;
mod error;
mod prepare;
mod rows;
mod sql;

pub mod assessments;
pub mod db;
pub mod export;
pub mod imports;
pub mod listings;
pub mod maintenance;
pub mod organisations;
pub mod page;
pub mod products;
pub mod projection;
pub mod publish;
pub mod records;
pub mod resolver;
pub mod settings;

pub use db::Db;
pub use error::StoreError;
#[doc(hidden)]
pub mod raw;
