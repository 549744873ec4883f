//! From a word to its terms. Accents and case are folded before stemming, so that words meet however they are typed.

use std::cell::RefCell;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language as Algorithm, LowerCaser, RawTokenizer, Stemmer, TextAnalyzer,
};

use super::compounds;
use super::spelling::british;
use super::welsh::unmutated;
use super::which::Language;

/// What stands before an apostrophe where a vowel was left out, in French and Italian. The word comes after it.
const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "t", "n", "s", "c", "qu", "lorsqu", "puisqu", "jusqu", "quelqu", "un", "dell", "all",
    "nell", "sull", "dall",
];
/// What stands after an apostrophe in English words that are one word without it, such as `don't`.
const CONTRACTED: &[&str] = &["t", "re", "ve", "ll", "d", "m"];
/// Fewest letters of a part of a word that is indexed by itself.
const PART_MIN: usize = 3;

/// A word as written, folded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Forms {
    /// The word: what a search for it asks for. Empty if there is no letter or digit in it.
    pub(super) main: String,
    /// What else finds it.
    pub(super) more: Vec<String>,
}

/// Whether a character is an apostrophe, however it was typed.
pub(super) fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '`' | '´' | '\u{2BC}' | '＇')
}

/// The folded forms of a word. Of letters between apostrophes, `O'Leary` is `oleary` and is found by `leary`;
/// `body's` is `body`, `l'outil` is `outil`, and Welsh `a'r` is `a`. `COVID19` is found by `covid`.
pub(super) fn forms(word: &str) -> Forms {
    let mut pieces: Vec<String> =
        word.split(is_apostrophe).map(fold).filter(|piece| !piece.is_empty()).collect();
    if pieces.len() > 1 && pieces.last().is_some_and(|last| last == "s") {
        pieces.pop();
    }
    let joined = || pieces.concat();
    let is_one_of = |list: &[&str], piece: &str| list.contains(&piece);
    let mut forms = match &pieces[..] {
        [first, last] if is_one_of(ELIDED, first) => Forms { main: last.clone(), more: vec![joined()] },
        [_, last] if is_one_of(CONTRACTED, last) => Forms { main: joined(), more: Vec::new() },
        [first, last] if last.len() == 1 => Forms { main: first.clone(), more: Vec::new() },
        [_, _] => {
            let more = pieces.iter().filter(|piece| piece.len() >= PART_MIN).cloned().collect();
            Forms { main: joined(), more }
        }
        _ => Forms { main: joined(), more: Vec::new() },
    };
    let letters = forms.main.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if letters.len() < forms.main.len()
        && letters.len() >= PART_MIN
        && letters.bytes().all(|byte| byte.is_ascii_lowercase())
    {
        forms.more.push(letters.to_owned());
    }
    forms
}

thread_local! {
    /// Makes terms. Each thread has its own, because a stemmer changes while it works.
    pub(super) static MAKER: RefCell<Maker> = RefCell::new(Maker::new());
    static FOLD: RefCell<TextAnalyzer> = RefCell::new(
        TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).filter(LowerCaser).build(),
    );
}

/// The letters and digits of a word, folded.
fn fold(word: &str) -> String {
    let letters: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
    if letters.is_ascii() {
        return letters.to_ascii_lowercase();
    }
    FOLD.with_borrow_mut(|fold| only_term(fold, &letters))
}

/// The term of a text that is one.
fn only_term(analyzer: &mut TextAnalyzer, text: &str) -> String {
    let mut term = String::new();
    analyzer.token_stream(text).process(&mut |token| term.push_str(&token.text));
    term
}

/// Makes terms of folded words.
pub(super) struct Maker {
    /// One for each language but Welsh, by number.
    stemmers: Vec<TextAnalyzer>,
}

impl Maker {
    pub(super) fn new() -> Self {
        let stemmed = |algorithm| {
            TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(algorithm)).build()
        };
        let algorithms = Language::ALL.into_iter().map_while(|language| match language {
            Language::English => Some(Algorithm::English),
            Language::Dutch => Some(Algorithm::Dutch),
            Language::French => Some(Algorithm::French),
            Language::German => Some(Algorithm::German),
            Language::Spanish => Some(Algorithm::Spanish),
            Language::Italian => Some(Algorithm::Italian),
            Language::Welsh => None,
        });
        Self { stemmers: algorithms.map(stemmed).collect() }
    }

    /// The term of a folded word. Words with digits are the same in all languages.
    pub(super) fn term(&mut self, language: Language, word: &str) -> String {
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            return word.to_owned();
        }
        match language {
            Language::English => self.stem(language, &british(word)),
            Language::Welsh => format!("{}/{}", unmutated(word), language.code()),
            _ => format!("{}/{}", self.stem(language, word), language.code()),
        }
    }

    fn stem(&mut self, language: Language, word: &str) -> String {
        let stem = self.stemmers.get_mut(language.number()).map(|stemmer| only_term(stemmer, word));
        stem.filter(|stem| !stem.is_empty()).unwrap_or_else(|| word.to_owned())
    }

    /// The terms of the parts of a folded compound word; none if it is not one.
    pub(super) fn parts(&mut self, language: Language, word: &str) -> Vec<String> {
        compounds::split(language, word).into_iter().map(|part| self.term(language, part)).collect()
    }

    /// Every term that finds a word, the word's own first.
    pub(super) fn terms(&mut self, language: Language, word: &str) -> Vec<String> {
        let Forms { main, more } = forms(word);
        if main.is_empty() {
            return Vec::new();
        }
        let mut terms = vec![self.term(language, &main)];
        terms.extend(more.iter().map(|form| self.term(language, form)));
        terms.extend(self.parts(language, &main));
        let mut place = 0;
        while place < terms.len() {
            if terms[..place].contains(&terms[place]) {
                terms.remove(place);
            } else {
                place += 1;
            }
        }
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, main: &str, more: &[&str]) {
        let more = more.iter().map(|form| (*form).to_owned()).collect();
        assert_eq!(forms(word), Forms { main: main.to_owned(), more }, "{word}");
    }

    #[test]
    fn apostrophes_are_read_as_each_language_means_them() {
        check("council's", "council", &[]);
        check("foto’s", "foto", &[]);
        check("O'Leary", "oleary", &["leary"]);
        check("O’Leary’s", "oleary", &["leary"]);
        check("OLeary", "oleary", &[]);
        check("don't", "dont", &[]);
        check("l’algorithme", "algorithme", &["lalgorithme"]);
        check("dell'uso", "uso", &["delluso"]);
        check("a'r", "a", &[]);
        check("rock'n'roll", "rocknroll", &[]);
        check("Élysée", "elysee", &[]);
        check("STRASSE", "strasse", &[]);
        check("Straße", "strasse", &[]);
        check("'", "", &[]);
    }

    #[test]
    fn a_word_that_ends_in_a_number_is_found_without_it() {
        check("COVID19", "covid19", &["covid"]);
        check("deep-fake", "deepfake", &[]);
        check("Q1", "q1", &[]);
        check("2FA", "2fa", &[]);
        check("2024", "2024", &[]);
    }

    #[test]
    fn each_term_says_its_language() {
        let mut make = Maker::new();
        let terms: Vec<String> =
            Language::ALL.into_iter().map(|language| make.term(language, "fraude")).collect();
        assert!(!terms[0].contains('/'));
        for (term, language) in terms.iter().zip(Language::ALL).skip(1) {
            assert!(term.ends_with(&format!("/{}", language.code())), "{term}");
        }
        assert_eq!(make.term(Language::Dutch, "covid19"), make.term(Language::English, "covid19"));
    }
}
