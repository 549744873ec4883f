//! Stems, remembered: a few thousand words make up nearly all of any text, and stemming one costs more than
//! everything else that is done to it.

use std::collections::HashMap;

use tantivy::tokenizer::{
    Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};

/// Words remembered at the most.
const WORDS_MAX: usize = 20_000;

/// Cuts English words down to their stems.
#[derive(Clone)]
pub(crate) struct RememberingStemmer {
    stemmer: TextAnalyzer,
}

impl RememberingStemmer {
    pub(crate) fn new() -> Self {
        let stemmer =
            TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(Language::English)).build();
        Self { stemmer }
    }
}

impl TokenFilter for RememberingStemmer {
    type Tokenizer<T: Tokenizer> = Remembering<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> Remembering<T> {
        Remembering { inner: tokenizer, stems: Stems { stemmer: self.stemmer, known: HashMap::new() } }
    }
}

/// A tokenizer that remembers stems.
#[derive(Clone)]
pub(crate) struct Remembering<T> {
    inner: T,
    stems: Stems,
}

#[derive(Clone)]
struct Stems {
    stemmer: TextAnalyzer,
    known: HashMap<Box<str>, Box<str>>,
}

impl Stems {
    /// Replaces a word by its stem.
    fn stem(&mut self, word: &mut String) {
        if let Some(stem) = self.known.get(word.as_str()) {
            word.clear();
            word.push_str(stem);
            return;
        }
        let mut stem = String::new();
        self.stemmer.token_stream(word).process(&mut |token| stem.push_str(&token.text));
        if self.known.len() >= WORDS_MAX {
            self.known.clear();
        }
        self.known.insert(word.as_str().into(), stem.as_str().into());
        *word = stem;
    }
}

impl<T: Tokenizer> Tokenizer for Remembering<T> {
    type TokenStream<'a> = RememberedTokens<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        RememberedTokens { tokens: self.inner.token_stream(text), stems: &mut self.stems }
    }
}

/// The stems of a text.
pub(crate) struct RememberedTokens<'a, S> {
    tokens: S,
    stems: &'a mut Stems,
}

impl<S: TokenStream> TokenStream for RememberedTokens<'_, S> {
    fn advance(&mut self) -> bool {
        if !self.tokens.advance() {
            return false;
        }
        self.stems.stem(&mut self.tokens.token_mut().text);
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
    use tantivy::tokenizer::{LowerCaser, SimpleTokenizer};

    use super::*;
    use crate::schema::terms;

    #[test]
    fn a_remembered_stem_is_the_stem() {
        let text = "Recognising faces, recognised faces and the recognition of FACES; recognising again.";
        let plain = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser);
        let mut remembering = plain.filter(RememberingStemmer::new()).build();
        let mut each_time = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(Stemmer::new(Language::English))
            .build();
        for _ in 0..2 {
            assert_eq!(terms(&mut remembering, text), terms(&mut each_time, text));
        }
    }
}
