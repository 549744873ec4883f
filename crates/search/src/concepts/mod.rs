//! Concepts: words and phrases with the same meaning, from reviewed files. `synonyms.toml` has groups of English
//! phrases; the files of this folder have English phrases with their translations.

mod related;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use domain::text::fold;
use serde::Deserialize;

pub(crate) use self::related::RELATED;
use crate::language::query_terms;
use crate::question::words_of;

/// The files of translations, with their language (ISO 639-1).
const TRANSLATIONS: &[(&str, &str)] = &[
    ("nl", include_str!("dutch.toml")),
    ("cy", include_str!("welsh.toml")),
    ("fr", include_str!("french.toml")),
    ("de", include_str!("german.toml")),
];
/// The language of everything else.
const ENGLISH: &str = "en";

#[derive(Deserialize)]
struct Groups {
    groups: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Pairs {
    pairs: Vec<Vec<String>>,
}

/// A phrase: for each of its words, the terms it may stand for in the index.
pub(crate) type Phrase = Vec<Vec<String>>;

/// All phrases of the files, and how they belong together.
#[derive(Default)]
pub(crate) struct Concepts {
    phrases: Vec<Phrase>,
    /// The place of each phrase, by the terms of its words in its language.
    places: HashMap<Vec<String>, usize>,
    /// The terms of all words, each in its language.
    words: HashSet<String>,
    /// All words, folded.
    spellings: BTreeSet<String>,
    /// For each phrase, those in groups with it.
    same: Vec<Vec<usize>>,
    /// For each English phrase, its translations.
    translated: Vec<Vec<usize>>,
    /// For each translation, the English phrases.
    english: Vec<Vec<usize>>,
    longest: usize,
}

/// What a phrase also stands for.
#[derive(Debug, Default)]
pub(crate) struct Expansion<'c> {
    pub(crate) synonyms: Vec<&'c Phrase>,
    pub(crate) translations: Vec<&'c Phrase>,
}

/// The concepts of the reviewed files.
pub(crate) static CONCEPTS: LazyLock<Concepts> = LazyLock::new(|| {
    let mut concepts = Concepts::default();
    for group in groups() {
        let places: Vec<usize> = group.iter().filter_map(|phrase| concepts.add(phrase, ENGLISH)).collect();
        for place in &places {
            let others = places.iter().filter(|other| *other != place).copied();
            extend(&mut concepts.same[*place], others);
        }
    }
    for (language, text) in TRANSLATIONS {
        for pair in pairs(text) {
            let Some((english, translations)) = pair.split_first() else { continue };
            let Some(english) = concepts.add(english, ENGLISH) else { continue };
            let translations: Vec<usize> =
                translations.iter().filter_map(|phrase| concepts.add(phrase, language)).collect();
            for translation in translations {
                if translation != english {
                    extend(&mut concepts.translated[english], [translation]);
                    extend(&mut concepts.english[translation], [english]);
                }
            }
        }
    }
    concepts
});

/// Groups of English phrases with the same meaning.
fn groups() -> Vec<Vec<String>> {
    let file: Groups = toml::from_str(include_str!("../synonyms.toml")).expect("a test checks the file");
    file.groups
}

/// English phrases, each with its translations.
fn pairs(text: &str) -> Vec<Vec<String>> {
    let file: Pairs = toml::from_str(text).expect("a test checks the file");
    file.pairs
}

/// All phrases as they are written, each with its language; English synonyms first.
pub(crate) fn written() -> impl Iterator<Item = (String, &'static str)> {
    let synonyms = groups().into_iter().flatten().map(|phrase| (phrase, ENGLISH));
    let translations = TRANSLATIONS.iter().flat_map(|(language, text)| {
        pairs(text).into_iter().flat_map(move |pair| {
            pair.into_iter()
                .enumerate()
                .map(move |(place, phrase)| (phrase, if place == 0 { ENGLISH } else { *language }))
        })
    });
    synonyms.chain(translations)
}

/// The languages of the files.
fn languages() -> impl Iterator<Item = &'static str> {
    TRANSLATIONS.iter().map(|(language, _)| *language).chain([ENGLISH])
}

/// Adds what is not there yet.
fn extend(into: &mut Vec<usize>, places: impl IntoIterator<Item = usize>) {
    for place in places {
        if !into.contains(&place) {
            into.push(place);
        }
    }
}

/// The terms of each word of a text.
pub(crate) fn phrase_of(text: &str) -> Phrase {
    words_of(text).iter().map(|word| query_terms(word)).filter(|terms| !terms.is_empty()).collect()
}

/// The term of a word in a language. Terms of other languages than English end with their language, as in `fraud/nl`.
fn term_in<'t>(terms: &'t [String], language: &str) -> Option<&'t String> {
    let of = |term: &&String| term.rsplit_once('/').is_some_and(|(_, of)| of == language);
    terms.iter().find(of).or_else(|| terms.first())
}

/// The terms of a phrase's words in a language.
fn key(phrase: &[Vec<String>], language: &str) -> Vec<String> {
    phrase.iter().filter_map(|terms| term_in(terms, language).cloned()).collect()
}

/// Whether two English words are the same but for endings.
pub(crate) fn is_same_word(left: &[String], right: &[String]) -> bool {
    term_in(left, ENGLISH) == term_in(right, ENGLISH)
}

/// Whether two English phrases are the same but for endings.
pub(crate) fn is_same(left: &[Vec<String>], right: &[Vec<String>]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same_word(left, right))
}

