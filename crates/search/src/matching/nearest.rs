//! The records that come nearest to a question.

use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, Query,
};

use super::build::Unit;
use super::terms::best_of;
use super::weights::{BESIDES_COVERED, COVERED, COVERED_LEAST, RELATED_SHARE};

/// How many of a question's telling words a record must have to come near: a third, at least one.
fn least(telling: usize) -> usize {
    ((telling as f32 * COVERED_LEAST).ceil() as usize).max(1)
}

/// Records with enough of the telling words, ordered by how much of the question's weight they have, then by the usual
/// score. Words that no record has are left out. `None` if there are no telling words.
pub(super) fn covering(units: &[Unit]) -> Option<Box<dyn Query>> {
    let mut each: Vec<&Unit> = Vec::with_capacity(units.len());
    for unit in units.iter().filter(|unit| !unit.having.is_empty() || !unit.related.is_empty()) {
        if !each.iter().any(|other| other.word == unit.word) {
            each.push(unit);
        }
    }
    let whole: f32 = each.iter().map(|unit| unit.idf).sum();
    if each.is_empty() || whole <= 0.0 {
        return None;
    }
    let typed = each.iter().filter(|unit| unit.is_typed).count();
    let covered: Vec<Box<dyn Query>> =
        each.iter().map(|unit| covered(unit, COVERED * unit.idf / whole)).collect();
    Some(Box::new(BooleanQuery::union_with_minimum_required_clauses(covered, least(typed))))
}

/// Records with one telling word, or with what is related to it.
fn covered(unit: &Unit, share: f32) -> Box<dyn Query> {
    let copied = |queries: &[Box<dyn Query>]| queries.iter().map(|query| query.box_clone()).collect();
    let mut ways: Vec<Box<dyn Query>> = Vec::new();
    for (queries, share) in [(&unit.having, share), (&unit.related, share * RELATED_SHARE)] {
        if let Some(any) = best_of(copied(queries)) {
            let score: Box<dyn Query> = Box::new(BoostQuery::new(any.box_clone(), BESIDES_COVERED));
            let share: Box<dyn Query> = Box::new(ConstScoreQuery::new(any, share));
            ways.push(Box::new(BooleanQuery::new(vec![(Occur::Must, share), (Occur::Should, score)])));
        }
    }
    match ways.len() {
        0 => Box::new(EmptyQuery),
        1 => ways.remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(ways)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_the_words_comes_near() {
        let asked = [0, 1, 2, 3, 4, 5, 8];
        assert_eq!(asked.map(least), [1, 1, 1, 1, 2, 2, 3]);
    }
}
