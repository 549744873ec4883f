//! Names: which organisation or product each is that records and notices name.

pub mod directory;
mod known;
pub mod organisations;
pub mod parties;
pub mod products;
pub mod resolver;

pub use known::Names;
