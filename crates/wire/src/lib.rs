//! What goes over the wire: the answers and request bodies of the interface under `/api/v1`, each declared once
//! for who sends it and who reads it.
//!
//! `api` serialises answers and describes them in the OpenAPI document (with the feature `openapi`); `web` and the
//! command `verify` read them. Type names are schema names and doc comments are its descriptions, so both are
//! promises. Types without a reader in this project stay beside their operation in `api`.

mod about;
mod assessments;
mod changes;
mod downloads;
mod imports;
mod log;
mod organisations;
mod people;
mod problem;
mod procurement;
mod records;
mod reference;
mod regulator;
mod remarks;
mod stats;
mod submissions;

pub use about::*;
pub use assessments::*;
pub use changes::*;
pub use downloads::*;
pub use imports::*;
pub use log::*;
pub use organisations::*;
pub use people::*;
pub use problem::*;
pub use procurement::*;
pub use records::*;
pub use reference::*;
pub use regulator::*;
pub use remarks::*;
pub use stats::*;
pub use submissions::*;
