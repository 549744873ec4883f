//! Searches for many phrases at once, as whole words and whatever their spelling.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::fold;

/// Phrases to search for.
#[derive(Debug)]
pub struct Phrases {
    finder: AhoCorasick,
}

impl Phrases {
    /// Builds a search for these phrases, each identified by its position. A phrase without letters or digits
    /// is never found.
    pub fn of<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let padded = phrases.into_iter().map(|phrase| match fold(phrase) {
            empty if empty.is_empty() => "\0".to_owned(),
            folded => format!(" {folded} "),
        });
        // Only the standard kind finds overlapping matches, which are needed because neighbouring words share
        // a space.
        let finder = AhoCorasick::builder().match_kind(MatchKind::Standard).build(padded);
        Self { finder: finder.expect("an automaton of names takes some megabytes at most") }
    }

    /// Positions of the phrases found in a text prepared by [`padded`].
    pub fn found(&self, text: &str) -> impl Iterator<Item = usize> {
        self.finder.find_overlapping_iter(text).map(|found| found.pattern().as_usize())
    }
}

/// Prepares a text for [`Phrases`]: folded, with a space at either end.
pub fn padded(text: &str) -> String {
    format!(" {} ", fold(text))
}
