//! What texts say of whether two rows are about one tool.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use super::likeness::{same_text, words};
use crate::Record;

/// Letters of a word that can tell two texts apart.
const LONG: usize = 5;
/// Long words that a text must have to speak against a lasting id.
const SAYS_ENOUGH: usize = 5;
/// Long words that two texts of different tools share at most.
const SHARED_BY_CHANCE: usize = 1;
/// A word that more than one text of this many has is common.
const COMMON_IN_ONE_OF: usize = 10;
/// A word in so few texts is never common.
const RARE: usize = 2;
/// Words of a run.
const RUN: usize = 12;

/// The long words of what a record says its tool is and does: of names, summary and description.
pub fn long_words(record: &Record) -> HashSet<String> {
    let texts =
        [Some(&record.title), Some(&record.name), record.summary.as_ref(), record.description.as_ref()];
    let texts = texts.into_iter().flatten().map(|text| same_text(text));
    texts.flat_map(|text| long(&text).map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn long(text: &str) -> impl Iterator<Item = &str> {
    words(text).filter(|word| word.chars().count() >= LONG)
}

/// In how many texts of a source each long word is.
#[derive(Debug, Default)]
pub(super) struct Commonness {
    texts: usize,
    with: HashMap<String, usize>,
}

impl Commonness {
    /// Counts the words of one text.
    pub(super) fn learn(&mut self, words: &HashSet<String>) {
        if words.is_empty() {
            return;
        }
        self.texts += 1;
        for word in words {
            *self.with.entry(word.clone()).or_default() += 1;
        }
    }

    fn is_common(&self, word: &str) -> bool {
        let most = (self.texts / COMMON_IN_ONE_OF).max(RARE);
        self.with.get(word).is_some_and(|texts| *texts > most)
    }

    /// Whether two texts are about different things: both say enough, and they have at most one telling word
    /// in common.
    pub(super) fn speaks_of_two(&self, left: &HashSet<String>, right: &HashSet<String>) -> bool {
        let telling = |words: &HashSet<String>| words.iter().filter(|word| !self.is_common(word)).count();
        let shared = left.intersection(right).filter(|word| !self.is_common(word)).count();
        shared <= SHARED_BY_CHANCE && telling(left) >= SAYS_ENOUGH && telling(right) >= SAYS_ENOUGH
    }
}

/// The runs of twelve words in the prose of a record, each as a number made of it. Two records that share one have
/// the same sentence.
pub fn runs(record: &Record) -> HashSet<u64> {
    let prose = [
        &record.summary,
        &record.description,
        &record.detailed_description,
        &record.scope,
        &record.problem_statement,
        &record.public_purpose,
        &record.benefits,
        &record.provided_information,
    ];
    prose.into_iter().flatten().flat_map(|text| runs_of(text)).collect()
}

fn runs_of(text: &str) -> Vec<u64> {
    let text = same_text(text);
    let words: Vec<&str> = words(&text).collect();
    let number = |run: &[&str]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(RUN).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Origin;
    use crate::organisation::OrganisationRef;

    fn of(text: &str) -> HashSet<String> {
        long(&same_text(text)).map(str::to_owned).collect()
    }

    #[test]
    fn texts_speak_of_two_things_when_both_say_enough_and_share_at_most_one_long_word() {
        let none = Commonness::default();
        let frozen = of("Unfreezes closed cases at the request of colleagues so that papers can be added");
        let assessed =
            of("Assesses whether notifications from citizens and firms about colleagues are admissible");
        let renamed = of("Thaws cases that were closed already when colleagues still want something added");
        assert!(none.speaks_of_two(&frozen, &assessed), "they share one word");
        assert!(!none.speaks_of_two(&frozen, &renamed));
        assert!(!none.speaks_of_two(&frozen, &of("A new name")), "a short text speaks against nothing");
    }

    #[test]
    fn words_that_many_texts_have_do_not_count() {
        let mut many = Commonness::default();
        let left = of("algorithm supports employees: unfreezes closed cases, papers, quickly");
        let right = of("algorithm supports employees: assesses whether notifications are admissible today");
        assert!(!many.speaks_of_two(&left, &right));
        (0..RARE).for_each(|_| many.learn(&of("algorithm supports employees")));
        assert!(!many.speaks_of_two(&left, &right), "two texts are no many");
        many.learn(&of("algorithm supports employees"));
        assert!(many.speaks_of_two(&left, &right));
    }

    #[test]
    fn runs_are_the_same_in_any_case_and_with_other_signs_and_need_twelve_words() {
        let sentence = "One two three four five six seven eight nine ten eleven twelve";
        let record = |text: &str| {
            let mut record =
                Record::new(Origin::Imported, OrganisationRef::named("A"), "T".to_owned(), "GB", "en");
            record.summary = Some(text.to_owned());
            record
        };
        let one = runs(&record(sentence));
        assert_eq!(one.len(), 1);
        assert_eq!(one, runs(&record(&sentence.to_uppercase().replace(" FOUR", ", (FOUR)"))));
        assert_eq!(runs(&record(&format!("{sentence} thirteen"))).intersection(&one).count(), 1);
        assert!(runs(&record(&sentence.replace("six", "6"))).is_disjoint(&one));
        assert!(runs(&record(&sentence.replace(" twelve", ""))).is_empty());
    }
}
