//! Recognises what a header means by its words: `mappings/headers.toml`, and the names and labels of fields.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::fields::{FIELDS, FieldKind};
use domain::text::fold;
use serde::Deserialize;

const WORDS: &str = include_str!("../../../mappings/headers.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    column: Vec<Words>,
}

#[derive(Debug, Deserialize)]
struct Words {
    fills: String,
    /// By language, BCP 47.
    #[serde(flatten)]
    words: BTreeMap<String, Vec<String>>,
}

/// What a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meant {
    /// A field as a mapping writes it, `key` or `people`.
    pub(super) fills: &'static str,
    /// The language of its words; empty if they are the same in several.
    pub(super) lang: &'static str,
    /// Whether the whole header is known, not only how it begins.
    pub(super) whole: bool,
}

/// What a header means by its words, if it is known.
pub(super) fn meaning(header: &str) -> Option<Meant> {
    static KNOWN: LazyLock<Vec<(String, Meant)>> = LazyLock::new(known);
    let header = fold(header);
    if header.is_empty() {
        return None;
    }
    let whole = KNOWN.iter().find(|(words, _)| *words == header);
    let begins = || {
        let fits = |words: &&(String, Meant)| {
            header.strip_prefix(words.0.as_str()).is_some_and(|rest| rest.starts_with(' '))
                && words.0.len() >= 5
        };
        KNOWN.iter().filter(fits).max_by_key(|(words, _)| words.len())
    };
    match whole {
        Some((_, meant)) => Some(*meant),
        None => begins().map(|(_, meant)| Meant { whole: false, ..*meant }),
    }
}

fn known() -> Vec<(String, Meant)> {
    static LIST: LazyLock<List> = LazyLock::new(|| toml::from_str(WORDS).expect("a test reads the list"));
    let own =
        FIELDS.iter().filter(|field| !matches!(field.kind, FieldKind::Objects(..) | FieldKind::Object(..)));
    let own = own.flat_map(|field| [field.name, field.label].map(|words| (words, field.name, "en")));
    let listed = LIST.column.iter().flat_map(|column| {
        let words = column.words.iter().flat_map(|(lang, words)| words.iter().map(move |word| (word, lang)));
        words.map(|(word, lang)| (word.as_str(), column.fills.as_str(), lang.as_str()))
    });
    // What the list says of a word goes before what a field happens to be called.
    listed.chain(own).map(|(words, fills, lang)| (fold(words), Meant { fills, lang, whole: true })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, fills: Option<&str>) {
        assert_eq!(meaning(header).map(|meant| meant.fills), fills, "{header}");
    }

    #[test]
    fn headers_are_known_in_eight_languages() {
        check("Name of tool", Some("title"));
        check("NAAM", Some("title"));
        check("Fournisseur", Some("supplier_involvement.supplier"));
        check("Rechtsgrundlage", Some("legal_basis"));
        check("Descripción", Some("description"));
        check("Amministrazione", Some("publisher"));
        check("Podstawa prawna", Some("legal_basis"));
        check("Enw cyswllt", Some("people"));
        check("uses_children_data", Some("uses_children_data"));
        check("Human review", Some("human_review"));
        check("Vendor (if any)", Some("supplier_involvement.supplier"));
        check("Colour", None);
        check("", None);
    }

    #[test]
    fn every_word_is_listed_once_and_every_target_is_one() {
        let list: List = toml::from_str(WORDS).unwrap();
        let mut seen = BTreeMap::new();
        for column in &list.column {
            if !["key", "people"].contains(&column.fills.as_str()) {
                assert!(crate::mapping::target::Target::parse(&column.fills).is_ok(), "{}", column.fills);
            }
            let langs: Vec<&str> = column.words.keys().map(String::as_str).collect();
            assert_eq!(langs, ["cy", "de", "en", "es", "fr", "it", "nl", "pl"], "{}", column.fills);
            for word in column.words.values().flatten() {
                let before = seen.insert(fold(word), &column.fills);
                assert!(before.is_none_or(|before| *before == column.fills), "{word} means two things");
            }
        }
    }
}
