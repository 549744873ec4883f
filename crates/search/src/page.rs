//! What a list answers.

use std::collections::BTreeMap;

use crate::Highlighter;
use crate::found::{Lead, Match, Note};

/// How often each value of some facets occurs: most frequent first, then by value; last the states that stand in place
/// of values.
pub type FacetCounts = BTreeMap<&'static str, Vec<(String, u64)>>;

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The changes that published the records, in list order: hits, then the nearest other records.
    pub changes: Vec<i64>,
    /// How each of `changes` was found; empty without a search text.
    pub matches: Vec<Match>,
    /// For each of `changes`, how many more records like it match; all 0 unless records alike stand once.
    pub alike: Vec<u64>,
    /// The exact number of hits, in the state the walk started with.
    pub total: u64,
    /// How many hits there are if records alike count as one; `None` unless they stand once.
    pub different: Option<u64>,
    /// How many of `changes`, at their end, are not hits but come nearest to the search text.
    pub nearest: usize,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
    /// How often each value occurs among the hits, for the facets asked for.
    pub facets: FacetCounts,
    /// Highlights the search text in records.
    pub highlighter: Option<Highlighter>,
    /// The corrected text that was searched instead, because nothing has the words as typed.
    pub searched: Option<String>,
    /// The search text with its unknown words corrected, if that finds more; also if it was searched.
    pub did_you_mean: Option<String>,
    /// What of the search text was not understood.
    pub notes: Vec<Note>,
    /// Filters that words of the search text name.
    pub leads: Vec<Lead>,
}
