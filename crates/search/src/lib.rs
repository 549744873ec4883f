//! Finds records: full text, facets with exact counts, orders and pages. Each process derives its index from
//! the database and keeps it in step.
//!
//! The index holds only public data and can be deleted at any time. It answers with change numbers; what
//! lists show for them comes from the store.

mod collect;
mod current;
mod document;
mod error;
mod exclusion;
mod groups;
mod index;
mod language;
mod list;
mod look;
mod matching;
pub mod names;
mod once;
mod packed;
mod past;
mod ranks;
mod schema;
mod snippet;
mod stats;
mod suggest;
mod synonyms;
mod texts;
mod view;
mod visits;
mod words;

pub use error::SearchError;
pub use index::{Place, Search};
pub use list::{AlikeTo, FacetCounts, ListError, Page, RecordQuery, Sort};
pub use look::Look;
pub use past::{PATIENCE, Wait};
pub use snippet::Highlighter;
pub use stats::{Cell, Month};
