//! Queries for the values of facets. They add nothing to the score.

use domain::facets::{Linked, find};
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::exclusion::Exclusion;
use crate::schema::Fields;

/// Records that have what is asked of facets, one value of each, and none of what is asked without. Facets of the same
/// things are asked of one thing.
pub(crate) fn facets(
    fields: &Fields,
    asked: &[(&'static str, Vec<String>)],
    without: &[(&'static str, Vec<String>)],
) -> Vec<(Occur, Box<dyn Query>)> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    let mut together: Vec<&'static Linked> = Vec::new();
    for (name, values) in asked {
        match Linked::of(name).filter(|linked| !linked.besides(&[*name], asked).is_empty()) {
            Some(linked) if together.iter().any(|one| one.name == linked.name) => {}
            Some(linked) => {
                together.push(linked);
                let things = linked.values_with(asked);
                let lines = things.iter().map(|thing| format!("{}={thing}", linked.name));
                clauses.push((Occur::Must, any_of(fields, lines, 0.0)));
            }
            None => {
                let lines = values.iter().map(|value| format!("{name}={value}"));
                clauses.push((Occur::Must, any_of(fields, lines, 0.0)));
            }
        }
    }
    for facet in without.iter().filter_map(|(name, _)| find(name)) {
        let values = without.iter().filter(|(name, _)| *name == facet.name).flat_map(|(_, values)| values);
        let excluded = any_of(fields, values.flat_map(|value| facet.excluded(value)), 0.0);
        clauses.push((Occur::MustNot, Box::new(Exclusion(excluded))));
    }
    clauses
}

/// Records with one of these values, which are `facet=value` each, all with the same score.
pub(super) fn any_of(fields: &Fields, lines: impl Iterator<Item = String>, score: f32) -> Box<dyn Query> {
    let terms = lines.map(|line| {
        let term = Term::from_field_text(fields.facet, &line);
        Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
    });
    let mut terms: Vec<Box<dyn Query>> = terms.collect();
    let any = match terms.len() {
        0 => return Box::new(EmptyQuery),
        1 => terms.remove(0),
        _ => Box::new(BooleanQuery::union(terms)),
    };
    Box::new(ConstScoreQuery::new(any, score))
}
