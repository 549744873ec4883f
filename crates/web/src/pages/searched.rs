//! What the page of a search says of it, in words: how each record was found, what was searched instead, what was not
//! understood, and which filters it names.

use domain::facets;
use domain::text::fold;
use wire::{LeadView, MatchKind, NoteView, RecordItem};

use super::coded_in;
use crate::address::{Pairs, query, with, without};
use crate::language::say;
use crate::words::facet_heading;

/// A record with why it was found, if not by the words themselves.
pub(super) struct Found {
    pub(super) item: RecordItem,
    pub(super) because: Option<String>,
}

impl Found {
    /// The items of a page: those that match, and the nearest others, which are its last.
    pub(super) fn split(items: Vec<RecordItem>, nearest: u64, searched: &str) -> (Vec<Self>, Vec<Self>) {
        let mut hits: Vec<Self> = items.into_iter().map(|item| Self::of(item, searched)).collect();
        let nearest = usize::try_from(nearest).unwrap_or_default();
        let others = hits.split_off(hits.len().saturating_sub(nearest));
        (hits, others)
    }

    fn of(item: RecordItem, searched: &str) -> Self {
        let (plain, named) = match item.match_kind {
            Some(MatchKind::Synonyms) => ("by-the-same-meaning", "by-the-same-meaning-of"),
            Some(MatchKind::Translation) => ("in-another-language", "in-another-language-by"),
            Some(MatchKind::Words | MatchKind::Nearest) | None => return Self { item, because: None },
        };
        let words = other_words(item.snippet.as_deref().unwrap_or_default(), searched).join(", ");
        let because = if words.is_empty() { say(plain) } else { say(named).with("words", words) };
        Self { item, because: Some(because.to_string()) }
    }
}

/// The words marked in a snippet that the search text does not have, each once.
fn other_words(snippet: &str, searched: &str) -> Vec<String> {
    let asked = fold(searched);
    let asked: Vec<&str> = asked.split(' ').collect();
    let mut words: Vec<String> = Vec::new();
    // Marks hold letters and digits only, so nothing in them is escaped.
    for marked in snippet.split("<mark>").skip(1) {
        let word = marked.split("</mark>").next().unwrap_or_default().to_lowercase();
        let folded = fold(&word);
        // `cameras` is not another word than `camera`, and other endings are as long.
        let is_asked = asked.iter().any(|one| one.starts_with(&folded) || folded.starts_with(one));
        if !folded.is_empty() && !is_asked && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// A text that was searched instead of what was typed.
pub(super) struct Corrected {
    pub(super) searched: String,
    pub(super) typed: String,
    /// The search for exactly what was typed.
    pub(super) href: String,
}

impl Corrected {
    pub(super) fn of(asked: &Pairs, typed: &str, searched: String) -> Self {
        let href = format!("/records{}", query(&with(asked, "q", &exactly(typed, &searched))));
        Self { searched, typed: typed.to_owned(), href }
    }
}

/// The text as typed, with quotation marks around what was corrected: phrases are never corrected.
fn exactly(typed: &str, searched: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (typed.split(' ').collect(), searched.split(' ').collect());
    if old.len() != new.len() {
        return format!("\"{}\"", typed.replace('"', " ").trim());
    }
    let words = old.iter().zip(new).map(|(old, new)| {
        if *old == new || old.contains('"') { (*old).to_owned() } else { format!("\"{old}\"") }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A note in the page's language; one of a kind the page does not know stays as the API words it.
pub(super) fn note(note: &NoteView) -> String {
    let about = note.about.as_deref().unwrap_or_default();
    let said = match note.code.as_str() {
        "unknown_field" => say("note-unknown-field").with("about", about),
        "lone_operator" => say("note-lone-operator").with("about", about),
        "unbalanced_bracket" => say("note-unbalanced-bracket"),
        "unclosed_quote" => say("note-unclosed-quote"),
        "short_prefix" => say("note-short-prefix").with("about", about),
        "too_many_words" => say("note-too-many-words").with("about", about),
        "only_stop_words" => say("note-only-stop-words"),
        "unknown_value" => {
            let value = note.value.as_deref().unwrap_or_default();
            say("note-unknown-value").with("about", about).with("value", value)
        }
        _ => return note.message.clone(),
    };
    said.to_string()
}

/// A filter that words of the search name.
pub(super) struct Lead {
    pub(super) facet: String,
    pub(super) label: String,
    /// The list with the filter in place of the words.
    pub(super) href: String,
}

impl Lead {
    /// `None` for a filter that the page does not know, or that is chosen already.
    pub(super) fn of(lead: LeadView, asked: &Pairs) -> Option<Self> {
        let facet = facets::find(&lead.parameter)?;
        let chosen = (lead.parameter.clone(), lead.value.clone());
        if asked.contains(&chosen) {
            return None;
        }
        let mut pairs = match &lead.q {
            Some(left) => with(asked, "q", left),
            None => without(asked, &["q", "cursor"]),
        };
        pairs.push(chosen);
        let label = coded_in(&lead.parameter, &lead.value).unwrap_or(lead.label);
        Some(Self { facet: facet_heading(facet), label, href: format!("/records{}", query(&pairs)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_were_not_typed_are_named() {
        let snippet =
            "<mark>Cameras</mark> read <mark>number</mark> <mark>plates</mark> and <mark>plates</mark>";
        assert_eq!(other_words(snippet, "camera ANPR"), ["number", "plates"]);
        assert!(other_words("no marks", "x").is_empty());
    }

    #[test]
    fn what_was_corrected_is_searched_as_typed_in_quotation_marks() {
        assert_eq!(exactly("faciel recognition", "facial recognition"), "\"faciel\" recognition");
        assert_eq!(exactly("deep  fake", "deepfake"), "\"deep  fake\"");
    }
}
