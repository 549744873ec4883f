//! Names: which organisation or product the names in records and notices stand for.

pub mod directory;
mod known;
pub mod organisations;
pub mod parties;
pub mod products;
pub mod resolver;

pub use known::Names;
