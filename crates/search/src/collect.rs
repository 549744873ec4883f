//! One pass over all matches: the exact total, the best hits after a place, and facet counts.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::current::{Bits, Current};
use crate::once::{Folded, Members, fold};
use crate::ranks::{Best, Rank, Ranks};
pub(crate) use crate::ranks::{Direction, Hit, Key, Order, Values};
use crate::schema::column;
use crate::view::{LaidOut, View};

/// Which records are considered at all, apart from the query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// The state of the register, as a change number.
    pub(crate) change: i64,
    /// First published at this instant or later, in microseconds.
    pub(crate) published_from: i64,
    /// First published before this instant, in microseconds.
    pub(crate) published_before: i64,
    /// Changed at this instant or later, in microseconds.
    pub(crate) updated_from: i64,
    /// Only records of this group of the view; [`NONE`](crate::view::NONE) is the group of no record.
    pub(crate) group: Option<u32>,
}

/// A pass over the matches; see the module's head.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    pub(crate) view: Arc<View>,
    pub(crate) window: Window,
    pub(crate) order: Order,
    /// The hit after which the best ones start.
    pub(crate) after: Option<Hit>,
    /// How many of the best hits to return.
    pub(crate) limit: usize,
    /// Whether to count facet values.
    pub(crate) counts: bool,
    /// Whether only the best hit of each group stands. Totals and counts are of all matches all the same.
    pub(crate) once: bool,
}

impl Scan {
    /// A pass over the same records for the best hits alone: from the first, without counts and groups.
    pub(crate) fn alone(&self, order: Order, limit: usize) -> Self {
        Self {
            view: Arc::clone(&self.view),
            window: self.window,
            order,
            after: None,
            limit,
            counts: false,
            once: false,
        }
    }
}

/// The result of a pass.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Number of matches, including those before the starting place.
    pub(crate) total: u64,
    /// The best hits, best first.
    pub(crate) hits: Vec<Hit>,
    /// For each hit, how many more matches its group has; empty unless only the best of each group stand.
    pub(crate) alike: Vec<u64>,
    /// The number of groups among the matches; the same.
    pub(crate) different: Option<u64>,
    /// How often each facet value occurs, by its number in the view.
    pub(crate) counts: Vec<u32>,
}

/// Decides whether a record of a segment is in the window.
pub(crate) struct Gate {
    window: Window,
    pub(crate) laid_out: Arc<LaidOut>,
    published_at: Option<Values<i64>>,
    updated_at: Option<Values<i64>>,
}

impl Gate {
    pub(crate) fn open(
        window: Window,
        laid_out: Arc<LaidOut>,
        segment: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        // If all values of a column are in range, it need not be read for each record.
        let dated = |column: Values<i64>, from: i64, before: i64| {
            let within = from <= column.min_value() && column.max_value() < before;
            (!within && segment.max_doc() > 0).then_some(column)
        };
        let (from, before) = (window.published_from, window.published_before);
        let published_at = dated(fast.column_first_or_default(column::PUBLISHED_AT)?, from, before);
        let updated_at =
            dated(fast.column_first_or_default(column::UPDATED_AT)?, window.updated_from, i64::MAX);
        Ok(Self { window, laid_out, published_at, updated_at })
    }

    /// The change of a record, if the record is in the window.
    pub(crate) fn pass(&self, doc: DocId) -> Option<i64> {
        let (change, until) = self.laid_out.life(doc);
        if change > self.window.change || until <= self.window.change {
            return None;
        }
        self.is_within(doc).then_some(change)
    }

    /// Whether a record's dates and its group are in the window.
    fn is_within(&self, doc: DocId) -> bool {
        if self.window.group.is_some_and(|group| self.laid_out.group(doc) != group) {
            return false;
        }
        let published = self.published_at.as_ref().is_none_or(|column| {
            let at = column.get_val(doc);
            self.window.published_from <= at && at < self.window.published_before
        });
        published
            && self.updated_at.as_ref().is_none_or(|column| column.get_val(doc) >= self.window.updated_from)
    }
}

