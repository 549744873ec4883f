//! What a search says besides its records, and `/api/v1/suggest`.

use serde::{Deserialize, Serialize};

/// How a record answers the search text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// It has all the words, in any of their forms.
    Words,
    /// In place of a word it has one of the same meaning.
    Synonyms,
    /// In place of a word it has one of another language.
    Translation,
    /// It is no match: it has some of the words, and is shown after all matches because they are few.
    Nearest,
}

/// What a search did not understand, and what it did instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteView {
    /// What is wrong: `unknown_field`, `lone_operator`, `unbalanced_bracket`, `unclosed_quote`, `short_prefix`,
    /// `too_many_words`, `only_stop_words` or `unknown_value`. More may come.
    #[cfg_attr(feature = "openapi", schema(example = "unknown_field"))]
    pub code: String,
    /// The part of the search text it is about, or the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "vendor"))]
    pub about: Option<String>,
    /// The value given to the field; only for `unknown_value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What was not understood and what to do, in a sentence or two.
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "'vendor:' is not a field of the search, so it was searched as words. Fields are publisher:, supplier:, title: and sector:."
        )
    )]
    pub message: String,
}

/// A filter that words of the search text name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadView {
    /// The query parameter of the filter.
    #[cfg_attr(feature = "openapi", schema(example = "sector"))]
    pub parameter: String,
    /// Its value.
    #[cfg_attr(feature = "openapi", schema(example = "policing"))]
    pub value: String,
    /// Label for people.
    #[cfg_attr(feature = "openapi", schema(example = "Policing"))]
    pub label: String,
    /// What is left of the search text without the words that name the filter; absent if nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "facial recognition"))]
    pub q: Option<String>,
}

/// What kind of text is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// The title of a record.
    Title,
    /// The name of a body that published records.
    Body,
    /// The name of a supplier.
    Supplier,
    /// The name of a product.
    Product,
    /// A term that records use.
    Term,
    /// A whole question that records answer.
    Question,
}

/// A text that completes what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// The text.
    #[cfg_attr(feature = "openapi", schema(example = "Calder Vale Police"))]
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// Language of a term or question, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "en"))]
    pub lang: Option<String>,
    /// How many records it leads to; at least one.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 3))]
    pub records: u64,
    /// The page with the records.
    pub url: String,
}

/// Texts that complete what was typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuggestionList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The suggestions: those of most records first.
    pub items: Vec<Suggestion>,
}
