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

// The paths of before the floors, until everybody names the floor. /tmp/store_paths.py rewrites them.
pub use across::redactions;
#[doc(hidden)]
pub use ground::raw;
pub use ground::{backup, db, lease, objects, page, secret, settings};
pub use names::{directory, parties, products, resolver};
pub use people::{audit, documents, idempotency, identities, remarks, sessions, uploads, webhooks};
pub use procurement::{contracts, gaps, links};
pub use records::{assessments, export, imports, listings, past, projection, sealed};
#[doc(hidden)]
pub mod history {
    pub use crate::log::history::*;
    pub use crate::records::listings::of_events as listings;
}
#[doc(hidden)]
pub mod maintenance {
    pub use crate::people::forget_private;
    pub use crate::records::maintenance::*;
    pub use crate::records::relisting::project_named;
}
#[doc(hidden)]
pub mod organisations {
    pub use crate::across::merge;
    pub use crate::names::organisations::*;
}
#[doc(hidden)]
pub mod publish {
    pub use crate::ground::hash::hex_sha256;
    pub use crate::names::Names;
    pub use crate::records::publish::*;
}
#[doc(hidden)]
pub mod submissions {
    pub use crate::people::submissions::*;
    pub use crate::records::sealed::whole;
    pub use crate::records::{RecordStanding, standing};
}
