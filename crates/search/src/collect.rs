//! One pass over all matches: the exact total, the best hits after a place, and facet counts.

use std::cmp::Ordering;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::current::{Bits, Current};
use crate::schema::column;
use crate::view::{LaidOut, View};

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Latest change first.
    Change,
    /// By a text, ascending, then by change.
    Text(&'static str),
    /// By a number, then latest change first.
    Number(&'static str, Direction),
    /// Best match first, then latest change first.
    Score,
}

/// Which number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The lowest.
    Up,
    /// The highest.
    Down,
}

impl Direction {
    /// The number by which to order so that the highest comes first.
    fn key(self, number: i64) -> i64 {
        match self {
            Self::Up => number.saturating_neg(),
            Self::Down => number,
        }
    }
}

/// What a hit is ordered by, besides its change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Key {
    /// Only its change.
    Change,
    /// A text.
    Text(String),
    /// A number, of which the highest comes first.
    Number(i64),
    /// The relevance score.
    Score(f32),
}

/// A matching record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    pub(crate) key: Key,
    pub(crate) change: i64,
}

impl Hit {
    fn compare(&self, other: &Self) -> Ordering {
        let latest = other.change.cmp(&self.change);
        match (&self.key, &other.key) {
            (Key::Text(a), Key::Text(b)) => a.cmp(b).then(self.change.cmp(&other.change)),
            (Key::Number(a), Key::Number(b)) => b.cmp(a).then(latest),
            (Key::Score(a), Key::Score(b)) => b.total_cmp(a).then(latest),
            _ => latest,
        }
    }
}

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
}

/// The result of a pass.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Number of matches, including those before the starting place.
    pub(crate) total: u64,
    /// The best hits, best first.
    pub(crate) hits: Vec<Hit>,
    /// How often each facet value occurs, by its number in the view.
    pub(crate) counts: Vec<u32>,
}

pub(crate) type Values<T> = Arc<dyn ColumnValues<T>>;

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
        self.in_dates(doc).then_some(change)
    }

    /// Whether a record's dates are in the window.
    fn in_dates(&self, doc: DocId) -> bool {
        let published = self.published_at.as_ref().is_none_or(|column| {
            let at = column.get_val(doc);
            self.window.published_from <= at && at < self.window.published_before
        });
        published
            && self.updated_at.as_ref().is_none_or(|column| column.get_val(doc) >= self.window.updated_from)
    }
}

/// How a segment orders its records; the lowest rank is best.
type Rank = (u64, u64);

enum Ranks {
    Change,
    Text(Option<StrColumn>, Option<Column<u64>>),
    Number(Values<i64>, Direction),
    Score,
}

impl Ranks {
    // Lower ranks are better, so values that should be high are complemented.
    fn rank(&self, doc: DocId, change: i64, score: Score) -> Rank {
        let latest = !change.unsigned_abs();
        match self {
            Self::Change => (0, latest),
            Self::Text(_, ords) => {
                (ords.as_ref().and_then(|ords| ords.first(doc)).unwrap_or(0), change.unsigned_abs())
            }
            Self::Number(values, direction) => (!shifted(direction.key(values.get_val(doc))), latest),
            Self::Score => (!u64::from(score.max(0.0).to_bits()), latest),
        }
    }

    /// Whether the score alone rules a record out of the best.
    fn is_hopeless(&self, score: Score, best: &Best) -> bool {
        matches!(self, Self::Score)
            && best.bar.is_some_and(|bar| !u64::from(score.max(0.0).to_bits()) > bar.0)
    }

    /// The rank of the place after which the best hits start.
    fn place(&self, hit: &Hit) -> tantivy::Result<Rank> {
        let latest = !hit.change.unsigned_abs();
        Ok(match (self, &hit.key) {
            (Self::Text(Some(column), _), Key::Text(text)) => {
                match column.dictionary().term_ord_or_next(text)? {
                    tantivy::columnar::TermOrdHit::Exact(ord) => (ord, hit.change.unsigned_abs()),
                    tantivy::columnar::TermOrdHit::Next(ord) => (ord, 0),
                }
            }
            (Self::Number(..), Key::Number(number)) => (!shifted(*number), latest),
            (Self::Score, Key::Score(score)) => (!u64::from(score.max(0.0).to_bits()), latest),
            _ => (0, latest),
        })
    }

    fn key(&self, rank: Rank) -> tantivy::Result<Key> {
        Ok(match self {
            Self::Change => Key::Change,
            Self::Text(column, _) => {
                let mut text = String::new();
                if let Some(column) = column {
                    column.ord_to_str(rank.0, &mut text)?;
                }
                Key::Text(text)
            }
            Self::Number(..) => Key::Number((!rank.0 ^ (1 << 63)).cast_signed()),
            Self::Score => Key::Score(f32::from_bits((!rank.0 & u64::from(u32::MAX)) as u32)),
        })
    }

