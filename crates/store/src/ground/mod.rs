//! The ground floor: the database and its statements, files and objects, settings, leases. It knows nothing
//! about what a register contains.

#[macro_use]
pub(crate) mod sql;

pub mod backup;
pub mod db;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod file_lock;
pub mod files;
pub mod hash;
pub mod keyring;
pub mod lease;
pub mod line;
pub mod lists;
pub mod objects;
pub mod page;
#[doc(hidden)]
pub mod raw;
pub mod secret;
pub mod settings;
pub(crate) mod space;
