//! What an order of records is worth, by the usual measures of information retrieval.
//!
//! nDCG with exponential gains is that of Burges et al., "Learning to rank using gradient descent" (2005); a record that
//! nobody judged counts as grade 0.

use std::collections::BTreeMap;

use crate::tables::Key;

/// How many records of an order count for nDCG.
const FIRST: usize = 10;
/// How many count for precision.
const TOP: usize = 5;
/// How many count for recall.
const PAGE: usize = 50;

/// What one order is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// nDCG@10, from 0 to 1.
    pub ndcg: f64,
    /// Precision@5: the share of the first five places that hold a record of grade 1 or 2.
    pub precision: f64,
    /// Recall@50: the share of records of grade 1 or 2 that are among the first fifty.
    pub recall: f64,
    /// Whether any of the first ten has grade 1 or 2.
    pub hit: bool,
    /// The share of the first ten that nobody judged; 0 if there are none.
    pub unjudged: f64,
}

/// The score of an order, best record first. `None` if no judged record is relevant: then every order is as good.
pub fn score(found: &[Key], judged: &BTreeMap<Key, u8>) -> Option<Score> {
    let relevant = judged.values().filter(|grade| **grade > 0).count();
    if relevant == 0 {
        return None;
    }
    let grades: Vec<u8> = found.iter().map(|key| judged.get(key).copied().unwrap_or(0)).collect();
    let good = |places: usize| grades.iter().take(places).filter(|grade| **grade > 0).count();
    let unjudged = found.iter().take(FIRST).filter(|key| !judged.contains_key(*key)).count();
    Some(Score {
        ndcg: ndcg(&grades, &judged.values().copied().collect::<Vec<_>>()),
        precision: share(good(TOP), TOP),
        recall: share(good(PAGE), relevant),
        hit: good(FIRST) > 0,
        unjudged: share(unjudged, found.len().min(FIRST)),
    })
}

/// nDCG@10 of an order: `found` are the grades of its records, best first, `all` those of every judged record, in any
/// order. 0 if nothing is relevant.
pub fn ndcg(found: &[u8], all: &[u8]) -> f64 {
    let mut ideal = all.to_vec();
    ideal.sort_unstable_by(|one, other| other.cmp(one));
    let best = gained(&ideal);
    if best == 0.0 { 0.0 } else { gained(found) / best }
}

/// Discounted cumulative gain of the first ten: `(2^grade - 1) / log2(place + 1)`, places counted from 1.
fn gained(grades: &[u8]) -> f64 {
    let gain = |(place, grade): (usize, &u8)| (f64::from(*grade).exp2() - 1.0) / (place as f64 + 2.0).log2();
    grades.iter().take(FIRST).enumerate().map(gain).sum()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Means over questions that have a relevant record.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Means {
    /// How many questions.
    pub questions: usize,
    /// Mean nDCG@10.
    pub ndcg: f64,
    /// Mean precision@5.
    pub precision: f64,
    /// Mean recall@50.
    pub recall: f64,
    /// Questions without a relevant record among the first ten.
    pub without: usize,
    /// Mean share of the first ten that nobody judged.
    pub unjudged: f64,
}

impl Means {
    /// The means of scores; all 0 if there are none.
    pub fn of<'a>(scores: impl IntoIterator<Item = &'a Score>) -> Self {
        let mut sums = Self::default();
        for score in scores {
            sums.questions += 1;
            sums.ndcg += score.ndcg;
            sums.precision += score.precision;
            sums.recall += score.recall;
            sums.without += usize::from(!score.hit);
            sums.unjudged += score.unjudged;
        }
        let mean = |sum: f64| if sums.questions == 0 { 0.0 } else { sum / sums.questions as f64 };
        Self {
            ndcg: mean(sums.ndcg),
            precision: mean(sums.precision),
            recall: mean(sums.recall),
            unjudged: mean(sums.unjudged),
            ..sums
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with a figure worked by hand to four places.
    #[track_caller]
    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
    }

    #[track_caller]
    fn check(found: &[u8], all: &[u8], expected: f64) {
        near(ndcg(found, all), expected);
    }

    #[test]
    fn ndcg_is_what_it_is_by_hand() {
        check(&[2, 1, 0], &[0, 1, 2], 1.0);
        // (1/log2(2) + 3/log2(3)) / (3/log2(2) + 1/log2(3)) = 2.892789 / 3.630930
        check(&[1, 2], &[2, 1], 0.7967);
        // (0 + 3/log2(3) + 0 + 1/log2(5)) / (3 + 1/log2(3) + 1/log2(4)) = 2.323466 / 4.130930
        check(&[0, 2, 0, 1], &[2, 1, 1, 0, 0], 0.5625);
        // With two grades only: 1/log2(3).
        check(&[0, 1], &[1], 0.6309);
        check(&[0, 0], &[1, 1, 1], 0.0);
        check(&[], &[2], 0.0);
        check(&[0], &[0], 0.0);
    }

    #[test]
    fn only_the_first_ten_count() {
        let mut late = vec![0; 10];
        late.push(2);
        check(&late, &[2], 0.0);
        check(&[2; 10], &[2; 30], 1.0);
    }

    fn key(name: &str) -> Key {
        Key { source: "nl".to_owned(), key: name.to_owned() }
    }

    #[test]
    fn a_score_has_every_measure() {
        let judged = BTreeMap::from([(key("a"), 2), (key("b"), 1), (key("c"), 0), (key("d"), 1)]);
        let score = score(&["c", "a", "x", "b"].map(key), &judged).unwrap();
        // (3/log2(3) + 1/log2(5)) / (3 + 1/log2(3) + 1/log2(4))
        near(score.ndcg, 0.5625);
        near(score.precision, 0.4);
        near(score.recall, 2.0 / 3.0);
        near(score.unjudged, 0.25);
        assert!(score.hit);
    }

    #[test]
    fn a_question_without_a_relevant_record_has_no_score() {
        assert_eq!(score(&[key("a")], &BTreeMap::from([(key("a"), 0)])), None);
        assert_eq!(score(&[], &BTreeMap::new()), None);
    }

    #[test]
    fn means_count_questions_without_a_hit() {
        let one = Score { ndcg: 1.0, precision: 0.4, recall: 1.0, hit: true, unjudged: 0.0 };
        let other = Score { ndcg: 0.0, precision: 0.0, recall: 0.5, hit: false, unjudged: 0.5 };
        let means = Means::of(&[one, other]);
        assert_eq!((means.questions, means.without), (2, 1));
        for (found, expected) in
            [(means.ndcg, 0.5), (means.precision, 0.2), (means.recall, 0.75), (means.unjudged, 0.25)]
        {
            near(found, expected);
        }
        assert_eq!(Means::of(&[]), Means::default());
    }
}
