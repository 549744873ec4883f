//! The tokeniser: finds the words of a text and gives their terms.
//!
//! What is one word and several at once has the term of the whole where its first part stands, so that phrases of the
//! parts match: `number-plate reader` is `numberplate` or `number` at 0, `plate` at 1, `reader` at 2. The parts of a
//! compound are all where the compound is, as it is one word to its readers.
//!
//! Few words make up nearly all of any text, and to fold, stem and split one costs more than everything else the
//! index does with it, so their terms are kept.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::terms::{MAKER, forms, is_apostrophe};
use super::which::Language;

/// Most words whose terms are kept, of each language.
const WORDS_MAX: usize = 20_000;
/// Longer words are not indexed, in bytes.
const WORD_LONGEST: usize = 64;
/// Most parts of a word with hyphens that is also indexed as one.
const JOINED_MAX: usize = 4;

/// What words become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Stems of their language.
    Stems,
    /// The words themselves, folded.
    Written,
}

/// A tokeniser. Texts are English up to the first mark of another language.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    kind: Kind,
    /// Whether words have all the terms that find them, or only one each.
    all: bool,
    /// Terms of words, of each language.
    known: Vec<FxHashMap<Box<str>, Arc<[String]>>>,
}

impl Words {
    /// Every stem that finds a text.
    pub(crate) fn indexed_stems() -> Self {
        Self::new(Kind::Stems, true)
    }

    /// Every folded word that finds a text.
    pub(crate) fn indexed() -> Self {
        Self::new(Kind::Written, true)
    }

    /// Each word, folded.
    pub(crate) fn written() -> Self {
        Self::new(Kind::Written, false)
    }

    fn new(kind: Kind, all: bool) -> Self {
        Self { kind, all, known: vec![FxHashMap::default(); Language::ALL.len()] }
    }

    /// The terms of a word as written.
    fn terms(&mut self, language: Language, word: &str) -> Arc<[String]> {
        let known = &mut self.known[language.number()];
        if let Some(terms) = known.get(word) {
            return Arc::clone(terms);
        }
        if known.len() >= WORDS_MAX {
            known.clear();
        }
        let terms: Arc<[String]> = make(self.kind, self.all, language, word).into();
        known.insert(word.into(), Arc::clone(&terms));
        terms
    }
}

fn make(kind: Kind, all: bool, language: Language, word: &str) -> Vec<String> {
    // Of a word with hyphens, the parts have terms of their own.
    let all = all && !word.contains(is_hyphen);
    if kind == Kind::Stems && all {
        return MAKER.with_borrow_mut(|make| make.terms(language, word));
    }
    let forms = forms(word);
    if forms.main.is_empty() {
        return Vec::new();
    }
    match kind {
        Kind::Stems => vec![MAKER.with_borrow_mut(|make| make.term(language, &forms.main))],
        Kind::Written if all => std::iter::once(forms.main).chain(forms.more).collect(),
        Kind::Written => vec![forms.main],
    }
}

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        Tokens {
            words: self,
            text,
            at: 0,
            language: Language::English,
            position: 0,
            parts: Vec::new(),
            found: Vec::new(),
            next: (0, 0),
            token: Token::default(),
        }
    }
}

/// Terms that were found at one place of a text.
#[derive(Debug)]
struct Found {
    from: usize,
    to: usize,
    position: usize,
    terms: Arc<[String]>,
}

/// The terms of a text.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    words: &'a mut Words,
    text: &'a str,
    /// Where to read on.
    at: usize,
    language: Language,
    /// Of the next word.
    position: usize,
    /// The parts of a word between hyphens, as places in the text.
    parts: Vec<(usize, usize)>,
    /// The terms of the word read last.
    found: Vec<Found>,
    /// Which of them is next: the place in `found`, and in its terms.
    next: (usize, usize),
    token: Token,
}

impl Tokens<'_> {
    /// Reads one word. `false` at the end of the text.
    fn read(&mut self) -> bool {
        loop {
            let mut rest = self.text[self.at..].char_indices();
            let Some((offset, letter)) =
                rest.find(|(_, letter)| is_letter(*letter) || Language::marked(*letter).is_some())
            else {
                return false;
            };
            self.at += offset;
            match Language::marked(letter) {
                Some(language) => {
                    self.language = language;
                    self.at += letter.len_utf8();
                }
                None => break,
            }
        }
        self.parts.clear();
        loop {
            let to = end_of_part(self.text, self.at);
            self.parts.push((self.at, to));
            self.at = to;
            let mut after = self.text[to..].chars();
            match (after.next(), after.next()) {
                (Some(hyphen), Some(letter)) if is_hyphen(hyphen) && is_letter(letter) => {
                    self.at += hyphen.len_utf8();
                }
                _ => break,
            }
        }
        self.find();
        true
    }

    /// Finds the terms of the word that was read.
    fn find(&mut self) {
        self.found.clear();
        self.next = (0, 0);
        let (from, to) = (self.parts[0].0, self.at);
        let text = self.text;
        let word = &text[from..to];
        if self.words.all
            && (2..=JOINED_MAX).contains(&self.parts.len())
            && word.len() < WORD_LONGEST
            && word.contains(char::is_alphabetic)
        {
            let terms = self.words.terms(self.language, word);
            self.found.push(Found { from, to, position: self.position, terms });
        }
        for &(from, to) in &self.parts {
            if to - from < WORD_LONGEST {
                let terms = self.words.terms(self.language, &text[from..to]);
                self.found.push(Found { from, to, position: self.position, terms });
            }
            self.position += 1;
        }
    }
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        loop {
            if let Some(found) = self.found.get(self.next.0) {
                if let Some(term) = found.terms.get(self.next.1) {
                    self.token.text.clear();
                    self.token.text.push_str(term);
                    self.token.offset_from = found.from;
                    self.token.offset_to = found.to;
                    self.token.position = found.position;
                    self.next.1 += 1;
                    return true;
                }
                self.next = (self.next.0 + 1, 0);
            } else if !self.read() {
                return false;
            }
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() && !is_apostrophe(letter)
}

/// Hyphens, also those that do not break and those that only show where a line may break.
fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}' | '\u{AD}')
}

/// Where a run of letters ends. Apostrophes between letters belong to it.
fn end_of_part(text: &str, from: usize) -> usize {
    let mut end = from;
    let mut letters = text[from..].char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if is_letter(letter) {
            end = from + at + letter.len_utf8();
        } else if !(is_apostrophe(letter) && letters.peek().is_some_and(|(_, next)| is_letter(*next))) {
            break;
        }
    }
    end
}
