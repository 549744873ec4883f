//! Related expressions: what records say about the same matter as words that people type, from a reviewed file.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::{ENGLISH, Phrase, key, phrase_of};
use crate::matching::is_stop_word;
use crate::question::words_of;

#[derive(Deserialize)]
struct File {
    related: BTreeMap<String, Vec<String>>,
}

/// Related expressions, by the terms of the words that lead to them.
pub(crate) struct Related {
    by_key: HashMap<Vec<String>, Vec<Phrase>>,
    longest: usize,
}

/// The expressions of the reviewed file.
pub(crate) static RELATED: LazyLock<Related> = LazyLock::new(|| {
    let mut related = Related { by_key: HashMap::new(), longest: 0 };
    for (typed, said) in file() {
        let phrase: Phrase = telling(&typed);
        related.longest = related.longest.max(phrase.len());
        let phrases = related.by_key.entry(key(&phrase, ENGLISH)).or_default();
        phrases.extend(said.iter().map(|text| phrase_of(text)).filter(|phrase| !phrase.is_empty()));
    }
    related
});

fn file() -> BTreeMap<String, Vec<String>> {
    let file: File = toml::from_str(include_str!("../related.toml")).expect("a test checks the file");
    file.related
}

/// The words of a text without stop words.
fn telling(text: &str) -> Phrase {
    let words: Vec<String> = words_of(text).into_iter().filter(|word| !is_stop_word(word)).collect();
    phrase_of(&words.join(" "))
}

impl Related {
    /// The longest beginning of these telling words that leads to expressions: how many words it has, and the
    /// expressions.
    pub(crate) fn beginning(&self, words: &[Vec<String>]) -> Option<(usize, &[Phrase])> {
        (1..=self.longest.min(words.len())).rev().find_map(|length| {
            let found = self.by_key.get(&key(&words[..length], ENGLISH))?;
            Some((length, found.as_slice()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::is_same;

    #[test]
    fn the_longest_words_that_lead_anywhere_are_taken() {
        let (length, said) =
            RELATED.beginning(&phrase_of("potholes reported")).expect("potholes lead somewhere");
        assert_eq!(length, 1);
        assert!(said.iter().any(|phrase| is_same(phrase, &phrase_of("road damage"))));
        assert!(RELATED.beginning(&phrase_of("xylophone")).is_none());
    }

    #[test]
    fn no_line_is_empty_or_leads_to_itself() {
        for (typed, said) in file() {
            let own = telling(&typed);
            assert!(!own.is_empty(), "{typed}: only stop words");
            assert!(!said.is_empty(), "{typed}: leads nowhere");
            for text in said {
                let phrase = phrase_of(&text);
                assert!(!phrase.is_empty() && !is_same(&phrase, &own), "{typed}: {text}");
            }
        }
    }
}
