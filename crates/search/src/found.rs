//! How records were found, and what a search text was understood to ask.

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
    /// A bracket without its other half, or with too many around it; it was left out.
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
