//! What a list answers: a page of records, how each was found, and what the search text was understood to ask.

use std::collections::BTreeMap;

use crate::Highlighter;

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
    /// For each of `changes`, how many more records like it were folded away.
    pub alike: Vec<u64>,
    /// The exact number of hits, in the state the walk started with.
    pub total: u64,
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
    /// The search text with its unknown words corrected, if that finds more.
    pub did_you_mean: Option<String>,
    /// What of the search text was not understood.
    pub notes: Vec<Note>,
    /// Filters that words of the search text name.
    pub leads: Vec<Lead>,
}

/// How a record was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// It has every word asked for.
    Words,
    /// It has every word or a synonym.
    Synonyms,
    /// It has some word only in translation.
    Translation,
    /// It has only some of the words.
    Nearest,
}

/// Something in a search text that was not understood, or not used.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Note {
    /// `foo:` before a word, which names no field; it was searched as words.
    UnknownField(String),
    /// `AND`, `OR` or `NOT` without anything to join; it was left out.
    LoneOperator(String),
    /// A bracket without its other half; it was left out.
    UnbalancedBracket,
    /// A quotation mark without its other half; the phrase ends with the text.
    UnclosedQuote,
    /// A prefix with too few letters, or one too many; it was searched as a word.
    ShortPrefix(String),
    /// Words beyond the most that are used, which were left out: how many.
    TooManyWords(usize),
    /// Only words that nearly every text has; these were searched.
    OnlyStopWords,
    /// A value that nothing has in a field.
    UnknownValue {
        /// The field, as typed.
        field: String,
        /// The value, as typed.
        value: String,
    },
}

/// A filter that a word or phrase of the search text names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lead {
    /// The facet.
    pub facet: &'static str,
    /// The value.
    pub value: String,
}

/// Part of a search text that names a body, a product or a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Known {
    /// The words, as typed.
    pub words: String,
    /// What they name, each as `facet=value`, such as `publisher=acme`, or `record=` with a public id.
    pub lines: Vec<String>,
}
