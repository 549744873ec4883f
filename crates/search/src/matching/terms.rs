//! Queries for single words, phrases and prefixes. Terms that no document has are left out.

use domain::facets::Facet;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EnableScoring, FuzzyTermQuery,
    PhraseQuery, Query, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::weights::{COMMON, COMMON_FROM, NAMED, TIE_BREAKER};
use crate::language::{identifier, query_beginnings, query_terms};
use crate::question::Scope;
use crate::schema::{Fields, terms, words};

/// Fields to look in, with the weight of a match in each.
pub(super) type Places = Vec<(Field, f32)>;

/// A query of the index; `None` if nothing can match it.
pub(super) type Maybe = tantivy::Result<Option<Box<dyn Query>>>;

/// The terms of an index.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
}

/// The language that a term ends with; `None` for English.
fn language(term: &str) -> Option<&str> {
    term.rsplit_once('/').map(|(_, language)| language)
}

/// The best of several queries; `None` of none.
pub(super) fn best_of(mut queries: Vec<Box<dyn Query>>) -> Option<Box<dyn Query>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(DisjunctionMaxQuery::with_tie_breaker(queries, TIE_BREAKER))),
    }
}

impl Terms<'_> {
    /// The fields of texts, or those of a field that was named.
    pub(super) fn places(&self, scope: Option<Scope>) -> Places {
        let only = match scope {
            Some(Scope::Publisher) => Some(self.fields.publisher),
            Some(Scope::Supplier) => Some(self.fields.supplier),
            Some(Scope::Title) => Some(self.fields.title),
            Some(Scope::Sector) => Some(self.fields.labels),
            None => None,
        };
        match only {
            Some(field) => vec![(field, 1.0)],
            None => {
                let weighted = self.fields.weighted().into_iter();
                weighted.filter(|(field, _)| *field != self.fields.labels).collect()
            }
        }
    }

    /// The fields of running text, in which words stand near each other because they belong together.
    pub(super) fn prose(&self) -> Places {
        let prose = [self.fields.title, self.fields.summary, self.fields.body];
        self.fields.weighted().into_iter().filter(|(field, _)| prose.contains(field)).collect()
    }

    /// The labels of codes, as a place.
    pub(super) fn labels(&self) -> Places {
        vec![(self.fields.labels, 1.0)]
    }

    fn has(&self, field: Field, term: &str) -> tantivy::Result<bool> {
        Ok(self.searcher.doc_freq(&Term::from_field_text(field, term))? > 0)
    }

    /// The number of documents with the most frequent of some terms, in the field where it is most frequent.
    pub(super) fn frequency(&self, terms: &[String], places: &Places) -> tantivy::Result<u64> {
        let mut most = 0;
        for term in terms {
            for (field, _) in places {
                most = most.max(self.searcher.doc_freq(&Term::from_field_text(*field, term))?);
            }
        }
        Ok(most)
    }

    /// How telling a phrase is: the sum of its words' inverse document frequencies, as BM25 has them.
    pub(super) fn idf(&self, phrase: &[Vec<String>], places: &Places) -> tantivy::Result<f32> {
        let all = self.searcher.num_docs();
        let mut sum = 0.0;
        for terms in phrase {
            let having = self.frequency(terms, places)?.min(all);
            sum += (1.0 + ((all - having) as f32 + 0.5) / (having as f32 + 0.5)).ln();
        }
        Ok(sum)
    }

    /// Any of a word's terms, in any of the places.
    pub(super) fn word(&self, terms: &[String], places: &Places) -> Maybe {
        let mut any = Vec::new();
        for (field, weight) in places {
            for term in terms {
                if self.has(*field, term)? {
                    let word = Box::new(Word(Term::from_field_text(*field, term)));
                    any.push(Box::new(BoostQuery::new(word, *weight)) as Box<dyn Query>);
                }
            }
        }
        Ok(best_of(any))
    }

    /// Words one after the other, in any of the places, in at most `most` languages in each.
    pub(super) fn phrase(&self, phrase: &[Vec<String>], places: &Places, most: usize) -> Maybe {
        self.sloppy(phrase, places, most, 0)
    }

    /// The same, with at most `slop` other words between them.
    pub(super) fn sloppy(&self, phrase: &[Vec<String>], places: &Places, most: usize, slop: u32) -> Maybe {
        match phrase {
            [] => return Ok(None),
            [word] => return self.word(word, places),
            _ => {}
        }
        let mut any = Vec::new();
        for (field, weight) in places {
            for combination in self.combinations(phrase, *field, most)? {
                let terms = combination.iter().map(|term| Term::from_field_text(*field, term)).collect();
                let mut query = PhraseQuery::new(terms);
                query.set_slop(slop);
                let query = Box::new(query);
                any.push(Box::new(BoostQuery::new(query, *weight)) as Box<dyn Query>);
            }
        }
        Ok(best_of(any))
    }

    /// One term for each word of a phrase, all in one language, for each language in which a field has them all; the
    /// likeliest first.
    fn combinations<'p>(
        &self,
        phrase: &'p [Vec<String>],
        field: Field,
        most: usize,
    ) -> tantivy::Result<Vec<Vec<&'p str>>> {
        let Some((first, rest)) = phrase.split_first() else { return Ok(Vec::new()) };
        let mut combinations = Vec::new();
        for begins in first {
            let others =
                rest.iter().map(|terms| terms.iter().find(|term| language(term) == language(begins)));
            let Some(others) = others.collect::<Option<Vec<&String>>>() else { continue };
            let terms: Vec<&str> = std::iter::once(begins).chain(others).map(String::as_str).collect();
            let mut has_all = true;
            for term in &terms {
                has_all = has_all && self.has(field, term)?;
            }
            if has_all && combinations.len() < most {
                combinations.push(terms);
            }
        }
        Ok(combinations)
    }

    /// Whether names, summaries or bodies have a word.
    pub(super) fn occurs(&self, word: &str) -> tantivy::Result<bool> {
        for term in query_terms(word).iter().take(1) {
            if self.has(self.fields.body, term)? || self.has(self.fields.title, term)? {
                return Ok(true);
            }
        }
        match self.beginning(word) {
            Some(written) => self.has(self.fields.words, &written),
            None => Ok(false),
        }
    }

    /// All terms of one of the lists, which are the parts of a compound word.
    pub(super) fn parts(&self, lists: &[Vec<String>], places: &Places) -> Maybe {
        let mut any: Vec<Box<dyn Query>> = Vec::new();
        for list in lists {
            let mut all = Vec::new();
            for term in list {
                all.extend(self.word(std::slice::from_ref(term), places)?);
            }
            if all.len() > 1 && all.len() == list.len() {
                any.push(Box::new(BooleanQuery::intersection(all)));
            }
        }
        Ok(best_of(any))
    }

    /// The record that has an id, a key at its source, or an address.
    pub(super) fn identified(&self, text: &str) -> Maybe {
        let id = identifier(text);
        if id.is_empty() || !self.has(self.fields.ids, &id)? {
            return Ok(None);
        }
        let term = Term::from_field_text(self.fields.ids, &id);
        let query = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
        Ok(Some(Box::new(ConstScoreQuery::new(query, NAMED))))
    }

    /// The word that a prefix begins, folded. Of several words, the last is the prefix.
    pub(super) fn beginning(&self, text: &str) -> Option<String> {
        terms(&mut words(), text.trim_end_matches('*')).pop()
    }

    /// A word by its beginning: as written in names and summaries, by its stem elsewhere.
    pub(super) fn prefix(&self, text: &str, scope: Option<Scope>, places: &Places) -> Maybe {
        let mut words = terms(&mut words(), text.trim_end_matches('*'));
        let Some(beginning) = words.pop() else { return Ok(None) };
        let begins = |field, beginning: &str| -> Box<dyn Query> {
            Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(field, beginning), 0, false))
        };
        let mut any: Vec<Box<dyn Query>> = Vec::new();
        for beginning in query_beginnings(&beginning) {
            for (field, weight) in places {
                any.push(Box::new(BoostQuery::new(begins(*field, &beginning), *weight)));
            }
            if scope.is_none() {
                any.push(begins(self.fields.words, &beginning));
            }
        }
        // A stem may be shorter than the part of its word that was typed.
        any.extend(self.word(&query_terms(&beginning), places)?);
        let Some(prefix) = best_of(any) else { return Ok(None) };
        let mut all = vec![prefix];
        for word in &words {
            match self.word(&query_terms(word), places)? {
                Some(query) => all.push(query),
                None => return Ok(None),
            }
        }
        if all.len() == 1 {
            return Ok(all.pop());
        }
        Ok(Some(Box::new(BooleanQuery::intersection(all))))
    }

    /// Whether any document has a value of a facet.
    pub(super) fn has_value(&self, facet: &Facet, value: &str) -> tantivy::Result<bool> {
        self.has(self.fields.facet, &format!("{}={value}", facet.name))
    }
}

/// A word in one field. A word that most records have there says nothing, so its matches get the same low
/// score and are found without scoring each, which is faster.
#[derive(Debug, Clone)]
struct Word(Term);

impl Query for Word {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let common = match scoring {
            EnableScoring::Enabled { searcher, .. } => {
                searcher.doc_freq(&self.0)? * 2 > searcher.num_docs() && searcher.num_docs() > COMMON_FROM
            }
            EnableScoring::Disabled { .. } => false,
        };
        if common {
            let matching = Box::new(TermQuery::new(self.0.clone(), IndexRecordOption::Basic));
            ConstScoreQuery::new(matching, COMMON).weight(scoring)
        } else {
            TermQuery::new(self.0.clone(), IndexRecordOption::WithFreqs).weight(scoring)
        }
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        visitor(&self.0, false);
    }
}
