//! Passes over all matches that call a visitor for each: for lists of changes, tables and counts that [`crate::collect`]
//! cannot take from what it keeps.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::collect::{Gate, Values, Window};
use crate::schema::column;
use crate::view::{NONE, View};

/// Is called for every matching record in the window.
pub(crate) trait Visit: Send + 'static {
    fn visit(&mut self, change: i64, facets: &[u32], published_at: i64);
}

/// A pass that calls a visitor for every matching record in the window, with one visitor per segment.
#[derive(Debug, Clone)]
pub(crate) struct Visits<F> {
    pub(crate) view: Arc<View>,
    pub(crate) window: Window,
    pub(crate) visitor: F,
}

/// The visit of one segment.
pub(crate) struct SegmentVisit<V> {
    gate: Gate,
    published_at: Values<i64>,
    visitor: V,
}

impl<V: Visit> SegmentCollector for SegmentVisit<V> {
    type Fruit = V;

    fn collect(&mut self, doc: DocId, _: Score) {
        if let Some(change) = self.gate.pass(doc) {
            self.visitor.visit(change, self.gate.laid_out.facets(doc), self.published_at.get_val(doc));
        }
    }

    fn harvest(self) -> V {
        self.visitor
    }
}

/// Counts the records with each value of one facet.
pub(crate) struct Tally {
    /// What each value counts as, by its number in the view.
    reading: Arc<Vec<u32>>,
    /// The values of one record.
    here: Vec<u32>,
    counts: Vec<u32>,
}

impl Tally {
    pub(crate) fn new(reading: Arc<Vec<u32>>) -> Self {
        Self { counts: vec![0; reading.len()], here: Vec::new(), reading }
    }

    /// How often each value occurs, by its number in the view, in all segments.
    pub(crate) fn sum(segments: Vec<Self>) -> Vec<u32> {
        let mut all = Vec::new();
        for segment in segments {
            all.resize(segment.counts.len(), 0);
            all.iter_mut().zip(&segment.counts).for_each(|(sum, count)| *sum += count);
        }
        all
    }
}

impl Visit for Tally {
    fn visit(&mut self, _: i64, facets: &[u32], _: i64) {
        read(&self.reading, facets, &mut self.here);
        self.here.iter().for_each(|value| self.counts[*value as usize] += 1);
    }
}

/// The values that a record's values count as, each once.
pub(crate) fn read(reading: &[u32], facets: &[u32], into: &mut Vec<u32>) {
    into.clear();
    into.extend(facets.iter().map(|value| reading[*value as usize]).filter(|value| *value != NONE));
    into.sort_unstable();
    into.dedup();
}

impl<V: Visit, F: Fn() -> V + Send + Sync> Collector for Visits<F> {
    type Fruit = Vec<V>;
    type Child = SegmentVisit<V>;

    fn for_segment(&self, place: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        Ok(SegmentVisit {
            gate: Gate::open(self.window, self.view.laid_out(place), segment)?,
            published_at: segment.fast_fields().column_first_or_default(column::PUBLISHED_AT)?,
            visitor: (self.visitor)(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<V>) -> tantivy::Result<Vec<V>> {
        Ok(segments)
    }
}
