//! Orders of hits: ranks, by which a segment compares its own records, and keys, by which all segments do.

use std::cmp::Ordering;
use std::sync::Arc;

use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentReader};

pub(crate) type Values<T> = Arc<dyn ColumnValues<T>>;

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

impl Key {
    /// The key as a cursor carries it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Change => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Score(score) => score.to_bits().to_string(),
        }
    }
}

/// A matching record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    pub(crate) key: Key,
    pub(crate) change: i64,
}

impl Hit {
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let latest = other.change.cmp(&self.change);
        match (&self.key, &other.key) {
            (Key::Text(a), Key::Text(b)) => a.cmp(b).then(self.change.cmp(&other.change)),
            (Key::Number(a), Key::Number(b)) => b.cmp(a).then(latest),
            (Key::Score(a), Key::Score(b)) => b.total_cmp(a).then(latest),
            _ => latest,
        }
    }
}

/// How a segment orders its records; the lowest rank is best.
pub(crate) type Rank = (u64, u64);

pub(crate) enum Ranks {
    Change,
    Text(Option<StrColumn>, Option<Column<u64>>),
    Number(Values<i64>, Direction),
    Score,
}

impl Ranks {
    pub(crate) fn open(order: Order, segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(match order {
            Order::Change => Self::Change,
            Order::Text(column) => {
                let column = fast.str(column)?;
                let ords = column.as_ref().map(|column| column.ords().clone());
                Self::Text(column, ords)
            }
            Order::Number(column, direction) => {
                Self::Number(fast.column_first_or_default(column)?, direction)
            }
            Order::Score => Self::Score,
        })
    }

    // Lower ranks are better, so values that should be high are complemented.
    pub(crate) fn rank(&self, doc: DocId, change: i64, score: Score) -> Rank {
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
    pub(crate) fn is_hopeless(&self, score: Score, best: &Best<Rank>) -> bool {
        matches!(self, Self::Score)
            && best.bar.is_some_and(|bar| !u64::from(score.max(0.0).to_bits()) > bar.0)
    }

    /// The rank of the place after which the best hits start.
    pub(crate) fn place(&self, hit: &Hit) -> tantivy::Result<Rank> {
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

    /// The hit that has a rank.
    pub(crate) fn hit(&self, rank: Rank) -> tantivy::Result<Hit> {
        Ok(Hit { key: self.key(rank)?, change: self.change(rank) })
    }

    /// The texts that a segment orders by, ascending; none for other orders.
    pub(crate) fn texts(&self) -> tantivy::Result<Vec<Vec<u8>>> {
        let mut texts = Vec::new();
        if let Self::Text(Some(column), _) = self {
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                texts.push(terms.key().to_vec());
            }
        }
        Ok(texts)
    }
}

/// Maps signed numbers to unsigned ones in the same order.
fn shifted(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Keeps the lowest of many ranks. It collects twice as many as needed and then cuts back: a heap would move
/// for every record when ranks come in descending order, as latest changes do.
pub(crate) struct Best<R> {
    limit: usize,
    ranks: Vec<R>,
    /// Ranks not lower than this cannot be among the best.
    bar: Option<R>,
}

impl<R: Ord + Copy> Best<R> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, ranks: Vec::with_capacity(2 * limit), bar: None }
    }

    pub(crate) fn offer(&mut self, rank: R) {
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

    pub(crate) fn sorted(mut self) -> Vec<R> {
        self.ranks.sort_unstable();
        self.ranks.truncate(self.limit);
        self.ranks
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
