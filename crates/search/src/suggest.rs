//! "Did you mean": words that no record has, replaced by the nearest that many have.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::{TantivyError, Term};

use crate::schema::{Fields, stems, terms, words};
use crate::view::View;

/// Words that are guessed at in one search.
const GUESSES_MAX: usize = 5;
/// Shorter words are not guessed at, in letters.
const SHORTEST: usize = 4;
/// From this length on, two letters may be wrong.
const LONG: usize = 8;

/// The search text with each word that the register does not know replaced; `None` when it knows them all or
/// has nothing like them.
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
    for stem in terms(&mut stems(), word) {
        for (field, _) in fields.weighted() {
            if view.searcher.doc_freq(&Term::from_field_text(field, &stem))? > 0 {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The word in the fewest steps; of several the most frequent, then the first.
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
        let best = often.into_iter().max_by(|(a, m), (b, n)| m.cmp(n).then_with(|| b.cmp(a)));
        if let Some((word, _)) = best {
            return Ok(Some(word));
        }
    }
    Ok(None)
}
