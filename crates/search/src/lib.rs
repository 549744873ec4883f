//! Finding records: full text, facets with exact counts, order and pages, from an index that each process
//! derives from the database and keeps in step with it.
//!
//! The index holds public projections only and can be thrown away at any time. It answers with the numbers
//! of changes; what a list shows of them, the store has.

mod collect;
mod current;
mod document;
mod exclusion;
mod index;
mod list;
mod look;
mod matching;
pub mod names;
mod past;
mod schema;
mod snippet;
mod stats;
mod stemmer;
mod suggest;
mod synonyms;
mod view;
mod words;

pub use index::{Place, Search, SearchError};
pub use list::{FacetCounts, ListError, Page, RecordQuery, Sort};
pub use look::Look;
pub use past::PATIENCE;
pub use snippet::Highlighter;
pub use stats::{Cell, Month};
