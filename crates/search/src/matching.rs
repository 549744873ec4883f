//! Turns a search text into a query of the index.

use std::collections::BTreeSet;

use domain::facets::{Linked, find};
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, EnableScoring,
    FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery, Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TextAnalyzer;

use crate::exclusion::Exclusion;
use crate::schema::{Fields, stems, terms, words};
use crate::synonyms::SYNONYMS;
use crate::words::{Kind, Piece, pieces};

/// How much a match in further fields adds to the best field's score.
const TIE_BREAKER: f32 = 0.2;
/// Weight of a synonym, relative to the word itself.
const SYNONYM: f32 = 0.5;
/// Extra score for words that occur next to each other.
const TOGETHER: f32 = 1.0;
/// Stop words: a record need not contain them, unless the search text has nothing else.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "do", "does", "for", "from",
    "how", "in", "into", "is", "it", "its", "of", "on", "or", "that", "the", "their", "these", "they",
    "this", "to", "was", "were", "what", "which", "who", "will", "with",
];

/// A search text, interpreted.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) query: Box<dyn Query>,
    /// Stems to highlight.
    pub(crate) stems: BTreeSet<String>,
    /// Word beginnings to highlight.
    pub(crate) prefixes: Vec<String>,
    /// Words as written, in which there may be typing errors.
    pub(crate) words: Vec<String>,
    /// The query with any of the words instead of all; only for several plain words.
    pub(crate) any_of: Option<Box<dyn Query>>,
}

/// Interprets a search text.
pub(crate) fn asked(q: &str, fields: &Fields) -> Asked {
    let mut reading = Reading { fields, stems: stems(), asked: BTreeSet::new() };
    let pieces = pieces(q);
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    let mut prefixes = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.kind == Kind::Prefix && !piece.excluded) {
        prefixes.extend(reading.beginning(&piece.text));
    }
    for piece in pieces.iter().filter(|piece| piece.excluded) {
        let stems = terms(&mut reading.stems, &piece.text);
        let query = match piece.kind {
            Kind::Prefix => reading.prefix(&piece.text),
            _ => reading.phrase(&stems),
        };
        clauses.extend(
            query.map(|query| -> (Occur, Box<dyn Query>) { (Occur::MustNot, Box::new(Exclusion(query))) }),
        );
    }
    let positive: Vec<&Piece> = pieces.iter().filter(|piece| !piece.excluded).collect();
    let excluded_only = positive.is_empty() && !clauses.is_empty();
    let mut run = Vec::new();
    let mut wanted = Vec::new();
    for piece in positive {
        let stems = terms(&mut reading.stems, &piece.text);
        match piece.kind {
            Kind::Word => run.push((piece.text.to_lowercase(), stems)),
            Kind::Phrase | Kind::Prefix => {
                reading.words(std::mem::take(&mut run), &mut wanted);
                let query = match piece.kind {
                    Kind::Prefix => reading.prefix(&piece.text),
                    _ => {
                        reading.asked.extend(stems.iter().cloned());
                        reading.phrase(&stems)
                    }
                };
                wanted.extend(query.map(|query| (false, query)));
            }
        }
    }
    reading.words(run, &mut wanted);
    // Stop words count only if there is nothing else.
    let telling = wanted.iter().any(|(stop, _)| !stop);
    wanted.retain(|(stop, _)| !telling || !stop);
    let plain = pieces.iter().all(|piece| piece.kind == Kind::Word || piece.excluded);
    let any_of = (plain && wanted.len() > 1).then(|| {
        let any = wanted.iter().map(|(_, query)| query.box_clone()).collect();
        let mut all: Vec<(Occur, Box<dyn Query>)> =
            clauses.iter().map(|(occur, query)| (*occur, query.box_clone())).collect();
        all.push((Occur::Must, Box::new(BooleanQuery::union(any))));
        Box::new(BooleanQuery::new(all)) as Box<dyn Query>
    });
    clauses.extend(wanted.into_iter().map(|(_, query)| (Occur::Must, query)));
    if excluded_only {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    } else {
        let together: Vec<String> = pieces
            .iter()
            .filter(|piece| !piece.excluded && piece.kind == Kind::Word && !is_stop_word(&piece.text))
            .flat_map(|piece| terms(&mut reading.stems, &piece.text))
            .collect();
        if together.len() > 1 {
            let query = reading.phrase(&together).expect("two words are a phrase");
            clauses.push((Occur::Should, Box::new(BoostQuery::new(query, TOGETHER))));
        }
    }
    let query: Box<dyn Query> = if clauses.iter().any(|(occur, _)| *occur == Occur::Must) {
        Box::new(BooleanQuery::new(clauses))
    } else {
        Box::new(EmptyQuery)
    };
    let written = pieces.iter().filter(|piece| piece.kind == Kind::Word && !piece.excluded);
    Asked {
        query,
        stems: reading.asked,
        prefixes,
        words: written.map(|piece| piece.text.clone()).collect(),
        any_of,
    }
}

fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word.to_lowercase().as_str())
}

struct Reading<'a> {
    fields: &'a Fields,
    stems: TextAnalyzer,
    asked: BTreeSet<String>,
}

impl Reading<'_> {
    /// Queries for a run of words: each word must occur somewhere, or a synonym of several of them. Adds each
    /// query, and whether it is for a stop word.
    fn words(&mut self, run: Vec<(String, Vec<String>)>, into: &mut Vec<(bool, Box<dyn Query>)>) {
        let mut rest = &run[..];
        while let Some(((word, stems), after)) = rest.split_first() {
            let longest = SYNONYMS.longest().min(rest.len());
            let same = (1..=longest).rev().find_map(|length| {
                let phrase: Vec<String> =
                    rest[..length].iter().flat_map(|(_, stems)| stems.clone()).collect();
                let others = SYNONYMS.others(&phrase);
                (!others.is_empty()).then_some((length, others))
            });
            match same {
                Some((length, others)) => {
                    let own: Vec<Box<dyn Query>> = rest[..length]
                        .iter()
                        .filter_map(|(_, stems)| {
                            self.asked.extend(stems.iter().cloned());
                            self.phrase(stems)
                        })
                        .collect();
                    let mut any: Vec<Box<dyn Query>> = vec![Box::new(BooleanQuery::intersection(own))];
                    for other in others {
                        self.asked.extend(other.iter().cloned());
                        any.extend(
                            self.phrase(other)
                                .map(|query| Box::new(BoostQuery::new(query, SYNONYM)) as Box<dyn Query>),
                        );
                    }
                    into.push((false, Box::new(DisjunctionMaxQuery::new(any))));
                    rest = &rest[length..];
                }
                None => {
                    let stop = is_stop_word(word);
                    if !stop {
                        self.asked.extend(stems.iter().cloned());
                    }
                    into.extend(self.phrase(stems).map(|query| (stop, query)));
                    rest = after;
                }
            }
        }
    }

    /// These stems one after the other, in any field.
    fn phrase(&self, stems: &[String]) -> Option<Box<dyn Query>> {
        if stems.is_empty() {
            return None;
        }
        Some(self.any_field(|field| match stems {
            [stem] => Box::new(Word(Term::from_field_text(field, stem))),
            _ => Box::new(PhraseQuery::new(
                stems.iter().map(|stem| Term::from_field_text(field, stem)).collect(),
            )),
        }))
    }

    fn any_field(&self, of: impl Fn(tantivy::schema::Field) -> Box<dyn Query>) -> Box<dyn Query> {
        let queries = self.fields.weighted().map(|(field, weight)| {
            let query: Box<dyn Query> = Box::new(BoostQuery::new(of(field), weight));
            query
        });
        Box::new(DisjunctionMaxQuery::with_tie_breaker(Vec::from(queries), TIE_BREAKER))
    }

    /// The word that a prefix begins, folded. Of several words, the last is the prefix.
    fn beginning(&self, text: &str) -> Option<String> {
        terms(&mut words(), text.trim_end_matches('*')).pop()
    }

    /// A word by its beginning: as written in names and summaries, by its stem elsewhere.
    fn prefix(&mut self, text: &str) -> Option<Box<dyn Query>> {
        let mut words = terms(&mut words(), text.trim_end_matches('*'));
        let beginning = words.pop()?;
        let begins = |field| -> Box<dyn Query> {
            Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(field, &beginning), 0, false))
        };
        let stem = terms(&mut self.stems, &beginning);
        let mut any = vec![begins(self.fields.words), self.any_field(begins)];
        // A stem may be shorter than the part of its word that was typed.
        any.extend(self.phrase(&stem));
        let prefix: Box<dyn Query> = Box::new(DisjunctionMaxQuery::new(any));
        let before: Vec<String> = words.iter().flat_map(|word| terms(&mut self.stems, word)).collect();
        match self.phrase(&before) {
            Some(before) => Some(Box::new(BooleanQuery::intersection(vec![before, prefix]))),
            None => Some(prefix),
        }
    }
}

