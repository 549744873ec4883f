//! What goes over the wire: the answers of the API under `/api/v1`, each declared once for the side that sends it
//! and the side that reads it.
//!
//! `api` serialises answers and describes them in the OpenAPI document (with the feature `openapi`); `web` and the
//! command `verify` read them. Type names are schema names and doc comments are its descriptions, so both are
//! promises. Types without a reader in this project stay beside their operation in `api`.

mod about;
mod assessments;
mod changes;
mod coverage;
mod documents;
mod downloads;
mod imports;
mod lists;
mod log;
mod organisations;
mod people;
mod problem;
mod procurement;
mod records;
mod redactions;
mod reference;
mod regulator;
mod remarks;
mod search;
mod sources;
mod stats;
mod submissions;
mod versions;

pub use about::*;
pub use assessments::*;
pub use changes::*;
pub use coverage::*;
pub use documents::*;
pub use downloads::*;
pub use imports::*;
pub use lists::*;
pub use log::*;
pub use organisations::*;
pub use people::*;
pub use problem::*;
pub use procurement::*;
pub use records::*;
pub use redactions::*;
pub use reference::*;
pub use regulator::*;
pub use remarks::*;
pub use search::*;
pub use sources::*;
pub use stats::*;
pub use submissions::*;
pub use versions::*;
