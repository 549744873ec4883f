//! The current records of a segment, and how often each facet value occurs among them. A query that matches
//! nearly all of them is counted by subtracting the rest.

use tantivy::{DocId, SegmentReader};

use crate::view::LaidOut;

/// A set of a segment's records, one bit each.
#[derive(Debug, Clone)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn none(docs: usize) -> Self {
        Self(vec![0; docs.div_ceil(64)])
    }

    pub(crate) fn add(&mut self, doc: DocId) {
        self.0[doc as usize / 64] |= 1 << (doc % 64);
    }

    pub(crate) fn has(&self, doc: DocId) -> bool {
        self.0[doc as usize / 64] & (1 << (doc % 64)) != 0
    }

    fn iter(&self) -> impl Iterator<Item = DocId> {
        set(self.0.iter().copied())
    }

    /// The records in this set and not in the other.
    fn without(&self, other: &Self) -> impl Iterator<Item = DocId> {
        set(self.0.iter().zip(&other.0).map(|(here, there)| here & !there))
    }
}

/// The positions of the bits that are set.
fn set(words: impl Iterator<Item = u64>) -> impl Iterator<Item = DocId> {
    (0..).step_by(64).zip(words).flat_map(|(first, mut word)| {
        std::iter::from_fn(move || {
            let bit = word.trailing_zeros();
            word &= word.checked_sub(1)?;
            Some(first + bit)
        })
    })
}

/// The current records of one segment, in one state of the index.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) docs: Bits,
    total: u64,
    counts: Vec<u32>,
}

impl Current {
    /// Finds the current records. If an earlier state is known, only what was deleted since is subtracted:
    /// superseding a record deletes its document and adds another, so no record here becomes current again.
    pub(crate) fn find(segment: &SegmentReader, laid_out: &LaidOut, before: Option<&Self>) -> Self {
        let mut docs = Bits::none(segment.max_doc() as usize);
        let mut total = 0;
        for doc in segment.doc_ids_alive().filter(|doc| laid_out.is_current(*doc)) {
            docs.add(doc);
            total += 1;
        }
        let mut counts;
        match before {
            Some(before) => {
                counts = before.counts.clone();
                for doc in before.docs.without(&docs) {
                    laid_out.facets(doc).iter().for_each(|value| counts[*value as usize] -= 1);
                }
            }
            None => {
                counts = Vec::new();
                docs.iter().for_each(|doc| count(laid_out, doc, &mut counts));
            }
        }
        Self { docs, total, counts }
    }

    /// How often each facet value occurs among `total` matching records.
    pub(crate) fn count(&self, laid_out: &LaidOut, matching: &Bits, total: u64) -> Vec<u32> {
        let mut counts = Vec::new();
        if total * 2 > self.total {
            counts.clone_from(&self.counts);
            for doc in self.docs.without(matching) {
                laid_out.facets(doc).iter().for_each(|value| counts[*value as usize] -= 1);
            }
        } else {
            matching.iter().for_each(|doc| count(laid_out, doc, &mut counts));
        }
        counts
    }
}

fn count(laid_out: &LaidOut, doc: DocId, counts: &mut Vec<u32>) {
    for value in laid_out.facets(doc) {
        let value = *value as usize;
        if value >= counts.len() {
            counts.resize(value + 1, 0);
        }
        counts[value] += 1;
    }
}
