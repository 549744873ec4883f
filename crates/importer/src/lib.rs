//! Reads the files of other registers, our own template and procurement notices, and publishes what they
//! hold: bytes become rows, rows become records. Never uses the network. Only [`load`], [`records`],
//! `editions`, `ocds::load`, [`organisations`] and [`demonstration`] write to the store; [`bodies`] reads it.

pub mod bodies;
pub mod columns;
pub mod dates;
pub mod demonstration;
mod editions;
pub mod load;
pub mod mapping;
pub mod ocds;
pub mod organisations;
pub mod records;
pub mod report;
mod row;
pub mod sources;
pub mod table;
pub mod upload;

/// The encoding with this name, by the WHATWG labels that browsers use; `None` for an unknown name.
pub fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes())
}

pub use columns::{Column, ColumnUse};
pub use encoding_rs::Encoding;
pub use load::ImportError;
pub use records::{Options, import};
pub use report::{Event, Report, RowError};
pub use sources::Source;
pub use table::FileError;
