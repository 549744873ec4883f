//! What a question asks of the index, in a form from which queries of different width are made: by words only, with
//! synonyms, or with translations too.

use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query};

use super::terms::best_of;
use crate::exclusion::Exclusion;
use crate::found::Match;

/// Part of a question.
#[derive(Debug)]
pub(super) enum Plan {
    /// Words, which stand for nothing else.
    Words(Box<dyn Query>),
    /// All of these; at least one.
    All(Vec<Plan>),
    /// One of these; at least one.
    Any(Vec<Plan>),
    /// Not this.
    Not(Box<dyn Query>),
    /// Words that stand for more.
    Wide {
        /// The words themselves.
        own: Box<Plan>,
        /// What they name.
        named: Option<Box<dyn Query>>,
        synonyms: Option<Box<dyn Query>>,
        translations: Option<Box<dyn Query>>,
    },
}

impl Plan {
    /// The records found by matches up to this one.
    pub(super) fn query(&self, up_to: Match) -> Box<dyn Query> {
        match self {
            Self::Words(query) => query.box_clone(),
            Self::All(parts) => all(parts, up_to),
            Self::Any(parts) => {
                let mut any: Vec<Box<dyn Query>> = parts.iter().map(|part| part.query(up_to)).collect();
                if any.len() == 1 { any.remove(0) } else { Box::new(BooleanQuery::union(any)) }
            }
            Self::Not(_) => all(std::slice::from_ref(self), up_to),
            Self::Wide { own, named, synonyms, translations } => {
                let mut any = vec![own.query(up_to)];
                any.extend(named.as_ref().map(|query| query.box_clone()));
                any.extend(
                    synonyms.iter().filter(|_| up_to >= Match::Synonyms).map(|query| query.box_clone()),
                );
                any.extend(
                    translations
                        .iter()
                        .filter(|_| up_to >= Match::Translation)
                        .map(|query| query.box_clone()),
                );
                best_of(any).unwrap_or_else(|| Box::new(EmptyQuery))
            }
        }
    }

    /// The widest match that it can have.
    pub(super) fn widest(&self) -> Match {
        match self {
            Self::Words(_) | Self::Not(_) => Match::Words,
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().map(Self::widest).max().unwrap_or(Match::Words)
            }
            Self::Wide { translations: Some(_), .. } => Match::Translation,
            Self::Wide { own, synonyms: Some(_), .. } => own.widest().max(Match::Synonyms),
            Self::Wide { own, .. } => own.widest(),
        }
    }

    /// What it excludes, if it is all of several things.
    pub(super) fn exclusions(&self) -> Vec<Box<dyn Query>> {
        let parts = match self {
            Self::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        parts.iter().filter_map(Self::excluded).collect()
    }

    fn excluded(&self) -> Option<Box<dyn Query>> {
        match self {
            Self::Not(query) => Some(Box::new(Exclusion(query.box_clone()))),
            _ => None,
        }
    }
}

/// All of these, and none of what they exclude.
fn all(parts: &[Plan], up_to: Match) -> Box<dyn Query> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        clauses.push(match part.excluded() {
            Some(excluded) => (Occur::MustNot, excluded),
            None => (Occur::Must, part.query(up_to)),
        });
    }
    if !clauses.iter().any(|(occur, _)| *occur == Occur::Must) {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    }
    match clauses.len() {
        1 => clauses.remove(0).1,
        _ => Box::new(BooleanQuery::new(clauses)),
    }
}
