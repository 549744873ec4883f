//! Lists in which records alike stand once: of each group only the best match, and how many more match.
//!
//! Which match is the best of its group is decided among all matches of all segments, whatever page is asked for. So a
//! group whose best match was on an earlier page does not come back, and no group is missed.

use crate::ranks::{Best, Hit, Order, Rank, Ranks};
use crate::schema::column;
use crate::view::NONE;

/// The matches of one segment.
pub(crate) struct Members {
    pub(crate) ranks: Ranks,
    /// The rank of the hit after which the page starts.
    pub(crate) after: Option<Rank>,
    /// The rank and the group of each match.
    pub(crate) matches: Vec<(Rank, u32)>,
}

/// The best matches of groups.
pub(crate) struct Folded {
    /// The best hits of the page, best first.
    pub(crate) hits: Vec<Hit>,
    /// For each hit, how many more matches its group has.
    pub(crate) alike: Vec<u64>,
    /// The number of groups, on all pages.
    pub(crate) different: u64,
}

/// The best match of a group so far.
struct Head {
    /// Its rank among the matches of its group in all segments.
    place: Rank,
    /// Its rank in its segment.
    rank: Rank,
    segment: usize,
    /// How many more matches the group has.
    more: u32,
}

/// Folds the matches of all segments. `groups` is the number of groups in the view.
pub(crate) fn fold(
    segments: &[Members],
    order: Order,
    groups: usize,
    limit: usize,
) -> tantivy::Result<Folded> {
    let heads = heads(segments, &Places::of(segments, order)?, groups);
    let mut best: Vec<Best<(Rank, u32)>> = segments.iter().map(|_| Best::new(limit)).collect();
    for head in &heads {
        if segments[head.segment].after.is_none_or(|after| head.rank > after) {
            best[head.segment].offer((head.rank, head.more));
        }
    }
    let mut hits: Vec<(Hit, u64)> = Vec::new();
    for (segment, best) in segments.iter().zip(best) {
        for (rank, more) in best.sorted() {
            hits.push((segment.ranks.hit(rank)?, u64::from(more)));
        }
    }
    hits.sort_unstable_by(|(a, _), (b, _)| a.compare(b));
    hits.truncate(limit);
    let (hits, alike) = hits.into_iter().unzip();
    Ok(Folded { hits, alike, different: heads.len() as u64 })
}

/// The best match of each group.
fn heads(segments: &[Members], places: &Places, groups: usize) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    // For each group, the number of its head.
    let mut numbers = vec![NONE; groups];
    for (segment, members) in segments.iter().enumerate() {
        for &(rank, group) in &members.matches {
            let place = places.place(segment, rank);
            let number = &mut numbers[group as usize];
            if *number == NONE {
                *number = heads.len() as u32;
                heads.push(Head { place, rank, segment, more: 0 });
                continue;
            }
            let head = &mut heads[*number as usize];
            head.more += 1;
            if place < head.place {
                *head = Head { place, rank, segment, more: head.more };
            }
        }
    }
    heads
}

/// How ranks of different segments compare.
enum Places {
    /// As they are.
    Same,
    /// By the change alone: all matches of a group have the same text.
    Change,
    /// By the place of their text among those of all segments: for each segment, the places of its texts.
    Texts(Vec<Vec<u64>>),
}

impl Places {
    fn of(segments: &[Members], order: Order) -> tantivy::Result<Self> {
        match order {
            Order::Text(column::TITLE_KEY) => Ok(Self::Change),
            Order::Text(_) => {
                let texts = segments.iter().map(|segment| segment.ranks.texts());
                let texts = texts.collect::<tantivy::Result<Vec<_>>>()?;
                let mut all: Vec<&[u8]> = texts.iter().flatten().map(Vec::as_slice).collect();
                all.sort_unstable();
                all.dedup();
                let place = |text: &Vec<u8>| all.partition_point(|other| *other < text.as_slice()) as u64;
                Ok(Self::Texts(texts.iter().map(|texts| texts.iter().map(place).collect()).collect()))
            }
            _ => Ok(Self::Same),
        }
    }

    fn place(&self, segment: usize, rank: Rank) -> Rank {
        match self {
            Self::Same => rank,
            Self::Change => (0, rank.1),
            // A segment without any text ranks all its records alike, first.
            Self::Texts(places) => (places[segment].get(rank.0 as usize).copied().unwrap_or(0), rank.1),
        }
    }
}

#[cfg(test)]
mod tests;
