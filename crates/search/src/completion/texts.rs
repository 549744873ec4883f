//! What may be suggested whatever the register holds: terms, and whole questions. Whether a record answers them is for
//! the caller to find out.

use std::collections::HashSet;
use std::sync::LazyLock;

use domain::text::fold;
use serde::Deserialize;

use super::Completions;
use crate::concepts::written;

/// A text that may be suggested, and the search it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// The text.
    pub text: String,
    /// Its language, BCP 47.
    pub lang: &'static str,
    /// The search, as the query string of a list of records; `None` for the text itself as `q`.
    pub ask: Option<String>,
}

/// Texts with what completes them, in the same order.
#[derive(Debug)]
pub struct Texts {
    /// The texts, best first.
    pub texts: Vec<Suggested>,
    /// Completes them.
    pub completions: Completions,
}

impl Texts {
    /// Keeps the first of texts that differ only in case, accents or punctuation.
    fn of(texts: impl IntoIterator<Item = Suggested>) -> Self {
        let mut seen = HashSet::new();
        let texts: Vec<Suggested> = texts.into_iter().filter(|one| seen.insert(fold(&one.text))).collect();
        let completions = Completions::new(texts.iter().map(|one| one.text.as_str()).enumerate());
        Self { texts, completions }
    }

    /// Those with a word that begins as typed, best first.
    pub fn beginning(&self, typed: &str, limit: usize) -> impl Iterator<Item = &Suggested> + use<'_> {
        self.completions.beginning(typed, limit).into_iter().filter_map(|place| self.texts.get(place))
    }
}

#[derive(Deserialize)]
struct Questions {
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    ask: String,
    en: String,
    cy: String,
}

/// The terms whose synonyms or translations the search knows.
pub static TERMS: LazyLock<Texts> =
    LazyLock::new(|| Texts::of(written().map(|(text, lang)| Suggested { text, lang, ask: None })));

/// Questions that people ask, in English and Welsh.
pub static QUESTIONS: LazyLock<Texts> = LazyLock::new(|| {
    let file: Questions = toml::from_str(include_str!("questions.toml")).expect("a test reads the file");
    Texts::of(file.questions.into_iter().flat_map(|one| {
        let said = |text, lang| Suggested { text, lang, ask: Some(one.ask.clone()) };
        [said(one.en.clone(), "en"), said(one.cy.clone(), "cy")]
    }))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_questions_are_completed_in_both_languages() {
        let first = |texts: &Texts, typed: &str| {
            texts.beginning(typed, 1).map(|one| (one.text.clone(), one.lang)).next()
        };
        assert_eq!(first(&TERMS, "facial rec"), Some(("facial recognition".into(), "en")));
        assert_eq!(
            first(&QUESTIONS, "where do the pol"),
            Some(("Where do the police use facial recognition?".into(), "en"))
        );
        assert_eq!(
            first(&QUESTIONS, "adnabod wyn"),
            Some(("Ble mae'r heddlu yn defnyddio adnabod wynebau?".into(), "cy"))
        );
        assert_eq!(first(&TERMS, "zzz"), None);
    }

    #[test]
    fn every_question_stands_once_and_asks_something() {
        let questions: Questions = toml::from_str(include_str!("questions.toml")).unwrap();
        assert_eq!(QUESTIONS.texts.len(), 2 * questions.questions.len(), "no question stands twice");
        for one in &questions.questions {
            assert!(one.ask.split('&').all(|pair| pair.split_once('=').is_some()), "{}", one.ask);
            assert!(one.en.ends_with('?') && one.cy.ends_with('?'), "{}", one.en);
        }
    }
}
