//! Which parts of a search text are names or identifiers.

use domain::naming::name_key;
use rustc_hash::FxHashMap;
use store::names::directory::Listed;

use crate::concepts::{CONCEPTS, phrase_of};
use crate::found::Known;
use crate::matching::is_label;
use crate::question::wanted_runs;

/// Most names and identifiers taken from one text.
const KNOWN_MAX: usize = 8;
/// Most words of a name that is looked for.
const WORDS_MAX: usize = 12;
/// Most bodies or products that a name stands for; a name of more says nothing.
const SAME_MAX: usize = 5;
/// Shortest name of one ordinary word that is taken for the body, in letters: `Serco`, but not `Home`.
const ONE_WORD_MIN: usize = 5;
/// Shortest identifier that is taken without its scheme: shorter numbers are mostly years and quantities.
const IDENTIFIER_MIN: usize = 5;

/// Names and identifiers of bodies and products, for reading search texts.
#[derive(Debug, Default)]
pub struct Directory {
    /// By the key of a name.
    names: FxHashMap<String, Vec<Named>>,
    /// By identifier, with and without its scheme, in lower case.
    identifiers: FxHashMap<String, Vec<String>>,
}

/// A body or product by one of its names.
#[derive(Debug, Clone)]
struct Named {
    slug: String,
    name: Box<str>,
    is_alias: bool,
    is_product: bool,
}

impl Directory {
    /// Prepares entries.
    pub fn new(entries: Vec<Listed>) -> Self {
        let mut directory = Self::default();
        for entry in entries {
            let named = |name: &str, is_alias| Named {
                slug: entry.slug.clone(),
                name: name.into(),
                is_alias,
                is_product: entry.is_product,
            };
            directory.add(named(&entry.name, false));
            for alias in &entry.aliases {
                directory.add(named(alias, true));
            }
            for identifier in &entry.identifiers {
                let value = identifier.split_once(' ').map_or(identifier.as_str(), |(_, value)| value);
                for key in [identifier.as_str(), value] {
                    let slugs = directory.identifiers.entry(key.to_lowercase()).or_default();
                    if !slugs.contains(&entry.slug) {
                        slugs.push(entry.slug.clone());
                    }
                }
            }
        }
        directory
    }

    fn add(&mut self, named: Named) {
        let mut keys = vec![name_key(&named.name)];
        // A search text is read without signs that stand alone.
        if named.name.contains('&') {
            keys.push(name_key(&named.name.replace('&', " ")));
        }
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            let same = self.names.entry(key).or_default();
            if !same.iter().any(|other| other.slug == named.slug && other.is_product == named.is_product) {
                same.push(named.clone());
            }
        }
    }

    /// The parts of a search text that are names or identifiers: the longest first, none within another, at most
    /// eight.
    ///
    /// A name of one word is taken only if it can hardly mean anything else. See [`Named::is_distinctive`].
    pub fn known(&self, q: &str) -> Vec<Known> {
        let mut found: Vec<Known> = Vec::new();
        for run in wanted_runs(q) {
            let mut at = 0;
            while at < run.len() && found.len() < KNOWN_MAX {
                let longest = WORDS_MAX.min(run.len() - at);
                let known = (1..=longest).rev().find_map(|length| {
                    let words = run[at..at + length].join(" ");
                    let lines = self.lines(&words, length);
                    (!lines.is_empty()).then_some((length, Known { words, lines }))
                });
                at += known.as_ref().map_or(1, |(length, _)| *length);
                if let Some((_, known)) = known
                    && !found.contains(&known)
                {
                    found.push(known);
                }
            }
        }
        found
    }

    /// What a text names, as facet lines.
    fn lines(&self, words: &str, count: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let has_digit = words.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit && words.len() >= IDENTIFIER_MIN {
            let slugs = self.identifiers.get(&words.to_lowercase()).map_or(&[][..], Vec::as_slice);
            lines.extend(slugs.iter().take(SAME_MAX).flat_map(|slug| body(slug)));
        }
        let same = self.names.get(&name_key(words)).map_or(&[][..], Vec::as_slice);
        let meant: Vec<&Named> =
            same.iter().filter(|named| count > 1 || named.is_distinctive(words)).collect();
        let means_more = || {
            let phrase = phrase_of(words);
            CONCEPTS.has(&phrase) || is_label(&phrase)
        };
        if meant.is_empty() || meant.len() > SAME_MAX {
            return lines;
        }
        // `Facial recognition` is what a product does, even if it is also called that.
        let only_bodies = meant.iter().any(|named| named.is_product) && means_more();
        for named in meant {
            match named.is_product {
                true if only_bodies => {}
                true => lines.push(format!("product={}", named.slug)),
                false => lines.extend(body(&named.slug)),
            }
        }
        lines
    }
}

