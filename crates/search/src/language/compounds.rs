//! Splits compound words of Dutch and German: `bijstandsfraude` is `bijstand` and `fraude`.
//!
//! tantivy has a filter that splits by a dictionary, but it takes the longest part at each place, knows no linking
//! letters and drops the word itself; this one finds the way with the fewest parts.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::which::Language;

/// Shortest and longest words that are looked at, in letters.
const SHORTEST: usize = 7;
const LONGEST: usize = 64;

/// The parts of one language's compounds.
#[derive(Deserialize)]
struct Dictionary {
    /// Letters between parts.
    links: Vec<String>,
    /// Letters after the last part.
    endings: Vec<String>,
    parts: FxHashSet<String>,
}

#[derive(Deserialize)]
struct File {
    dutch: Dictionary,
    german: Dictionary,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("compounds.toml")).expect("a test checks the file"));

/// The parts of a folded word, without linking letters; none if it is no compound of known parts.
pub(super) fn split(language: Language, word: &str) -> Vec<&str> {
    let dictionary = match language {
        Language::Dutch => &FILE.dutch,
        Language::German => &FILE.german,
        _ => return Vec::new(),
    };
    let letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !letters || !(SHORTEST..=LONGEST).contains(&word.len()) || dictionary.has(word) {
        return Vec::new();
    }
    dictionary.split(word)
}

impl Dictionary {
    /// Whether a word is one part.
    fn has(&self, word: &str) -> bool {
        self.parts.contains(word) || self.stems(word).any(|stem| self.parts.contains(stem))
    }

    /// A word without each ending that it has.
    fn stems<'w>(&self, word: &'w str) -> impl Iterator<Item = &'w str> {
        self.endings.iter().filter_map(move |ending| word.strip_suffix(ending.as_str()))
    }

    /// The fewest parts that make up a word of ASCII letters.
    fn split<'w>(&self, word: &'w str) -> Vec<&'w str> {
        // For each place, the fewest parts that lead there, links included.
        let mut ways: Vec<Option<Vec<&str>>> = vec![None; word.len() + 1];
        ways[0] = Some(Vec::new());
        let mut best: Vec<&str> = Vec::new();
        for from in 0..word.len() {
            let Some(before) = ways[from].take() else { continue };
            for to in from + 1..=word.len() {
                let part = &word[from..to];
                if !self.parts.contains(part) {
                    continue;
                }
                let mut way = before.clone();
                way.push(part);
                let rest = &word[to..];
                let ends = rest.is_empty() || self.endings.iter().any(|ending| ending == rest);
                if ends && way.len() > 1 && (best.is_empty() || way.len() < best.len()) {
                    best.clone_from(&way);
                }
                let links = self.links.iter().filter(|link| rest.starts_with(link.as_str()));
                for next in std::iter::once(to).chain(links.map(|link| to + link.len())) {
                    if ways[next].as_ref().is_none_or(|known| way.len() < known.len()) {
                        ways[next] = Some(way.clone());
                    }
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_are_split_into_what_they_mean() {
        #[track_caller]
        fn check(language: Language, word: &str, expected: &str) {
            assert_eq!(split(language, word).join(" "), expected, "{word}");
        }
        for (word, parts) in [
            ("bijstandsfraude", "bijstand fraude"),
            ("huurtoeslag", "huur toeslag"),
            ("kinderopvangtoeslag", "kinder opvang toeslag"),
            ("gezichtsherkenning", "gezicht herkenning"),
            ("kentekenplaatherkenning", "kenteken plaat herkenning"),
            ("uitkeringsinstanties", "uitkering instantie"),
            ("reclasseringswerkers", "reclassering werk"),
            ("parkeervergunningen", "parkeer vergunning"),
            ("arbeidsongeschiktheid", "arbeid ongeschiktheid"),
            ("risicotaxatie", "risico taxatie"),
            // One word, or of unknown parts.
            ("netwerken", ""),
            ("goedkeuring", ""),
            ("bijstand", ""),
            ("bijvoorbeeld", ""),
            ("ondersteunen", ""),
            ("grondslagen", ""),
        ] {
            check(Language::Dutch, word, parts);
        }
        for (word, parts) in [
            ("gesichtserkennung", "gesicht erkennung"),
            ("sozialhilfe", "sozial hilfe"),
            ("verkehrsuberwachung", "verkehr uberwachung"),
            ("sicherheitsbehorden", "sicherheit behorde"),
            ("arbeitslosengeld", "arbeitslos geld"),
            ("gesellschaft", ""),
            ("automatisierung", ""),
            ("wissenschaften", ""),
        ] {
            check(Language::German, word, parts);
        }
        check(Language::English, "bijstandsfraude", "");
        check(Language::Dutch, "", "");
        check(Language::Dutch, "ящикящикящик", "");
    }

    #[test]
    fn the_dictionaries_are_large_enough_and_folded() {
        for (dictionary, least) in [(&FILE.dutch, 300), (&FILE.german, 200)] {
            assert!(dictionary.parts.len() >= least);
            for part in &dictionary.parts {
                assert!(part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_lowercase()), "{part}");
            }
        }
    }
}
