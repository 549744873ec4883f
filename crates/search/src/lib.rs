//! Finds records: full text, facets with exact counts, orders and pages. Each process derives its index from
//! the database and keeps it in step.
//!
//! The index holds only public data and can be deleted at any time. It answers with change numbers; what
//! lists show for them comes from the store.

mod collect;
pub mod completion;
mod current;
mod document;
mod error;
mod exclusion;
mod index;
mod language;
mod list;
mod look;
mod matching;
pub mod names;
mod packed;
mod page;
mod past;
mod remaining;
mod schema;
mod snippet;
mod stats;
mod stemmer;
mod suggest;
mod synonyms;
mod view;
mod visits;
mod words;

pub use error::SearchError;
pub use index::{Place, Search};
pub use list::{ListError, RecordQuery, Sort};
pub use look::Look;
pub use page::{FacetCounts, Known, Lead, Match, Note, Page};
pub use past::{PATIENCE, Wait};
pub use remaining::without_words;
pub use snippet::Highlighter;
pub use stats::{Cell, Month};
