//! Which sectors a text names, for `sector:`.

use domain::codes::Vocabulary;
use domain::facets::find;
use domain::text::fold;

use crate::concepts::{CONCEPTS, Phrase, is_same_word, phrase_of};

/// The facet lines of the sectors that a text names: by code, or by words of the label, in any language that leads to
/// the English words. None if there is no such sector.
pub(super) fn sectors(text: &str) -> Vec<String> {
    let Some(list) = find("sector").and_then(|facet| facet.codes()) else { return Vec::new() };
    let phrase = phrase_of(text);
    let mut codes = named(list, text, &phrase);
    if codes.is_empty() {
        let expansion = CONCEPTS.of(&phrase);
        for other in expansion.synonyms.iter().chain(&expansion.translations) {
            codes.extend(named(list, "", other));
        }
    }
    codes.dedup();
    codes.iter().map(|code| format!("sector={code}")).collect()
}

/// The codes of a list that a text names.
fn named(list: &Vocabulary, text: &str, phrase: &Phrase) -> Vec<&'static str> {
    if phrase.is_empty() {
        return Vec::new();
    }
    let code = fold(text);
    if let Some(entry) = list.entries.iter().find(|entry| fold(entry.code) == code) {
        return vec![entry.code];
    }
    let has = |label: &str| {
        let label = phrase_of(label);
        phrase.iter().all(|word| label.iter().any(|other| is_same_word(other, word)))
    };
    let entries = list.entries.iter();
    entries
        .filter(|entry| has(entry.label) || entry.also.iter().any(|&also| has(also)))
        .map(|entry| entry.code)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sector_is_named_by_its_code_or_its_label() {
        assert_eq!(sectors("policing"), ["sector=policing"]);
        assert_eq!(sectors("internal operations"), ["sector=internal_operations"]);
        assert_eq!(sectors("internal_operations"), ["sector=internal_operations"]);
        assert_eq!(sectors("plismona"), ["sector=policing"], "in Welsh");
        assert!(sectors("zebras").is_empty());
        assert!(sectors("").is_empty());
    }
}