    fn change(&self, rank: Rank) -> i64 {
        match self {
            Self::Text(..) => rank.1.cast_signed(),
            _ => (!rank.1).cast_signed(),
        }
    }
}

/// Maps signed numbers to unsigned ones in the same order.
fn shifted(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Keeps the lowest of many ranks. It collects twice as many as needed and then cuts back: a heap would move
/// for every record when ranks come in descending order, as latest changes do.
struct Best {
    limit: usize,
    ranks: Vec<Rank>,
    /// Ranks not lower than this cannot be among the best.
    bar: Option<Rank>,
}

impl Best {
    fn new(limit: usize) -> Self {
        Self { limit, ranks: Vec::with_capacity(2 * limit), bar: None }
    }

    fn offer(&mut self, rank: Rank) {
        if self.limit == 0 || self.bar.is_some_and(|bar| rank >= bar) {
            return;
        }
        if self.ranks.len() == 2 * self.limit {
            self.ranks.select_nth_unstable(self.limit - 1);
            self.ranks.truncate(self.limit);
            self.bar = self.ranks.last().copied();
        }
        self.ranks.push(rank);
    }

    fn sorted(mut self) -> Vec<Rank> {
        self.ranks.sort_unstable();
        self.ranks.truncate(self.limit);
        self.ranks
    }
}

/// The pass over one segment.
pub(crate) struct SegmentScan {
    gate: Gate,
    ranks: Ranks,
    after: Option<Rank>,
    total: u64,
    best: Best,
    counting: Counting,
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
    type Fruit = tantivy::Result<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let change = if let Counting::AtTheEnd(current, matching) = &mut self.counting {
            if !current.docs.has(doc) || !self.gate.in_dates(doc) {
                return;
            }
            matching.add(doc);
            if self.ranks.is_hopeless(score, &self.best) {
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
        if self.after.is_none_or(|after| rank > after) {
            self.best.offer(rank);
        }
    }

    fn harvest(self) -> Self::Fruit {
        let hits = self
            .best
            .sorted()
            .into_iter()
            .map(|rank| Ok(Hit { key: self.ranks.key(rank)?, change: self.ranks.change(rank) }));
        let hits = hits.collect::<tantivy::Result<_>>()?;
        let counts = match self.counting {
            Counting::No => Vec::new(),
            Counting::Each(counts) => counts,
            Counting::AtTheEnd(current, matching) => {
                current.count(&self.gate.laid_out, &matching, self.total)
            }
        };
        Ok(Found { total: self.total, hits, counts })
    }
}

impl Collector for Scan {
    type Fruit = Found;
    type Child = SegmentScan;

    fn for_segment(&self, place: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentScan> {
        let fast = segment.fast_fields();
        let ranks = match self.order {
            Order::Change => Ranks::Change,
            Order::Text(column) => {
                let column = fast.str(column)?;
                let ords = column.as_ref().map(|column| column.ords().clone());
                Ranks::Text(column, ords)
            }
            Order::Number(column, direction) => {
                Ranks::Number(fast.column_first_or_default(column)?, direction)
            }
            Order::Score => Ranks::Score,
        };
        let after = self.after.as_ref().map(|hit| ranks.place(hit)).transpose()?;
        Ok(SegmentScan {
            gate: Gate::open(self.window, self.view.laid_out(place), segment)?,
            ranks,
            after,
            total: 0,
            best: Best::new(self.limit),
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

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Found>>) -> tantivy::Result<Found> {
        let mut all = Found::default();
        for segment in segments {
            let segment = segment?;
            all.total += segment.total;
            all.hits.extend(segment.hits);
            if all.counts.len() < segment.counts.len() {
                all.counts.resize(segment.counts.len(), 0);
            }
            all.counts.iter_mut().zip(&segment.counts).for_each(|(sum, count)| *sum += count);
        }
        all.hits.sort_unstable_by(Hit::compare);
        all.hits.truncate(self.limit);
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_the_first_of_all_sorted(
            ranks in prop::collection::vec((0_u64..50, 0_u64..50), 0..300),
            limit in 0_usize..40,
        ) {
            let mut best = Best::new(limit);
            ranks.iter().for_each(|rank| best.offer(*rank));
            let mut all = ranks;
            all.sort_unstable();
            all.truncate(limit);
            prop_assert_eq!(best.sorted(), all);
        }
    }
}
