//! The register as tables, and tables as files. One definition of each column drives the CSV of the API, the
//! dumps and their descriptions.

pub mod cell;
pub mod chosen;
pub mod compressed;
pub mod describe;
pub mod dump;
mod error;
pub mod files;
mod going;
pub mod published;
pub mod table;
pub mod tables;
pub mod verify;
mod walk;

pub use cell::Cell;
pub use error::ExportError;
pub use table::{Column, Kind, Table, Typed};
