//! Names: which organisation or product a name in a record or notice means.

pub mod directory;
pub mod expected;
mod known;
pub mod organisations;
pub mod parties;
pub mod products;
pub(crate) mod rekey;
pub mod resolver;

pub use known::Names;
