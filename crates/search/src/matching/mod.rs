//! Turns a search text into queries of the index.
//!
//! A record is a hit if it has each word or phrase asked for, or a synonym, or a translation; synonyms weigh less than
//! the words, and translations less than synonyms. Labels of codes and words side by side only add to the score.

mod build;
mod facets;
mod leads;
mod nearest;
mod plan;
mod runs;
mod sectors;
mod stop_words;
mod terms;
mod weights;

use std::collections::BTreeSet;

use domain::text::fold;
use tantivy::query::{BooleanQuery, EmptyQuery, Occur, Query};
use tantivy::{Searcher, TantivyError};

pub(crate) use self::facets::facets;
pub(crate) use self::leads::{is_label, leads};
pub(crate) use self::stop_words::is_stop_word;

use self::build::{Builder, Unit, is_telling, wants};
use self::plan::Plan;
use self::terms::Terms;
use crate::found::{Known, Match, Note};
use crate::question::read;
use crate::schema::Fields;

/// A search text, interpreted.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The hits.
    pub(crate) query: Box<dyn Query>,
    /// Index terms to highlight.
    pub(crate) stems: BTreeSet<String>,
    /// Word beginnings to highlight.
    pub(crate) prefixes: Vec<String>,
    /// Words as written, in which there may be typing errors.
    pub(crate) words: Vec<String>,
    /// What was not understood.
    pub(crate) notes: Vec<Note>,
    plan: Option<Plan>,
    units: Vec<Unit>,
}

/// Interprets a search text, of which some parts are known to name something.
pub(crate) fn asked(
    q: &str,
    known: &[Known],
    searcher: &Searcher,
    fields: &Fields,
) -> Result<Asked, TantivyError> {
    let question = read(q);
    let is_all_stop_words = question.root.as_ref().is_some_and(|root| wants(root) && !is_telling(root));
    let mut builder = Builder {
        terms: Terms { searcher, fields },
        known: known.iter().map(|known| (fold(&known.words), known)).collect(),
        is_all_stop_words,
        is_excluding: false,
        stems: BTreeSet::new(),
        prefixes: Vec::new(),
        words: Vec::new(),
        units: Vec::new(),
        extras: Vec::new(),
        notes: question.notes,
    };
    let plan = match &question.root {
        Some(root) => builder.node(root, None)?,
        None => None,
    };
    let mut notes = builder.notes;
    if is_all_stop_words {
        notes.push(Note::OnlyStopWords);
    }
    let query: Box<dyn Query> = match &plan {
        None => Box::new(EmptyQuery),
        Some(plan) => {
            let mut clauses = vec![(Occur::Must, plan.query(Match::Translation))];
            clauses.extend(builder.extras.into_iter().map(|query| (Occur::Should, query)));
            if clauses.len() == 1 { clauses.remove(0).1 } else { Box::new(BooleanQuery::new(clauses)) }
        }
    };
    Ok(Asked {
        query,
        stems: builder.stems,
        prefixes: builder.prefixes,
        words: builder.words,
        notes,
        plan,
        units: builder.units,
    })
}

impl Asked {
    /// The hits that matches up to this one find.
    pub(crate) fn up_to(&self, widest: Match) -> Box<dyn Query> {
        self.plan.as_ref().map_or_else(|| Box::new(EmptyQuery) as Box<dyn Query>, |plan| plan.query(widest))
    }

    /// The widest match that a hit can have.
    pub(crate) fn widest(&self) -> Match {
        self.plan.as_ref().map_or(Match::Words, Plan::widest)
    }

    /// Records that come near without being hits: those with at least a third of the telling words, by how much of the
    /// question they cover. `None` if nothing can come near.
    pub(crate) fn nearest(&self) -> Option<Box<dyn Query>> {
        let plan = self.plan.as_ref()?;
        let near = nearest::covering(&self.units)?;
        let mut clauses = vec![(Occur::Must, near)];
        clauses.extend(plan.exclusions().into_iter().map(|excluded| (Occur::MustNot, excluded)));
        let hits = Box::new(crate::exclusion::Exclusion(plan.query(Match::Translation)));
        clauses.push((Occur::MustNot, hits));
        Some(Box::new(BooleanQuery::new(clauses)))
    }
}

#[cfg(test)]
mod tests;