/// The pass over one segment.
pub(crate) struct SegmentScan {
    gate: Gate,
    ranks: Ranks,
    after: Option<Rank>,
    total: u64,
    best: Best<Rank>,
    /// All matches with their groups, if only the best of each group stands: which that is, other segments decide too.
    matches: Option<Vec<(Rank, u32)>>,
    counting: Counting,
}

/// What the pass over one segment found.
pub(crate) struct SegmentFound {
    found: Found,
    members: Option<Members>,
}

/// How facet values are counted.
enum Counting {
    /// Not at all.
    No,
    /// One record at a time; for a past state of the register.
    Each(Vec<u32>),
    /// At the end, among the current records: faster, because what does not match can be subtracted.
    AtTheEnd(Arc<Current>, Bits),
}

impl SegmentCollector for SegmentScan {
    type Fruit = tantivy::Result<SegmentFound>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let change = if let Counting::AtTheEnd(current, matching) = &mut self.counting {
            if !current.docs.has(doc) || !self.gate.is_within(doc) {
                return;
            }
            matching.add(doc);
            if self.matches.is_none() && self.ranks.is_hopeless(score, &self.best) {
                self.total += 1;
                return;
            }
            self.gate.laid_out.life(doc).0
        } else {
            let Some(change) = self.gate.pass(doc) else { return };
            change
        };
        self.total += 1;
        if let Counting::Each(counts) = &mut self.counting {
            for &value in self.gate.laid_out.facets(doc) {
                counts[value as usize] += 1;
            }
        }
        let rank = self.ranks.rank(doc, change, score);
        if let Some(matches) = &mut self.matches {
            matches.push((rank, self.gate.laid_out.group(doc)));
        } else if self.after.is_none_or(|after| rank > after) {
            self.best.offer(rank);
        }
    }

    fn harvest(self) -> Self::Fruit {
        let hits = self.best.sorted().into_iter().map(|rank| self.ranks.hit(rank));
        let hits = hits.collect::<tantivy::Result<_>>()?;
        let counts = match self.counting {
            Counting::No => Vec::new(),
            Counting::Each(counts) => counts,
            Counting::AtTheEnd(current, matching) => {
                current.count(&self.gate.laid_out, &matching, self.total)
            }
        };
        let (ranks, after) = (self.ranks, self.after);
        let members = self.matches.map(|matches| Members { ranks, after, matches });
        Ok(SegmentFound { found: Found { total: self.total, hits, counts, ..Found::default() }, members })
    }
}

impl Collector for Scan {
    type Fruit = Found;
    type Child = SegmentScan;

    fn for_segment(&self, place: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentScan> {
        let ranks = Ranks::open(self.order, segment)?;
        let after = self.after.as_ref().map(|hit| ranks.place(hit)).transpose()?;
        Ok(SegmentScan {
            gate: Gate::open(self.window, self.view.laid_out(place), segment)?,
            ranks,
            after,
            total: 0,
            best: Best::new(if self.once { 0 } else { self.limit }),
            matches: self.once.then(Vec::new),
            counting: match self.counts {
                false => Counting::No,
                true if self.window.change == self.view.state.change => {
                    Counting::AtTheEnd(self.view.current(place), Bits::none(segment.max_doc() as usize))
                }
                true => Counting::Each(vec![0; self.view.facet_values()]),
            },
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Score
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<SegmentFound>>) -> tantivy::Result<Found> {
        let mut all = Found::default();
        let mut members = Vec::new();
        for segment in segments {
            let SegmentFound { found, members: here } = segment?;
            all.total += found.total;
            all.hits.extend(found.hits);
            members.extend(here);
            if all.counts.len() < found.counts.len() {
                all.counts.resize(found.counts.len(), 0);
            }
            all.counts.iter_mut().zip(&found.counts).for_each(|(sum, count)| *sum += count);
        }
        if self.once {
            let Folded { hits, alike, different } =
                fold(&members, self.order, self.view.groups(), self.limit)?;
            return Ok(Found { hits, alike, different: Some(different), ..all });
        }
        all.hits.sort_unstable_by(Hit::compare);
        all.hits.truncate(self.limit);
        Ok(all)
    }
}
