//! Bytes become rows, rows become records, records are published: reading the files of other registers and
//! of our own template. Reads bytes, never the network; only [`load`], `ocds::load`,
//! [`organisations`] and [`demonstration`] touch the store.

pub mod dates;
pub mod demonstration;
pub mod load;
pub mod mapping;
pub mod ocds;
pub mod organisations;
pub mod row_error;
pub mod sources;
pub mod table;
pub mod upload;

/// The encoding of that name, as the web knows it (WHATWG labels).
pub fn encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes())
}

pub use encoding_rs::Encoding;
pub use load::{Event, Options, Report, import};
pub use row_error::RowError;
pub use sources::Source;
pub use table::FileError;
