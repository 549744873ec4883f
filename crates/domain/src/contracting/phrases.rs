//! Many phrases looked for at once, as whole words whatever their spelling.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::fold;

/// Phrases to look for.
#[derive(Debug)]
pub struct Phrases {
    finder: AhoCorasick,
}

impl Phrases {
    /// These phrases; each is known by its place. One without letters or digits is never found.
    pub fn of<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let padded = phrases.into_iter().map(|phrase| match fold(phrase) {
            empty if empty.is_empty() => "\0".to_owned(),
            folded => format!(" {folded} "),
        });
        // Overlapping matches need the standard kind; words share the space between them.
        let finder = AhoCorasick::builder().match_kind(MatchKind::Standard).build(padded);
        Self { finder: finder.expect("phrases of names make an automaton of some megabytes at most") }
    }

    /// The places of the phrases that stand in a text that [`padded`] made.
    pub fn found(&self, text: &str) -> impl Iterator<Item = usize> {
        self.finder.find_overlapping_iter(text).map(|found| found.pattern().as_usize())
    }
}

/// A text in which [`Phrases`] are found: folded, with a space at either end.
pub fn padded(text: &str) -> String {
    format!(" {} ", fold(text))
}
