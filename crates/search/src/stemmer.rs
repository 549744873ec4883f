//! A cache of terms. A few thousand words make up nearly all of any text, and folding and stemming a word
//! costs more than everything else the index does with it.

use rustc_hash::FxHashMap;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenFilter,
    TokenStream, Tokenizer,
};

/// Most words remembered.
const WORDS_MAX: usize = 20_000;

/// Turns words into terms, remembering each. Accents are folded before stemming.
#[derive(Clone)]
pub(crate) struct Remember(TextAnalyzer);

impl Remember {
    /// Reduces English words to stems.
    pub(crate) fn stems() -> Self {
        let folded =
            TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).filter(LowerCaser);
        Self(folded.filter(Stemmer::new(Language::English)).build())
    }

    /// Keeps words as written, folded.
    pub(crate) fn words() -> Self {
        let folded =
            TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).filter(LowerCaser);
        Self(folded.build())
    }
}

impl TokenFilter for Remember {
    type Tokenizer<T: Tokenizer> = Remembering<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> Remembering<T> {
        Remembering { inner: tokenizer, terms: Terms { make: self.0, known: FxHashMap::default() } }
    }
}

/// A tokeniser that remembers the terms of its words.
#[derive(Clone)]
pub(crate) struct Remembering<T> {
    inner: T,
    terms: Terms,
}

#[derive(Clone)]
struct Terms {
    make: TextAnalyzer,
    known: FxHashMap<Box<str>, Box<str>>,
}

impl Terms {
    /// Replaces a word by its term.
    fn put(&mut self, word: &mut String) {
        if let Some(term) = self.known.get(word.as_str()) {
            word.clear();
            word.push_str(term);
            return;
        }
        let mut term = String::new();
        self.make.token_stream(word).process(&mut |token| term.push_str(&token.text));
        if self.known.len() >= WORDS_MAX {
            self.known.clear();
        }
        self.known.insert(word.as_str().into(), term.as_str().into());
        *word = term;
    }
}

impl<T: Tokenizer> Tokenizer for Remembering<T> {
    type TokenStream<'a> = RememberedTokens<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        RememberedTokens { tokens: self.inner.token_stream(text), terms: &mut self.terms }
    }
}

/// The remembered terms of a text.
pub(crate) struct RememberedTokens<'a, S> {
    tokens: S,
    terms: &'a mut Terms,
}

impl<S: TokenStream> TokenStream for RememberedTokens<'_, S> {
    fn advance(&mut self) -> bool {
        if !self.tokens.advance() {
            return false;
        }
        self.terms.put(&mut self.tokens.token_mut().text);
        true
    }

    fn token(&self) -> &Token {
        self.tokens.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tokens.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::SimpleTokenizer;

    use super::*;
    use crate::schema::terms;

    #[test]
    fn a_remembered_term_is_the_term() {
        let text = "Recognising façades, recognised FACES and the recognition of faces; recognising again.";
        let mut remembering =
            TextAnalyzer::builder(SimpleTokenizer::default()).filter(Remember::stems()).build();
        let mut each_time = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(AsciiFoldingFilter)
            .filter(LowerCaser)
            .filter(Stemmer::new(Language::English))
            .build();
        for _ in 0..2 {
            assert_eq!(terms(&mut remembering, text), terms(&mut each_time, text));
        }
    }
}
