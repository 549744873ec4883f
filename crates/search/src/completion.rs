//! Completes what somebody types: the best of many texts that have a word beginning so.
//!
//! Held in memory. All places where a word of a text begins are sorted by what follows, so that what begins as typed
//! lies side by side; a tree of minima over them finds the best without reading them all.

mod texts;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use domain::text::fold;

pub use texts::{QUESTIONS, Suggested, TERMS, Texts};

/// Words of a text by which it is found; the rest of a long title is not.
const WORDS_MAX: usize = 32;

/// Texts of ranked entries, prepared for completion.
#[derive(Debug, Default)]
pub struct Completions {
    texts: Vec<Text>,
    /// Every place where a word begins, as text and byte, sorted by what follows there.
    starts: Vec<(u32, u32)>,
    /// A segment tree: the leaves are the ranks of `starts`, each node above has the smaller of its two.
    best: Vec<u32>,
}

/// A text of an entry.
#[derive(Debug)]
struct Text {
    /// The place of its entry; the best is 0.
    rank: u32,
    folded: Box<str>,
}

/// Where words of a folded text begin.
fn word_starts(folded: &str) -> impl Iterator<Item = u32> + '_ {
    let after_spaces = folded.bytes().enumerate().filter(|(_, byte)| *byte == b' ').map(|(at, _)| at + 1);
    let starts = std::iter::once(0).filter(move |_| !folded.is_empty()).chain(after_spaces);
    starts.take(WORDS_MAX).filter_map(|at| u32::try_from(at).ok())
}

impl Completions {
    /// Prepares texts, each with the place of its entry among all: the best is 0. An entry may have several.
    pub fn new<'t>(texts: impl IntoIterator<Item = (usize, &'t str)>) -> Self {
        let mut all = Self::default();
        for (rank, text) in texts {
            let (Ok(rank), Ok(number)) = (u32::try_from(rank), u32::try_from(all.texts.len())) else { break };
            let folded = fold(text);
            all.starts.extend(word_starts(&folded).map(|at| (number, at)));
            all.texts.push(Text { rank, folded: folded.into() });
        }
        let mut starts = std::mem::take(&mut all.starts);
        starts.sort_unstable_by(|a, b| all.from(*a).cmp(all.from(*b)));
        all.best = vec![u32::MAX; starts.len()];
        all.best.extend(starts.iter().map(|(text, _)| all.texts[*text as usize].rank));
        for node in (1..starts.len()).rev() {
            all.best[node] = all.best[2 * node].min(all.best[2 * node + 1]);
        }
        all.starts = starts;
        all
    }

    /// A folded text from a place on.
    fn from(&self, (text, at): (u32, u32)) -> &str {
        &self.texts[text as usize].folded[at as usize..]
    }

    /// The places of the best entries with a word that begins as typed, best first. What is typed may be several words
    /// that follow each other.
    pub fn beginning(&self, typed: &str, limit: usize) -> Vec<usize> {
        let folded = fold(typed);
        if folded.is_empty() {
            return Vec::new();
        }
        let begin = self.starts.partition_point(|start| self.from(*start) < folded.as_str());
        let length = self.starts[begin..].partition_point(|start| self.from(*start).starts_with(&folded));
        let mut found: Vec<usize> = Vec::new();
        let mut heap: BinaryHeap<Reverse<(u32, usize)>> = self
            .covering(begin..begin + length)
            .into_iter()
            .map(|node| Reverse((self.best[node], node)))
            .collect();
        while let Some(Reverse((rank, node))) = heap.pop() {
            if node < self.starts.len() {
                heap.extend([2 * node, 2 * node + 1].map(|below| Reverse((self.best[below], below))));
                continue;
            }
            // An entry with two such words comes twice, one after the other.
            if found.last() != Some(&(rank as usize)) {
                if found.len() == limit {
                    break;
                }
                found.push(rank as usize);
            }
        }
        found
    }

    /// The nodes whose leaves are exactly a range of places.
    fn covering(&self, places: Range<usize>) -> Vec<usize> {
        let (mut from, mut to) = (places.start + self.starts.len(), places.end + self.starts.len());
        let mut nodes = Vec::new();
        while from < to {
            if from % 2 == 1 {
                nodes.push(from);
                from += 1;
            }
            if to % 2 == 1 {
                to -= 1;
                nodes.push(to);
            }
            (from, to) = (from / 2, to / 2);
        }
        nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn any_word_is_completed_and_the_best_comes_first() {
        let texts = [
            (0, "Live facial recognition"),
            (1, "Café rota"),
            (2, "Factory inspections"),
            (2, "Inspection of facilities"),
            (3, "Recognition of faces"),
        ];
        let all = Completions::new(texts);
        for (typed, limit, expected) in [
            ("fac", 9, &[0, 2, 3][..]),
            ("FAC", 2, &[0, 2]),
            ("facial rec", 9, &[0]),
            ("cafe", 9, &[1]),
            ("recog", 9, &[0, 3]),
            ("acial", 9, &[]),
            ("", 9, &[]),
            ("!!", 9, &[]),
            ("zzz", 9, &[]),
            ("fac", 0, &[]),
        ] {
            assert_eq!(all.beginning(typed, limit), expected, "{typed}");
        }
        assert!(Completions::new([]).beginning("a", 5).is_empty());
    }

    proptest! {
        #[test]
        fn it_agrees_with_reading_every_text(
            texts in proptest::collection::vec("[ab ]{0,8}", 0..40),
            typed in "[ab]{1,3}",
            limit in 1_usize..10,
        ) {
            let all = Completions::new(texts.iter().map(String::as_str).enumerate());
            let expected: Vec<usize> = texts
                .iter()
                .enumerate()
                .filter(|(_, text)| format!(" {}", fold(text)).contains(&format!(" {typed}")))
                .map(|(rank, _)| rank)
                .take(limit)
                .collect();
            prop_assert_eq!(all.beginning(&typed, limit), expected);
        }
    }
}
