//! Corrects typing errors: replaces words that no record has with the nearest that records have.

use std::collections::HashMap;

use domain::text::fold;
use rapidfuzz::distance::osa;
use tantivy::query::{FuzzyTermQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyError, Term};

use crate::concepts::CONCEPTS;
use crate::found::Known;
use crate::language::query_terms;
use crate::schema::{Fields, terms, words};
use crate::view::View;

/// Most words corrected in one search.
const GUESSES_MAX: usize = 5;
/// Shortest word that is corrected, in letters.
const SHORTEST: usize = 4;
/// From this length, in letters, two may be wrong.
const LONG: usize = 8;

/// The search text with each unknown word replaced; `None` if all words are known, or nothing similar is. Words of
/// names are known.
pub(crate) fn corrected(
    view: &View,
    fields: &Fields,
    q: &str,
    asked: &[String],
    names: &[Known],
) -> Result<Option<String>, TantivyError> {
    let mut better = q.to_owned();
    for word in asked.iter().take(GUESSES_MAX) {
        let as_written = terms(&mut words(), word);
        let [written] = &as_written[..] else { continue };
        let letters = written.chars().count();
        if letters < SHORTEST
            || written.bytes().any(|byte| byte.is_ascii_digit())
            || names.iter().any(|known| fold(&known.words).split(' ').any(|part| part == written))
            || is_known(view, fields, word, written)?
        {
            continue;
        }
        if let Some(near) = nearest(view, fields, written, if letters < LONG { 1 } else { 2 })? {
            better = replaced(&better, word, &near);
        }
    }
    Ok((better != q).then_some(better))
}

/// A text with each occurrence of a word replaced.
fn replaced(text: &str, word: &str, by: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let after = &found[word.len()..];
        let before_it = before.chars().next_back().or_else(|| done.chars().next_back());
        let inside = [before_it, after.chars().next()].into_iter().flatten().any(char::is_alphanumeric);
        done.push_str(before);
        done.push_str(if inside { word } else { by });
        rest = after;
    }
    done.push_str(rest);
    done
}

/// Whether a record or a concept has a word.
fn is_known(view: &View, fields: &Fields, word: &str, written: &str) -> Result<bool, TantivyError> {
    let stems = query_terms(word);
    if CONCEPTS.has_word(&stems) || lives(view, Term::from_field_text(fields.words, written))? {
        return Ok(true);
    }
    for stem in &stems {
        for (field, _) in fields.weighted().into_iter().chain([(fields.labels, 1.0)]) {
            if lives(view, Term::from_field_text(field, stem))? {
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

/// Whether two words begin with the same letter, or with the same two in another order: people rarely mistype the
/// first letter, and `rental` is not `mental`.
fn begin_alike(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.chars(), right.chars());
    let (one, two) = ((left.next(), left.next()), (right.next(), right.next()));
    one.0 == two.0 || one == (two.1, two.0)
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
        let mut near: Vec<(String, u64)> =
            often.into_iter().filter(|(other, _)| begin_alike(word, other)).collect();
        near.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        for (word, _) in near {
            if lives(view, Term::from_field_text(fields.words, &word))? {
                return Ok(Some(word));
            }
        }
        if let Some(spelling) = concept(word, distance) {
            return Ok(Some(spelling.to_owned()));
        }
    }
    Ok(None)
}

/// The first word of the concepts within this many edits. It leads to other words even if no record has it.
fn concept(word: &str, distance: u8) -> Option<&'static str> {
    let most = usize::from(distance);
    CONCEPTS.spellings().find(|spelling| {
        spelling.len().abs_diff(word.len()) <= most
            && begin_alike(word, spelling)
            && osa::distance(word.chars(), spelling.chars()) <= most
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_begin_as_the_word_does() {
        for (left, right, expected) in [
            ("rental", "mental", false),
            ("recogniton", "recognition", true),
            ("fraud", "rfaud", true),
            ("a", "a", true),
            ("ab", "b", false),
        ] {
            assert_eq!(begin_alike(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_whole_words_are_replaced() {
        assert_eq!(replaced("(face OR surface) face", "face", "faces"), "(faces OR surface) faces");
        assert_eq!(replaced("facefacE", "face", "x"), "facefacE");
        assert_eq!(replaced("title:fase", "fase", "face"), "title:face");
    }
}
