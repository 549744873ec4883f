//! "Did you mean": replaces words that no record has with the nearest that records have.

use std::collections::HashMap;

use tantivy::query::{FuzzyTermQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyError, Term};

use crate::language::query_terms;
use crate::schema::{Fields, terms, words};
use crate::view::View;

/// Most words corrected in one search.
const GUESSES_MAX: usize = 5;
/// Shortest word that is corrected, in letters.
const SHORTEST: usize = 4;
/// From this length, in letters, two may be wrong.
const LONG: usize = 8;

/// The search text with each unknown word replaced; `None` if all words are known, or nothing similar is.
pub(crate) fn did_you_mean(
    view: &View,
    fields: &Fields,
    q: &str,
    asked: &[String],
) -> Result<Option<String>, TantivyError> {
    let mut better: Vec<&str> = q.split(' ').collect();
    let mut found = Vec::new();
    for word in asked.iter().take(GUESSES_MAX) {
        let as_written = terms(&mut words(), word);
        let [written] = &as_written[..] else { continue };
        let letters = written.chars().count();
        if letters < SHORTEST
            || written.bytes().any(|byte| byte.is_ascii_digit())
            || known(view, fields, word)?
        {
            continue;
        }
        if let Some(near) = nearest(view, fields, written, if letters < LONG { 1 } else { 2 })? {
            found.push((word.as_str(), near));
        }
    }
    for part in &mut better {
        if let Some((_, near)) = found.iter().find(|(word, _)| word == part) {
            *part = near;
        }
    }
    let better = better.join(" ");
    Ok((better != q).then_some(better))
}

fn known(view: &View, fields: &Fields, word: &str) -> Result<bool, TantivyError> {
    for stem in query_terms(word) {
        for (field, _) in fields.weighted() {
            if lives(view, Term::from_field_text(field, &stem))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether any current document has a term. Terms of deleted documents stay in the index for a while.
fn lives(view: &View, term: Term) -> Result<bool, TantivyError> {
    Ok(view.searcher.doc_freq(&term)? > 0
        && TermQuery::new(term, IndexRecordOption::Basic).count(&view.searcher)? > 0)
}

/// The word within the fewest edits; of several, the most frequent, then the first alphabetically.
fn nearest(view: &View, fields: &Fields, word: &str, steps: u8) -> Result<Option<String>, TantivyError> {
    for distance in 1..=steps {
        let term = Term::from_field_text(fields.words, word);
        let query = FuzzyTermQuery::new(term, distance, true);
        let mut often: HashMap<String, u64> = HashMap::new();
        for segment in view.searcher.segment_readers() {
            let index = segment.inverted_index(fields.words)?;
            let mut stream = index.terms().search(query.automaton()?).into_stream()?;
            while stream.advance() {
                let word = String::from_utf8_lossy(stream.key()).into_owned();
                *often.entry(word).or_default() += u64::from(stream.value().doc_freq);
            }
        }
        let mut near: Vec<(String, u64)> = often.into_iter().collect();
        near.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        for (word, _) in near {
            if lives(view, Term::from_field_text(fields.words, &word))? {
                return Ok(Some(word));
            }
        }
    }
    Ok(None)
}