/// A word in one field. A word that most records have there says nothing, so its matches get the same low
/// score and are found without scoring each, which is faster.
#[derive(Debug, Clone)]
struct Word(Term);

/// Score of a word in a field where most records have it.
const COMMON: f32 = 0.01;

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

/// Registers with fewer records than this score every word.
const COMMON_FROM: u64 = 10_000;

/// Records that have what is asked of facets, one value of each, and none of what is asked without. Facets of the same
/// things are asked of one thing. Facets add nothing to the score.
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
                clauses.push((Occur::Must, any_of(fields, lines)));
            }
            None => {
                let lines = values.iter().map(|value| format!("{name}={value}"));
                clauses.push((Occur::Must, any_of(fields, lines)));
            }
        }
    }
    for facet in without.iter().filter_map(|(name, _)| find(name)) {
        let values = without.iter().filter(|(name, _)| *name == facet.name).flat_map(|(_, values)| values);
        let excluded = any_of(fields, values.flat_map(|value| facet.excluded(value)));
        clauses.push((Occur::MustNot, Box::new(Exclusion(excluded))));
    }
    clauses
}

/// Records with one of these values, which are `facet=value` each.
fn any_of(fields: &Fields, lines: impl Iterator<Item = String>) -> Box<dyn Query> {
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
    Box::new(ConstScoreQuery::new(any, 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::collector::Count;
    use tantivy::{Index, IndexWriter, doc};

    use super::*;
    use crate::schema::{schema, tokenizers};

    /// An index of three records.
    fn index() -> (Index, Fields) {
        let (schema, fields) = schema();
        let mut index = Index::create_in_ram(schema);
        index.set_tokenizers(tokenizers());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15 << 20).unwrap();
        for (title, body) in [
            ("Live facial recognition", "Cameras compare faces with a watch list"),
            ("Number plate readers", "They read number plates on trunk roads"),
            ("Café rota", "Who serves at the naïve counter"),
        ] {
            writer
                .add_document(doc!(fields.title => title, fields.body => body, fields.words => title))
                .unwrap();
        }
        writer.commit().unwrap();
        (index, fields)
    }

    #[test]
    fn words_phrases_prefixes_and_exclusions_match() {
        let (index, fields) = index();
        let searcher = index.reader().unwrap().searcher();
        for (q, expected) in [
            ("facial", 1),
            ("camera face", 1),
            ("\"number plates\"", 1),
            ("\"plates number\"", 0),
            ("numb*", 1),
            ("recognitio*", 1),
            ("anpr", 1),
            ("LFR", 1),
            ("naive cafe", 1),
            ("-cafe", 2),
            ("-cafe -face*", 1),
            ("-facial-facial", 3),
            ("-\"facial recognition\"", 2),
            ("-\"facial facial\" -\"number plates\" number", 0),
            ("the", 1),
            ("face of the", 1),
            ("", 0),
            ("?!", 0),
        ] {
            assert_eq!(searcher.search(&*asked(q, &fields).query, &Count).unwrap(), expected, "{q}");
        }
    }

    proptest! {
        // For a longer run: PROPTEST_CASES=2000000 cargo test --release -p search any_text
        #[test]
        fn any_text_is_a_search(
            q in prop::collection::vec(
                prop_oneof![
                    Just("\"".to_owned()), Just("-".to_owned()), Just("*".to_owned()), Just(" ".to_owned()),
                    Just("facial".to_owned()), Just("number plate".to_owned()), Just("the".to_owned()),
                    "[a-z]{1,8}", "\\PC{0,6}", ".{0,4}",
                ],
                0..24,
            ),
        ) {
            thread_local! {
                static INDEX: (Index, Fields) = index();
            }
            INDEX.with(|(index, fields)| {
                let asked = asked(&q.concat(), fields);
                let searcher = index.reader().unwrap().searcher();
                let all = searcher.search(&*asked.query, &Count).unwrap();
                assert!(all <= 3);
                if let Some(any) = asked.any_of {
                    assert!(searcher.search(&*any, &Count).unwrap() >= all);
                }
            });
        }
    }
}
