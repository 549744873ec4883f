//! What a list says of its search text: what was not understood, and which filters it names.

use search::{Lead, Match, Note};
use wire::{LeadView, MatchKind, NoteView};

use crate::App;
use crate::problem::ApiError;

/// The fields a search text may name, for sentences.
const FIELDS: &str = "publisher:, supplier:, title: and sector:";

/// How a record was found, as a member of its item.
pub(super) fn match_kind(found: Match) -> MatchKind {
    match found {
        Match::Words => MatchKind::Words,
        Match::Synonyms => MatchKind::Synonyms,
        Match::Translation => MatchKind::Translation,
        Match::Nearest => MatchKind::Nearest,
    }
}

/// A note in words: what was not understood, what was done instead, and what to do.
pub(super) fn note(note: Note) -> NoteView {
    let (code, about, value, message) = match note {
        Note::UnknownField(field) => {
            let message = format!(
                "'{field}:' is not a field of the search, so it was searched as words. Fields are {FIELDS}."
            );
            ("unknown_field", Some(field), None, message)
        }
        Note::LoneOperator(operator) => {
            let message = format!(
                "'{operator}' has nothing to join and was left out. Put a word on each side of AND and OR, and one \
                 after NOT; in small letters they are words."
            );
            ("lone_operator", Some(operator), None, message)
        }
        Note::UnbalancedBracket => {
            let message = "A bracket has no other half and was left out. Close each bracket that you open.";
            ("unbalanced_bracket", None, None, message.to_owned())
        }
        Note::UnclosedQuote => {
            let message = "A quotation mark has no other half, so the phrase ends with the text. Close it where the \
                           phrase ends.";
            ("unclosed_quote", None, None, message.to_owned())
        }
        Note::ShortPrefix(prefix) => {
            let message = format!(
                "'{prefix}' was searched as a word: a beginning of words needs at least two letters before its *, and \
                 a search may have four of them."
            );
            ("short_prefix", Some(prefix), None, message)
        }
        Note::TooManyWords(number) => {
            let message = format!(
                "The search is too long: its last words ({number}) were left out. Leave out words that say little."
            );
            ("too_many_words", Some(number.to_string()), None, message)
        }
        Note::OnlyStopWords => {
            let message = "The search has only words that are in nearly every text. Add one that says what you look \
                           for.";
            ("only_stop_words", None, None, message.to_owned())
        }
        Note::UnknownValue { field, value } => {
            let message = format!(
                "Nothing is called '{value}' in '{field}:'. Check its spelling, or leave out '{field}:'."
            );
            ("unknown_value", Some(field), Some(value), message)
        }
    };
    NoteView { code: code.to_owned(), about, value, message }
}

/// The filters that words of a search text name, with their labels.
pub(super) async fn leads(app: &App, q: Option<&str>, leads: Vec<Lead>) -> Result<Vec<LeadView>, ApiError> {
    let mut views = Vec::with_capacity(leads.len());
    for Lead { facet, value } in leads {
        let labels = app.labels(facet, std::slice::from_ref(&value)).await?;
        let label = labels.get(&value).map_or_else(|| value.clone(), ToString::to_string);
        let left = q.map(|q| search::without_words(q, &label)).filter(|left| !left.is_empty());
        views.push(LeadView { parameter: facet.to_owned(), value, label, q: left });
    }
    Ok(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_says_what_was_done_and_what_to_do() {
        let notes = [
            Note::UnknownField("vendor".into()),
            Note::LoneOperator("OR".into()),
            Note::UnbalancedBracket,
            Note::UnclosedQuote,
            Note::ShortPrefix("a*".into()),
            Note::TooManyWords(3),
            Note::OnlyStopWords,
            Note::UnknownValue { field: "sector".into(), value: "polise".into() },
        ];
        let mut codes = Vec::new();
        for one in notes {
            let view = note(one);
            assert!(view.message.ends_with('.') && view.message.len() > 40, "{}", view.message);
            for part in view.about.iter().chain(&view.value) {
                assert!(view.message.contains(part.as_str()), "{}", view.message);
            }
            assert!(!codes.contains(&view.code), "{} is the code of two notes", view.code);
            codes.push(view.code);
        }
    }
}
