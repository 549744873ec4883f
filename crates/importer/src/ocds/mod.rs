//! Open Contracting notices: bytes -> elements -> releases -> what they add up to.
//!
//! `scan` cuts a stream of any length into elements, `node` reads one by the list of known paths, `merge` adds releases
//! up as the standard says, `project` makes a process and its contracts of them, `load` brings them into the store.

mod load;
mod merge;
mod node;
mod paths;
mod project;
mod release;
mod scan;

pub(crate) use load::keep;
pub use load::{OcdsOptions, import, validate};
pub use merge::compile;
pub use node::Node;
pub use release::{Element, read_all};
pub use scan::{ELEMENT_MAX, NESTING_MAX};