/// The facet lines of a body.
fn body(slug: &str) -> [String; 2] {
    [format!("publisher={slug}"), format!("supplier={slug}")]
}

impl Named {
    /// Whether one word, as typed, can hardly mean anything but this name.
    ///
    /// Abbreviations in capitals (`HMRC`) are taken as written, and in lower case if they have no vowel, so that they
    /// are no other word. Names with a capital or digit inside (`PlateWren`) are taken however they are typed. Any
    /// other word is taken only as the proper name of a body, if it is long and no word of the subject: `Serco`, but
    /// neither `Home`, which is short, nor `Policing`.
    fn is_distinctive(&self, typed: &str) -> bool {
        // Without what is left out of keys, such as `Limited`.
        let key = name_key(typed);
        let name = self.name.split_whitespace().find(|word| name_key(word) == key).unwrap_or(&self.name);
        let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
        let capitals = name.chars().filter(|letter| letter.is_uppercase()).count();
        if name.chars().any(|letter| letter.is_ascii_digit()) {
            return letters > 1;
        }
        if capitals > 1 && capitals == letters {
            let vowel = |letter: char| "aeiouy".contains(letter.to_ascii_lowercase());
            return typed == name || !typed.chars().any(vowel);
        }
        if capitals > 1 {
            return true;
        }
        if self.is_product || self.is_alias || typed.chars().count() < ONE_WORD_MIN {
            return false;
        }
        let phrase = phrase_of(typed);
        !is_label(&phrase) && !phrase.iter().any(|terms| CONCEPTS.has_word(terms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(slug: &str, name: &str, aliases: &[&str], is_product: bool) -> Listed {
        Listed {
            slug: slug.to_owned(),
            name: name.to_owned(),
            country: None,
            kind: None,
            is_known: true,
            is_supplier: false,
            is_product,
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            identifiers: match slug {
                "acme" => vec!["GB-COH 01234567".to_owned()],
                _ => Vec::new(),
            },
        }
    }

    fn directory() -> Directory {
        Directory::new(vec![
            listed("home-office", "Home Office", &["Home", "HO"], false),
            listed("home", "Home", &[], false),
            listed("policing", "Policing", &[], false),
            listed("serco", "Serco", &[], false),
            listed("acme", "Acme Limited", &[], false),
            listed("hmrc", "HM Revenue and Customs", &["HMRC"], false),
            listed("ice", "Immigration and Customs Enforcement", &["ICE"], false),
            listed("calder-vale-police", "Calder Vale Police", &[], false),
            listed("platewren", "PlateWren", &[], true),
            listed("facial-recognition", "Facial Recognition", &[], true),
            listed("marks", "Marks & Spencer", &[], false),
            listed("insight", "Insight", &[], true),
        ])
    }

    #[track_caller]
    fn check(q: &str, expected: &[(&str, &str)]) {
        let known = directory().known(q);
        let found: Vec<(&str, &str)> =
            known.iter().map(|known| (known.words.as_str(), known.lines[0].as_str())).collect();
        assert_eq!(found, expected, "{q}");
    }

    #[test]
    fn names_and_identifiers_are_found_in_a_text() {
        check("calder vale police cameras", &[("calder vale police", "publisher=calder-vale-police")]);
        check("cameras of the \"Home Office\"", &[("Home Office", "publisher=home-office")]);
        check("acme", &[]);
        check("acme ltd OR hmrc", &[("acme ltd", "publisher=acme"), ("hmrc", "publisher=hmrc")]);
        check("publisher:(home office) visa", &[("home office", "publisher=home-office")]);
        check("platewren", &[("platewren", "product=platewren")]);
        check("serco prisons", &[("serco", "publisher=serco")]);
        check("Marks & Spencer shops", &[("Marks Spencer", "publisher=marks")]);
        check("01234567", &[("01234567", "publisher=acme")]);
        check("gb-coh 01234567", &[("gb-coh 01234567", "publisher=acme")]);
        check("-\"Home Office\" visa", &[("Home Office", "publisher=home-office")]);
    }

    #[test]
    fn ordinary_words_are_not_taken_for_names() {
        check("home", &[]);
        check("care at home", &[]);
        check("policing", &[]);
        check("insight", &[]);
        check("ice on roads", &[]);
        check("ICE raids", &[("ICE", "publisher=ice")]);
        check("facial recognition", &[]);
        check("vale calder", &[]);
        check("2025", &[]);
    }

    #[test]
    fn at_most_eight_names_are_taken() {
        let entries =
            (10..30).map(|number| listed(&format!("x{number}"), &format!("XY{number}"), &[], false));
        let directory = Directory::new(entries.collect());
        let q: Vec<String> = (10..30).map(|number| format!("xy{number}")).collect();
        assert_eq!(directory.known(&q.join(" ")).len(), KNOWN_MAX);
    }
}
