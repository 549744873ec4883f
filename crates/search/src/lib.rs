//! Finds records: full text, facets with exact counts, orders and pages. Each process derives its index from
//! the database and keeps it in step.
//!
//! The index holds only public data and can be deleted at any time. It answers with change numbers; what
//! lists show for them comes from the store.

mod collect;
pub mod completion;
mod concepts;
mod current;
mod document;
mod error;
mod exclusion;
mod found;
mod groups;
mod index;
mod language;
mod list;
mod look;
mod matching;
pub mod names;
mod once;
mod packed;
mod page;
mod paging;
mod past;
mod question;
mod ranks;
mod remaining;
mod schema;
mod snippet;
mod stats;
mod suggest;
mod texts;
mod view;
mod visits;

pub use error::SearchError;
pub use found::{Known, Lead, Match, Note};
pub use index::{Place, Search};
pub use list::{AlikeTo, ListError, RecordQuery, Sort};
pub use look::Look;
pub use page::{FacetCounts, Page};
pub use past::{PATIENCE, Wait};
pub use question::wanted_words;
pub use remaining::without_words;
pub use snippet::Highlighter;
pub use stats::{Cell, Month};
