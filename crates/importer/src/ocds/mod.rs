//! Open Contracting notices: from bytes to elements, releases, processes and contracts.
//!
//! `scan` cuts a stream of any length into elements, `node` reads an element by the list of known paths,
//! `merge` combines releases as the standard says, `project` makes a process and its contracts, `batch` stores
//! them, and `load` runs an import.

mod batch;
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
