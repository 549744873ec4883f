//! The words by which people know codes: their labels in English and Welsh. Tables may use them; JSON and queries may
//! not.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{CodeEntry, UnknownCode, Vocabulary};

/// The catalogue's texts in Welsh, as Fluent messages: fields, groups, codes and rules.
pub const WELSH: &str = include_str!("../../data/catalogue.cy.ftl");

/// The Fluent message that holds a code's label.
pub fn message_name(list: &Vocabulary, entry: &CodeEntry) -> String {
    format!("code-{}-{}", list.name, entry.code.replace('.', "_"))
}

impl Vocabulary {
    /// The code that a text names: the code itself, or its label in English or Welsh, in any case and with spaces,
    /// hyphens and underscores alike.
    ///
    /// Errors: [`UnknownCode`], also if it names two codes.
    pub fn named(&'static self, text: &str) -> Result<&'static str, UnknownCode> {
        if let Some(entry) = self.entry(text) {
            return Ok(entry.code);
        }
        let wanted = plain(text);
        let mut named =
            self.entries.iter().filter(|entry| self.words(entry).any(|word| plain(word) == wanted));
        match (named.next(), named.next()) {
            (Some(entry), None) => Ok(entry.code),
            _ => Err(self.unknown(text)),
        }
    }

    fn words(&self, entry: &CodeEntry) -> impl Iterator<Item = &'static str> {
        let welsh = labels_in_welsh().get(message_name(self, entry).as_str()).copied();
        [entry.code, entry.label].into_iter().chain(welsh)
    }
}

/// The labels of codes in Welsh, by message name.
fn labels_in_welsh() -> &'static HashMap<&'static str, &'static str> {
    static LABELS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        // Labels stand on one line each, without variables; definitions are indented below them.
        let messages = WELSH.lines().filter(|line| line.starts_with("code-"));
        messages.filter_map(|line| line.split_once(" = ")).map(|(name, text)| (name, text.trim())).collect()
    });
    &LABELS
}

/// A label without what people write in several ways.
fn plain(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '_'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use crate::codes::{Code, Phase, Sector, VOCABULARIES};

    #[test]
    fn codes_are_known_by_their_labels() {
        for text in ["pilot", "Pilot", " PILOT ", "Peilot"] {
            assert_eq!(Phase::VOCABULARY.named(text).unwrap(), "pilot", "{text}");
        }
        for text in ["Pre-deployment", "pre deployment", "pre_deployment", "Cyn ei ddefnyddio"] {
            assert_eq!(Phase::VOCABULARY.named(text).unwrap(), "pre_deployment", "{text}");
        }
        for text in ["Immigration and asylum", "immigration asylum", "Mewnfudo a lloches"] {
            assert_eq!(Sector::VOCABULARY.named(text).unwrap(), "immigration_asylum", "{text}");
        }
        // Other words lead to a suggestion only.
        assert_eq!(Phase::VOCABULARY.named("live").unwrap_err().suggestion, Some("production"));
        assert!(Phase::VOCABULARY.named("").is_err());
    }

    #[test]
    fn every_label_names_its_own_code_and_fits_into_a_list() {
        for list in VOCABULARIES {
            for entry in list.entries {
                assert!(list.words(entry).count() == 3, "{} {} has no label in Welsh", list.name, entry.code);
                for word in list.words(entry) {
                    assert_eq!(list.named(word).ok(), Some(entry.code), "{} {word}", list.name);
                    assert!(!word.contains(';'), "{} {word}", list.name);
                }
            }
        }
    }
}
