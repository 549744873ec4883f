//! Snippets: the part of a record's text that shows why it was found.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tantivy::query::FuzzyTermQuery;
use tantivy::snippet::SnippetGenerator;
use tantivy::{TantivyError, Term};

use crate::language::unmarked;
use crate::matching::Asked;
use crate::schema::{Fields, indexed_stems};
use crate::texts::Texts;
use crate::view::View;

/// Longest snippet, in characters.
const SNIPPET_MAX: usize = 240;
/// Most words highlighted for all prefixes together.
const EXPANSIONS_MAX: usize = 100;

/// Highlights the search text in the texts of records.
pub struct Highlighter {
    generator: SnippetGenerator,
}

impl std::fmt::Debug for Highlighter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Highlighter").finish_non_exhaustive()
    }
}

impl Highlighter {
    pub(crate) fn new(view: &View, fields: &Fields, asked: &Asked) -> Result<Self, TantivyError> {
        let mut terms = asked.stems.clone();
        for prefix in &asked.prefixes {
            for field in [fields.body, fields.summary, fields.title] {
                let query = FuzzyTermQuery::new_prefix(Term::from_field_text(field, prefix), 0, false);
                for segment in view.searcher.segment_readers() {
                    let index = segment.inverted_index(field)?;
                    let mut stream = index.terms().search(query.automaton()?).into_stream()?;
                    while terms.len() < EXPANSIONS_MAX && stream.advance() {
                        terms.insert(String::from_utf8_lossy(stream.key()).into_owned());
                    }
                }
            }
        }
        let mut worth = BTreeMap::new();
        for term in terms {
            let often: u64 = [fields.title, fields.summary, fields.body]
                .into_iter()
                .map(|field| view.searcher.doc_freq(&Term::from_field_text(field, &term)).unwrap_or(0))
                .sum();
            worth.insert(term, 1.0 / (1.0 + often as f32));
        }
        Ok(Self { generator: SnippetGenerator::new(worth, indexed_stems(), fields.body, SNIPPET_MAX) })
    }

    /// The best part of a record's text as HTML, with `<mark>` around matches: from the summary if it has
    /// any, else from the body, else from the titles. `None` if the match is elsewhere.
    pub fn snippet(&self, content: &str) -> Option<String> {
        let record: Map<String, Value> = serde_json::from_str(content).ok()?;
        let texts = Texts::of(&record);
        [texts.summary, texts.body, texts.title].iter().find_map(|texts| {
            let mut snippet = self.generator.snippet(&texts.join(" … "));
            if snippet.highlighted().is_empty() {
                return None;
            }
            snippet.set_snippet_prefix_postfix("<mark>", "</mark>");
            // Marks may stand anywhere in the text, as they come before each of its parts.
            Some(unmarked(&snippet.to_html()))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::query_terms;
    use crate::schema::schema;

    #[test]
    fn matches_are_shown_in_every_language() {
        let (_, fields) = schema();
        for (lang, typed, summary, expected) in [
            ("en", "decision", "It makes decisions.", "It makes <mark>decisions</mark>"),
            ("nl", "beslissing", "Over beslissingen.", "Over <mark>beslissingen</mark>"),
            ("nl", "fraude", "Tegen bijstandsfraude.", "Tegen <mark>bijstandsfraude</mark>"),
            ("fr", "algorithmes", "Selon l’algorithme.", "Selon <mark>l’algorithme</mark>"),
            ("cy", "cyngor", "Gan gyngor lleol.", "Gan <mark>gyngor</mark> lleol"),
            ("en", "deepfake", "Any deep-fake image.", "Any <mark>deep-fake</mark> image"),
        ] {
            let worth = query_terms(typed).into_iter().map(|term| (term, 1.0)).collect();
            let generator = SnippetGenerator::new(worth, indexed_stems(), fields.body, SNIPPET_MAX);
            let content = json!({ "lang": lang, "title": "T", "summary": summary }).to_string();
            let snippet = Highlighter { generator }.snippet(&content);
            assert_eq!(snippet.as_deref(), Some(expected), "{typed} in {lang}");
        }
    }
}
