//! The index's schema: its fields, how texts become terms, and how much each field weighs.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RAW_TOKENIZER_NAME, TextAnalyzer, TokenizerManager};

use crate::language::Words;

/// Increased when fields or their contents change; an index of another version is rebuilt.
pub(crate) const VERSION: u32 = 3;
/// Name of the tokeniser for every stem that finds a text.
pub(crate) const STEMS: &str = "register_stems";
/// Name of the tokeniser for folded words as written.
pub(crate) const WORDS: &str = "register_words";

/// The `until` of a current listing.
pub(crate) const CURRENT: u64 = u64::MAX;

/// Names of the fields that are read as columns.
pub(crate) mod column {
    pub(crate) const CHANGE: &str = "change";
    pub(crate) const UNTIL: &str = "until";
    pub(crate) const PUBLISHED_AT: &str = "published_at";
    pub(crate) const UPDATED_AT: &str = "updated_at";
    pub(crate) const PEOPLE: &str = "people";
    pub(crate) const TITLE_KEY: &str = "title_key";
    pub(crate) const PUBLISHER_KEY: &str = "publisher_key";
    pub(crate) const COUNTED: &str = "counted";
}

/// Handles of the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) change: Field,
    pub(crate) until: Field,
    pub(crate) published_at: Field,
    pub(crate) updated_at: Field,
    pub(crate) people: Field,
    pub(crate) title_key: Field,
    pub(crate) publisher_key: Field,
    /// `facet=value`, once for each value a record has: what filters find. `record=<id>` finds one record.
    pub(crate) facet: Field,
    /// The same for counting, packed.
    pub(crate) counted: Field,
    /// Ids, keys at sources, addresses and mailboxes, as [`crate::language::identifier`] gives them.
    pub(crate) ids: Field,
    pub(crate) title: Field,
    pub(crate) product: Field,
    pub(crate) supplier: Field,
    pub(crate) publisher: Field,
    /// Labels of codes: words of the register, not of the record.
    pub(crate) labels: Field,
    pub(crate) summary: Field,
    pub(crate) body: Field,
    /// Title, names and summary as written, for prefixes and suggestions.
    pub(crate) words: Field,
}

impl Fields {
    /// The fields searched, with the weight of a match in each.
    pub(crate) fn weighted(&self) -> [(Field, f32); 7] {
        [
            (self.title, 4.0),
            (self.product, 3.0),
            (self.supplier, 2.5),
            (self.publisher, 2.5),
            (self.labels, 1.5),
            (self.summary, 1.5),
            (self.body, 1.0),
        ]
    }
}

/// The schema, and handles of its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let number = || NumericOptions::default().set_fast();
    let text = |tokenizer: &str, record: IndexRecordOption| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record),
        )
    };
    let key = || TextOptions::default().set_fast(RAW_TOKENIZER_NAME);
    let whole = || {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(RAW_TOKENIZER_NAME)
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic),
        )
    };
    let stems = || text(STEMS, IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        change: builder.add_u64_field(column::CHANGE, INDEXED | FAST),
        until: builder.add_u64_field(column::UNTIL, number()),
        published_at: builder.add_i64_field(column::PUBLISHED_AT, number()),
        updated_at: builder.add_i64_field(column::UPDATED_AT, number()),
        people: builder.add_i64_field(column::PEOPLE, number()),
        title_key: builder.add_text_field(column::TITLE_KEY, key()),
        publisher_key: builder.add_text_field(column::PUBLISHER_KEY, key()),
        facet: builder.add_text_field("facet", whole()),
        counted: builder.add_text_field(column::COUNTED, key()),
        ids: builder.add_text_field("ids", whole()),
        title: builder.add_text_field("title", stems()),
        product: builder.add_text_field("product", stems()),
        supplier: builder.add_text_field("supplier", stems()),
        publisher: builder.add_text_field("publisher", stems()),
        labels: builder.add_text_field("labels", stems()),
        summary: builder.add_text_field("summary", stems()),
        body: builder.add_text_field("body", stems()),
        words: builder.add_text_field("words", text(WORDS, IndexRecordOption::Basic)),
    };
    (builder.build(), fields)
}

/// The tokenisers that fields refer to by name.
pub(crate) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(STEMS, TextAnalyzer::from(Words::indexed_stems()));
    manager.register(WORDS, TextAnalyzer::from(Words::indexed()));
    manager
}

/// Every stem that finds a text.
pub(crate) fn indexed_stems() -> TextAnalyzer {
    TextAnalyzer::from(Words::indexed_stems())
}

/// Each word, folded.
pub(crate) fn words() -> TextAnalyzer {
    TextAnalyzer::from(Words::written())
}

/// The terms of a text.
pub(crate) fn terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    analyzer.token_stream(text).process(&mut |token| terms.push(token.text.clone()));
    terms
}
