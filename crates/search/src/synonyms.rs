//! Synonyms: groups of words and phrases with the same meaning, from a reviewed file.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::schema::{stems, terms};

#[derive(Deserialize)]
struct File {
    groups: Vec<Vec<String>>,
}

/// The groups as stems, and the groups each phrase is in.
pub(crate) struct Synonyms {
    groups: Vec<Vec<Vec<String>>>,
    of: HashMap<Vec<String>, Vec<usize>>,
    longest: usize,
}

/// The synonyms of the reviewed file.
pub(crate) static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("synonyms.toml")).expect("a test checks the file");
    let mut analyzer = stems();
    let mut synonyms = Synonyms { groups: Vec::new(), of: HashMap::new(), longest: 0 };
    for group in file.groups {
        let phrases: Vec<Vec<String>> = group.iter().map(|phrase| terms(&mut analyzer, phrase)).collect();
        for phrase in &phrases {
            synonyms.longest = synonyms.longest.max(phrase.len());
            let groups = synonyms.of.entry(phrase.clone()).or_default();
            if !groups.contains(&synonyms.groups.len()) {
                groups.push(synonyms.groups.len());
            }
        }
        synonyms.groups.push(phrases);
    }
    synonyms
});

impl Synonyms {
    /// Number of stems in the longest phrase.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Other phrases that mean the same.
    pub(crate) fn others(&self, phrase: &[String]) -> Vec<&[String]> {
        let groups = self.of.get(phrase).into_iter().flatten();
        groups
            .flat_map(|group| &self.groups[*group])
            .map(Vec::as_slice)
            .filter(|other| *other != phrase)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_stand_for_what_they_shorten() {
        let of = |text: &str| -> Vec<String> {
            let phrase = terms(&mut stems(), text);
            SYNONYMS.others(&phrase).iter().map(|other| other.join(" ")).collect()
        };
        assert_eq!(of("live facial recognition"), ["lfr"]);
        assert!(of("ANPR").contains(&"number plate recognit".to_owned()));
        assert!(of("number plates recognition").contains(&"anpr".to_owned()), "compared by stems");
        assert!(of("school").is_empty());
    }

    #[test]
    fn no_group_says_one_thing_twice() {
        for group in &SYNONYMS.groups {
            for (place, phrase) in group.iter().enumerate() {
                assert!(!phrase.is_empty() && !group[..place].contains(phrase), "{group:?}");
            }
        }
    }
}