impl Concepts {
    /// The place of a phrase, which is added if it is new; `None` if it has no words.
    fn add(&mut self, text: &str, language: &str) -> Option<usize> {
        let mut phrase = phrase_of(text);
        let key = key(&phrase, language);
        self.spellings.extend(words_of(text).iter().map(|word| fold(word)));
        // A translation is looked for in its own language: Welsh `plant`, children, is not the English word.
        if language != ENGLISH {
            phrase = key.iter().map(|term| vec![term.clone()]).collect();
        }
        if key.is_empty() {
            return None;
        }
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        let place = self.phrases.len();
        self.longest = self.longest.max(phrase.len());
        self.words.extend(key.iter().cloned());
        self.places.insert(key, place);
        self.phrases.push(phrase);
        self.same.push(Vec::new());
        self.translated.push(Vec::new());
        self.english.push(Vec::new());
        Some(place)
    }

    /// Number of words in the longest phrase.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether the files have a phrase.
    pub(crate) fn has(&self, phrase: &[Vec<String>]) -> bool {
        !self.find(phrase).is_empty()
    }

    /// Whether a word stands in any phrase of the files.
    pub(crate) fn has_word(&self, terms: &[String]) -> bool {
        languages().any(|language| term_in(terms, language).is_some_and(|term| self.words.contains(term)))
    }

    /// All words of the files, folded, in alphabetical order.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(String::as_str)
    }

    /// The phrases that these words are, in any of the languages.
    fn find(&self, phrase: &[Vec<String>]) -> Vec<usize> {
        let mut found = Vec::new();
        if !phrase.is_empty() && phrase.len() <= self.longest {
            let places = languages().filter_map(|language| self.places.get(&key(phrase, language)));
            extend(&mut found, places.copied());
        }
        found
    }

    /// What a phrase also stands for: English phrases of the same meaning, and translations of them all. A translation
    /// leads to English, and from there to further languages.
    pub(crate) fn of(&self, phrase: &[Vec<String>]) -> Expansion<'_> {
        let own = self.find(phrase);
        let mut synonyms = Vec::new();
        let mut translations = Vec::new();
        for place in &own {
            extend(&mut synonyms, self.same[*place].iter().copied());
        }
        for place in own.iter().chain(&synonyms) {
            extend(&mut translations, self.translated[*place].iter().copied());
        }
        for english in own.iter().flat_map(|place| &self.english[*place]) {
            extend(&mut translations, [*english]);
            extend(&mut translations, self.same[*english].iter().copied());
            extend(&mut translations, self.translated[*english].iter().copied());
        }
        synonyms.retain(|place| !own.contains(place));
        translations.retain(|place| !own.contains(place) && !synonyms.contains(place));
        let phrases = |places: Vec<usize>| places.into_iter().map(|place| &self.phrases[place]).collect();
        Expansion { synonyms: phrases(synonyms), translations: phrases(translations) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether one of these phrases is a text.
    fn has(phrases: &[&Phrase], text: &str) -> bool {
        let wanted = phrase_of(text);
        let is_wanted = |phrase: &Phrase| {
            phrase.len() == wanted.len()
                && phrase.iter().zip(&wanted).all(|(word, wanted)| wanted.contains(&word[0]))
        };
        phrases.iter().any(|phrase| is_wanted(phrase))
    }

    fn synonyms(text: &str) -> Vec<&'static Phrase> {
        CONCEPTS.of(&phrase_of(text)).synonyms
    }

    #[test]
    fn abbreviations_stand_for_what_they_shorten() {
        assert!(has(&synonyms("live facial recognition"), "LFR"));
        assert!(has(&synonyms("ANPR"), "number plate recognition"));
        assert!(has(&synonyms("number plates recognition"), "anpr"), "compared by stems");
        assert!(synonyms("zebra crossing").is_empty());
    }

    #[test]
    fn a_word_leads_to_translations_through_english() {
        let translations = |text: &str| CONCEPTS.of(&phrase_of(text)).translations;
        assert!(has(&translations("facial recognition"), "gezichtsherkenning"));
        assert!(has(&translations("FRT"), "Gesichtserkennung"), "through a synonym");
        let from_dutch = translations("gezichtsherkenning");
        assert!(has(&from_dutch, "facial recognition"));
        assert!(has(&from_dutch, "reconnaissance faciale"), "to a third language");
        assert!(synonyms("gezichtsherkenning").is_empty());
    }

    #[test]
    fn no_group_says_one_thing_twice_and_no_phrase_is_empty() {
        let mut twice = Vec::new();
        for group in groups() {
            let mut seen = HashSet::new();
            twice.extend(group.into_iter().filter(|phrase| {
                let words = phrase_of(phrase);
                words.is_empty() || !seen.insert(words)
            }));
        }
        assert_eq!(twice, Vec::<String>::new());
    }

    #[test]
    fn no_pair_stands_twice_and_none_is_empty() {
        for (_, text) in TRANSLATIONS {
            let file: Pairs = toml::from_str(text).unwrap();
            let mut seen = HashSet::new();
            for pair in &file.pairs {
                let (english, translations) = pair.split_first().unwrap();
                assert!(!translations.is_empty(), "{english:?} has no translation");
                for translation in translations {
                    let words = [english, translation].map(|phrase| words_of(&phrase.to_lowercase()));
                    assert!(words.iter().all(|words| !words.is_empty()), "{pair:?}");
                    assert!(seen.insert(words), "{english:?} and {translation:?} stand twice");
                }
            }
        }
    }
}
